"""The desk as its page uses it: HTTP and socket, from log-in to the end of a conversation."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType, WSServerHandshakeError

from tests.connectors.desk.world import WANTS_A_PERSON
from tests.console.conftest import PASSWORD, Browser, Office


async def listen(browser: Browser) -> ClientWebSocketResponse:
    """Open the page's socket."""
    return await browser.client.ws_connect("/console/api/desk/ws")


async def until(socket: ClientWebSocketResponse, kind: str, **wanted: Any) -> dict[str, Any]:
    """Read frames up to the first one of this kind that has these values."""
    while True:
        frame: dict[str, Any] = await socket.receive_json(timeout=10)
        if frame["type"] == kind and all(frame.get(name) == value for name, value in wanted.items()):
            return frame


async def until_entry(socket: ClientWebSocketResponse, text: str) -> dict[str, Any]:
    """Read frames up to the line with this text."""
    while True:
        for entry in (await until(socket, "entries"))["entries"]:
            if entry["text"] == text:
                found: dict[str, Any] = entry
                return found


async def test_a_conversation_from_the_queue_to_its_end(office: Office) -> None:
    world, anna = office.world, await office.browser("anna")
    socket = await listen(anna)
    welcome = await until(socket, "welcome")
    assert (welcome["me"]["state"], welcome["queue"]["items"], welcome["heartbeat_seconds"]) == ("offline", [], 15)
    assert (await anna.post("/desk/presence", {"state": "online"}))[1]["state"] == "online"
    await world.say(WANTS_A_PERSON)
    waiting = (await until(socket, "session"))["session"]
    assert (waiting["status"], waiting["customer"]) == ("waiting", "访客 er-1")
    queue = (await anna.get("/desk/queue"))[1]
    assert (queue["waiting"], queue["is_open"], queue["items"][0]["position"]) == (1, True, 1)
    status, answer = await anna.post(f"/desk/sessions/{waiting['id']}/accept")
    assert (status, answer["session"]["status"]) == (200, "active")
    assert answer["session"]["summary"]["last_words"] == "转人工"
    path = f"/desk/sessions/{waiting['id']}"
    await world.say("我的电费不对")
    assert (await until_entry(socket, "我的电费不对"))["from"] == "customer"
    said = (await anna.post(f"{path}/messages", {"text": "我来看看", "client_id": "c1"}))[1]["entry"]
    assert (said["from"], said["delivery"], said["agent"]["display_name"]) == ("agent", "sent", "安娜")
    assert await world.say("好的") == ["我来看看"]
    suggestions = (await anna.get(f"{path}/suggestions"))[1]
    assert suggestions["items"][0]["document"] == "发改价格"
    ticket = (await anna.post(f"{path}/tickets", {"category": "查询咨询", "summary": "电费疑问"}))[1]
    assert ticket["ticket_no"] == "261120000001"
    status, answer = await anna.post(f"{path}/close", {"disposition": "solved"})
    assert (status, answer["session"]["disposition"]) == (200, "solved")
    closed = await until(socket, "session")
    while closed["session"]["status"] != "closed":
        closed = await until(socket, "session")
    assert (await anna.get("/desk/me"))[1]["active"] == 0
    await socket.close()


async def test_a_supervisor_watches_and_whispers_and_the_agent_hears_it(small_office: Office) -> None:
    world = small_office.world
    anna, sue = await small_office.browser("anna"), await small_office.browser("sue")
    await anna.post("/desk/presence", {"state": "online"})
    session = await world.hand_over()
    path = f"/desk/sessions/{session.id}"
    await anna.post(f"{path}/accept")
    agents_page, supervisors_page = await listen(anna), await listen(sue)
    await supervisors_page.send_json({"type": "watch", "session_id": session.id, "cursor": ""})
    await until_entry(supervisors_page, "转人工")
    await world.say("听得到吗")
    await until_entry(supervisors_page, "听得到吗")
    assert (await sue.post(f"{path}/whisper", {"text": "先致歉"}))[0] == 200
    assert (await until_entry(agents_page, "先致歉"))["from"] == "whisper"
    assert "先致歉" not in str(await world.desk.mail.read("customer-1", 0))
    overview = (await sue.get("/desk/overview"))[1]
    assert (overview["active"], overview["waiting"], overview["agents_online"]) == (1, 0, 1)
    assert {one["online"] for one in overview["by_skill"]} == {1}
    await anna.post("/desk/presence", {"state": "away"})
    overview = (await sue.get("/desk/overview"))[1]
    assert (overview["agents_online"], overview["agents_away"]) == (0, 1)
    assert {one["online"] for one in overview["by_skill"]} == {0}
    await anna.post("/desk/presence", {"state": "online"})
    anna_now = (await sue.get("/desk/agents"))[1]["items"][0]
    assert (anna_now["display_name"], anna_now["active"]) == ("安娜", 1)
    await agents_page.close()
    await supervisors_page.close()


async def test_who_comes_back_gets_what_was_missed_by_the_cursor(small_office: Office) -> None:
    world, anna = small_office.world, await small_office.browser("anna")
    await anna.post("/desk/presence", {"state": "online"})
    session = await world.hand_over()
    await anna.post(f"/desk/sessions/{session.id}/accept")
    path = f"/desk/sessions/{session.id}/transcript"
    cursor = (await anna.get(path))[1]["cursor"]
    socket = await listen(anna)
    await until(socket, "welcome")
    await socket.close()
    await world.say("我还在")
    missed = (await anna.get(f"{path}?after={cursor}"))[1]
    assert [entry["text"] for entry in missed["entries"]] == ["我还在"]
    assert (await anna.get(f"{path}?after={missed['cursor']}"))[1]["entries"] == []
    again = await listen(anna)
    assert [one["id"] for one in (await until(again, "welcome"))["me"]["sessions"]] == [session.id]
    await until_entry(again, "我还在")
    assert (await anna.get(f"{path}?after=nonsense"))[0] == 400
    await again.close()


async def test_a_socket_ends_with_its_log_in_and_opens_for_no_other_site(small_office: Office) -> None:
    anna = await small_office.browser("anna")
    with pytest.raises(WSServerHandshakeError) as refused:
        await anna.client.ws_connect("/console/api/desk/ws", headers={"Origin": "https://evil.example"})
    assert refused.value.status == 403
    with pytest.raises(WSServerHandshakeError):
        await (await small_office.browser()).client.ws_connect("/console/api/desk/ws")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("console.desk_socket.LOGIN_EVERY_SECONDS", 0.0)
        socket = await listen(anna)
        await until(socket, "welcome")
        await anna.post("/logout")
        assert (await until(socket, "error"))["code"] == "not_logged_in"
        assert (await socket.receive(timeout=5)).type is WSMsgType.CLOSE
        assert socket.close_code == 4401


async def test_a_frame_that_is_none_is_answered_and_ends_nothing(small_office: Office) -> None:
    socket = await listen(await small_office.browser("anna"))
    for frame in ("no json", "[]", '{"type":"dance"}', '{"type":"watch","session_id":999}'):
        await socket.send_str(frame)
        assert (await until(socket, "error"))["code"] in ("invalid_json", "invalid_frame", "not_found")
    await socket.send_json({"type": "heartbeat"})
    await socket.close()


async def test_ready_words_are_ones_own_or_shared_by_who_may(office: Office) -> None:
    anna, bert = await office.browser("anna"), await office.browser("bert")
    edith = await office.browser("edith")
    text = {"category": "常用", "title": "稍等", "text": "请稍等片刻。", "shared": False}
    own = (await anna.post("/desk/canned", text))[1]["canned"]
    assert (await anna.post("/desk/canned", {**text, "shared": True}))[0] == 403
    shared = (await edith.post("/desk/canned", {**text, "title": "共用", "shared": True}))[1]["canned"]
    titles = {one["title"] for one in (await bert.get("/desk/options"))[1]["canned"]}
    assert "共用" in titles
    assert "稍等" not in titles
    assert "开场" in titles
    assert (await bert.call("DELETE", f"/desk/canned/{own['id']}"))[0] == 404
    assert (await anna.call("DELETE", f"/desk/canned/{shared['id']}"))[0] == 404
    assert (await edith.call("DELETE", f"/desk/canned/{shared['id']}"))[0] == 200
    assert (await anna.call("DELETE", f"/desk/canned/{own['id']}"))[0] == 200


async def test_the_number_of_a_call_back_is_masked_until_somebody_takes_it_and_then_audited(office: Office) -> None:
    world, anna = office.world, await office.browser("anna")
    await world.say("report_outage@0.95: [13812345678](phone)停电了")
    await world.talk.assistant.conversation("customer-1")
    session = await world.hand_over()
    known = session.summary["known"]
    listed = (await anna.get("/desk/callbacks"))[1]["items"][0]
    assert "13812345678" not in str((await anna.get(f"/desk/sessions/{session.id}"))[1])
    assert listed["phone"] in (None, "138****5678")
    assert (await anna.post(f"/desk/callbacks/{listed['id']}/phone"))[0] == 409
    await anna.post(f"/desk/callbacks/{listed['id']}/claim")
    shown = (await anna.post(f"/desk/callbacks/{listed['id']}/phone"))[1]["phone"]
    assert shown == known.get("phone")
    done = await anna.post(f"/desk/callbacks/{listed['id']}/done", {"result": "reached"})
    assert done[1]["callback"]["status"] == "done"
    audrey = await office.browser("audrey")
    actions = [row["action"] for row in (await audrey.get("/audit?actor=anna"))[1]["items"]]
    assert actions[:3] == ["callback.done", "callback.phone", "callback.claim"]


async def test_pages_are_served_under_a_strict_policy_and_paths_of_the_page_are_its_own(small_office: Office) -> None:
    browser = await small_office.browser()
    for path in ("/console/", "/console/desk", "/console/staff/3"):
        response = await browser.client.get(path)
        assert response.status in (200, 503)
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'self'; script-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
    for path in ("/console/api/nothing", "/console/assets/none.js", "/console/api"):
        assert (await browser.client.get(path)).status == 404
    for path in ("/console/../pyproject.toml", "/console/%2e%2e/assembly.py", "/console/..%2fassembly.py"):
        assert "def build_console" not in await (await browser.client.get(path)).text()


async def test_the_password_and_the_words_of_a_customer_are_in_no_audit_row(small_office: Office) -> None:
    world, anna = small_office.world, await small_office.browser("anna")
    await anna.post("/desk/presence", {"state": "online"})
    session = await world.hand_over()
    path = f"/desk/sessions/{session.id}"
    await anna.post(f"{path}/accept")
    await anna.post(f"{path}/messages", {"text": "机密的话", "client_id": "1"})
    await anna.post(f"{path}/notes", {"text": "机密的备注"})
    await anna.post(f"{path}/return", {"slots": {"address": "机密路1号"}})
    rows = str((await (await small_office.browser("audrey")).get("/audit"))[1])
    assert "机密" not in rows
    assert PASSWORD not in rows
    assert "session:" in rows
