"""The counts of all workers in the database: each writes its own rows, everybody reads the sum."""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from bot.guarded import guarded_read, guarded_write
from bot.releases.counts import Figures, TurnCounts, figures_of, parse_counts, render_counts
from bot.releases.settings import CanarySettings
from bot.releases.table import FIGURES
from bot.releases.values import Serving
from storage.database import Database

_AWAY = "the figures of the releases do not answer; try again"
KEPT_MINUTES = 60 * 24 * 14
Key = tuple[str, int, int]
"""(release, revision of the serving, minute)."""


@dataclass(frozen=True, slots=True)
class FigureBook:
    """Reads and writes counts."""

    database: Database

    async def write(self, worker: str, counts: dict[Key, TurnCounts]) -> None:
        """Write what a worker counted; a row is the whole count of its minute. Raises StoreUnavailable."""

        def put(connection: Connection) -> None:
            for (release, revision, minute), found in counts.items():
                key = {"release": release, "worker": worker, "revision": revision, "minute": minute}
                told = orjson.dumps(render_counts(found)).decode()
                wanted = [FIGURES.c[name] == value for name, value in key.items()]
                if not connection.execute(update(FIGURES).where(*wanted).values(counts=told)).rowcount:
                    connection.execute(insert(FIGURES), key | {"counts": told})

        await guarded_write(self.database, put, _AWAY)

    async def read(self, release: str, *, since_minute: int, revision: int | None = None) -> TurnCounts:
        """Return the sum over workers and minutes, of one revision or of all. Raises StoreUnavailable."""
        wanted = [FIGURES.c.release == release, FIGURES.c.minute >= since_minute]
        if revision is not None:
            wanted.append(FIGURES.c.revision == revision)

        def add_up(connection: Connection) -> TurnCounts:
            total = TurnCounts()
            for row in connection.execute(select(FIGURES.c.counts).where(*wanted)):
                total.add(parse_counts(orjson.loads(row.counts)))
            return total

        return await guarded_read(self.database, add_up, _AWAY)

    async def compare(self, serving: Serving, settings: CanarySettings, at: float) -> tuple[Figures, Figures]:
        """Return the figures of stable release and candidate over their windows. Raises StoreUnavailable."""
        minute = int(at // 60)
        since = minute - settings.window_minutes
        stable = await self.read(serving.stable, since_minute=since, revision=serving.revision)
        if stable.turns < settings.least_stable_turns:
            stable = await self.read(serving.stable, since_minute=minute - settings.stable_minutes)
        candidate = await self.read(serving.candidate or "", since_minute=since, revision=serving.revision)
        return figures_of(stable), figures_of(candidate)

    async def forget(self, at: float) -> None:
        """Drop what is too old to be looked at. Raises StoreUnavailable."""
        old = FIGURES.c.minute < int(at // 60) - KEPT_MINUTES
        await guarded_write(self.database, lambda connection: connection.execute(delete(FIGURES).where(old)), _AWAY)
