"""Versions of a region's tables on their way: drafted, saved, sent to review, refused, withdrawn, discarded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from knowledge_base.errors import TariffEditRefused
from knowledge_base.tariffs.editing.rows import (
    acts_of,
    find_version,
    holding,
    next_number,
    note_act,
    version_of,
    with_editor,
)
from knowledge_base.tariffs.editing.table import METADATA, VERSIONS
from knowledge_base.tariffs.editing.values import DISCARDED, DRAFT, REVIEW, Person, TariffVersion, VersionAct
from storage.database import Database

T = TypeVar("T")
_ATTEMPTS: Final = 5
_BY_NUMBER: Final = VERSIONS.c.id.desc()


@dataclass(frozen=True, slots=True)
class TariffVersions:
    """Keeps versions. Everything raises SQLAlchemyError where the database is away."""

    database: Database

    async def prepare(self) -> None:
        """Make the tables where they are not there."""
        await self.database.create_tables(METADATA)

    async def find(self, version_id: int) -> TariffVersion | None:
        """Return a version."""
        return await self.database.read(lambda link: find_version(link, version_id))

    async def acts(self, version_id: int) -> list[VersionAct]:
        """Return what was done to a version, oldest first."""
        return await self.database.read(lambda link: acts_of(link, version_id))

    async def page(
        self, regions: Sequence[str] | None, state: str, page: int, size: int
    ) -> tuple[list[TariffVersion], int]:
        """Return versions, newest first, and how many there are; `regions` None: of all."""
        wanted: list[ColumnElement[bool]] = [VERSIONS.c.region.in_(regions)] if regions is not None else []
        wanted += [VERSIONS.c.state == state] if state else []

        def read(link: Connection) -> tuple[list[TariffVersion], int]:
            total = link.execute(select(func.count()).select_from(VERSIONS).where(*wanted)).scalar_one()
            query = select(VERSIONS).where(*wanted).order_by(_BY_NUMBER).limit(size).offset((page - 1) * size)
            return [version_of(row) for row in link.execute(query)], total

        return await self.database.read(read)

    async def counts(self) -> Mapping[tuple[str, str], int]:
        """Return (region, state) -> number of versions."""
        query = select(VERSIONS.c.region, VERSIONS.c.state, func.count()).group_by(VERSIONS.c.region, VERSIONS.c.state)
        return await self.database.read(lambda link: {(row[0], row[1]): int(row[2]) for row in link.execute(query)})

    async def make(self, region: str, text: str, note: str, person: Person, at: float) -> TariffVersion:
        """Keep a new draft."""

        def write(link: Connection) -> TariffVersion:
            held = holding(link, region, at)
            values: dict[str, Any] = {
                "region": region,
                "number": next_number(link, VERSIONS.c.number, VERSIONS.c.region == region),
                "state": DRAFT,
                "note": note,
                "text": text,
                "edit": 1,
                "base": held.id if held is not None else 0,
                "author": person.name,
                "editors": with_editor((), person),
                "made_at": at,
                "changed_at": at,
            }
            made = link.execute(insert(VERSIONS).values(values)).inserted_primary_key
            assert made is not None
            note_act(link, made[0], at, person, "made")
            return read_back(link, made[0])

        return await persist(self.database, write)

    async def save(self, seen: TariffVersion, text: str, note: str, person: Person, at: float) -> TariffVersion:
        """Change a draft. Raises TariffEditRefused."""
        values = {"text": text, "note": note, "editors": with_editor(seen.editors, person)}
        return await self._move(seen, (DRAFT,), values, person, at, "saved")

    async def submit(self, seen: TariffVersion, person: Person, at: float) -> TariffVersion:
        """Send a draft to review; what it is compared with is what holds now. Raises TariffEditRefused."""

        def values(link: Connection) -> dict[str, Any]:
            held = holding(link, seen.region, at)
            return {"state": REVIEW, "base": held.id if held is not None else 0}

        return await self._move(seen, (DRAFT,), values, person, at, "submitted")

    async def withdraw(self, seen: TariffVersion, person: Person, at: float) -> TariffVersion:
        """Take a version back out of review. Raises TariffEditRefused."""
        return await self._move(seen, (REVIEW,), {"state": DRAFT}, person, at, "withdrawn")

    async def refuse(self, seen: TariffVersion, person: Person, at: float, reason: str) -> TariffVersion:
        """Send a version back to who wrote it. Raises TariffEditRefused."""
        return await self._move(seen, (REVIEW,), {"state": DRAFT}, person, at, "refused", reason)

    async def discard(self, seen: TariffVersion, person: Person, at: float, reason: str) -> TariffVersion:
        """Drop a draft. Raises TariffEditRefused."""
        return await self._move(seen, (DRAFT,), {"state": DISCARDED}, person, at, "discarded", reason)

    async def _move(
        self,
        seen: TariffVersion,
        states: Sequence[str],
        values: Mapping[str, Any] | Callable[[Connection], Mapping[str, Any]],
        person: Person,
        at: float,
        act: str,
        reason: str = "",
    ) -> TariffVersion:
        def write(link: Connection) -> TariffVersion:
            move(link, seen, states, values(link) if callable(values) else values, at)
            note_act(link, seen.id, at, person, act, reason)
            return read_back(link, seen.id)

        return await persist(self.database, write)


def move(link: Connection, seen: TariffVersion, states: Sequence[str], values: Mapping[str, Any], at: float) -> None:
    """Change a version that is in one of the states, and still as it was seen. Raises TariffEditRefused."""
    if seen.state not in states:
        raise TariffEditRefused("wrong_state", f"the version is {seen.state}, not {' or '.join(states)}")
    same = (VERSIONS.c.id == seen.id) & (VERSIONS.c.edit == seen.edit)
    changed = link.execute(update(VERSIONS).where(same).values(**values, edit=seen.edit + 1, changed_at=at))
    if changed.rowcount != 1:
        raise TariffEditRefused("changed_meanwhile", "somebody changed the version meanwhile; look at it again")


def read_back(link: Connection, version_id: int) -> TariffVersion:
    """Return a version that is there."""
    found = find_version(link, version_id)
    assert found is not None
    return found


async def persist(database: Database, work: Callable[[Connection], T]) -> T:
    """Run a unit in one transaction, again where somebody took the same number meanwhile."""
    for _ in range(_ATTEMPTS - 1):
        try:
            return await database.write(work)
        except IntegrityError:
            continue
    return await database.write(work)
