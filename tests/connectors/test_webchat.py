"""The chat window's door: one session model on three lines, nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.message import Reply, UserMessage
from bot.store import ConversationStore, StoredTurn
from connectors.webchat.chat import Chat
from connectors.webchat.door import WebChat
from connectors.webchat.log import ChatLog
from storage.database import open_database
from tests.bot.talk import Talk
from tests.connectors.conftest import Client
from tests.connectors.webchat_client import bearer, connect, events_of, frames_until, open_session, say
from tests.services import postgres_url


async def test_a_message_is_shown_and_answered_with_growing_ids(client: Client, talk: Talk) -> None:
    text = talk.nlu.teach("greet: 你好")
    socket = await connect(client, await open_session(client))
    assert [frame["type"] for frame in await frames_until(socket, "caught_up")] == ["welcome", "caught_up"]
    started = time.perf_counter()
    await say(socket, text, "m1")
    frames = await frames_until(socket, "typing")
    assert time.perf_counter() - started < 0.3
    frames += await frames_until(socket, "reply")
    shown = events_of(frames)
    assert [(event["kind"], event["id"]) for event in shown] == [("customer", 100), ("reply", 101)]
    assert shown[0]["message_id"] == shown[1]["answers"] == "m1"
    assert shown[1]["text"].startswith("您好")


async def test_after_a_broken_line_exactly_what_was_missed_comes(client: Client, talk: Talk) -> None:
    session = await open_session(client)
    socket = await connect(client, session)
    await say(socket, talk.nlu.teach("greet: 你好"), "m1")
    seen = events_of(await frames_until(socket, "reply"))[-1]["id"]
    await socket.close()
    for number in (2, 3):  # the line is down; the customer goes on by another one
        body = {
            "text": talk.nlu.teach(f"query_usage: [{number}月](month=2026-0{number})用电"),
            "message_id": f"m{number}",
        }
        assert (await client.post("/webchat/messages", json=body, headers=bearer(session))).status == 200
    missed = events_of(await frames_until(await connect(client, session, seen), "caught_up"))
    assert [event.get("message_id") for event in missed if event["kind"] == "customer"] == ["m2", "m3"]
    ids = [event["id"] for event in missed]
    assert ids == sorted(set(ids))
    assert ids[0] > seen
    assert events_of(await frames_until(await connect(client, session, ids[-1]), "caught_up")) == []
    assert len(events_of(await frames_until(await connect(client, session, 0), "caught_up"))) == len(ids) + 2


async def test_the_same_message_id_makes_one_turn_on_any_line(client: Client, talk: Talk) -> None:
    session = await open_session(client)
    body = {"text": talk.nlu.teach("greet: 你好"), "message_id": "same"}
    socket = await connect(client, session)
    for _ in range(3):
        await say(socket, body["text"], "same")
    answers = [client.post("/webchat/messages", json=body, headers=bearer(session)) for _ in range(4)]
    assert {response.status for response in await asyncio.gather(*answers)} == {200}
    shown = events_of(await frames_until(await connect(client, session), "caught_up"))
    assert [event["kind"] for event in shown] == ["customer", "reply"]


async def test_two_windows_of_one_visitor_show_the_same(client: Client, talk: Talk) -> None:
    session = await open_session(client)
    first, second = (
        await connect(client, session),
        await connect(client, await open_session(client, token=session["token"])),
    )
    await frames_until(second, "caught_up")
    await say(first, talk.nlu.teach("greet: 你好"), "m1")
    shown = [events_of(await frames_until(socket, "reply")) for socket in (first, second)]
    assert shown[0] == shown[1]


async def test_what_another_worker_adds_wakes_the_window(client: Client, talk: Talk, chat: WebChat) -> None:
    session = await open_session(client)
    socket = await connect(client, session)
    await frames_until(socket, "caught_up")
    text = talk.nlu.teach("greet: 你好")
    await talk.assistant.answer(UserMessage(text, session["conversation"], "app", "elsewhere"))
    await chat.chat.log.last_id(session["conversation"])  # what the other worker does; nobody here is told
    assert events_of(await frames_until(socket, "reply"))[0]["message_id"] == "elsewhere"


async def test_an_agents_words_come_in_order_and_once(client: Client, talk: Talk, chat: WebChat) -> None:
    session = await open_session(client)
    socket = await connect(client, session)
    await say(socket, talk.nlu.teach("greet: 你好"), "m1")
    await frames_until(socket, "reply")
    note = {"kind": "agent", "name": "王师傅", "text": "我来帮您看"}
    assert await chat.chat.push(session["conversation"], note, "agent-1")
    assert not await chat.chat.push(session["conversation"], note, "agent-1")
    await say(socket, talk.nlu.teach("query_usage: [十月](month=2026-10)用电"), "m2")
    shown = events_of(await frames_until(socket, "reply"))
    assert [(event["id"], event["kind"]) for event in shown] == [(200, "agent"), (300, "customer"), (301, "reply")]


async def test_a_long_answer_comes_in_pieces_and_then_whole(client: Client, talk: Talk) -> None:
    text = talk.nlu.teach("ask_knowledge: 峰谷是什么")
    session = await open_session(client)
    socket = await connect(client, session)
    await say(socket, text, "m1")
    frames = await frames_until(socket, "reply")
    whole = frames[-1]["text"]
    pieces = [frame for frame in frames if frame["type"] == "piece"]
    assert "".join(piece["text"] for piece in pieces) == (whole if len(whole) >= 100 else "")


async def test_server_sent_events_say_the_same_and_go_on_after_last_event_id(client: Client, talk: Talk) -> None:
    session = await open_session(client)
    body = {"text": talk.nlu.teach("greet: 你好"), "message_id": "m1"}
    async with client.get("/webchat/events", headers=bearer(session)) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        await client.post("/webchat/messages", json=body, headers=bearer(session))
        lines = b""
        while b"id: 101\n" not in lines:
            lines += await asyncio.wait_for(stream.content.readany(), 5)
    async with client.get("/webchat/events", headers={**bearer(session), "Last-Event-ID": "100"}) as stream:
        again = b""
        while b"caught_up" not in again:
            again += await asyncio.wait_for(stream.content.readany(), 5)
    assert b"id: 101\n" in again
    assert b"id: 100\n" not in again


async def test_polling_waits_for_what_comes(client: Client, talk: Talk) -> None:
    session = await open_session(client)
    waiting = asyncio.create_task(client.get("/webchat/poll?last_event_id=0&wait=5", headers=bearer(session)))
    await asyncio.sleep(0.05)
    body = {"text": talk.nlu.teach("greet: 你好"), "message_id": "m1"}
    await client.post("/webchat/messages", json=body, headers=bearer(session))
    found = await (await waiting).json()
    rest = await (
        await client.get(f"/webchat/poll?last_event_id={found['last_event_id']}", headers=bearer(session))
    ).json()
    ids = [event["id"] for event in [*found["events"], *rest["events"]]]
    assert ids == [100, 101] or (found["events"] == [] and rest["last_event_id"] == 101)


async def test_history_is_that_of_a_day(client: Client, talk: Talk) -> None:
    session = await open_session(client)
    body = {"text": talk.nlu.teach("greet: 你好"), "message_id": "m1"}
    await client.post("/webchat/messages", json=body, headers=bearer(session))
    talk.clock.move(hours=23)
    session = await open_session(client, token=session["token"])
    assert len(events_of(await frames_until(await connect(client, session), "caught_up"))) == 2
    talk.clock.move(hours=2)
    assert events_of(await frames_until(await connect(client, session), "caught_up")) == []


async def test_a_cleared_history_is_gone_in_every_window(client: Client, talk: Talk) -> None:
    session = await open_session(client)
    socket = await connect(client, session)
    await say(socket, talk.nlu.teach("greet: 你好"), "m1")
    await frames_until(socket, "reply")
    fresh = await (await client.delete("/webchat/history", headers=bearer(session))).json()
    assert (await frames_until(socket, "cleared"))[-1] == {"type": "cleared"}
    assert fresh["conversation"] != session["conversation"]
    for one in (session, fresh):
        assert events_of(await frames_until(await connect(client, one), "caught_up")) == []


async def test_a_refused_message_says_which_one_and_why(client: Client, talk: Talk) -> None:
    socket = await connect(client, await open_session(client))
    await say(socket, "长" * 2001, "m1")
    error = (await frames_until(socket, "error"))[-1]
    assert (error["code"], error["message_id"]) == ("message_too_long", "m1")
    await socket.send_str("{")
    assert (await frames_until(socket, "error"))[-1]["code"] == "invalid_json"


async def test_taken_messages_are_answered_although_the_line_breaks(client: Client, talk: Talk) -> None:
    session = await open_session(client)
    socket = await connect(client, session)
    await frames_until(socket, "caught_up")
    for number in range(5):
        await say(socket, talk.nlu.teach("greet: 你好"), f"m{number}")
    await socket.close()
    async with asyncio.timeout(5):
        while len(await talk.assistant.turns(session["conversation"])) < 5:
            await asyncio.sleep(0.02)


async def test_the_door_closes_its_lines_when_the_server_stops(client: Client, chat: WebChat) -> None:
    socket = await connect(client, await open_session(client))
    await frames_until(socket, "caught_up")
    chat.chat.hub.close()
    assert (await socket.receive(timeout=5)).data == 1001
    assert isinstance(chat.chat, Chat)


async def places_are_taken_once(urls: tuple[str, str], clock: Callable[[], datetime]) -> None:
    """Two workers number the same conversation at once."""
    databases = [open_database(url) for url in urls]
    logs = [ChatLog(database, ConversationStore(database), clock) for database in databases]
    for log in logs:
        await log.turns.prepare()
        await log.prepare()
    turns = [StoredTurn(number, f"m{number}", "r", (), (Reply(f"answer {number}"),)) for number in range(1, 6)]
    conversation_id = f"web:a:{uuid.uuid4().hex}"

    async def work(log: ChatLog, turn: StoredTurn) -> None:
        await log.note(conversation_id, {"kind": "agent", "text": turn.message_id}, f"note {turn.number}")
        await log.last_id(conversation_id)

    for turn in turns:
        await logs[0].turns.append(conversation_id, "app", clock().timestamp(), turn)
        await asyncio.gather(*(work(log, turn) for log in logs))
    shown = list(await logs[1].after(conversation_id, 0))
    assert sorted(event.id // 100 for event in shown) == list(range(1, 11))
    assert [event.content["text"] for event in shown if event.kind == "reply"] == [f"answer {n}" for n in range(1, 6)]
    for database in databases:
        await database.close()


async def test_two_workers_give_every_message_one_place_on_sqlite(tmp_path: Path, talk: Talk) -> None:
    url = f"sqlite:///{tmp_path / 'chat.sqlite'}"
    await places_are_taken_once((url, url), talk.clock)


async def test_two_workers_give_every_message_one_place_on_postgresql(talk: Talk) -> None:
    await places_are_taken_once((postgres_url(), postgres_url()), talk.clock)
