"""Long work: one at a time, its progress seen by all, its end always written."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from eval.errors import ExtraMissing, NotInSight, ReviewRefused
from eval.quality.jobs import DONE, FAILED, LOST, LOST_SECONDS, RUNNING, SCORE, Job, Jobs, Tick
from eval.quality.store import QualityStore
from eval.quality.values import Person

SUE = Person(1, "苏")


class Watch:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.at = 1_795_140_000.0

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(self.at, UTC)


async def over(jobs: Jobs, job: Job) -> Job:
    """Wait until it has ended."""
    for _ in range(200):
        found = await jobs.one("", job.id)
        if found.state != RUNNING:
            return found
        await asyncio.sleep(0.01)
    raise AssertionError("it never ended")


async def test_work_ends_with_what_it_did_and_leaves_the_place_to_the_next(store: QualityStore) -> None:
    jobs, gate = Jobs(store, Watch()), asyncio.Event()

    async def work(tick: Tick) -> None:
        tick.done, tick.total, tick.note = 3, 3, "alerts=1 drawn=2"
        await gate.wait()

    job = await jobs.begin(SCORE, SUE, "山东", work)
    assert (job.state, job.begun_by) == (RUNNING, "苏")
    with pytest.raises(ReviewRefused) as refused:
        await jobs.begin(SCORE, SUE, "", work)
    assert refused.value.code == "job_running"
    gate.set()
    ended = await over(jobs, job)
    assert (ended.state, ended.done, ended.note) == (DONE, 3, "alerts=1 drawn=2")
    assert (await over(jobs, await jobs.begin(SCORE, SUE, "", work))).state == DONE


async def test_a_failure_is_told_by_its_code_and_never_by_its_text(small_store: QualityStore) -> None:
    jobs = Jobs(small_store, Watch())

    async def work(tick: Tick) -> None:
        raise ExtraMissing("/home/somebody/models is not there")

    ended = await over(jobs, await jobs.begin(SCORE, SUE, "", work))
    assert (ended.state, ended.note) == (FAILED, "extra_missing")


async def test_work_of_a_worker_that_died_is_lost_and_another_may_begin(small_store: QualityStore) -> None:
    watch = Watch()
    dead, alive = Jobs(small_store, watch), Jobs(small_store, watch)

    async def forever(tick: Tick) -> None:
        await asyncio.Event().wait()

    async def quick(tick: Tick) -> None:
        return

    job = await dead.begin(SCORE, SUE, "", forever)
    watch.at += LOST_SECONDS + 1
    assert (await alive.one("", job.id)).state == LOST
    assert (await over(alive, await alive.begin(SCORE, SUE, "", quick))).state == DONE
    await dead.close()


async def test_a_server_that_stops_says_so(small_store: QualityStore) -> None:
    jobs = Jobs(small_store, Watch())

    async def forever(tick: Tick) -> None:
        await asyncio.Event().wait()

    job = await jobs.begin(SCORE, SUE, "", forever)
    await asyncio.sleep(0)
    await jobs.close()
    assert (await jobs.one("", job.id)).state == FAILED


async def test_a_place_sees_its_own_work_alone(small_store: QualityStore) -> None:
    jobs = Jobs(small_store, Watch())

    async def quick(tick: Tick) -> None:
        return

    job = await jobs.begin(SCORE, SUE, "山东/青岛市", quick)
    await over(jobs, job)
    assert (await jobs.page("山东", 1, 10))[1] == 1
    assert (await jobs.page("江苏", 1, 10))[1] == 0
    with pytest.raises(NotInSight):
        await jobs.one("江苏", job.id)
