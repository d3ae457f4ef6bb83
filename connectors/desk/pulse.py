"""The desk at a glance, read once for all pages of a worker: who waits, who is there, what was promised."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.engine import Connection

from connectors.desk.room import Room
from connectors.desk.store import open_sessions
from connectors.desk.table import CALLBACKS, callback_of
from connectors.desk.values import Callback, Presence, Session

FRESH_SECONDS = 0.25
MOST_CALLBACKS = 500


@dataclass(frozen=True, slots=True)
class Glance:
    """The desk at one moment."""

    sessions: Sequence[Session]
    """Not over, best first."""
    agents: Sequence[Presence]
    callbacks: Sequence[Callback]
    """Not kept yet, the one that is due first comes first."""
    handling_seconds: float


@dataclass(slots=True)
class Pulse:
    """Reads a glance where the last one is too old; pages that ask at the same time share it."""

    room: Room
    _last: Glance | None = None
    _read_at: float = 0.0
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def glance(self, fresh_seconds: float = FRESH_SECONDS) -> Glance:
        """Return the desk as it was at most so long ago. Raises StoreUnavailable."""
        async with self._reading:
            now = asyncio.get_running_loop().time()
            if self._last is None or now - self._read_at >= fresh_seconds:
                self._last = await self.room.store.read(self._read)
                self._read_at = now
            return self._last

    def _read(self, connection: Connection) -> Glance:
        promised = select(CALLBACKS).where(CALLBACKS.c.status != "done").order_by(CALLBACKS.c.due_at)
        return Glance(
            open_sessions(connection),
            self.room.roster.read(connection),
            [callback_of(row) for row in connection.execute(promised.limit(MOST_CALLBACKS))],
            self.room.estimate.handling(connection),
        )
