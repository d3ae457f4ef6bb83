"""Held conversations come out of the store session by session, and become transcripts that can be scored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.events import (
    ActionRan,
    BotSaid,
    Event,
    FlowCompleted,
    FlowStarted,
    HandedOver,
    SessionStarted,
    SlotSet,
    UserSaid,
)
from bot.store import ConversationStore, StoredTurn
from eval.history import HeldConversation, read_conversations
from eval.quality.from_history import transcript_of
from storage.database import Database, open_database

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
AT = START.timestamp()


def said(text: str, intent: str = "query_bill") -> UserSaid:
    return UserSaid(timestamp=AT, text=text, message_id=text, channel="app", intent=intent, confidence=0.9)


def answered(text: str, **custom: object) -> BotSaid:
    return BotSaid(timestamp=AT, text=text, custom=dict(custom))


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path}/g.sqlite")
    await ConversationStore(opened).prepare()
    yield opened
    await opened.close()


async def keep(database: Database, sender: str, number: int, *events: Event, minutes: float = 0) -> None:
    turn = StoredTurn(number, f"m{number}", "r1", tuple(events), ())
    await ConversationStore(database).append(sender, "app", AT + minutes * 60, turn)


async def read(database: Database, until: datetime | None = None) -> list[HeldConversation]:
    return [held async for held in read_conversations(database, START, until)]


async def test_a_new_session_is_a_new_conversation(database: Database) -> None:
    await keep(database, "a", 1, SessionStarted(timestamp=AT), said("你好"))
    await keep(database, "a", 2, said("查电费"), minutes=1)
    await keep(database, "a", 3, SessionStarted(timestamp=AT), said("又来了"), minutes=90)
    await keep(database, "b", 1, said("停电"))
    assert [(held.id, len(held.turns)) for held in await read(database)] == [("a#1", 2), ("a#3", 1), ("b#1", 1)]


async def test_the_window_takes_what_began_in_it_whole(database: Database) -> None:
    await keep(database, "a", 1, said("你好"))
    await keep(database, "a", 2, said("查电费"), minutes=59)
    await keep(database, "b", 1, said("停电"), minutes=61)
    hour = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
    assert [(held.id, len(held.turns)) for held in await read(database, hour)] == [("a#1", 2)]


async def test_many_senders_are_read_in_batches_without_loss(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.history.SENDERS_AT_ONCE", 3)
    for number in range(10):
        await keep(database, f"s{number}", 1, said("你好"))
    assert len(await read(database)) == 10


async def test_a_transcript_has_words_levels_sources_and_the_handoff(database: Database) -> None:
    source = {"id": "tariff", "version": "2", "title": "电价", "document": "d"}
    started = FlowStarted(timestamp=AT, flow="query_bill", frame=1, flow_kind="service")
    verify = FlowStarted(timestamp=AT, flow="pattern_verify", frame=2, flow_kind="pattern")
    await keep(
        database,
        "a",
        1,
        SlotSet(timestamp=AT, name="region", value="山东"),
        said("查电费"),
        started,
        SlotSet(timestamp=AT, name="required_level", value=2),
        verify,
        ActionRan(timestamp=AT, name="action_check_code"),
        SlotSet(timestamp=AT, name="verified_level", value=2),
        FlowCompleted(timestamp=AT, flow="pattern_verify", frame=2),
        ActionRan(timestamp=AT, name="action_tell_bill"),
        answered("您的电费是10元。", sources=[source]),
        HandedOver(timestamp=AT, reason="asked"),
    )
    transcript = transcript_of((await read(database))[0])
    assert transcript.region == "山东"
    assert [turn.role for turn in transcript.turns] == ["customer", "bot", "system"]
    reply = transcript.turns[1]
    levels = [(run.name, run.level_required, run.level_held) for run in reply.actions]
    assert levels == [("action_check_code", 0, 0), ("action_tell_bill", 2, 2)]
    assert reply.sources[0].id == "tariff"


async def test_the_chat_window_says_that_it_is_a_machine_before_the_first_message(database: Database) -> None:
    await keep(database, "web:a:x", 1, said("查电费"), answered("请提供户号。"))
    assert "智能客服" in transcript_of((await read(database))[0]).turns[0].text
