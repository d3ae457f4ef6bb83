"""Alerts of releases, and what each worker has loaded."""

from __future__ import annotations

import os
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection

from bot.errors import ReleaseRefused
from bot.guarded import guarded_read, guarded_write
from bot.releases.table import ALERTS, WORKERS
from bot.releases.values import Alert, WorkerState
from storage.clock import Clock, system_clock
from storage.database import Database

_AWAY = "the alerts of the releases do not answer; try again"
GONE_SECONDS = 60.0
"""A worker that was not seen for so long has ended."""


@dataclass(frozen=True, slots=True)
class ReleaseAlerts:
    """Reads alerts and takes note that somebody cares for them."""

    database: Database
    clock: Clock = system_clock

    async def page(self, *, is_open: bool = False, page: int = 1, size: int = 20) -> tuple[list[Alert], int]:
        """Return a page of alerts, newest first, and how many there are. Raises StoreUnavailable."""
        wanted = [ALERTS.c.acknowledged_at.is_(None)] if is_open else []

        def read(connection: Connection) -> tuple[list[Alert], int]:
            rows = select(ALERTS).where(*wanted).order_by(ALERTS.c.id.desc()).limit(size).offset((page - 1) * size)
            total = connection.scalar(select(func.count()).select_from(ALERTS).where(*wanted))
            return [Alert(**row) for row in connection.execute(rows).mappings()], int(total or 0)

        return await guarded_read(self.database, read, _AWAY)

    async def acknowledge(self, alert_id: int, by: str) -> Alert:
        """Note who cares for an alert; the first one stays. Raises ReleaseRefused (unknown_alert), StoreUnavailable."""
        own = ALERTS.c.id == alert_id
        cared = {"acknowledged_by": by[:64], "acknowledged_at": self.clock().timestamp()}

        def write(connection: Connection) -> Alert:
            connection.execute(update(ALERTS).where(own, ALERTS.c.acknowledged_at.is_(None)).values(cared))
            row = connection.execute(select(ALERTS).where(own)).mappings().one_or_none()
            if row is None:
                raise ReleaseRefused("unknown_alert", f"there is no alert {alert_id}")
            return Alert(**row)

        return await guarded_write(self.database, write, _AWAY)


@dataclass(frozen=True, slots=True)
class WorkerBoard:
    """What each worker has loaded."""

    database: Database

    async def write(self, state: WorkerState) -> None:
        """Write one's own state; forget workers that have ended. Raises StoreUnavailable."""
        row = {name: getattr(state, name) for name in WorkerState.__dataclass_fields__}
        own = WORKERS.c.worker == state.worker

        def put(connection: Connection) -> None:
            connection.execute(delete(WORKERS).where(own | (WORKERS.c.seen_at < state.seen_at - GONE_SECONDS)))
            connection.execute(insert(WORKERS), row)

        await guarded_write(self.database, put, _AWAY)

    async def crashes(self, host: str, release: str) -> int:
        """Count processes of this machine that ended without a word while they loaded or held a candidate."""
        rows = [row for row in await self.read() if row.worker.startswith(f"{host}:")]
        held = [row for row in rows if row.candidate == release or release in row.problem]
        return sum(not _is_alive(int(row.worker.rpartition(":")[2])) for row in held)

    async def forget(self, worker: str) -> None:
        """Take a worker that ends off the board. Raises StoreUnavailable."""
        gone = delete(WORKERS).where(WORKERS.c.worker == worker)
        await guarded_write(self.database, lambda connection: connection.execute(gone), _AWAY)

    async def read(self) -> list[WorkerState]:
        """Return all workers. Raises StoreUnavailable."""

        def read(connection: Connection) -> list[WorkerState]:
            rows = connection.execute(select(WORKERS).order_by(WORKERS.c.worker)).mappings()
            return [WorkerState(**row) for row in rows]

        return await guarded_read(self.database, read, _AWAY)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's
    return True
