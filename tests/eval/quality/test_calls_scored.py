"""Phone calls end to end: the bot's are scored as they were heard, brought ones are recognised, kept, scored, found."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from bot.events import BotSaid, SessionStarted, UserSaid
from bot.store import ConversationStore, StoredTurn
from connectors.desk.organisation import load_organisation
from connectors.desk.store import DeskStore
from connectors.phone.archive import CallArchive
from connectors.webchat.records import METADATA as CHAT_TABLES
from eval.history import HeldConversation, HeldTurn, read_sender
from eval.quality.begun import BegunWork
from eval.quality.jobs import Tick
from eval.quality.recording_file import CallTold, Ears
from eval.quality.rubric import Rubric
from eval.quality.scoring import Scoring
from eval.quality.sounds import Sounds
from eval.quality.store import QualityStore
from eval.quality.transcripts import ScoredTranscripts
from eval.quality.values import Score
from eval.report.scores import ReportScores, stored_points
from speech.vad import EnergyVad
from storage.clock import CHINA
from tests.connectors.desk.world import ROOT
from tests.eval.quality.review_world import EVERYWHERE
from tests.eval.quality.test_recording_file import CountingRecognizer, call  # noqa: F401

START = datetime(2026, 11, 20, 9, 0, tzinfo=CHINA)
AT = START.timestamp()
NOTICE = "您好，这里是95598智能客服，我是机器人，本次通话将被录音。"


@pytest.fixture
async def work(small_store: QualityStore, rubric: Rubric, tmp_path: Path) -> BegunWork:
    """Work over an empty installation."""
    await ConversationStore(small_store.database).prepare()
    await DeskStore(small_store.database).prepare()
    await small_store.database.create_tables(CHAT_TABLES)
    scoring = Scoring(small_store, load_organisation(ROOT), CallArchive(tmp_path / "calls"))
    return BegunWork(scoring, rubric, lambda: START, lambda tell: Ears(CountingRecognizer(), EnergyVad, tell))


async def hold_call(work: BegunWork) -> Path:
    """Let the bot hold a call; return where its record lies."""
    events = (
        SessionStarted(timestamp=AT),
        UserSaid(timestamp=AT, text="电价", message_id="m1", channel="phone", intent="query_tariff", confidence=0.9),
        BotSaid(timestamp=AT, text="请问是哪个省？"),
    )
    turn = StoredTurn(1, "m1", "r1", events, ())
    await ConversationStore(work.scoring.store.database).append("phone:c1", "phone", AT, turn)
    times: dict[str, Any] = {"at": START.isoformat()}
    lines = [
        {"n": 1, "role": "bot", "text": NOTICE, "start_seconds": 0.2, "end_seconds": 7.0, **times},
        {
            "n": 2,
            "role": "customer",
            "text": "电价",
            "start_seconds": 8.0,
            "end_seconds": 9.0,
            "message_id": "m1",
            **times,
        },
        {"n": 3, "role": "bot", "text": "请问是哪个省？", "start_seconds": 10.0, "end_seconds": 12.0, **times},
    ]
    lines[1]["message_id"] = "m1"
    path = work.scoring.calls.folder / "2026-11-20" / "090000-c1.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(orjson.dumps({"id": "phone:c1", "started_at": START.isoformat(), "turns": lines}))
    return path


async def only_score(work: BegunWork) -> Score:
    found, total = await work.scoring.store.page(EVERYWHERE, (), 1, 10)
    assert total == 1
    return found[0]


async def test_the_bots_call_is_scored_as_it_was_heard_and_shown_so(work: BegunWork) -> None:
    record = await hold_call(work)
    tick = Tick()
    await work.score(START, None)(tick)
    assert (tick.done, tick.note) == (1, "alerts=0 drawn=0")
    score = await only_score(work)
    full = await work.scoring.store.full(EVERYWHERE, score.id)
    assert {one.item: one.score for one in full.items}[2] == 1.0, "the notice is heard in the call alone"
    shown = await ScoredTranscripts(work.scoring.store, work.scoring.calls).read(score)
    assert shown is not None
    assert [(turn.n, turn.start_seconds) for turn in shown.turns] == [(1001, 0.2), (1, 8.0), (2, 10.0)]
    record.unlink()
    kept = await ScoredTranscripts(work.scoring.store, work.scoring.calls).read(score)
    assert kept is not None
    assert [(turn.n, turn.text) for turn in kept.turns] == [(1, "电价"), (2, "请问是哪个省？")], "the words stay"


async def test_a_recording_becomes_a_scored_conversation_that_can_be_heard(
    work: BegunWork,
    call: Path,  # noqa: F811
    tmp_path: Path,
) -> None:
    brought = Path(shutil.copy(call, tmp_path / "upload.wav"))
    tick = Tick()
    await work.recognise(brought, CallTold("call@9", START, "anna", "山东/青岛市"))(tick)
    assert tick.done == 13, "seconds that were heard"
    assert not brought.exists()
    score = await only_score(work)
    assert score.conversation_id == "import:call@9"
    assert (score.agent, score.agent_key, score.scope, score.channel) == ("human", "named:anna", "山东/青岛市", "phone")
    sound = await Sounds(work.scoring.calls).of(score)
    assert sound is not None
    assert (round(sound.seconds), sound.channels, sound.path.read_bytes()) == (13, 2, call.read_bytes())


async def test_a_report_takes_what_the_review_says_and_scores_what_is_missing(work: BegunWork, rubric: Rubric) -> None:
    await hold_call(work)
    store, calls = work.scoring.store, work.scoring.calls
    until = datetime(2026, 11, 21, tzinfo=CHINA)
    (held,) = await read_sender(store.database, "phone:c1")
    fresh = ReportScores(rubric, calls, await stored_points(store, rubric.version, START, until))
    assert ((await fresh.of(held)).fatal, fresh.scored) == ((), 1)
    await work.score(START, None)(Tick())
    score = await only_score(work)
    known = ReportScores(rubric, calls, await stored_points(store, rubric.version, START, until))
    assert ((await known.of(held)).total, known.scored) == (score.final, 0)
    moved = HeldConversation(held.sender_id, (*held.turns, HeldTurn(2, "phone", AT + 60, "r1", ())))
    await known.of(moved)
    assert known.scored == 1, "it went on after it was scored"
