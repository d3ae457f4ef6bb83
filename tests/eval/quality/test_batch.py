"""The batch: incremental, the same on every kind of worker, over all three kinds of conversations."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from sqlalchemy import insert

from bot.events import BotSaid, FlowStarted, SessionStarted, SlotSet, UserSaid
from bot.store import ConversationStore, StoredTurn
from connectors.desk.organisation import load_organisation
from connectors.desk.store import DeskStore
from connectors.desk.table import ENTRIES, SESSIONS
from connectors.webchat.records import METADATA as CHAT_TABLES
from eval.errors import ExtraMissing
from eval.quality.batch import Batch, Progress
from eval.quality.desk_source import DeskSource
from eval.quality.held_source import HeldSource
from eval.quality.import_file import ImportedTranscript
from eval.quality.imported_source import ImportedSource
from eval.quality.rubric import Rubric
from eval.quality.source import Task
from eval.quality.store import QualityStore
from eval.quality.transcripts import ScoredTranscripts
from eval.quality.values import Score
from eval.quality.work import score_chunk
from eval.quality.workers import OwnProcess, ProcessPool, RayCluster, Workers, open_workers
from tests.connectors.desk.world import ROOT
from tests.eval.quality.conftest import transcript
from tests.eval.quality.review_world import EVERYWHERE

START = datetime(2026, 11, 18, tzinfo=UTC)
AT, HOUR = START.timestamp(), 3600.0
ORGANISATION = load_organisation(ROOT)


@dataclass
class House:
    """A store with all that is scored, and a batch over it."""

    store: QualityStore
    rubric: Rubric
    said: list[str] = field(default_factory=list)

    async def prepare(self) -> None:
        """Make the tables."""
        await ConversationStore(self.store.database).prepare()
        await DeskStore(self.store.database).prepare()
        await self.store.database.create_tables(CHAT_TABLES)

    async def hold(
        self, sender: str, number: int, hours: float = 0.0, text: str = "查电费", *, begins: bool = True
    ) -> None:
        """Let the bot hold one turn."""
        at = AT + hours * HOUR
        session = (SessionStarted(timestamp=at), SlotSet(timestamp=at, name="region", value="山东")) if begins else ()
        events = (
            *session,
            UserSaid(
                timestamp=at, text=text, message_id=f"m{number}", channel="app", intent="query_bill", confidence=0.9
            ),
            FlowStarted(timestamp=at, flow="query_bill", frame=1, flow_kind="service"),
            BotSaid(timestamp=at, text="您好，我是智能客服。请提供户号。"),
        )
        turn = StoredTurn(number, f"m{number}", "r1", events, ())
        await ConversationStore(self.store.database).append(sender, "app", at, turn)

    async def run(self, hours: float, workers: Workers | None = None) -> Progress:
        """Score as of so many hours after the start."""
        database = self.store.database
        sources = (HeldSource(database, ORGANISATION), DeskSource(database), ImportedSource(self.store))
        batch = Batch(self.store, sources, self.rubric, workers or OwnProcess(self.rubric), Progress(self.said.append))
        return await batch.run(Task(START, None, AT + hours * HOUR))

    async def scores(self) -> dict[str, Score]:
        """All scores by conversation."""
        found, _ = await self.store.page(EVERYWHERE, (), 1, 1000)
        return {one.conversation_id: one for one in found}


@pytest.fixture
async def house(store: QualityStore, rubric: Rubric) -> House:
    """On both databases."""
    made = House(store, rubric)
    await made.prepare()
    return made


@pytest.fixture
async def small_house(small_store: QualityStore, rubric: Rubric) -> House:
    """On SQLite alone."""
    made = House(small_store, rubric)
    await made.prepare()
    return made


async def test_what_is_scored_is_not_scored_again_until_it_goes_on_or_a_day_has_passed(house: House) -> None:
    await house.hold("a", 1)
    await house.hold("b", 1, 1.0)
    assert (await house.run(2.0)).conversations == 2
    assert (await house.run(3.0)).conversations == 0
    await house.hold("a", 2, 2.5, "停电了", begins=False)
    assert (await house.run(3.0)).conversations == 1, "the conversation went on"
    assert (await house.run(27.0)).conversations == 2, "now it is known that nobody came again"
    assert (await house.run(60.0)).conversations == 0
    score = (await house.scores())["a#1"]
    assert (score.scope, score.agent, score.release, score.intents) == ("山东", "bot", "r1", ("query_bill",))
    items = {one.item: one for one in (await house.store.full(EVERYWHERE, score.id)).items}
    assert (items[15].score, items[1].score) == (1.0, 1.0)
    words = await ScoredTranscripts(house.store).read(score)
    assert words is not None
    assert [turn.text for turn in words.turns if turn.role == "customer"] == ["查电费", "停电了"]


async def test_who_comes_again_for_the_same_within_a_day_was_not_helped(house: House) -> None:
    await house.hold("a", 1)
    await house.hold("a", 2, 20.0)
    await house.run(21.0)
    score = (await house.scores())["a#1"]
    items = {one.item: one.score for one in (await house.store.full(EVERYWHERE, score.id)).items}
    assert items[15] == 0.0


async def keep_session(house: House, session_id: int, lines: Sequence[tuple[str, str]], **values: Any) -> None:
    """Keep a closed session of the desk; lines are (kind, text), `accepted` and others are notices."""
    known = {"phone": "13800001111"}
    row = {
        "id": session_id,
        "handoff_key": f"k{session_id}",
        "conversation_id": "web:x",
        "channel": "app",
        "door": "webchat",
        "status": "closed",
        "skill": "general",
        "priority": 1,
        "reason": "asked_for_a_person",
        "scope": "山东/青岛市",
        "created_at": AT,
        "queued_at": AT,
        "is_first": False,
        "accepted_at": AT + 10,
        "closed_at": AT + 300,
        "agent_id": 3,
        "agent_name": "王敏",
        "is_held": True,
        "summary": orjson.dumps({"requests": ["query_bill"], "known": known, "verified_level": 2}).decode(),
        "last_text": "",
        "last_at": AT + 290,
        "unread": 0,
        "rating_asked": False,
        "version": 1,
        **values,
    }
    entries = []
    for place, (kind, text) in enumerate(lines, 1):
        is_notice = kind == "accepted"
        body = {"text": text, **({"code": kind} if is_notice else {})}
        entry = {"session_id": session_id, "conversation_id": "web:x", "place": place, "at": AT + place}
        more = {"kind": "system" if is_notice else kind, "key": f"{session_id}.{place}", "tried_at": 0.0}
        entries.append({**entry, **more, "body": orjson.dumps(body).decode()})
    await house.store.database.write(lambda link: link.execute(insert(SESSIONS), row))
    await house.store.database.write(lambda link: link.execute(insert(ENTRIES), entries))


async def test_a_session_of_the_desk_is_scored_as_a_persons(house: House) -> None:
    lines = [
        ("customer", "人呢"),
        ("accepted", "人工客服王敏为您服务。"),
        ("note", "内部：老客户"),
        ("agent", "您好，您本月的电费是86.40元。稍后会给 13800001111 发短信。"),
        ("customer", "好的谢谢"),
    ]
    await keep_session(house, 7, lines)
    await keep_session(house, 8, [("customer", "算了")], conversation_id="web:y")
    await house.run(30.0)
    scores = await house.scores()
    assert list(scores) == ["desk:7"], "nobody spoke in the other one"
    score = scores["desk:7"]
    assert (score.agent, score.agent_key, score.agent_name, score.scope) == ("human", "desk:3", "王敏", "山东/青岛市")
    items = {one.item: one.score for one in (await house.store.full(EVERYWHERE, score.id)).items}
    assert (items[1], items[3], items[13]) == (1.0, 1.0, 1.0), (
        "greeted; verified by the bot; the number was told before"
    )
    words = await ScoredTranscripts(house.store).read(score)
    assert words is not None
    assert [turn.role for turn in words.turns] == ["customer", "customer", "agent", "customer"]
    assert not any("内部" in turn.text for turn in words.turns)


async def test_an_imported_conversation_is_scored_once_and_its_words_are_found_again(house: House) -> None:
    given = transcript("a: 您好，95598为您服务", "c: 停电了", agent="human", turns={1: {"at": START}})
    kept = ImportedTranscript.model_validate({**given.model_dump(), "id": "z1", "agent_name": "anna"})
    await ImportedSource(house.store).keep([kept], AT)
    assert (await house.run(1.0)).conversations == 1
    assert (await house.run(2.0)).conversations == 0
    score = (await house.scores())["import:z1"]
    assert (score.agent_key, score.scope, score.source) == ("named:anna", "山东", "imported")
    words = await ScoredTranscripts(house.store).read(score)
    assert words is not None
    assert words.turns[1].text == "停电了"


async def test_many_chunks_in_flight_lose_nothing(small_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eval.quality.batch.CHUNK", 3)
    monkeypatch.setattr("eval.quality.batch.PROGRESS_SECONDS", 0.0)
    for number in range(20):
        await small_house.hold(f"s{number:02}", 1)
    slow = Slow(small_house.rubric)
    done = await small_house.run(1.0, slow)
    assert (done.conversations, done.turns, len(await small_house.scores())) == (20, 40, 20)
    assert slow.most == 4
    assert len(small_house.said) == 7


@dataclass
class Slow:
    """Four at once; counts how many chunks are in work."""

    rubric: Rubric
    at_once: int = 4
    running: int = 0
    most: int = 0

    async def score(self, transcripts: Sequence[bytes]) -> list[str]:
        """Score after the others had time to come."""
        self.running += 1
        self.most = max(self.most, self.running)
        await asyncio.sleep(0.01)
        self.running -= 1
        return score_chunk(transcripts, self.rubric)

    def close(self) -> None:
        """Nothing is held."""


async def test_a_failing_worker_ends_the_job(small_house: House) -> None:
    class Broken(OwnProcess):
        async def score(self, transcripts: Sequence[bytes]) -> list[str]:
            raise RuntimeError("a machine went away")

    await small_house.hold("a", 1)
    with pytest.raises(RuntimeError, match="went away"):
        await small_house.run(1.0, Broken(small_house.rubric))
    assert await small_house.scores() == {}


def test_the_map_function_travels_to_another_process(rubric: Rubric) -> None:
    function, arguments = pickle.loads(pickle.dumps((score_chunk, rubric)))
    text = transcript("c: 停电了", "b: 您好，我是智能客服").model_dump_json().encode()
    assert function([text], arguments) == score_chunk([text], rubric)


async def test_processes_score_like_this_one(rubric: Rubric, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eval.quality.workers.CHUNKS_BEFORE_POOL", 0)
    text = transcript("c: 停电了", "b: 您好，我是智能客服").model_dump_json().encode()
    pool = ProcessPool(rubric, 1)
    try:
        assert await pool.score([text]) == await OwnProcess(rubric).score([text])
    finally:
        pool.close()


async def test_a_cluster_is_asked_through_its_own_futures(rubric: Rubric) -> None:
    class Reference:
        def __init__(self, result: Any) -> None:
            self.result = result

        def future(self) -> Future[Any]:
            done: Future[Any] = Future()
            done.set_result(self.result)
            return done

    class Remote:
        def remote(self, transcripts: Sequence[bytes], kept: Rubric) -> Reference:
            return Reference(score_chunk(transcripts, kept))

    text = transcript("c: 停电了").model_dump_json().encode()
    cluster = RayCluster(None, Remote(), rubric, 2)
    assert await cluster.score([text]) == score_chunk([text], rubric)


def test_without_ray_the_error_says_what_to_install(rubric: Rubric, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Mapping[str, Any]:
        raise ModuleNotFoundError(f"No module named {name!r}")

    monkeypatch.setattr("eval.quality.workers.importlib.import_module", missing)
    with pytest.raises(ExtraMissing, match=r"gridtalk\[ray\]"):
        open_workers(rubric, "local")
