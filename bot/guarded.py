"""Units of work on a database that may be away: every failure under one name, in the words of whose store it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeVar

from sqlalchemy import MetaData
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from bot.errors import StoreUnavailable
from storage.database import Database, Work

T = TypeVar("T")


async def guarded_read(database: Database, work: Work[T], away: str) -> T:
    """Run a unit that only reads. Raises StoreUnavailable(away)."""
    try:
        return await database.read(work)
    except (SQLAlchemyError, OSError) as error:
        raise StoreUnavailable(away) from error


async def guarded_write(database: Database, work: Work[T], away: str) -> T:
    """Run a unit in one transaction. Raises StoreUnavailable(away), and IntegrityError as it is: it tells something."""
    try:
        return await database.write(work)
    except IntegrityError:
        raise
    except (SQLAlchemyError, OSError) as error:
        raise StoreUnavailable(away) from error


async def persistent_write(
    database: Database, work: Work[T], away: str, *, attempts: int, busy: str | None = None
) -> T:
    """Run a unit in one transaction, again where another worker wrote the same row meanwhile.

    Raises StoreUnavailable: `away`, or `busy` (else `away`, too) after so many attempts.
    """
    for _ in range(attempts):
        try:
            return await guarded_write(database, work, away)
        except IntegrityError:
            continue
    raise StoreUnavailable(busy or away)


@dataclass(frozen=True, slots=True)
class GuardedStore:
    """Tables of their own with their units of work; who derives from it names both."""

    metadata: ClassVar[MetaData]
    name: ClassVar[str]
    """What is stored, for the words of an error."""
    attempts: ClassVar[int] = 4
    database: Database

    async def prepare(self) -> None:
        """Make the tables where they are not there."""
        await self.database.create_tables(self.metadata)

    async def read(self, work: Work[T]) -> T:
        """Run a unit that only reads. Raises StoreUnavailable."""
        return await guarded_read(self.database, work, self._away)

    async def write(self, work: Work[T]) -> T:
        """Run a unit in one transaction; again where somebody wrote the same row. Raises StoreUnavailable."""
        busy = f"the store of {self.name} is busy; try again"
        return await persistent_write(self.database, work, self._away, attempts=self.attempts, busy=busy)

    @property
    def _away(self) -> str:
        return f"the store of {self.name} does not answer; try again"
