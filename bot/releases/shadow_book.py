"""What was heard in the shadow, in the database: counts by worker, masked examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection

from bot.guarded import guarded_read, guarded_write
from bot.releases.shadow import Difference
from bot.releases.table import SHADOW_COUNTS, SHADOWED
from storage.database import Database

_AWAY = "what was heard in the shadow does not answer; try again"
COUNTED = ("seen", "dropped", "intent", "article", "failed")


@dataclass(frozen=True, slots=True)
class ShadowBook:
    """Reads and writes what the shadow heard."""

    database: Database

    async def write(
        self, release: str, worker: str, counts: Counter[str], found: Iterable[Difference], most: int
    ) -> None:
        """Add counts and examples, at most so many examples of each kind. Raises StoreUnavailable."""
        own = (SHADOW_COUNTS.c.release == release, SHADOW_COUNTS.c.worker == worker)
        more = {name: SHADOW_COUNTS.c[name] + counts[name] for name in COUNTED}
        fresh = {"release": release, "worker": worker, **{name: counts[name] for name in COUNTED}}

        def put(connection: Connection) -> None:
            if not connection.execute(update(SHADOW_COUNTS).where(*own).values(more)).rowcount:
                connection.execute(insert(SHADOW_COUNTS), fresh)
            kept = _by_kind(connection, release)
            for one in found:
                if kept[one.kind] < most:
                    kept[one.kind] += 1
                    connection.execute(insert(SHADOWED), {"release": release, **_row_of(one)})

        await guarded_write(self.database, put, _AWAY)

    async def counts(self, release: str) -> dict[str, int]:
        """Return how many messages were heard, left out, and differed. Raises StoreUnavailable."""
        sums = select(*(func.sum(SHADOW_COUNTS.c[name]) for name in COUNTED)).where(SHADOW_COUNTS.c.release == release)

        def read(connection: Connection) -> dict[str, int]:
            row = connection.execute(sums).one()
            return {name: int(number or 0) for name, number in zip(COUNTED, row, strict=True)}

        return await guarded_read(self.database, read, _AWAY)

    async def page(self, release: str, kind: str = "", page: int = 1, size: int = 20) -> tuple[list[Difference], int]:
        """Return a page of the examples, newest first, and how many there are. Raises StoreUnavailable."""
        wanted = [SHADOWED.c.release == release, *([SHADOWED.c.kind == kind] if kind else [])]

        def read(connection: Connection) -> tuple[list[Difference], int]:
            rows = select(SHADOWED).where(*wanted).order_by(SHADOWED.c.id.desc())
            found = connection.execute(rows.limit(size).offset((page - 1) * size))
            total = connection.scalar(select(func.count()).select_from(SHADOWED).where(*wanted))
            return [Difference(row.at, row.kind, row.text, row.stable, row.candidate) for row in found], int(total or 0)

        return await guarded_read(self.database, read, _AWAY)

    async def forget(self, release: str) -> None:
        """Drop what a release's earlier time in the shadow left. Raises StoreUnavailable."""

        def drop(connection: Connection) -> None:
            for table in (SHADOW_COUNTS, SHADOWED):
                connection.execute(delete(table).where(table.c.release == release))

        await guarded_write(self.database, drop, _AWAY)


def _row_of(one: Difference) -> dict[str, object]:
    names = {"stable": one.stable[:128], "candidate": one.candidate[:128]}
    return {"at": one.at, "kind": one.kind, "text": one.text, **names}


def _by_kind(connection: Connection, release: str) -> Counter[str]:
    counted = select(SHADOWED.c.kind, func.count()).where(SHADOWED.c.release == release).group_by(SHADOWED.c.kind)
    return Counter({str(row[0]): int(row[1]) for row in connection.execute(counted)})
