"""What the console does by itself, beside the conversations: figures kept up, notices gathered, old rows deleted.

Every worker keeps its own answer times; the rest is done by one worker, whichever has the lease.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import StoreUnavailable
from console.lease import Leases

_LOG = structlog.get_logger(__name__)
LOOK_EVERY_SECONDS = 5.0
LEASE = "upkeep"
LEASE_SECONDS = 60.0


@dataclass(slots=True)
class Chore:
    """Something that is done again and again."""

    name: str
    every_seconds: float
    act: Callable[[], Awaitable[object]]
    alone: bool = True
    """Whether one worker alone does it."""
    due_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Does chores until cancelled; a chore that fails is done again at its next time."""

    leases: Leases
    chores: Sequence[Chore]
    failed: dict[str, str] = field(default_factory=dict)
    """Chore -> kind of its last failure, until it succeeds: for the page of the installation's health."""

    async def run(self) -> None:
        """Do what is due, every few seconds."""
        while True:
            try:
                await self.look()
            except (StoreUnavailable, SQLAlchemyError, OSError):
                _LOG.warning("the upkeep's database is away; tried again")
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def look(self) -> None:
        """Do what is due now."""
        now = self.leases.now()
        due = [chore for chore in self.chores if chore.due_at <= now]
        mine = any(chore.alone for chore in due) and await self.leases.take(LEASE, LEASE_SECONDS)
        for chore in due:
            if chore.alone and not mine:
                continue
            chore.due_at = now + chore.every_seconds
            await self._do(chore)

    async def _do(self, chore: Chore) -> None:
        try:
            await chore.act()
            self.failed.pop(chore.name, None)
        except Exception as error:  # the boundary of a chore: one that fails must not stop the others
            self.failed[chore.name] = type(error).__name__
            _LOG.warning("a chore of the console failed", chore=chore.name, error=type(error).__name__)
