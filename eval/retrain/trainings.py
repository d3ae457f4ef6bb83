"""Trainings as rows: who asked for which month, how far it is, what came of it; one at a time, a scheduled one once.

Workers and commands meet in the table alone: whoever changes a queued row to running is the one who runs it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from sqlalchemy import Column, Float, Index, Integer, MetaData, String, Table, func, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bot.guarded import guarded_read, guarded_write, persistent_write
from eval.errors import NotInSight, TrainingRefused
from storage.database import Database, Work

T = TypeVar("T")
METADATA = MetaData()
TRAININGS = Table(
    "retrain_trainings",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("month", String(7), nullable=False),
    Column("reason", String(500), nullable=False),
    Column("asked_by", String(64), nullable=False),
    Column("trigger", String(16), nullable=False),
    Column("once", String(32), unique=True),
    Column("state", String(16), nullable=False),
    Column("step", String(16), nullable=False),
    Column("share", Float, nullable=False),
    Column("detail", String(500), nullable=False),
    Column("release", String(64)),
    Column("verdict", String(16)),
    Column("attempts", Integer, nullable=False),
    Column("asked_at", Float, nullable=False),
    Column("started_at", Float),
    Column("ended_at", Float),
    Column("seen_at", Float, nullable=False),
    Index("retrain_trainings_by_state", "state"),
)
QUEUED, RUNNING, DONE, FAILED = "queued", "running", "done", "failed"
PERSON, SCHEDULE, COMMAND = "person", "schedule", "command"
SILENT_SECONDS: Final = 180.0
"""A training that says nothing for so long has died with its machine."""
MOST_ATTEMPTS: Final = 3
_MOST_DETAIL: Final = 500
_AWAY: Final = "the book of trainings does not answer; try again"


@dataclass(frozen=True, slots=True)
class Training:
    """One training of a month."""

    id: int
    month: str
    reason: str
    asked_by: str
    trigger: str
    """person | schedule | command."""
    state: str
    """queued | running | done | failed."""
    step: str
    """queued | study | data | train | measure | release | done."""
    share: float
    """Of the step, 0 to 1."""
    detail: str
    release: str | None
    verdict: str | None
    """passed | rejected | none; None while it is not known."""
    attempts: int
    asked_at: float
    started_at: float | None
    ended_at: float | None


@dataclass(frozen=True, slots=True)
class TrainingBook:
    """Keeps the trainings."""

    database: Database
    machine_time: Callable[[], float] = time.time
    """Seconds since the epoch by which silence is measured between processes."""

    async def prepare(self) -> None:
        """Make the table where it is not there."""
        await self.database.create_tables(METADATA)

    async def ask(self, month: str, by: str, reason: str, at: float, trigger: str = PERSON) -> Training:
        """Queue a training. Raises TrainingRefused (training_running)."""

        def keep(link: Connection) -> Training:
            self._bury_silent(link)
            if link.execute(select(TRAININGS.c.id).where(TRAININGS.c.state.in_((QUEUED, RUNNING)))).first() is not None:
                raise TrainingRefused("training_running", "a training is queued or running; wait for it")
            return self._insert(link, month, by, reason, at, trigger, None)

        return await self._write(keep)

    async def ask_once(self, month: str, at: float) -> Training | None:
        """Queue the scheduled training of a month; None where it was queued before, by whichever worker."""
        try:
            return await guarded_write(
                self.database,
                lambda link: self._insert(link, month, SCHEDULE, "每月定时", at, SCHEDULE, f"{SCHEDULE}:{month}"),
                _AWAY,
            )
        except IntegrityError:
            return None

    async def claim(self, at: float) -> Training | None:
        """Take the oldest queued training, if none runs; it is the caller's to run."""

        def keep(link: Connection) -> Training | None:
            self._bury_silent(link)
            if link.execute(select(TRAININGS.c.id).where(TRAININGS.c.state == RUNNING)).first() is not None:
                return None
            query = select(TRAININGS.c.id).where(TRAININGS.c.state == QUEUED).order_by(TRAININGS.c.id)
            first = link.execute(query.limit(1).with_for_update(skip_locked=True)).first()
            return self._start(link, first.id, at) if first is not None else None

        return await self._write(keep)

    async def start(self, training_id: int, at: float) -> Training:
        """Take one queued training. Raises TrainingRefused where somebody else has it."""

        def keep(link: Connection) -> Training:
            taken = self._start(link, training_id, at)
            if taken is None:
                raise TrainingRefused("training_running", "this training is running or over")
            return taken

        return await self._write(keep)

    async def has_queued(self) -> bool:
        """Say whether there may be something to claim; cheap, for who asks every few seconds."""
        query = select(TRAININGS.c.id).where(TRAININGS.c.state.in_((QUEUED, RUNNING))).limit(1)
        return await guarded_read(self.database, lambda link: link.execute(query).first() is not None, _AWAY)

    async def tell(self, training_id: int, step: str, share: float) -> None:
        """Note how far a training is, and that it lives."""
        await self._change(training_id, {"step": step, "share": round(min(max(share, 0.0), 1.0), 3)})

    async def finish(self, training_id: int, verdict: str, release: str | None, detail: str, at: float) -> None:
        """Note what came of a training."""
        told = {"verdict": verdict, "release": release, "detail": detail[:_MOST_DETAIL]}
        await self._change(training_id, {"state": DONE, "step": DONE, "share": 1.0, "ended_at": at, **told})

    async def fail(self, training_id: int, detail: str, at: float) -> None:
        """Note that a running training came to nothing; of one that is over nothing changes."""
        await self._change(training_id, {"state": FAILED, "ended_at": at, "detail": detail[:_MOST_DETAIL]})

    async def put_back(self, training_id: int) -> None:
        """Queue a running training again: whoever ran it stops."""
        await self._change(training_id, {"state": QUEUED, "step": QUEUED, "share": 0.0})

    async def read(self, training_id: int) -> Training:
        """Return one training. Raises NotInSight."""
        query = select(TRAININGS).where(TRAININGS.c.id == training_id)
        row = await guarded_read(self.database, lambda link: link.execute(query).first(), _AWAY)
        if row is None:
            raise NotInSight("training")
        return _training(row)

    async def page(self, page: int, size: int) -> tuple[list[Training], int]:
        """Return one page of the trainings, newest first, and their number."""

        def read(link: Connection) -> tuple[list[Training], int]:
            total = link.scalar(select(func.count()).select_from(TRAININGS)) or 0
            rows = select(TRAININGS).order_by(TRAININGS.c.id.desc()).limit(size).offset((page - 1) * size)
            return [_training(row) for row in link.execute(rows)], total

        return await guarded_read(self.database, read, _AWAY)

    def _insert(
        self, link: Connection, month: str, by: str, reason: str, at: float, trigger: str, once: str | None
    ) -> Training:
        row = {"month": month, "reason": reason, "asked_by": by, "trigger": trigger, "once": once, "asked_at": at}
        new = {"state": QUEUED, "step": QUEUED, "share": 0.0, "detail": "", "attempts": 0}
        made = insert(TRAININGS).values({**row, **new, "seen_at": self.machine_time()}).returning(*TRAININGS.c)
        return _training(link.execute(made).one())

    def _start(self, link: Connection, training_id: int, at: float) -> Training | None:
        values = {"state": RUNNING, "started_at": at, "seen_at": self.machine_time()}
        mine = (TRAININGS.c.id == training_id) & (TRAININGS.c.state == QUEUED)
        change = update(TRAININGS).where(mine).values(attempts=TRAININGS.c.attempts + 1, **values)
        row = link.execute(change.returning(*TRAININGS.c)).first()
        return _training(row) if row is not None else None

    def _bury_silent(self, link: Connection) -> None:
        """Queue what died with its machine again; after some attempts, or begun by a command, it has failed."""
        silent = (TRAININGS.c.state == RUNNING) & (TRAININGS.c.seen_at < self.machine_time() - SILENT_SECONDS)
        again = {"state": QUEUED, "step": QUEUED, "share": 0.0}
        is_worth_it = (TRAININGS.c.attempts < MOST_ATTEMPTS) & (TRAININGS.c.trigger != COMMAND)
        link.execute(update(TRAININGS).where(silent, is_worth_it).values(again))
        dead = {"state": FAILED, "detail": "中断了，不再重试", "ended_at": TRAININGS.c.started_at}
        link.execute(update(TRAININGS).where(silent).values(dead))

    async def _change(self, training_id: int, values: Mapping[str, Any]) -> None:
        mine = (TRAININGS.c.id == training_id) & (TRAININGS.c.state == RUNNING)
        told = {**values, "seen_at": self.machine_time()}
        await self._write(lambda link: link.execute(update(TRAININGS).where(mine).values(told)))

    async def _write(self, work: Work[T]) -> T:
        return await persistent_write(self.database, work, _AWAY, attempts=4)


def _training(row: Any) -> Training:
    return Training(**{name: getattr(row, name) for name in Training.__slots__})
