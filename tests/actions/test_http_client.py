"""The HTTP back ends when things go wrong: retries by cause, circuit, timeouts, bad input, published contract."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from actions.backends.assembly import build_http_backends, build_sql_backends, create_tables
from actions.backends.circuit import Circuit
from actions.backends.http_client import BackendClient, RetryPlan
from actions.backends.openapi import build_openapi
from actions.backends.operations import OPERATIONS, PROTOCOLS
from actions.backends.server import build_backend_app
from actions.backends.values import TicketFields
from actions.errors import BackendRejected, BackendTimeout, BackendUnavailable, SmsNotSent
from actions.sms import HttpSms
from storage.clock import build_clock
from storage.engine import open_engine
from storage.secret import Cipher
from tests.contracts.backend_world import HOME, NOW, write_world

pytestmark = pytest.mark.asyncio
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
QUICK = RetryPlan(attempts=3, attempt_seconds=0.2, total_seconds=2.0, pause_seconds=0.001)


class Upstream:
    """A server that answers from a list, then with the last entry again."""

    def __init__(self, *answers: int | float) -> None:
        self.answers = list(answers)
        self.keys: list[str | None] = []

    async def respond(self, request: web.Request) -> web.Response:
        self.keys.append(request.headers.get("Idempotency-Key"))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, float):
            await asyncio.sleep(answer)
            answer = 200
        return web.Response(status=answer, body=b"[]", content_type="application/json")


@pytest_asyncio.fixture
async def serve() -> AsyncIterator[Callable[[Answer], Awaitable[str]]]:
    servers: list[TestServer] = []

    async def start(answer: Answer) -> str:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", answer)
        servers.append(TestServer(app))
        await servers[-1].start_server()
        return str(servers[-1].make_url(""))

    yield start
    for server in servers:
        await server.close()


@pytest_asyncio.fixture
async def reference(tmp_path: Path) -> AsyncIterator[str]:
    engine = open_engine(f"sqlite:///{tmp_path}/w.sqlite", cipher=Cipher(bytes(32)))
    await create_tables(engine)
    await write_world(engine)
    async with TestServer(build_backend_app(build_sql_backends(engine, build_clock(NOW)), token="secret")) as server:
        yield str(server.make_url(""))
    await engine.dispose()


async def test_a_passing_failure_is_repeated_with_the_same_key(serve: Callable[[Answer], Awaitable[str]]) -> None:
    upstream = Upstream(503, 502, 422)
    client = BackendClient(await serve(upstream.respond), plan=QUICK)
    with pytest.raises(BackendUnavailable):  # the third answer breaks the contract: it has no error object
        await build_http_backends(client).tickets.create("故障报修", TicketFields("停电"), "k1")
    assert upstream.keys == ["k1", "k1", "k1"]
    await client.close()


async def test_a_permanent_failure_is_not_repeated(reference: str) -> None:
    client = BackendClient(reference, token="wrong", plan=QUICK)
    with pytest.raises(BackendRejected):
        await build_http_backends(client).profile.find_account(HOME)
    await client.close()


async def test_silence_is_a_timeout_within_the_total_time(serve: Callable[[Answer], Awaitable[str]]) -> None:
    client = BackendClient(await serve(Upstream(5.0).respond), plan=RetryPlan(3, 0.1, 0.25, 0.001))
    began = time.monotonic()
    with pytest.raises(BackendTimeout):
        await build_http_backends(client).billing.balance(HOME)
    assert time.monotonic() - began < 1.0
    await client.close()


async def test_one_lost_answer_is_not_noticed(serve: Callable[[Answer], Awaitable[str]]) -> None:
    client = BackendClient(await serve(Upstream(1.0, 200).respond), plan=QUICK)
    assert list(await build_http_backends(client).billing.invoices(HOME)) == []
    await client.close()


async def test_nobody_there_is_unavailable() -> None:
    client = BackendClient("http://127.0.0.1:1", plan=QUICK)
    with pytest.raises(BackendUnavailable):
        await build_http_backends(client).billing.balance(HOME)
    await client.close()


async def test_the_circuit_opens_and_spares_the_back_end(serve: Callable[[Answer], Awaitable[str]]) -> None:
    upstream = Upstream(503)
    client = BackendClient(await serve(upstream.respond), plan=QUICK, circuit=Circuit(failures_to_open=4))
    for _call in range(5):
        with pytest.raises(BackendUnavailable):
            await build_http_backends(client).billing.invoices(HOME)
    assert len(upstream.keys) == 4
    await client.close()


async def test_an_open_circuit_lets_one_try_pass_and_closes_on_success() -> None:
    circuit = Circuit(failures_to_open=2, open_seconds=10)
    circuit.failed(0.0)
    assert circuit.allows(0.1)
    circuit.failed(0.2)
    assert not circuit.allows(10.0)
    assert circuit.allows(10.3)
    assert not circuit.allows(10.4)
    circuit.failed(10.5)
    assert not circuit.allows(20.4)
    assert circuit.allows(20.6)
    circuit.succeeded()
    assert circuit.allows(20.7)
    assert circuit.allows(20.8)


@pytest.mark.parametrize(
    ("verb", "path", "body", "status"),
    [
        ("GET", "/accounts/1/daily-use?first=x&last=2026-01-01", None, 400),
        ("GET", "/accounts/1/bills?first=2026-01&last=2026-02&more=1", None, 400),
        ("POST", "/tickets", b"{", 400),
        ("POST", "/tickets", b"[1]", 400),
        ("POST", "/tickets", b'{"kind": "x", "fields": {"summary": "y"}}', 400),
        ("POST", "/tickets", b" " * 100_000, 413),
        ("GET", "/nowhere", None, 404),
    ],
)
async def test_bad_requests_get_a_clear_answer(
    reference: str, verb: str, path: str, body: bytes | None, status: int
) -> None:
    headers = {"Authorization": "Bearer secret", "Content-Type": "application/json"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.request(verb, reference + path, data=body) as answer,
    ):
        assert answer.status == status


async def test_without_the_token_nothing_is_told(reference: str) -> None:
    async with aiohttp.ClientSession() as session:
        for path, status in (("/healthz", 200), (f"/accounts/{HOME}", 401), ("/openapi.json", 401)):
            async with session.get(reference + path) as answer:
                assert answer.status == status


async def test_every_method_of_the_protocols_is_in_the_contract() -> None:
    methods = {
        f"{name}.{method}"
        for name, protocol in PROTOCOLS.items()
        for method in vars(protocol)
        if not method.startswith("_")
    }
    assert methods == {operation.name for operation in OPERATIONS}


async def test_the_published_document_describes_every_operation_and_its_types() -> None:
    document = build_openapi()
    described = {entry["operationId"] for path in document["paths"].values() for entry in path.values()}
    assert described == {operation.name for operation in OPERATIONS}
    assert {"Account", "Bill", "BillLine", "Ticket", "TicketFields", "Outage", "Error"} <= set(
        document["components"]["schemas"]
    )
    text = str(document)
    references = {part.split("'")[0] for part in text.split("#/components/schemas/")[1:]}
    assert references <= set(document["components"]["schemas"])


async def test_a_text_message_goes_to_the_gateway_with_its_key(serve: Callable[[Answer], Awaitable[str]]) -> None:
    upstream = Upstream(503, 200)
    await HttpSms(await serve(upstream.respond), token="t").send("15400000001", "验证码123456", "k1")
    assert upstream.keys == ["k1", "k1"]


async def test_a_gateway_that_refuses_is_reported_once(serve: Callable[[Answer], Awaitable[str]]) -> None:
    upstream = Upstream(400)
    with pytest.raises(SmsNotSent):
        await HttpSms(await serve(upstream.respond)).send("15400000001", "验证码123456", "k1")
    assert upstream.keys == ["k1"]
