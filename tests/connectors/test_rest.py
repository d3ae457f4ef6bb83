"""The REST door: Rasa's shape, clear refusals, one turn per message."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import FormData

from tests.bot.talk import Talk
from tests.connectors.conftest import Client

WEBHOOK = "/webhooks/rest/webhook"


async def post(client: Client, body: Any, path: str = WEBHOOK) -> tuple[int, Any]:
    """Post JSON; return status and JSON."""
    response = await client.post(path, json=body)
    return response.status, await response.json()


async def test_a_message_is_answered_in_the_shape_of_rasas_channel(client: Client, talk: Talk) -> None:
    text = talk.nlu.teach("query_usage: [十月](month=2026-10)用电")
    status, replies = await post(client, {"sender": "c1", "message": text})
    assert status == 200
    assert replies[0] == {"recipient_id": "c1", "text": "2026年10月用电量查好了"}


async def test_the_phone_gets_the_voice_wording(client: Client, talk: Talk) -> None:
    text = talk.nlu.teach("greet: 你好")
    _, app = await post(client, {"sender": "c1", "message": text})
    _, phone = await post(client, {"sender": "c2", "message": text, "metadata": {"channel": "phone"}})
    assert len(phone[0]["text"]) < len(app[0]["text"])


async def test_an_empty_message_is_silence(client: Client) -> None:
    _, replies = await post(client, {"sender": "c1", "message": ""})
    assert "您还在吗" in replies[0]["text"]


async def test_a_repeated_message_id_gives_the_same_replies_and_no_turn(client: Client, talk: Talk) -> None:
    body = {"sender": "c1", "message": talk.nlu.teach("greet: 你好"), "message_id": "m1"}
    assert await post(client, body) == await post(client, body)
    tracker = await (await client.get("/conversations/c1/tracker")).json()
    assert sum(event["event"] == "user" for event in tracker["events"]) == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "invalid_json"),
        (b"[1]", 400, "invalid_body"),
        (b'{"message": "a"}', 400, "invalid_body"),
        (b'{"sender": 7, "message": "a"}', 400, "invalid_body"),
        (b'{"sender": "", "message": "a"}', 400, "invalid_body"),
        (b'{"sender": "a\\u0000", "message": "a"}', 400, "bad_sender"),
        (b'{"sender": "c", "message": null}', 400, "invalid_body"),
        (b'{"sender": "c", "message": "a", "metadata": {"channel": "fax"}}', 400, "invalid_body"),
        (b'{"sender": "c", "message": "' + b"a" * 5000 + b'"}', 413, "message_too_long"),
        (b'{"sender": "c", "message": "' + b"a" * 1_000_000 + b'"}', 413, "body_too_large"),
        (b"\xff\xfe", 400, "invalid_json"),
    ],
)
async def test_bad_input_is_refused_with_a_clear_error(client: Client, body: bytes, status: int, code: str) -> None:
    response = await client.post(WEBHOOK, data=body, headers={"Content-Type": "application/json"})
    error = (await response.json())["error"]
    assert (response.status, error["code"]) == (status, code)
    assert error["message"]


async def test_control_characters_are_taken_out_of_a_message(client: Client, talk: Talk) -> None:
    talk.nlu.teach("greet: 你 好")
    status, _ = await post(client, {"sender": "c1", "message": "你\u0007\n好"})
    assert status == 200


async def test_an_unknown_address_or_method_is_a_json_error(client: Client) -> None:
    assert (await (await client.get("/nowhere")).json())["error"]["code"] == "not_found"
    assert (await (await client.get(WEBHOOK)).json())["error"]["code"] == "method_not_allowed"
    assert (await client.post(WEBHOOK, data=FormData({"a": "b"}))).status == 400


async def test_the_tracker_shows_state_and_all_events(client: Client, talk: Talk) -> None:
    await post(client, {"sender": "c1", "message": talk.nlu.teach("report_outage: 家里停电了"), "message_id": "m1"})
    tracker = await (await client.get("/conversations/c1/tracker")).json()
    assert tracker["active_flow"] == "report_outage"
    assert tracker["requested_slot"] == "address"
    assert tracker["stack"][-1]["flow"] == "report_outage"
    assert tracker["latest_message"]["intent"]["name"] == "report_outage"
    assert tracker["latest_message"]["message_id"] == "m1"
    kinds = [event["event"] for event in tracker["events"]]
    assert kinds[:2] == ["session_started", "user"]
    assert "flow_started" in kinds
    assert all("timestamp" in event for event in tracker["events"])
    assert tracker["verified_level"] == 0


async def test_a_tariff_is_calculated_and_a_missing_table_names_what_there_is(client: Client) -> None:
    request = {"region": "山东", "category": "居民阶梯", "month": "2026-10", "energy_kwh": 100}
    status, bill = await post(client, request, "/tariffs/calculate")
    assert (status, bill["total"]) == (200, "54.69")
    status, refused = await post(client, {**request, "region": "北京"}, "/tariffs/calculate")
    assert status == 422
    assert refused["error"]["available"]


async def test_machine_access_needs_the_token(talk: Talk) -> None:
    from aiohttp.test_utils import TestClient, TestServer

    from connectors.server import build_server
    from connectors.service_api import ServiceApi, TokenGuard
    from tests.connectors.conftest import SmallOperations

    text = talk.nlu.teach("greet: 你好")
    server = build_server(ServiceApi(SmallOperations(talk), TokenGuard("secret", is_demo=False)).routes())
    async with TestClient(TestServer(server)) as client:
        assert (await client.post("/model/parse", json={"text": text})).status == 401
        allowed = {"Authorization": "Bearer secret"}
        answer = await client.post("/model/parse", json={"text": text}, headers=allowed)
        assert (await answer.json())["intent"]["name"] == "greet"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/version", "/openapi.json", "/metrics", "/", "/demo/chat.js"])
async def test_what_operators_ask_for_is_there(client: Client, path: str) -> None:
    assert (await client.get(path)).status == 200


async def test_files_outside_the_page_are_not_served(client: Client) -> None:
    assert (await client.get("/demo/..%2Fpage.py")).status == 404


async def test_the_chat_window_gets_replies_over_its_websocket(client: Client, talk: Talk) -> None:
    text = talk.nlu.teach("greet: 你好")
    async with client.ws_connect("/webchat/ws?sender=w1") as socket:
        await socket.send_json({"type": "message", "text": text, "message_id": "m1"})
        assert (await socket.receive_json())["type"] == "typing"
        answer = await socket.receive_json()
        assert answer["message_id"] == "m1"
        assert answer["replies"][0]["text"].startswith("您好")
        await socket.send_str("{")
        assert (await socket.receive_json())["code"] == "invalid_json"
        await socket.send_json({"type": "message", "text": 7, "message_id": "m2"})
        assert (await socket.receive_json())["code"] == "invalid_body"


async def test_a_foreign_page_may_not_open_a_chat(client: Client) -> None:
    response = await client.get("/webchat/ws?sender=w1", headers={"Origin": "https://evil.example"})
    assert response.status == 403


@pytest.mark.parametrize("sender", ["web:a:1", "wechat:o1", "wecom_kf:u1", "chatwoot:1", "phone:call-1"])
async def test_nobody_speaks_in_the_name_of_a_signed_channels_customer(client: Client, sender: str) -> None:
    status, body = await post(client, {"sender": sender, "message": "你好"})
    assert (status, body["error"]["code"]) == (403, "reserved_sender")
