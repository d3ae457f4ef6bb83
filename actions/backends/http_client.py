"""The client side of the back-end contract: timeouts, retries by cause with jitter, circuit breaker, idempotency keys.

A read is repeated freely; a write carries its key, so that repeating it after a lost answer does the work once.
"""

import asyncio
import json
import random
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import aiohttp
from pydantic import ValidationError

from actions.backends.circuit import Circuit
from actions.backends.operations import (
    BY_NAME,
    KEY_ARGUMENT,
    KEY_HEADER,
    Operation,
    arguments_model,
    path_arguments,
    result_adapter,
)
from actions.errors import BackendError, BackendRejected, BackendTimeout, BackendUnavailable, KeyReused, NotFound

REJECTIONS = {"not_found": NotFound, "key_reused": KeyReused}


@dataclass(frozen=True, slots=True)
class RetryPlan:
    """How long to wait and how often to ask."""

    attempts: int = 3
    attempt_seconds: float = 2.0
    """For one attempt."""
    total_seconds: float = 5.0
    """For all attempts and the pauses between them."""
    pause_seconds: float = 0.1
    """Before the second attempt; doubled before each further one, each shortened by up to a half at random."""

    def pause_before(self, attempt: int) -> float:
        """Return the pause in seconds before attempt 1, 2, ... (0 is the first)."""
        return self.pause_seconds * 2.0 ** (attempt - 1) * random.uniform(0.5, 1.0)


class BackendClient:
    """Calls operations of the contract; shared by the four HTTP back ends. Close it at the end."""

    def __init__(
        self, base_url: str, *, token: str | None = None, plan: RetryPlan | None = None, circuit: Circuit | None = None
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._plan = plan or RetryPlan()
        self._circuit = circuit or Circuit()
        self._session: aiohttp.ClientSession | None = None

    async def call(self, name: str, **arguments: object) -> Any:
        """Call the operation `name` (billing.find_bill, ...) and return its result as the protocol declares it.

        Raises BackendTimeout, BackendUnavailable, BackendRejected and its kinds.
        """
        operation = BY_NAME[name]
        values = arguments_model(operation)(**arguments).model_dump(mode="json")
        try:
            async with asyncio.timeout(self._plan.total_seconds):
                return await self._repeat(operation, values)
        except TimeoutError as error:
            raise BackendTimeout(f"{name}: no answer within {self._plan.total_seconds} s") from error

    def circuit_state(self) -> str:
        """Return the state of the circuit breaker: closed, open or half-open."""
        return self._circuit.state(time.monotonic())

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def _repeat(self, operation: Operation, values: dict[str, Any]) -> Any:
        failure: BackendError = BackendUnavailable(f"{operation.name}: not attempted")
        for attempt in range(self._plan.attempts):
            if attempt:
                await asyncio.sleep(self._plan.pause_before(attempt))
            try:
                return await self._attempt(operation, values)
            except BackendError as error:
                if error.is_permanent:
                    raise
                failure = error
        raise failure

    async def _attempt(self, operation: Operation, values: dict[str, Any]) -> Any:
        if not self._circuit.allows(time.monotonic()):
            raise BackendUnavailable(f"{operation.name}: the back end is left alone after repeated failures")
        try:
            status, body = await self._send(operation, values)
        except BaseException:
            self._circuit.failed(time.monotonic())
            raise
        if status >= 500:
            self._circuit.failed(time.monotonic())
            raise _passing_failure(operation, status)
        self._circuit.succeeded()
        return _read(operation, status, body)

    async def _send(self, operation: Operation, values: dict[str, Any]) -> tuple[int, bytes]:
        address, options = self._address(operation, values), self._options(operation, values)
        try:
            async with self._open_session().request(operation.verb, address, **options) as response:
                return response.status, await response.read()
        except TimeoutError as error:
            raise BackendTimeout(f"{operation.name}: no answer within {self._plan.attempt_seconds} s") from error
        except aiohttp.ClientError as error:
            raise BackendUnavailable(f"{operation.name}: {type(error).__name__}") from error

    def _address(self, operation: Operation, values: dict[str, Any]) -> str:
        quoted = {name: quote(str(values[name]), safe="") for name in path_arguments(operation)}
        return self._base_url + operation.path.format(**quoted)

    def _options(self, operation: Operation, values: dict[str, Any]) -> dict[str, Any]:
        outside = {*path_arguments(operation), KEY_ARGUMENT}
        rest = {name: value for name, value in values.items() if name not in outside and value is not None}
        key = values.get(KEY_ARGUMENT)
        headers = self._headers | ({} if key is None else {KEY_HEADER: key})
        return {"headers": headers} | ({"params": rest} if operation.verb == "GET" else {"json": rest})

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._plan.attempt_seconds))
        return self._session


def _passing_failure(operation: Operation, status: int) -> BackendError:
    if status == 504:
        return BackendTimeout(f"{operation.name}: the back end did not answer in time")
    return BackendUnavailable(f"{operation.name}: the back end answered {status}")


def _read(operation: Operation, status: int, body: bytes) -> Any:
    if status == 429:
        raise BackendUnavailable(f"{operation.name}: too many requests")
    try:
        if status == 200:
            return result_adapter(operation).validate_json(body)
        error = json.loads(body)["error"] if body else {}
    except (ValidationError, ValueError, KeyError, TypeError) as problem:
        raise BackendUnavailable(f"{operation.name}: the answer ({status}) does not fit the contract") from problem
    kind = REJECTIONS.get(str(error.get("code")), BackendRejected)
    raise kind(f"{operation.name}: {error.get('message', status)}", reason=str(error.get("reason", "refused")))
