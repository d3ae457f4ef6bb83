"""Who may ask REST, and how often: users for whom a host application vouches, limits per user and per address."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp.test_utils import TestClient, TestServer

from connectors.credentials import RestCredentials
from connectors.limits import ProcessCounts, RequestLimits
from connectors.rest import RestChannel, rest_settings
from connectors.server import build_server
from connectors.webchat.tokens import sign_token
from tests.bot.talk import Talk
from tests.connectors.conftest import Client

KEY = "a-key-of-the-host-application-32b"


@asynccontextmanager
async def rest(talk: Talk, proxies: tuple[str, ...] = (), **told: Any) -> AsyncIterator[Client]:
    """REST with these settings."""
    settings = rest_settings(RestCredentials.model_validate(told), proxies)
    channel = RestChannel(talk.assistant, talk.clock, RequestLimits(ProcessCounts()), settings)
    async with TestClient(TestServer(build_server(channel.routes()))) as client:
        yield client


async def say(client: Client, sender: str = "c1", **headers: str) -> tuple[int, str]:
    response = await client.post("/webhooks/rest/webhook", json={"sender": sender, "message": ""}, headers=headers)
    content = await response.json()
    return response.status, content["error"]["code"] if response.status >= 400 else "said"


def token(user: str, key: str = KEY, ends: float | None = None) -> str:
    return "Bearer " + sign_token({"sub": user, "exp": int(ends or time.time() + 60)}, "k1", key.encode())


async def test_with_keys_a_sender_needs_a_token_of_his_own(talk: Talk) -> None:
    async with rest(talk, login_keys={"k1": KEY}) as client:
        assert await say(client) == (401, "bad_token")
        assert await say(client, Authorization=token("c1")) == (200, "said")
        assert await say(client, Authorization=token("c2")) == (403, "foreign_sender")
        assert await say(client, Authorization=token("c1", key="another key")) == (401, "bad_token")
        assert await say(client, Authorization=token("c1", ends=1.0)) == (401, "bad_token")
        assert await say(client, Authorization="Basic YTpi") == (401, "bad_token")
    assert len(await talk.assistant.turns("c1")) == 1


async def test_a_user_who_asks_too_often_waits_and_others_do_not(talk: Talk) -> None:
    limits = {"per_user": {"most": 2, "seconds": 3600}}
    async with rest(talk, limits=limits) as client:
        assert [(await say(client))[0] for _ in range(3)] == [200, 200, 429]
        assert (await say(client, "c2"))[0] == 200


async def test_an_address_that_asks_too_often_waits_whatever_the_sender(talk: Talk) -> None:
    limits = {"per_user": None, "per_address": {"most": 2, "seconds": 3600}}
    async with rest(talk, limits=limits) as client:
        assert [await say(client, f"c{number}") for number in range(3)][-1] == (429, "too_many_requests")


async def test_behind_a_trusted_proxy_each_customer_has_his_own_address(talk: Talk) -> None:
    limits = {"per_address": {"most": 1, "seconds": 3600}}
    async with rest(talk, ("127.0.0.1",), limits=limits) as client:
        statuses = [(await say(client, f"c{n}", **{"X-Forwarded-For": f"203.0.113.{n}"}))[0] for n in range(3)]
        assert statuses == [200, 200, 200]
        assert (await say(client, "c9", **{"X-Forwarded-For": "203.0.113.1"}))[0] == 429
    async with rest(talk, limits=limits) as client:
        statuses = [(await say(client, f"c{n}", **{"X-Forwarded-For": f"203.0.113.{n}"}))[0] for n in range(2)]
        assert statuses == [200, 429]
