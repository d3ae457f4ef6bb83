"""Long work that a page begins: one at a time in an installation, its progress in a row that every worker reads.

The work runs in the worker that was asked. Its row is touched every few seconds; one that nobody touches is lost, and
another may begin.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from bot.errors import BotError
from eval.errors import EvalError, NotInSight, ReviewRefused
from eval.quality.rows import in_place
from eval.quality.store import QualityStore
from eval.quality.table import JOBS
from eval.quality.values import Person
from storage.clock import Clock

_LOG = structlog.get_logger(__name__)
RUNNING, DONE, FAILED, LOST = "running", "done", "failed", "lost"
SCORE, IMPORT, RECORDING = "score", "import", "recording"
BEAT_SECONDS = 1.0
LOST_SECONDS = 120.0
_SLOT = "work"
_MOST_NOTE = 300


@dataclass(slots=True)
class Tick:
    """What the work tells of itself."""

    done: int = 0
    total: int | None = None
    note: str = ""


Work = Callable[[Tick], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Job:
    """One row."""

    id: int
    kind: str
    """score | import | recording."""
    state: str
    """running | done | failed | lost."""
    begun_by: str
    begun_at: float
    ended_at: float | None
    done: int
    total: int | None
    note: str
    """What came of it, in a few words and figures; no words of a customer."""
    scope: str


@dataclass(frozen=True, slots=True)
class Jobs:
    """Begins and shows them."""

    store: QualityStore
    clock: Clock
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def begin(self, kind: str, person: Person, scope: str, work: Work) -> Job:
        """Begin; returns at once. Raises ReviewRefused(job_running) while another one runs."""
        at = self._at()
        job_id = await self.store.write(lambda link: _insert(link, kind, person, scope, at))
        task = asyncio.create_task(self._run(job_id, kind, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await self.one(scope, job_id)

    async def page(self, scope: str, page: int, size: int) -> tuple[list[Job], int]:
        """Return the jobs that were begun in a place, the newest first."""
        wanted = in_place(JOBS.c.scope, scope)
        at = self._at()

        def read(link: Connection) -> tuple[list[Job], int]:
            total = link.scalar(select(func.count()).select_from(JOBS).where(wanted)) or 0
            rows = select(JOBS).where(wanted).order_by(JOBS.c.id.desc()).limit(size).offset((page - 1) * size)
            return [_job(row, at) for row in link.execute(rows)], total

        return await self.store.read(read)

    async def one(self, scope: str, job_id: int) -> Job:
        """Return one. Raises NotInSight."""
        query = select(JOBS).where(JOBS.c.id == job_id, in_place(JOBS.c.scope, scope))
        row = await self.store.read(lambda link: link.execute(query).first())
        if row is None:
            raise NotInSight("job")
        return _job(row, self._at())

    async def close(self) -> None:
        """The server stops: what runs is given up, and says so."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, job_id: int, kind: str, work: Work) -> None:
        tick = Tick()
        beat = asyncio.create_task(self._beat(job_id, tick))
        state = FAILED
        try:
            await work(tick)
            state = DONE
        except (EvalError, BotError, OSError) as error:
            tick.note = getattr(error, "code", "") or type(error).__name__
            _LOG.error("quality work failed", kind=kind, error=type(error).__name__)
        except asyncio.CancelledError:
            tick.note = "server_stopped"
        except Exception as error:  # the boundary of the work: the row must tell that it is over
            tick.note = type(error).__name__
            _LOG.exception("quality work failed", kind=kind)
        finally:
            beat.cancel()
            await asyncio.gather(beat, return_exceptions=True)
        await self._write(job_id, tick, state=state, slot=None, ended_at=self._at())

    async def _beat(self, job_id: int, tick: Tick) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            try:
                await self._write(job_id, tick)
            except BotError:
                _LOG.warning("a job's progress could not be written; tried again")

    async def _write(self, job_id: int, tick: Tick, **more: Any) -> None:
        values = {"done": tick.done, "total": tick.total, "note": tick.note[:_MOST_NOTE], "beat_at": self._at(), **more}
        query = update(JOBS).where(JOBS.c.id == job_id).values(values)
        await self.store.write(lambda link: link.execute(query))

    def _at(self) -> float:
        return self.clock().timestamp()


def _insert(link: Connection, kind: str, person: Person, scope: str, at: float) -> int:
    """Take the one slot; of two who come at once one meets the other's row and tries again."""
    given_up = {"slot": None, "state": LOST, "ended_at": at}
    link.execute(update(JOBS).where(JOBS.c.slot == _SLOT, JOBS.c.beat_at < at - LOST_SECONDS).values(given_up))
    if link.scalar(select(func.count()).select_from(JOBS).where(JOBS.c.slot == _SLOT)):
        raise ReviewRefused("job_running", "other work of this kind is running; wait until it is done")
    who = {"staff_id": person.id, "staff": person.name, "scope": scope}
    row = {"kind": kind, "state": RUNNING, "slot": _SLOT, **who, "begun_at": at, "beat_at": at, "done": 0, "note": ""}
    key = link.execute(insert(JOBS), row).inserted_primary_key
    return int(key[0]) if key is not None else 0


def _job(row: Any, at: float) -> Job:
    is_lost = row.state == RUNNING and row.beat_at < at - LOST_SECONDS
    shown = {
        name: getattr(row, name) for name in ("id", "kind", "begun_at", "ended_at", "done", "total", "note", "scope")
    }
    return Job(**shown, state=LOST if is_lost else row.state, begun_by=row.staff)
