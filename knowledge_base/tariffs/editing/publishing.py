"""What holds for a region, and from when: published versions, roll back, and the overlay that every worker takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, insert, select, update
from sqlalchemy.engine import Connection

from knowledge_base.errors import TariffEditRefused
from knowledge_base.tariffs.editing.rows import (
    coming,
    find_version,
    holding,
    next_number,
    note_act,
    publication_of,
    publications,
)
from knowledge_base.tariffs.editing.store import move, persist
from knowledge_base.tariffs.editing.table import PUBLICATIONS, VERSIONS
from knowledge_base.tariffs.editing.values import (
    PUBLISH,
    PUBLISHED,
    REVIEW,
    ROLL_BACK,
    SHIPPED,
    Overlay,
    Person,
    Publication,
    TariffVersion,
)
from storage.database import Database


@dataclass(frozen=True, slots=True)
class TariffPublications:
    """Keeps what holds. Everything raises SQLAlchemyError where the database is away."""

    database: Database

    async def revision(self, at: float) -> int:
        """Return how many publications hold or held at a moment: another number means another overlay."""
        held = and_(PUBLICATIONS.c.live_from <= at, ~PUBLICATIONS.c.is_cancelled)
        query = select(func.count()).select_from(PUBLICATIONS).where(held)
        return await self.database.read(lambda link: int(link.execute(query).scalar_one()))

    async def overlay(self, at: float) -> Overlay:
        """Return what people published, as it holds at a moment."""

        def read(link: Connection) -> Overlay:
            held = and_(PUBLICATIONS.c.live_from <= at, ~PUBLICATIONS.c.is_cancelled)
            rows = link.execute(publications(held).order_by(PUBLICATIONS.c.sequence)).all()
            newest = {row.region: row.version_id for row in rows}
            wanted = [version for version in newest.values() if version != SHIPPED]
            texts = link.execute(select(VERSIONS.c.region, VERSIONS.c.text).where(VERSIONS.c.id.in_(wanted)))
            return Overlay(len(rows), {row.region: row.text for row in texts})

        return await self.database.read(read)

    async def holding(self, region: str, at: float) -> Publication | None:
        """Return what holds for a region; None: the project's file."""
        return await self.database.read(lambda link: holding(link, region, at))

    async def coming(self, region: str, at: float) -> Publication | None:
        """Return what will hold later."""
        return await self.database.read(lambda link: coming(link, region, at))

    async def find(self, publication_id: int) -> Publication | None:
        """Return a publication."""
        row = await self.database.read(
            lambda link: link.execute(publications(PUBLICATIONS.c.id == publication_id)).first()
        )
        return publication_of(row) if row is not None else None

    async def page(self, region: str, page: int, size: int) -> tuple[list[Publication], int]:
        """Return a region's publications, newest first, and how many there are."""
        wanted = PUBLICATIONS.c.region == region

        def read(link: Connection) -> tuple[list[Publication], int]:
            total = link.execute(select(func.count()).select_from(PUBLICATIONS).where(wanted)).scalar_one()
            order = PUBLICATIONS.c.sequence.desc()
            rows = link.execute(publications(wanted).order_by(order).limit(size).offset((page - 1) * size))
            return [publication_of(row) for row in rows], total

        return await self.database.read(read)

    async def publish(
        self, seen: TariffVersion, person: Person, at: float, live_from: float, reason: str, shipped_hash: str = ""
    ) -> Publication:
        """Let a reviewed version hold from a moment on. Raises TariffEditRefused."""
        refuse_own(seen, person)

        def write(link: Connection) -> Publication:
            move(link, seen, (REVIEW,), {"state": PUBLISHED}, at)
            held = holding(link, seen.region, at)
            if (held.id if held is not None else 0) != seen.base:
                raise TariffEditRefused("base_changed", "other tables were published meanwhile; submit it again")
            refuse_second(link, seen.region, at)
            note_act(link, seen.id, at, person, "published", reason)
            values = {"live_from": max(at, live_from), "reason": reason, "shipped_hash": shipped_hash}
            return add(link, seen.region, seen.id, PUBLISH, at, person, values)

        return await persist(self.database, write)

    async def roll_back(self, region: str, version_id: int, person: Person, at: float, reason: str) -> Publication:
        """Let an earlier version (0: the project's file) hold again, at once. Raises TariffEditRefused."""

        def write(link: Connection) -> Publication:
            held = holding(link, region, at)
            version = find_version(link, version_id)
            is_known = version_id == SHIPPED or (
                version is not None and version.region == region and version.state == PUBLISHED
            )
            if held is None or not is_known or held.version == version_id:
                raise TariffEditRefused("nothing_to_roll_back", "name a version that held before and does not hold now")
            cancel(link, region, at)
            values = {"live_from": at, "reason": reason, "shipped_hash": held.shipped_hash}
            return add(link, region, version_id, ROLL_BACK, at, person, values)

        return await persist(self.database, write)

    async def cancel(self, region: str, person: Person, at: float, reason: str) -> Publication:
        """Call off what would hold later; the version is in review again. Raises TariffEditRefused."""

        def write(link: Connection) -> Publication:
            waiting = coming(link, region, at)
            if waiting is None:
                raise TariffEditRefused("nothing_to_cancel", "nothing waits for its day")
            cancel(link, region, at)
            link.execute(
                update(VERSIONS)
                .where(VERSIONS.c.id == waiting.version)
                .values(state=REVIEW, edit=VERSIONS.c.edit + 1, changed_at=at)
            )
            note_act(link, waiting.version, at, person, "cancelled", reason)
            return waiting

        return await persist(self.database, write)


def refuse_own(seen: TariffVersion, person: Person) -> None:
    """Refuse whoever wrote in a version. A machine with the token is nobody's second person, and not held to it."""
    if person.id and person.id in seen.editors:
        raise TariffEditRefused("own_version", "who wrote in a version cannot publish it: a second person does")


def refuse_second(link: Connection, region: str, at: float) -> None:
    """Refuse a publication where another waits for its day: it would overwrite this one unseen."""
    if coming(link, region, at) is not None:
        raise TariffEditRefused("one_waits", "another version waits for its day; call it off first")


def cancel(link: Connection, region: str, at: float) -> None:
    """Call off what has not begun to hold."""
    waits = and_(PUBLICATIONS.c.region == region, PUBLICATIONS.c.live_from > at)
    link.execute(update(PUBLICATIONS).where(waits).values(is_cancelled=True))


def add(
    link: Connection, region: str, version: int, kind: str, at: float, person: Person, values: Mapping[str, Any]
) -> Publication:
    """Write down a publication; `values`: live_from, reason, shipped_hash."""
    row = {
        **values,
        "region": region,
        "sequence": next_number(link, PUBLICATIONS.c.sequence, PUBLICATIONS.c.region == region),
        "version_id": version,
        "kind": kind,
        "at": at,
        "by": person.name,
        "is_cancelled": False,
    }
    made = link.execute(insert(PUBLICATIONS).values(row)).inserted_primary_key
    assert made is not None
    return publication_of(link.execute(publications(PUBLICATIONS.c.id == made[0])).one())
