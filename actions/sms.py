"""Text messages: kept in a table in demo mode, handed to the operator's gateway otherwise."""

from collections.abc import Sequence

import aiohttp
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from actions.backends.boundary import change, look_up
from actions.backends.inserting import insert_new
from actions.backends.rows import local
from actions.backends.values import SentSms
from actions.backends.written_tables import sms_outbox
from actions.errors import BackendError, SmsNotSent
from storage.clock import Clock


class DemoSms:
    """SmsSender that keeps every message in a table, to be read at GET /demo/sms."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    async def send(self, phone: str, text: str, idempotency_key: str) -> None:
        """Keep the message, once for a key; raises SmsNotSent."""
        row = {
            "phone": phone,
            "phone_lookup": phone,
            "text": text,
            "sent_at": self._clock(),
            "idempotency_key": idempotency_key,
        }
        try:
            async with change(self._engine) as connection:
                await insert_new(connection, sms_outbox, row)
        except BackendError as error:
            raise SmsNotSent("the message could not be kept") from error

    async def outbox(self, phone: str | None = None) -> Sequence[SentSms]:
        """Return the messages kept (for one phone if given), oldest first."""
        query = select(sms_outbox).order_by(sms_outbox.c.sms_id)
        if phone is not None:
            query = query.where(sms_outbox.c.phone_lookup == phone)
        async with look_up(self._engine) as connection:
            return [SentSms(row.phone, row.text, local(row.sent_at)) for row in await connection.execute(query)]


class HttpSms:
    """SmsSender over a gateway: POST {"phone", "text"} with bearer token and Idempotency-Key; 2xx: taken over."""

    def __init__(self, url: str, *, token: str | None = None, timeout_seconds: float = 5.0, attempts: int = 2) -> None:
        self._url = url
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)
        self._attempts = attempts

    async def send(self, phone: str, text: str, idempotency_key: str) -> None:
        """Hand the message over, repeating with the same key if the gateway does not answer; raises SmsNotSent."""
        headers = self._headers | {"Idempotency-Key": idempotency_key}
        cause: Exception | None = None
        async with aiohttp.ClientSession(timeout=self._timeout) as session:
            for _attempt in range(self._attempts):
                try:
                    async with session.post(
                        self._url, json={"phone": phone, "text": text}, headers=headers
                    ) as response:
                        if response.ok:
                            return
                        cause = SmsNotSent(f"the gateway answered {response.status}")
                        if response.status < 500:
                            break
                except (aiohttp.ClientError, TimeoutError) as error:
                    cause = error
        raise SmsNotSent("the gateway did not take the message") from cause
