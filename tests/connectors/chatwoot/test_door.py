"""Chatwoot: signed events in, the bot's answers out by its public API, the conversation handed to agents and back."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.message import Button, Reply
from connectors.chatwoot.assembly import build_chatwoot
from connectors.chatwoot.settings import ChatwootCredentials
from connectors.outbox.outbox import Outbox
from connectors.server import build_server
from connectors.wechat import texts
from storage.database import open_database
from tests.bot.talk import MovableClock
from tests.connectors.wechat.conftest import ScriptedAssistant

ACCOUNT, SECRET, TOKEN = 3, "webhook-secret", "bot-token"
API = f"/api/v1/accounts/{ACCOUNT}/conversations/{{number}}"


class ChatwootSide:
    """Chatwoot, from its documentation: signs its events, keeps messages, has a status for each conversation."""

    def __init__(self) -> None:
        self.url = ""
        self.secret = SECRET
        self.ids = itertools.count(1000)
        self.messages: dict[int, list[dict[str, Any]]] = {}
        self.status: dict[int, str] = {}
        self.answers: list[int] = []
        self.lost_answers = 0

    def said(self, text: str | None, number: int = 7, **extra: Any) -> dict[str, Any]:
        """The event of a customer's message."""
        status = self.status.setdefault(number, "pending")
        conversation = {"id": number, "status": status, "inbox_id": 5, "channel": "Channel::Api"}
        base = {"event": "message_created", "id": next(self.ids), "content": text, "message_type": "incoming"}
        sender = {"id": 11, "name": "张三", "type": "contact"}
        people = {"sender": sender, "conversation": conversation, "account": {"id": ACCOUNT, "name": "供电公司"}}
        return base | {"private": False, "content_type": "text"} | people | extra

    async def deliver(self, event: dict[str, Any], stamp: str | None = None, query: str = "", **headers: str) -> int:
        body, stamp = json.dumps(event, ensure_ascii=False).encode(), stamp or str(int(time.time()))
        seal = hmac.new(self.secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        signed = {"X-Chatwoot-Signature": f"sha256={seal}", "X-Chatwoot-Timestamp": stamp, **headers}
        async with ClientSession() as session, session.post(self.url + query, data=body, headers=signed) as response:
            return response.status

    def texts(self, number: int = 7) -> list[str]:
        return [message["content"] for message in self.messages.get(number, [])]

    async def until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(8):
            while not is_so():
                await asyncio.sleep(0.01)

    async def take(self, request: web.Request) -> web.Response:
        assert request.headers["api_access_token"] == TOKEN
        if self.answers and (status := self.answers.pop(0)) != 200:
            return web.json_response({"error": "as told"}, status=status)
        content = await request.json()
        assert content["message_type"] == "outgoing"
        self.messages.setdefault(int(request.match_info["number"]), []).append(content)
        if self.lost_answers:
            self.lost_answers -= 1
            return web.json_response({"error": "gateway"}, status=502)
        return web.json_response({"id": next(self.ids), **content})

    async def tell(self, request: web.Request) -> web.Response:
        return web.json_response({"meta": {}, "payload": self.messages.get(int(request.match_info["number"]), [])})

    async def toggle(self, request: web.Request) -> web.Response:
        number, content = int(request.match_info["number"]), await request.json()
        self.status[number] = content["status"]
        return web.json_response({"payload": {"success": True, "current_status": content["status"]}})


@pytest.fixture
def assistant() -> ScriptedAssistant:
    return ScriptedAssistant()


@pytest.fixture
async def side(
    tmp_path: Path, assistant: ScriptedAssistant, request: pytest.FixtureRequest
) -> AsyncIterator[ChatwootSide]:
    chatwoot, api = ChatwootSide(), web.Application()
    api.add_routes(
        [
            web.post(f"{API}/messages", chatwoot.take),
            web.get(f"{API}/messages", chatwoot.tell),
            web.post(f"{API}/toggle_status", chatwoot.toggle),
        ]
    )
    there = TestServer(api)
    await there.start_server()
    base = {"api_base": str(there.make_url("")), "account_id": ACCOUNT, "access_token": TOKEN}
    settings = ChatwootCredentials.model_validate(base | getattr(request, "param", {"webhook_secret": SECRET}))

    async def was_handed_over(_sender_id: str, _message_id: str) -> bool:
        return assistant.turns[-1].text == "转人工"

    database = open_database(f"sqlite:///{tmp_path / 'c.sqlite'}")
    door = build_chatwoot(settings, assistant, Outbox(database), MovableClock(), was_handed_over)
    application = build_server(door.routes())
    application.cleanup_ctx.append(door.running)
    server = TestServer(application)
    await server.start_server()
    chatwoot.url = str(server.make_url("/webhooks/chatwoot/webhook"))
    yield chatwoot
    await server.close()
    await there.close()
    await database.close()


async def test_a_customers_message_is_answered_once_in_the_order_of_the_conversation(
    side: ChatwootSide, assistant: ScriptedAssistant
) -> None:
    events = [side.said(f"第{number}句") for number in range(3)]
    for event in (*events, *events):
        assert await side.deliver(event) == 200
    await side.until(lambda: len(side.texts()) == 3)
    await asyncio.sleep(0.6)
    assert side.texts() == [f"答：第{number}句" for number in range(3)]
    assert {turn.sender_id for turn in assistant.turns} == {f"chatwoot:{ACCOUNT}:7"}
    assert len(assistant.turns) == 3


async def test_choices_become_buttons(side: ChatwootSide, assistant: ScriptedAssistant) -> None:
    assistant.replies["?"] = [Reply("哪一种？", (Button("查电费", "我要查电费"),))]
    await side.deliver(side.said("?"))
    await side.until(lambda: bool(side.texts()))
    message = side.messages[7][0]
    assert message["content_type"] == "input_select"
    assert message["content_attributes"] == {"items": [{"title": "查电费", "value": "我要查电费"}]}


async def test_who_wants_a_person_is_opened_for_agents_and_the_bot_keeps_silent_until_it_is_pending_again(
    side: ChatwootSide, assistant: ScriptedAssistant
) -> None:
    await side.deliver(side.said("转人工"))
    await side.until(lambda: side.status[7] == "open")
    assert side.texts() == ["答：转人工"]
    await side.deliver(side.said("坐席在吗"))
    side.status[7] = "resolved"
    await side.deliver({"event": "conversation_status_changed", "id": 7, "status": "resolved"})
    side.status[7] = "pending"
    await side.deliver(side.said("查电费"))
    await side.until(lambda: len(side.texts()) == 2)
    assert [turn.text for turn in assistant.turns] == ["转人工", "查电费"]


@pytest.mark.parametrize(
    "extra",
    [
        {"event": "message_updated"},
        {"message_type": "outgoing"},
        {"message_type": 1},
        {"private": True},
        {"account": {"id": ACCOUNT + 1}},
        {"conversation": None},
        {"id": "7; drop"},
    ],
)
async def test_other_events_are_taken_in_silence(
    side: ChatwootSide, assistant: ScriptedAssistant, extra: dict[str, Any]
) -> None:
    assert await side.deliver(side.said("你好", **extra)) == 200
    await asyncio.sleep(0.1)
    assert assistant.turns == []


async def test_a_delivery_that_is_not_signed_in_time_is_refused(
    side: ChatwootSide, assistant: ScriptedAssistant
) -> None:
    event = side.said("你好")
    assert await side.deliver(event, **{"X-Chatwoot-Signature": "sha256=" + "0" * 64}) == 403
    assert await side.deliver(event, stamp=str(int(time.time()) - 301)) == 403
    assert await side.deliver(event, stamp="soon") == 403
    side.secret = "guessed"
    assert await side.deliver(event) == 403
    assert assistant.turns == []


@pytest.mark.parametrize("side", [{"webhook_token": "in-the-address", "takes_open": True}], indirect=True)
async def test_an_older_chatwoot_is_known_by_the_token_of_the_address(side: ChatwootSide) -> None:
    side.status[7] = "open"
    assert await side.deliver(side.said("你好"), query="?token=guessed") == 403
    assert await side.deliver(side.said("你好")) == 403
    assert await side.deliver(side.said("你好"), query="?token=in-the-address") == 200
    await side.until(lambda: side.texts() == ["答：你好"])


async def test_a_file_without_words_gets_an_honest_word(side: ChatwootSide, assistant: ScriptedAssistant) -> None:
    await side.deliver(side.said(None, attachments=[{"data_url": "http://127.0.0.1:1/secret"}]))
    await side.until(lambda: side.texts() == [texts.OTHER_KIND])
    assert assistant.turns == []


async def test_a_message_whose_answer_was_lost_is_not_said_twice(side: ChatwootSide) -> None:
    side.lost_answers = 1
    await side.deliver(side.said("你好"))
    await side.until(lambda: bool(side.texts()))
    await asyncio.sleep(1.8)
    assert side.texts() == ["答：你好"]


@pytest.mark.parametrize(("statuses", "said"), [([503, 429], 1), ([404], 0), ([401], 0)])
async def test_what_a_refusal_means(side: ChatwootSide, statuses: list[int], said: int) -> None:
    side.answers = statuses
    await side.deliver(side.said("你好"))
    await side.until(lambda: not side.answers)
    if said:
        await side.until(lambda: bool(side.texts()))
    await asyncio.sleep(0.3)
    assert len(side.texts()) == said
