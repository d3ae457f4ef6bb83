"""微信客服: a signal, then pages with a cursor; every message one turn, every answer one message id."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.message import Reply
from connectors.credentials import WecomKfCredentials
from connectors.outbox.outbox import Outbox
from connectors.server import build_server
from connectors.wechat import texts
from connectors.wecom_kf.assembly import build_wecom_kf
from storage.database import open_database
from tests.bot.talk import MovableClock
from tests.connectors.wechat.conftest import ScriptedAssistant
from tests.connectors.wechat.simulator import AES_KEY, TOKEN, seal, signature, to_xml

OLD_KEY = "z" * 42 + "Q"
CORP_ID, KF = "ww1234567890abcdef", "wkAJ2GCAAASSm4"


class WecomSide:
    """WeCom, from its documentation: keeps messages behind a cursor, drops a msgid that it knows."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.page = 2
        self.pulls: list[dict[str, Any]] = []
        self.sent: list[dict[str, Any]] = []
        self.answers: list[int] = []
        self.tokens = 0
        self.state = 1
        self.states: list[int] = []
        self.welcomed: list[dict[str, Any]] = []
        self.limit = 5
        self.url = ""
        self.clock = MovableClock()

    def customer(self, text: str, who: str = "wm1", **extra: Any) -> None:
        number = len(self.messages) + 1
        base = {"msgid": f"m{number}", "open_kfid": KF, "external_userid": who, "origin": 3, "msgtype": "text"}
        self.messages.append(base | {"text": {"content": text}} | extra)

    def query(self, sealed: str, stamp: str | None = None) -> dict[str, str]:
        stamp, nonce = stamp or str(int(self.clock().timestamp())), secrets.token_hex(5)
        return {"msg_signature": signature(TOKEN, stamp, nonce, sealed), "timestamp": stamp, "nonce": nonce}

    async def signal(self, corp_id: str = CORP_ID, key: str = AES_KEY) -> tuple[int, str]:
        event = {"ToUserName": CORP_ID, "CreateTime": 1, "MsgType": "event", "Event": "kf_msg_or_event"}
        sealed = seal(to_xml(event | {"Token": "SIGNAL", "OpenKfId": KF}), key, corp_id)
        body = to_xml({"ToUserName": CORP_ID, "Encrypt": sealed})
        async with (
            ClientSession() as session,
            session.post(self.url, params=self.query(sealed), data=body) as response,
        ):
            return response.status, await response.text()

    async def token(self, _: web.Request) -> web.Response:
        self.tokens += 1
        return web.json_response({"errcode": 0, "access_token": f"t{self.tokens}", "expires_in": 7200})

    async def sync(self, request: web.Request) -> web.Response:
        content = await request.json()
        self.pulls.append(content)
        start = int(content.get("cursor") or 0)
        page = self.messages[start : start + self.page]
        end = start + len(page)
        rest = int(end < len(self.messages))
        return web.json_response({"errcode": 0, "next_cursor": str(end), "has_more": rest, "msg_list": page})

    async def send(self, request: web.Request) -> web.Response:
        body = json.loads(await request.read())
        if self.answers and (code := self.answers.pop(0)):
            return web.json_response({"errcode": code, "errmsg": "as told"})
        if body["msgid"] in {known["msgid"] for known in self.sent}:
            return web.json_response({"errcode": 95011, "errmsg": "msgid known"})
        if self.state != 1:
            return web.json_response({"errcode": 95018, "errmsg": "wrong state"})
        if len(self.sent) >= self.limit:
            return web.json_response({"errcode": 95001, "errmsg": "send msg count limit"})
        self.sent.append(body)
        return web.json_response({"errcode": 0, "msgid": body["msgid"]})

    async def event(self, kind: str, **extra: Any) -> None:
        event = {"event_type": kind, "open_kfid": KF, "external_userid": "wm1", **extra}
        self.messages.append({"msgid": f"e{len(self.messages)}", "msgtype": "event", "origin": 4, "event": event})

    async def welcome(self, request: web.Request) -> web.Response:
        self.welcomed.append(await request.json())
        return web.json_response({"errcode": 0})

    async def get_state(self, _: web.Request) -> web.Response:
        return web.json_response({"errcode": 0, "service_state": self.state})

    async def change_state(self, request: web.Request) -> web.Response:
        self.state = (await request.json())["service_state"]
        self.states.append(self.state)
        return web.json_response({"errcode": 0})

    async def upload(self, request: web.Request) -> web.Response:
        await request.read()
        return web.json_response({"errcode": 0, "media_id": "MEDIA"})

    async def until(self, number: int) -> list[str]:
        async with asyncio.timeout(6):
            while len(self.sent) < number:
                await asyncio.sleep(0.01)
        return [body["text"]["content"] for body in self.sent]


@pytest.fixture
def assistant() -> ScriptedAssistant:
    return ScriptedAssistant()


@pytest.fixture
async def side(tmp_path: Path, assistant: ScriptedAssistant) -> AsyncIterator[WecomSide]:
    wecom = WecomSide()
    application = web.Application()
    application.add_routes(
        [
            web.get("/cgi-bin/gettoken", wecom.token),
            web.post("/cgi-bin/kf/sync_msg", wecom.sync),
            web.post("/cgi-bin/kf/send_msg", wecom.send),
            web.post("/cgi-bin/kf/send_msg_on_event", wecom.welcome),
            web.post("/cgi-bin/kf/service_state/get", wecom.get_state),
            web.post("/cgi-bin/kf/service_state/trans", wecom.change_state),
            web.post("/cgi-bin/media/upload", wecom.upload),
        ]
    )
    api = TestServer(application)
    await api.start_server()
    base = str(api.make_url("")).rstrip("/")
    credentials = {"corp_id": CORP_ID, "secret": "s", "token": TOKEN, "encoding_aes_key": AES_KEY}
    credentials |= {"previous_encoding_aes_key": OLD_KEY, "api_base": base, "desk": "wecom"}
    database = open_database(f"sqlite:///{tmp_path / 'k.sqlite'}")
    settings = WecomKfCredentials.model_validate(credentials)

    async def was_handed_over(_sender_id: str, _message_id: str) -> bool:
        return bool(assistant.turns) and assistant.turns[-1].text == "转人工"

    door = build_wecom_kf(settings, assistant, Outbox(database), wecom.clock, tmp_path, was_handed_over=was_handed_over)
    served = build_server(door.routes())
    served.cleanup_ctx.append(door.running)
    server = TestServer(served)
    await server.start_server()
    wecom.url = str(server.make_url("/webhooks/wecom_kf/webhook"))
    yield wecom
    await server.close()
    await api.close()
    await database.close()


async def test_all_pages_are_pulled_and_each_message_is_answered_once(
    side: WecomSide, assistant: ScriptedAssistant
) -> None:
    for number in range(5):
        side.customer(f"第{number}句")
    assert await side.signal() == (200, "success")
    assert await side.until(5) == [f"答：第{number}句" for number in range(5)]
    assert {body["open_kfid"] for body in side.sent} == {KF}
    assert side.pulls[0] == {"open_kfid": KF, "limit": 1000, "voice_format": 0, "token": "SIGNAL"}
    assert [pull.get("cursor") for pull in side.pulls] == [None, "2", "4"]
    assert assistant.turns[0].sender_id == f"wecom_kf:{KF}:wm1"


async def test_a_second_signal_goes_on_behind_the_cursor(side: WecomSide, assistant: ScriptedAssistant) -> None:
    side.customer("一")
    await side.signal()
    await side.until(1)
    side.customer("二")
    await side.signal()
    assert await side.until(2) == ["答：一", "答：二"]
    await side.signal()
    await asyncio.sleep(0.3)
    assert len(assistant.turns) == 2
    assert side.tokens == 1


async def test_a_signal_with_the_key_before_is_taken_while_it_is_replaced(side: WecomSide) -> None:
    side.customer("一")
    assert await side.signal(key=OLD_KEY) == (200, "success")
    assert await side.until(1) == ["答：一"]
    assert (await side.signal(key="y" * 42 + "Q"))[0] in (400, 403)


async def test_what_is_no_customers_message_makes_no_turn(side: WecomSide, assistant: ScriptedAssistant) -> None:
    side.customer("坐席说的", origin=5)
    side.messages.append({"msgtype": "event", "event": {"event_type": "msg_send_fail", "fail_type": 4}})
    side.customer("", msgtype="image", image={"media_id": "m"})
    await side.signal()
    assert await side.until(1) == [texts.PICTURE]
    assert assistant.turns == []


async def test_a_message_that_wecom_knows_counts_as_sent(side: WecomSide) -> None:
    side.answers = [-1, 95011]
    side.customer("一")
    await side.signal()
    async with asyncio.timeout(8):
        while side.answers:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.6)
    assert side.sent == []


async def test_the_address_check_returns_the_opened_echo(side: WecomSide) -> None:
    sealed = seal(b"4375120948345356249", AES_KEY, CORP_ID)
    query = side.query(sealed) | {"echostr": sealed}
    async with ClientSession() as session, session.get(side.url, params=query) as response:
        assert (response.status, await response.text()) == (200, "4375120948345356249")
    wrong = query | {"msg_signature": "0" * 40}
    async with ClientSession() as session, session.get(side.url, params=wrong) as response:
        assert response.status == 403


async def test_a_signal_of_a_foreign_corporation_is_refused(side: WecomSide) -> None:
    assert await side.signal("wwffffffffffffffff") == (403, "")
    assert side.pulls == []


async def test_who_comes_in_is_greeted_once_by_the_events_code(side: WecomSide) -> None:
    await side.event("enter_session", welcome_code="CODE-1", scene="123")
    await side.event("enter_session", scene="123")
    await side.signal()
    async with asyncio.timeout(6):
        while not side.welcomed:
            await asyncio.sleep(0.01)
    await side.signal()
    await asyncio.sleep(0.2)
    assert [(said["code"], said["text"]["content"]) for said in side.welcomed] == [("CODE-1", texts.WELCOME_SERVICE)]
    assert side.sent == []


async def test_who_wants_a_person_gets_the_answer_and_then_the_queue_of_wecom(side: WecomSide) -> None:
    side.customer("转人工")
    await side.signal()
    assert await side.until(1) == ["答：转人工"]
    async with asyncio.timeout(6):
        while side.states != [2]:
            await asyncio.sleep(0.01)


async def test_while_a_person_has_the_conversation_the_bot_keeps_silent(
    side: WecomSide, assistant: ScriptedAssistant
) -> None:
    side.page = 10
    side.customer("一")
    await side.event("session_status_change", change_type=1, new_servicer_userid="zhang")
    side.customer("给坐席的话")
    await side.event("session_status_change", change_type=3, old_servicer_userid="zhang")
    side.customer("二")
    await side.signal()
    assert await side.until(2) == ["答：一", "答：二"]
    assert [turn.text for turn in assistant.turns] == ["一", "二"]


@pytest.mark.parametrize(("state", "said"), [(0, ["答：一"]), (4, ["答：一"]), (2, []), (3, [])])
async def test_a_session_that_nobody_has_is_taken_and_one_of_people_is_left(
    side: WecomSide, state: int, said: list[str]
) -> None:
    side.state = state
    side.customer("一")
    await side.signal()
    if said:
        assert await side.until(1) == said
    else:
        await asyncio.sleep(0.8)
    assert side.states == ([1] if said else [])
    assert len(side.sent) == len(said)


async def test_over_the_five_in_48_hours_the_answer_waits_for_the_next_message(
    side: WecomSide, assistant: ScriptedAssistant
) -> None:
    side.limit, side.page = 1, 10
    assistant.replies["一"] = [Reply("第一段。" * 200)]
    side.customer("一")
    await side.signal()
    await side.until(1)
    await asyncio.sleep(0.8)
    assert len(side.sent) == 1
    side.limit = 9
    side.customer("二")
    await side.signal()
    said = await side.until(3)
    assert "".join(said[:2]) == "第一段。" * 200
    assert said[2] == "答：二"


async def test_a_picture_of_the_project_is_uploaded_and_sent(
    side: WecomSide, assistant: ScriptedAssistant, tmp_path: Path
) -> None:
    (tmp_path / "map.png").write_bytes(b"picture")
    assistant.replies["图"] = [Reply("看图", image="map.png")]
    side.customer("图")
    await side.signal()
    async with asyncio.timeout(6):
        while len(side.sent) < 2:
            await asyncio.sleep(0.01)
    assert side.sent[1]["image"] == {"media_id": "MEDIA"}
