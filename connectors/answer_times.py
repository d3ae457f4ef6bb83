"""How long answers take, by door: for Prometheus, and kept by the hour so that a period can be shown."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise

from prometheus_client import Histogram
from sqlalchemy import Column, Float, Integer, MetaData, Table, func, insert, select, update
from sqlalchemy.engine import Connection

from bot.guarded import guarded_read, persistent_write
from storage.database import Database

EDGES = (0.005, 0.01, 0.02, 0.035, 0.05, 0.075, 0.1, 0.2, 0.35, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper edges in seconds; what takes longer is counted in the last one."""
ANSWER_SECONDS = Histogram("gridtalk_answer_seconds", "From a message to its answer, by door", ["door"], buckets=EDGES)
METADATA = MetaData()
ANSWER_TIMES = Table(
    "answer_times",
    METADATA,
    Column("hour", Integer, primary_key=True, autoincrement=False),
    Column("edge", Float, primary_key=True, autoincrement=False),
    Column("answers", Integer, nullable=False),
)
_HOUR = 3600
_AWAY = "the answer times do not answer"


@dataclass(slots=True)
class AnswerTimes:
    """What this process has measured since it was last kept."""

    fresh: dict[float, int] = field(default_factory=dict)

    @contextmanager
    def measured(self, door: str) -> Iterator[None]:
        """Measure one answer."""
        started = time.perf_counter()
        try:
            yield
        finally:
            seconds = time.perf_counter() - started
            ANSWER_SECONDS.labels(door).observe(seconds)
            edge = next((one for one in EDGES if seconds <= one), EDGES[-1])
            self.fresh[edge] = self.fresh.get(edge, 0) + 1

    async def keep(self, database: Database, at: float) -> None:
        """Add what is fresh to the hour of `at`. Raises StoreUnavailable; nothing is lost then."""
        taken, self.fresh = self.fresh, {}
        if not taken:
            return
        try:
            await persistent_write(database, lambda link: _add(link, int(at) // _HOUR, taken), _AWAY, attempts=6)
        except BaseException:
            for edge, count in taken.items():
                self.fresh[edge] = self.fresh.get(edge, 0) + count
            raise


TIMES = AnswerTimes()
"""This process's."""


async def read_answer_times(database: Database, since: float, until: float) -> Mapping[int, Mapping[float, int]]:
    """Return the counts of every hour of `[since, until)`: hour since the epoch -> edge -> count."""
    wanted = (ANSWER_TIMES.c.hour >= int(since) // _HOUR, ANSWER_TIMES.c.hour < -(-int(until) // _HOUR))
    rows = await guarded_read(database, lambda link: link.execute(select(ANSWER_TIMES).where(*wanted)).all(), _AWAY)
    found: dict[int, dict[float, int]] = {}
    for row in rows:
        found.setdefault(row.hour, {})[row.edge] = row.answers
    return found


def quantile(counts: Sequence[Mapping[float, int]], share: float) -> float | None:
    """Return the time in seconds below which this share of the answers lies, interpolated between the edges."""
    merged = [sum(one.get(edge, 0) for one in counts) for edge in EDGES]
    wanted = sum(merged) * share
    if not wanted:
        return None
    before = 0
    for (low, high), count in zip(pairwise((0.0, *EDGES)), merged, strict=True):
        if count and before + count >= wanted:
            return round(low + (high - low) * (wanted - before) / count, 4)
        before += count
    return EDGES[-1]


def _add(link: Connection, hour: int, counts: Mapping[float, int]) -> None:
    for edge, count in counts.items():
        place = (ANSWER_TIMES.c.hour == hour) & (ANSWER_TIMES.c.edge == edge)
        if link.scalar(select(func.count()).select_from(ANSWER_TIMES).where(place)):
            link.execute(update(ANSWER_TIMES).where(place).values(answers=ANSWER_TIMES.c.answers + count))
        else:
            link.execute(insert(ANSWER_TIMES), {"hour": hour, "edge": edge, "answers": count})
