"""Exactly one turn per message, in order, whatever happens at the same time."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.errors import ConversationBusy, MessageRefused, StoreUnavailable
from bot.events import EVENT_CLASSES, SessionStarted, SlotSet, UserSaid, parse_event, render_event
from bot.locks import FileLocks, LockStore, ProcessLocks, RedisLocks
from bot.message import Reply, UserMessage
from bot.store import ConversationStore, StoredTurn, TurnTaken
from nlu.understanding import Entity, Intent
from storage.database import open_database
from tests.bot.talk import Talk
from tests.services import postgres_url, redis_url


@pytest.fixture(params=["sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ConversationStore]:
    """The store on both databases."""
    url = f"sqlite:///{tmp_path / 'turns.sqlite'}" if request.param == "sqlite" else postgres_url()
    database = open_database(url)
    made = ConversationStore(database)
    await made.prepare()
    yield made
    await database.close()


def turn(number: int, message_id: str) -> StoredTurn:
    """A turn with a few events."""
    said = UserSaid(
        timestamp=1.5,
        text="查电费",
        message_id=message_id,
        channel="app",
        intent="query_bill",
        confidence=0.9,
        intents=(Intent("query_bill", 0.9),),
        entities=(Entity("month", "2026-10", "上个月", 0, 3, 0.9),),
    )
    events = (SessionStarted(timestamp=1.0), said, SlotSet(timestamp=2.0, name="month", value="2026-10"))
    return StoredTurn(number, message_id, "r1", events, (Reply("好的"),))


async def test_a_turn_comes_back_as_it_was_written(store: ConversationStore) -> None:
    sender = f"s-{os.urandom(4).hex()}"
    await store.append(sender, "app", 1.0, turn(1, "m1"))
    assert list(await store.turns_after(sender, 0)) == [turn(1, "m1")]
    assert list(await store.turns_after(sender, 1, "m1")) == [turn(1, "m1")]
    assert list(await store.turns_after(sender, 1, "m2")) == []


async def test_neither_a_number_nor_a_message_can_be_written_twice(store: ConversationStore) -> None:
    sender = f"s-{os.urandom(4).hex()}"
    await store.append(sender, "app", 1.0, turn(1, "m1"))
    with pytest.raises(TurnTaken):
        await store.append(sender, "app", 1.0, turn(1, "m2"))
    with pytest.raises(TurnTaken):
        await store.append(sender, "app", 1.0, turn(2, "m1"))


async def test_customers_words_are_sealed_in_the_database(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'turns.sqlite'}")
    store = ConversationStore(database)
    await store.prepare()
    await store.append("s", "app", 1.0, turn(1, "m1"))
    await database.close()
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("turns.sqlite*"))
    assert "查电费".encode() not in raw


def test_every_kind_of_event_survives_being_rendered() -> None:
    assert len({event_class.kind for event_class in EVENT_CLASSES}) == len(EVENT_CLASSES)
    for event in turn(1, "m").events:
        assert parse_event(render_event(event)) == event


@pytest.fixture(params=["process", "file", "redis"])
def locks(request: pytest.FixtureRequest, tmp_path: Path) -> LockStore:
    """All stores of locks."""
    if request.param == "process":
        return ProcessLocks()
    return FileLocks(tmp_path / "locks") if request.param == "file" else RedisLocks(redis_url())


async def test_one_turn_at_a_time_holds_the_lock(locks: LockStore) -> None:
    inside = 0
    most = 0

    async def hold() -> None:
        nonlocal inside, most
        async with locks.hold("customer"):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.005)
            inside -= 1

    await asyncio.gather(*(hold() for _ in range(10)))
    assert most == 1


async def test_file_locks_of_two_processes_exclude_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.locks.WAIT_SECONDS", 0.05)
    one, other = FileLocks(tmp_path), FileLocks(tmp_path)
    async with one.hold("customer"):
        with pytest.raises(ConversationBusy):
            async with other.hold("customer"):
                pass
    async with other.hold("customer"):
        pass


async def test_twenty_messages_at_once_make_twenty_turns_in_order(talk: Talk) -> None:
    lines = [f"query_usage: [十月](month=2026-10)的第{number}次" for number in range(20)]
    await asyncio.gather(*(talk.say(line, message_id=f"m{number}") for number, line in enumerate(lines)))
    turns = await talk.assistant.turns(talk.sender)
    assert [turn.number for turn in turns] == list(range(1, 21))


async def test_two_assistants_on_one_store_keep_the_order(talk: Talk) -> None:
    other = Assistant(talk.assistant.engine, talk.assistant.store, ProcessLocks(), lambda: "r")
    text = talk.nlu.teach("query_usage: [十月](month=2026-10)用电")
    messages = [UserMessage(text, talk.sender, message_id=f"m{number}") for number in range(10)]
    assistants = [talk.assistant, other] * 5
    await asyncio.gather(*(each.answer(message) for each, message in zip(assistants, messages, strict=True)))
    assert [turn.number for turn in await talk.assistant.turns(talk.sender)] == list(range(1, 11))


async def test_an_unusable_message_is_refused_and_makes_no_turn(talk: Talk) -> None:
    for message in (UserMessage("字" * 5000, "s"), UserMessage("好", ""), UserMessage("好", "s", message_id="a\x00b")):
        with pytest.raises(MessageRefused):
            await talk.assistant.answer(message)
    assert await talk.assistant.turns("s") == []


async def test_a_locked_database_is_a_clear_error_and_the_message_can_be_sent_again(talk: Talk, tmp_path: Path) -> None:
    import sqlite3

    await talk.say("query_usage: [十月](month=2026-10)用电")
    slow = open_database(f"sqlite:///{tmp_path / 'talk.sqlite'}", busy_timeout_seconds=0.05)
    assistant = Assistant(talk.assistant.engine, ConversationStore(slow), ProcessLocks(), lambda: "r")
    blocker = sqlite3.connect(tmp_path / "talk.sqlite", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    text = talk.nlu.teach("query_usage: [九月](month=2026-09)用电")
    with pytest.raises(StoreUnavailable):
        await assistant.answer(UserMessage(text, talk.sender, message_id="again"))
    blocker.execute("ROLLBACK")
    blocker.close()
    assert (await assistant.answer(UserMessage(text, talk.sender, message_id="again")))[0].text.startswith("2026年9月")
    await slow.close()
