"""How the installation is: workers, database, queues, disk, releases, back ends, what the upkeep could not do."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Float, Integer, String, Table, delete, func, insert, select, update
from sqlalchemy.engine import Connection

from bot.errors import StoreUnavailable
from bot.guarded import guarded_read, guarded_write
from connectors.desk.table import CALLBACKS, SESSIONS
from connectors.desk.values import CLOSED, WAITING
from connectors.outbox.letter import DEAD, PENDING
from connectors.outbox.table import OUTBOX
from connectors.wechat.inbox import INBOX
from console.table import METADATA
from console.upkeep import Upkeep
from storage.database import Database

WORKERS = Table(
    "console_workers",
    METADATA,
    Column("worker", String(64), primary_key=True),
    Column("process", Integer, nullable=False),
    Column("started_at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),
    Column("release", String(64), nullable=False),
    Column("megabytes", Float, nullable=False),
    Column("lag_ms", Float, nullable=False),
    Column("circuit", String(16), nullable=False),
)
GONE_SECONDS = 60.0
FORGET_SECONDS = 24 * 3600.0
LEAST_FREE_SHARE = 0.05
SLOW_SECONDS = 0.5
GOOD, WATCH, BAD = "good", "watch", "bad"
_TOLD = ("worker", "process", "started_at", "seen_at", "release", "megabytes", "lag_ms", "circuit")
_AWAY = "the database does not answer"


@dataclass(frozen=True, slots=True)
class Worker:
    """What a worker tells of itself. Moments are the machine's."""

    release: Callable[[], str]
    lag_ms: Callable[[], float]
    circuit: Callable[[], str]
    """State of the circuit breaker before the back ends: closed | open | half-open; empty where there is none."""
    now: Callable[[], float] = time.time
    started_at: float = field(default_factory=time.time)
    name: str = field(default_factory=lambda: f"{os.getpid()}-{secrets.token_hex(4)}")

    async def tell(self, database: Database) -> None:
        """Write this worker's row; forget those long gone. Raises StoreUnavailable."""
        now = self.now()
        row = {
            "process": os.getpid(),
            "started_at": self.started_at,
            "seen_at": now,
            "release": self.release()[:64],
            "megabytes": _megabytes(),
            "lag_ms": round(self.lag_ms(), 1),
            "circuit": self.circuit(),
        }

        def write(link: Connection) -> None:
            mine = WORKERS.c.worker == self.name
            if not link.execute(update(WORKERS).where(mine).values(row)).rowcount:
                link.execute(insert(WORKERS), {"worker": self.name, **row})
            link.execute(delete(WORKERS).where(WORKERS.c.seen_at < now - FORGET_SECONDS))

        await guarded_write(database, write, _AWAY)


@dataclass(frozen=True, slots=True)
class Health:
    """Looks at everything once."""

    database: Database
    home: Path
    upkeep: Upkeep
    last_sweep: Callable[[], Any]
    """Coroutine: when the last sweep ended."""
    now: Callable[[], float] = time.time

    async def look(self) -> dict[str, Any]:
        """Return the state of all parts; the worst of them is the whole's."""
        began = time.perf_counter()
        try:
            seen = await guarded_read(self.database, self._read, _AWAY)
            seconds = time.perf_counter() - began
            sweep = await self.last_sweep()
        except StoreUnavailable:
            return {"state": BAD, "database": {"state": BAD, "seconds": None}, "at": self.now()}
        parts = {
            "database": {"state": WATCH if seconds > SLOW_SECONDS else GOOD, "seconds": round(seconds, 4)},
            "disk": self._disk(),
            "upkeep": {"state": WATCH if self.upkeep.failed else GOOD, "failed": dict(self.upkeep.failed)},
            **seen,
        }
        return {
            "state": _worst([part["state"] for part in parts.values()]),
            "at": self.now(),
            "last_sweep_at": sweep,
            **parts,
        }

    def _read(self, link: Connection) -> dict[str, dict[str, Any]]:
        now = self.now()
        rows = link.execute(select(WORKERS).order_by(WORKERS.c.started_at)).all()
        workers = [
            {**{name: getattr(row, name) for name in _TOLD}, "is_gone": row.seen_at < now - GONE_SECONDS}
            for row in rows
        ]
        alive = [one for one in workers if not one["is_gone"]]
        circuits = {one["circuit"] for one in alive}
        letters = _by_state(link, OUTBOX.c.state)
        waiting = link.scalar(_count(SESSIONS.c.status == WAITING)) or 0
        active = link.scalar(_count(SESSIONS.c.status != CLOSED)) or 0
        promised = link.scalar(select(func.count()).select_from(CALLBACKS).where(CALLBACKS.c.status != "done")) or 0
        dead = letters.get(DEAD, 0)
        return {
            "workers": {"state": GOOD if alive else BAD, "items": workers, "alive": len(alive)},
            "back_ends": {"state": BAD if "open" in circuits else GOOD, "circuits": sorted(circuits - {""})},
            "outbox": {"state": WATCH if dead else GOOD, "pending": letters.get(PENDING, 0), "dead": dead},
            "inbox": {
                "state": GOOD,
                "by_state": _by_state(link, INBOX.c.state),
            },
            "desk": {"state": GOOD, "waiting": waiting, "open": active, "callbacks": promised},
        }

    def _disk(self) -> dict[str, Any]:
        usage = shutil.disk_usage(self.home)
        free = usage.free / usage.total
        return {"state": BAD if free < LEAST_FREE_SHARE else GOOD, "free_bytes": usage.free, "total_bytes": usage.total}


def _by_state(link: Connection, column: Column[str]) -> dict[str, int]:
    rows = link.execute(select(column, func.count()).group_by(column))
    return {row[0]: row[1] for row in rows}


def _count(condition: Any) -> Any:
    return select(func.count()).select_from(SESSIONS).where(condition)


def _worst(states: Sequence[str]) -> str:
    order: Mapping[str, int] = {GOOD: 0, WATCH: 1, BAD: 2}
    return max(states, key=lambda state: order[state])


def _megabytes() -> float:
    """Resident memory of this process, where the system tells it."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return round(int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)
    except (OSError, ValueError, IndexError):
        return 0.0
