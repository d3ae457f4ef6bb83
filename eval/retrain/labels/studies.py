"""Studies of a month: who began them, how far they are, what they found; one at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from eval.errors import LabelRefused, NotInSight
from eval.retrain.labels.store import LearningStore
from eval.retrain.labels.table import STUDIES

RUNNING, DONE, FAILED = "running", "done", "failed"
SILENT_SECONDS = 120.0
"""A study that says nothing for so long has died with its machine."""


@dataclass(frozen=True, slots=True)
class Study:
    """One study of a month."""

    id: int
    month: str
    state: str
    """running | done | failed."""
    stage: str
    progress: float
    """0 to 1."""
    begun_by: str
    begun_at: float
    ended_at: float | None
    messages: int
    questions: int
    topics: int
    new_topics: int
    reasons: Mapping[str, int]
    error: str
    """Code of what went wrong."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a study came to."""

    messages: int
    questions: int
    topics: int
    new_topics: int
    reasons: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Studies:
    """Keeps the studies."""

    store: LearningStore
    machine_time: Callable[[], float] = time.time
    """Seconds since the epoch that measure silence between processes, each of which may have a clock set for it."""

    async def begin(self, month: str, by: str, at: float) -> Study:
        """Note that a study begins. Raises LabelRefused (study_running)."""

        def keep(link: Connection) -> Study:
            _bury_silent(link, self.machine_time())
            query = select(STUDIES.c.id).where(STUDIES.c.state == RUNNING).with_for_update()
            if link.execute(query).first() is not None:
                raise LabelRefused("study_running", "a study is running; wait for it")
            row = {"month": month, "state": RUNNING, "stage": "", "progress": 0.0, "begun_by": by, "begun_at": at}
            none = {"messages": 0, "questions": 0, "topics": 0, "new_topics": 0, "reasons": "{}", "error": ""}
            made = insert(STUDIES).values({**row, **none, "seen_at": self.machine_time()}).returning(*STUDIES.c)
            return _study(link.execute(made).one())

        return await self.store.write(keep)

    async def tell(self, study_id: int, stage: str, progress: float) -> None:
        """Note how far a study is, and that it lives."""
        values = {"stage": stage, "progress": round(progress, 3), "seen_at": self.machine_time()}
        await self._change(study_id, values)

    async def finish(self, study_id: int, found: Found, at: float) -> None:
        """Note what a study came to."""
        counts = {name: getattr(found, name) for name in ("messages", "questions", "topics", "new_topics")}
        reasons = orjson.dumps(dict(found.reasons)).decode()
        values = {"state": DONE, "stage": "", "progress": 1.0, "ended_at": at, "reasons": reasons}
        await self._change(study_id, {**values, **counts})

    async def fail(self, study_id: int, code: str, at: float) -> None:
        """Note that a running study came to nothing."""
        await self._change(study_id, {"state": FAILED, "error": code, "ended_at": at})

    async def read(self, study_id: int) -> Study:
        """Return one study. Raises NotInSight."""
        query = select(STUDIES).where(STUDIES.c.id == study_id)
        row = await self.store.read(lambda link: link.execute(query).first())
        if row is None:
            raise NotInSight("study")
        return _study(row)

    async def page(self, page: int, size: int) -> tuple[list[Study], int]:
        """Return one page of the studies, newest first, and their number."""
        now = self.machine_time()
        silent = select(STUDIES.c.id).where(STUDIES.c.state == RUNNING, STUDIES.c.seen_at < now - SILENT_SECONDS)
        if await self.store.read(lambda link: link.execute(silent).first()) is not None:
            await self.store.write(lambda link: _bury_silent(link, now))

        def read(link: Connection) -> tuple[list[Study], int]:
            total = link.scalar(select(func.count()).select_from(STUDIES)) or 0
            rows = select(STUDIES).order_by(STUDIES.c.id.desc()).limit(size).offset((page - 1) * size)
            return [_study(row) for row in link.execute(rows)], total

        return await self.store.read(read)

    async def _change(self, study_id: int, values: Mapping[str, Any]) -> None:
        mine = (STUDIES.c.id == study_id) & (STUDIES.c.state == RUNNING)
        await self.store.write(lambda link: link.execute(update(STUDIES).where(mine).values(dict(values))))


def _bury_silent(link: Connection, now: float) -> None:
    dead = (STUDIES.c.state == RUNNING) & (STUDIES.c.seen_at < now - SILENT_SECONDS)
    buried = {"state": FAILED, "error": "interrupted", "ended_at": STUDIES.c.begun_at}
    link.execute(update(STUDIES).where(dead).values(buried))


def _study(row: Any) -> Study:
    plain = {name: getattr(row, name) for name in Study.__slots__ if name != "reasons"}
    return Study(**plain, reasons=orjson.loads(row.reasons))
