"""Trainings: one at a time, a scheduled one once however many workers look, put back when a worker stops."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.config import RetrainEntry
from eval.errors import TrainingRefused
from eval.retrain.schedule import TrainingOffice, month_due
from eval.retrain.trainings import MOST_ATTEMPTS, SILENT_SECONDS, TrainingBook
from storage.clock import CHINA
from storage.database import open_database
from tests.connectors.desk.world import fresh_postgres

NOW = datetime(2026, 11, 20, 10, tzinfo=CHINA)
AT = NOW.timestamp()
ON = RetrainEntry(enabled=True, day=3, hour=2)


class Machine:
    """A machine's time that is set."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture(params=["sqlite", "postgresql"])
async def book(request: pytest.FixtureRequest, tmp_path: Path, machine: Machine) -> AsyncIterator[TrainingBook]:
    url = await fresh_postgres() if request.param == "postgresql" else f"sqlite:///{tmp_path}/book.sqlite"
    database = open_database(url)
    made = TrainingBook(database, machine)
    await made.prepare()
    yield made
    await database.close()


def office(book: TrainingBook, folder: Path, script: str, entry: RetrainEntry = ON) -> TrainingOffice:
    return TrainingOffice(book, entry, folder, folder, lambda: NOW, (sys.executable, "-c", script))


def test_the_month_before_is_due_from_its_day_and_hour_on() -> None:
    assert month_due(ON, datetime(2026, 11, 3, 1, 59, tzinfo=CHINA)) is None
    assert month_due(ON, datetime(2026, 11, 3, 2, tzinfo=CHINA)) == "2026-10"
    assert month_due(ON, datetime(2027, 1, 28, tzinfo=CHINA)) == "2026-12"
    assert month_due(RetrainEntry(), NOW) is None, "it is off unless it is switched on"


async def test_a_scheduled_month_is_queued_once_by_however_many_workers(book: TrainingBook) -> None:
    asked = await asyncio.gather(*(book.ask_once("2026-10", AT) for _ in range(4)))
    assert sum(one is not None for one in asked) == 1
    taken = await asyncio.gather(*(book.claim(AT) for _ in range(4)))
    assert sum(one is not None for one in taken) == 1
    assert await book.ask_once("2026-10", AT) is None, "nor after a restart"


async def test_one_training_runs_at_a_time(book: TrainingBook) -> None:
    first = await book.ask("2026-10", "theo", "新标注了三百句", AT)
    with pytest.raises(TrainingRefused) as refused:
        await book.ask("2026-09", "theo", "再来一次", AT)
    assert refused.value.code == "training_running"
    await book.start(first.id, AT)
    await book.finish(first.id, "rejected", "2026-10-ab", "未过门槛", AT + 60)
    done = await book.read(first.id)
    assert (done.state, done.verdict, done.release, done.share) == ("done", "rejected", "2026-10-ab", 1.0)
    assert (await book.ask("2026-09", "theo", "再来一次", AT)).state == "queued"


async def test_a_training_that_fell_silent_is_queued_again_until_it_has_failed(
    book: TrainingBook, machine: Machine
) -> None:
    asked = await book.ask("2026-10", "theo", "测试一下", AT)
    for _ in range(MOST_ATTEMPTS):
        taken = await book.claim(AT)
        assert taken is not None
        assert taken.id == asked.id
        machine.seconds += SILENT_SECONDS + 1
    assert await book.claim(AT) is None
    assert (await book.read(asked.id)).state == "failed"


async def test_a_command_that_died_blocks_nobody(book: TrainingBook, machine: Machine) -> None:
    died = await book.ask("2026-10", "command line", "command line", AT, "command")
    await book.start(died.id, AT)
    machine.seconds += SILENT_SECONDS + 1
    assert (await book.ask("2026-10", "theo", "再来一次", AT)).state == "queued"
    assert (await book.read(died.id)).state == "failed"


async def test_a_worker_runs_what_is_due_and_notes_what_a_dead_process_said(book: TrainingBook, tmp_path: Path) -> None:
    script = "import sys; print('gridtalk: 磁盘满了', file=sys.stderr); sys.exit(2)"
    assert await office(book, tmp_path, script).look_once()
    found, total = await book.page(1, 20)
    assert total == 1
    assert (found[0].month, found[0].trigger, found[0].state) == ("2026-10", "schedule", "failed")
    assert "磁盘满了" in found[0].detail
    assert not await office(book, tmp_path, script).look_once(), "a month is tried once"


async def test_a_worker_that_stops_ends_the_process_and_puts_the_training_back(
    book: TrainingBook, tmp_path: Path
) -> None:
    begun = tmp_path / "begun"
    script = f"import pathlib, time; pathlib.Path({str(begun)!r}).touch(); time.sleep(60)"
    async with office(book, tmp_path, script).running():
        async with asyncio.timeout(20):
            while not begun.exists():
                await asyncio.sleep(0.02)
        assert (await book.page(1, 20))[0][0].state == "running"
    assert (await book.page(1, 20))[0][0].state == "queued"
