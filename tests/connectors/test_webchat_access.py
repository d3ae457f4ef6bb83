"""Who may talk at the window: signed tokens, exact origins, limits."""

from __future__ import annotations

import base64
import time
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from connectors.limits import Limit, ProcessCounts, Proxies, RedisCounts
from connectors.server import build_server
from connectors.webchat.assembly import build_webchat
from connectors.webchat.door import WebChat
from connectors.webchat.settings import WebChatSettings
from connectors.webchat.tokens import BadToken, read_token, sign_token
from storage.secret import load_cipher
from tests.bot.talk import Talk
from tests.connectors.conftest import LOGIN_KEY, Client
from tests.connectors.webchat_client import bearer, connect, frames_until, open_session
from tests.services import redis_url

KEY = LOGIN_KEY.encode()
LATER = int(time.time()) + 600


def login(**claims: object) -> str:
    """A host application's token."""
    return sign_token({"sub": "user-7", "exp": LATER, **claims}, "k1", KEY)


async def test_a_token_brings_the_visitor_back_to_his_conversation(client: Client, talk: Talk) -> None:
    first = await open_session(client)
    again = await open_session(client, token=first["token"])
    assert again["conversation"] == first["conversation"]
    talk.clock.move(hours=25)
    assert (await open_session(client, token=first["token"]))["conversation"] != first["conversation"]


async def test_a_user_has_one_conversation_whatever_the_browser(client: Client) -> None:
    first = await open_session(client, login=login())
    other = await open_session(client, login=login(), token=(await open_session(client))["token"])
    assert first["conversation"] == other["conversation"]
    assert first["is_user"]
    assert "user-7" not in first["conversation"]
    assert (await open_session(client, login=login(sub="user-8")))["conversation"] != first["conversation"]


@pytest.mark.parametrize(
    "token",
    [
        "user-7",
        sign_token({"sub": "user-7"}, "k1", KEY),
        sign_token({"sub": "user-7", "exp": int(time.time()) - 1}, "k1", KEY),
        sign_token({"sub": "user-7", "exp": LATER}, "k1", b"another key"),
        sign_token({"sub": "user-7", "exp": LATER}, "k2", KEY),
        sign_token({"exp": LATER}, "k1", KEY),
        login()[:-2] + "AA",
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c2VyLTcifQ.",
        "é.é.é",
    ],
)
async def test_a_login_that_is_not_signed_and_valid_is_refused(client: Client, token: str) -> None:
    response = await client.post("/webchat/session", json={"login": token})
    assert response.status == 401
    assert (await response.json())["error"]["code"] == "bad_token"


async def test_a_hosts_key_cannot_make_the_windows_own_tokens(client: Client) -> None:
    forged = sign_token({"c": "web:a:somebody", "u": False, "exp": LATER}, "chat", KEY)
    response = await client.get("/webchat/poll", headers={"Authorization": f"Bearer {forged}"})
    assert response.status == 401
    socket = await connect(client, {"token": forged})
    assert (await frames_until(socket, "error"))[-1]["code"] == "bad_token"
    assert (await socket.receive(timeout=5)).data == 4401


def test_the_algorithm_is_not_the_tokens_choice() -> None:
    good = sign_token({"exp": 100}, "k", b"key")
    assert read_token(good, {"k": b"key"}, 0)[1]["exp"] == 100
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none","kid":"k"}').decode().rstrip("=")
    with pytest.raises(BadToken, match="HS256"):
        read_token(".".join([unsigned, *good.split(".")[1:]]), {"k": b"key"}, 0)


async def test_rest_cannot_speak_in_a_window(client: Client) -> None:
    session = await open_session(client)
    body = {"sender": session["conversation"], "message": "你好"}
    assert (await client.post("/webhooks/rest/webhook", json=body)).status == 403


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "https://example.com.evil.example", "http://example.com", "null"]
)
async def test_a_foreign_page_may_not_even_open_a_session(client: Client, origin: str) -> None:
    response = await client.post("/webchat/session", json={}, headers={"Origin": origin})
    assert response.status == 403
    assert "Access-Control-Allow-Origin" not in response.headers
    assert (await client.get("/webchat/ws", headers={"Origin": origin})).status == 403


async def test_a_named_page_may_and_its_browser_is_told(client: Client) -> None:
    origin = {"Origin": "https://example.com"}
    asked = await client.options("/webchat/session", headers={**origin, "Access-Control-Request-Method": "POST"})
    assert asked.status == 204
    opened = await client.post("/webchat/session", json={}, headers=origin)
    refused = await client.get("/webchat/poll", headers=origin)
    assert {answer.headers["Access-Control-Allow-Origin"] for answer in (asked, opened, refused)} == {
        "https://example.com"
    }
    assert (opened.status, refused.status) == (200, 401)


async def test_who_asks_too_often_waits(client: Client, talk: Talk, chat: WebChat) -> None:
    session, text = await open_session(client), talk.nlu.teach("greet: 你好")
    headers, passed = bearer(session), 0
    while passed < 200:  # one more passes for every second that the machine takes
        body = {"text": text, "message_id": f"m{passed}"}
        response = await client.post("/webchat/messages", json=body, headers=headers)
        if response.status != 200:
            break
        passed += 1
    assert passed >= 60
    assert response.status == 429
    assert int(response.headers["Retry-After"]) >= 1


async def test_a_bucket_empties_with_time() -> None:
    now = [0.0]
    counts, limit = ProcessCounts(lambda: now[0]), Limit("user", 2, 10.0)
    assert [await counts.wait_seconds(limit, "a") > 0 for _ in range(3)] == [False, False, True]
    assert await counts.wait_seconds(limit, "b") == 0
    now[0] = 5.1
    assert await counts.wait_seconds(limit, "a") == 0


async def test_redis_counts_for_all_workers_together() -> None:
    first, second = RedisCounts(redis_url()), RedisCounts(redis_url())
    limit = Limit("test-window", 3, 3600.0)
    waits = [await counts.wait_seconds(limit, "somebody") for counts in (first, second, first, second)]
    await first.close()
    await second.close()
    assert [wait > 0 for wait in waits] == [False, False, False, True]


def test_only_our_own_proxies_are_believed_about_addresses() -> None:
    ours = Proxies.named(["10.0.0.0/8", "2001:db8::1"])
    assert ours.caller("10.0.0.1", "6.6.6.6, 1.2.3.4") == "1.2.3.4"
    assert ours.caller("10.0.0.1", "1.2.3.4, 10.3.3.3") == "1.2.3.4"
    assert ours.caller("2001:db8::1", "1.2.3.4") == "1.2.3.4"
    assert ours.caller("5.5.5.5", "1.2.3.4") == "5.5.5.5"
    assert Proxies().caller("10.0.0.1", "1.2.3.4") == "10.0.0.1"


async def test_outside_the_demo_a_bare_sender_gets_no_socket(talk: Talk, tmp_path: Path) -> None:
    door = build_webchat(
        talk.assistant,
        talk.assistant.store.database,
        talk.clock,
        load_cipher(),
        tmp_path / "uploads",
        counts=ProcessCounts(),
        settings=WebChatSettings(),
    )
    application = build_server(door.routes())
    application.cleanup_ctx.append(door.running)
    async with TestClient(TestServer(application)) as client:
        socket = await client.ws_connect("/webchat/ws?sender=customer-1")
        await socket.send_json({"type": "message", "text": "你好", "message_id": "m1"})
        assert (await socket.receive_json(timeout=5))["code"] == "invalid_body"
        assert (await socket.receive(timeout=5)).data == 4401
    assert await talk.assistant.turns("customer-1") == []
