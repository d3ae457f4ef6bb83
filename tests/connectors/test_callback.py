"""The REST door's other two ways to answer: signed posts that are kept until they are taken, and an event stream."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from connectors.callback import CallbackChannel
from connectors.credentials import CallbackCredentials
from connectors.outbox.outbox import Outbox
from connectors.rest import RestChannel
from connectors.server import build_server
from tests.bot.talk import Talk
from tests.connectors.conftest import Client


class Receiver:
    """The operator's address; answers as told, then takes everything."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.url = ""
        self.seen = 0
        self.taken: list[tuple[str, Any]] = []

    async def take(self, request: web.Request) -> web.Response:
        content = await request.read()
        seal = hmac.new(b"s3cret", content, hashlib.sha256).hexdigest()
        assert request.headers["X-Gridtalk-Signature"] == f"sha256={seal}"
        self.seen += 1
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 200:
            self.taken.append((request.headers["Idempotency-Key"], await request.json()))
        return web.Response(status=status, headers={"Retry-After": "0", "Location": "/elsewhere"})

    async def until(self, number: int) -> list[str]:
        async with asyncio.timeout(5):
            while len(self.taken) < number:
                await asyncio.sleep(0.01)
        return [content["message_id"] for _, content in self.taken]


@asynccontextmanager
async def posting(talk: Talk, url: str) -> AsyncIterator[tuple[Client, Outbox]]:
    """A server with the callback door."""
    rest = RestChannel(talk.assistant, talk.clock)
    outbox = Outbox(talk.assistant.store.database)
    settings = CallbackCredentials.model_validate({"url": url, "secret": "s3cret"})
    channel = CallbackChannel(rest, outbox, settings)
    application = build_server(channel.routes())
    application.cleanup_ctx.append(channel.running)
    async with TestClient(TestServer(application)) as client:
        yield client, outbox


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made, there = Receiver(), web.Application()
    there.router.add_post("/take", made.take)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(TestServer(there))
        made.url = str(server.make_url("/take"))
        yield made


async def say(client: Client, talk: Talk, number: int) -> None:
    text = talk.nlu.teach(f"query_usage: [{number}月](month=2026-0{number})用电")
    body = {"sender": "c1", "message": text, "message_id": f"m{number}"}
    response = await client.post("/webhooks/callback/webhook", json=body)
    assert await response.json() == {"status": "accepted", "message_id": f"m{number}"}


async def test_replies_are_posted_in_order_and_again_after_a_failure(talk: Talk, receiver: Receiver) -> None:
    receiver.statuses = [503, 429]
    async with posting(talk, receiver.url) as (client, _):
        for number in (1, 2, 3):
            await say(client, talk, number)
        said = await receiver.until(3)
    assert said == sorted(said)
    assert receiver.seen == len(receiver.taken) + 2
    assert len({key for key, _ in receiver.taken}) == len(receiver.taken)
    assert {content["recipient_id"] for _, content in receiver.taken} == {"c1"}


async def test_what_was_accepted_is_posted_by_the_next_process(talk: Talk, receiver: Receiver) -> None:
    async with posting(talk, "http://127.0.0.1:9/nobody-listens") as (client, outbox):
        await say(client, talk, 1)
        await say(client, talk, 1)
    async with posting(talk, receiver.url) as (_, outbox):
        async with asyncio.timeout(6):
            while set(await outbox.counts()) != {("callback", "sent")}:
                await asyncio.sleep(0.05)
    assert {content["message_id"] for _, content in receiver.taken} == {"m1"}
    assert len(receiver.taken) == len({key for key, _ in receiver.taken})


@pytest.mark.parametrize(("status", "state"), [(422, "dead"), (401, "pending"), (302, "pending"), (500, "pending")])
async def test_what_an_answer_means_for_a_reply(talk: Talk, receiver: Receiver, status: int, state: str) -> None:
    receiver.statuses = [status] * 9
    async with posting(talk, receiver.url) as (client, outbox):
        await say(client, talk, 1)
        async with asyncio.timeout(5):
            while set(await outbox.counts()) != {("callback", state)} or receiver.seen == 0:
                await asyncio.sleep(0.01)
    assert receiver.taken == []


async def test_an_answer_as_server_sent_events_begins_with_typing(client: Client, talk: Talk) -> None:
    body = {"sender": "c1", "message": talk.nlu.teach("greet: 你好")}
    response = await client.post("/webhooks/rest/webhook", json=body, headers={"Accept": "text/event-stream"})
    text = await response.text()
    names = [line.removeprefix("event: ") for line in text.splitlines() if line.startswith("event: ")]
    assert names == ["typing", "reply", "done"]
    assert "您好" in text
    too_long = {"sender": "c1", "message": "长" * 2001}
    refused = await client.post("/webhooks/rest/webhook", json=too_long, headers={"Accept": "text/event-stream"})
    assert refused.status == 413
