"""The book of releases: moves, one candidate, failures, reasons."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import ReleaseInvalid, ReleaseRefused
from bot.releases.alerts import ReleaseAlerts, WorkerBoard
from bot.releases.book import ReleaseBook
from bot.releases.counts import TurnCounts
from bot.releases.figures import FigureBook
from bot.releases.make import releases_folder
from bot.releases.manifest import BASE, GateRow, GateVerdict, Manifest
from bot.releases.moves import allowed_moves
from bot.releases.settings import CanarySettings
from bot.releases.shadow import Difference
from bot.releases.shadow_book import ShadowBook
from bot.releases.values import WATCH, WorkerState
from storage.database import open_database
from tests.connectors.desk.world import fresh_postgres

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
REASON = "试用新模型"


@pytest.fixture
async def book(tmp_path: Path) -> AsyncIterator[ReleaseBook]:
    database = open_database(f"sqlite:///{tmp_path}/book.sqlite")
    made = ReleaseBook(database, lambda: NOW)
    await made.prepare()
    yield made
    await database.close()


async def add(book: ReleaseBook, home: Path, release_id: str, *, passed: bool | None = True) -> None:
    row = GateRow(name="macro_f1", champion=0.9, candidate=0.8, passed=bool(passed), limit="at least -0.005")
    gates = None if passed is None else GateVerdict(passed=passed, gates=(row,))
    manifest = Manifest(id=release_id, made_at=NOW.timestamp(), made_by="li", gates=gates, knowledge_revision=3)
    folder = releases_folder(home) / release_id
    folder.mkdir(parents=True)
    await book.add(folder, manifest)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_all_books_work_on_both_databases(tmp_path: Path, kind: str) -> None:
    url = await fresh_postgres() if kind == "postgresql" else f"sqlite:///{tmp_path}/all.sqlite"
    database = open_database(url)
    book = ReleaseBook(database, lambda: NOW)
    await book.prepare()
    await asyncio.gather(book.prepare(), ReleaseBook(database, lambda: NOW).prepare())
    await add(book, tmp_path, "r1")
    serving = await book.canary("r1", 5, by="li", reason=REASON)
    figures, shadow, board = FigureBook(database), ShadowBook(database), WorkerBoard(database)
    minute = int(NOW.timestamp() // 60)
    for turns in (1, 3):  # a row is written again as its minute goes on
        for worker in ("a", "b"):
            await figures.write(worker, {("r1", serving.revision, minute): TurnCounts(turns=turns)})
    assert (await figures.compare(serving, CanarySettings(), NOW.timestamp()))[1].turns == 6
    await figures.forget(NOW.timestamp())
    one = Difference(1.0, "intent", "句子", "a", "b")
    for _ in range(2):
        await shadow.write("r1", "a", Counter(seen=2, intent=2), [one, one], 3)
    assert (await shadow.counts("r1"))["seen"] == 4
    assert (await shadow.page("r1"))[1] == 3
    await board.write(WorkerState("old", NOW.timestamp() - 90, 1, BASE, None, "", 1.0))
    for _ in range(2):
        await board.write(WorkerState("a", NOW.timestamp(), 1, BASE, "r1", "", 1.0))
    assert [state.worker for state in await board.read()] == ["a"]
    await asyncio.gather(*(book.fail("r1", "load", "no model") for _ in range(4)))
    assert (await ReleaseAlerts(database).page(is_open=True))[1] == 1
    await database.close()


async def test_the_project_folder_is_stable_before_anything_is_made(book: ReleaseBook) -> None:
    await book.prepare()
    serving = await book.serving()
    assert (serving.stable, serving.candidate, serving.former) == (BASE, None, None)
    assert (await book.release(BASE)).state == "stable"


async def test_a_release_goes_from_draft_to_stable_and_the_one_before_is_retired(
    book: ReleaseBook, tmp_path: Path
) -> None:
    await add(book, tmp_path, "r1")
    await book.shadow("r1", by="li", reason=REASON)
    for percent in (5, 25, 50, 100):
        serving = await book.canary("r1", percent, by="li", reason=REASON, knowledge_revision=percent)
        assert (serving.mode, serving.percent, serving.stable) == ("canary", percent, BASE)
    serving = await book.promote("r1", by="li", reason=REASON, knowledge_revision=7)
    assert (serving.stable, serving.former, serving.candidate) == ("r1", BASE, None)
    assert (await book.release(BASE)).state == "retired"
    assert await book.knowledge_before("r1") == 5  # from when the canary began
    moves, total = await book.moves("r1")
    assert total == 7
    assert (moves[0].before, moves[0].after, moves[0].by, moves[0].reason) == ("canary", "stable", "li", REASON)


async def test_each_move_raises_the_revision_that_workers_look_at(book: ReleaseBook, tmp_path: Path) -> None:
    await add(book, tmp_path, "r1")
    before = (await book.serving()).revision
    await book.shadow("r1", by="li", reason=REASON)
    await book.stop("r1", by="li", reason=REASON)
    assert (await book.serving()).revision == before + 2
    assert (await book.release("r1")).state == "draft"


async def test_failed_gates_reject_a_release_for_good(book: ReleaseBook, tmp_path: Path) -> None:
    await add(book, tmp_path, "bad", passed=False)
    assert (await book.release("bad")).state == "rejected"
    for move in (
        book.shadow("bad", by="li", reason=REASON),
        book.canary("bad", 5, by="li", reason=REASON),
        book.promote("bad", by="li", reason=REASON),
    ):
        with pytest.raises(ReleaseRefused) as refused:
            await move
        assert refused.value.code == "gates_failed"
    assert allowed_moves(await book.serving(), await book.release("bad")) == ()


async def test_there_is_one_candidate_at_a_time(book: ReleaseBook, tmp_path: Path) -> None:
    await add(book, tmp_path, "r1")
    await add(book, tmp_path, "r2", passed=None)
    await book.canary("r1", 5, by="li", reason=REASON)
    with pytest.raises(ReleaseRefused) as refused:
        await book.shadow("r2", by="li", reason=REASON)
    assert refused.value.code == "candidate_busy"


async def test_only_a_canary_is_promoted(book: ReleaseBook, tmp_path: Path) -> None:
    await add(book, tmp_path, "r1")
    with pytest.raises(ReleaseRefused) as refused:
        await book.promote("r1", by="li", reason=REASON)
    assert refused.value.code == "wrong_state"


async def test_roll_back_ends_a_canary_and_a_second_one_has_nothing_to_do(book: ReleaseBook, tmp_path: Path) -> None:
    await add(book, tmp_path, "r1")
    await book.canary("r1", 25, by="li", reason=REASON)
    serving = await book.roll_back(by="li", reason=REASON)
    assert (serving.stable, serving.candidate) == (BASE, None)
    assert (await book.release("r1")).state == "rolled_back"
    with pytest.raises(ReleaseRefused) as refused:
        await book.roll_back(by="li", reason=REASON)
    assert refused.value.code == "nothing_to_roll_back"


async def test_roll_back_of_a_stable_release_goes_to_the_one_before(book: ReleaseBook, tmp_path: Path) -> None:
    await add(book, tmp_path, "r1")
    await add(book, tmp_path, "r2")
    for name in ("r1", "r2"):
        await book.canary(name, 100, by="li", reason=REASON)
        await book.promote(name, by="li", reason=REASON)
    serving = await book.roll_back(by="li", reason=REASON)
    assert (serving.stable, serving.former) == ("r1", None)
    assert (await book.release("r2")).state == "rolled_back"
    assert (await book.roll_back(by="li", reason=REASON, to=BASE)).stable == BASE


async def test_a_move_needs_a_reason(book: ReleaseBook, tmp_path: Path) -> None:
    await add(book, tmp_path, "r1")
    with pytest.raises(ReleaseRefused) as refused:
        await book.shadow("r1", by="li", reason="  ")
    assert refused.value.code == "invalid_reason"


async def test_a_failing_candidate_is_rolled_back_once_however_many_workers_see_it(
    book: ReleaseBook, tmp_path: Path
) -> None:
    await add(book, tmp_path, "r1")
    await book.canary("r1", 5, by="li", reason=REASON)
    assert await book.fail("r1", "load", "no model")
    assert not await book.fail("r1", "load", "no model")
    assert (await book.release("r1")).state == "rolled_back"
    moves, _ = await book.moves("r1")
    assert (moves[0].by, moves[0].reason) == (WATCH, "no model")


async def test_a_stable_release_that_cannot_be_loaded_gives_way_to_the_one_before(
    book: ReleaseBook, tmp_path: Path
) -> None:
    await add(book, tmp_path, "r1")
    await book.canary("r1", 5, by="li", reason=REASON)
    await book.promote("r1", by="li", reason=REASON)
    assert await book.fail("r1", "load", "files are gone")
    assert (await book.serving()).stable == BASE


async def test_a_folder_from_elsewhere_and_a_taken_id_are_refused(book: ReleaseBook, tmp_path: Path) -> None:
    await add(book, tmp_path, "r1")
    manifest = Manifest(id="r1", made_at=0, made_by="li")
    with pytest.raises(ReleaseInvalid):
        await book.add(tmp_path / "elsewhere", manifest)
    with pytest.raises(ReleaseRefused) as refused:
        await book.add(releases_folder(tmp_path) / "r1", manifest)
    assert refused.value.code == "id_taken"
