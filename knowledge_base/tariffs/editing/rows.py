"""Rows of the tables of tariff editing as values."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, insert, select
from sqlalchemy.engine import Connection, Row

from knowledge_base.tariffs.editing.table import ACTS, PUBLICATIONS, VERSIONS
from knowledge_base.tariffs.editing.values import Person, Publication, TariffVersion, VersionAct

_JOINED: Final = PUBLICATIONS.outerjoin(VERSIONS, VERSIONS.c.id == PUBLICATIONS.c.version_id)


def version_of(row: Row[Any]) -> TariffVersion:
    """Return a row of VERSIONS as a value."""
    names = ("id", "region", "number", "state", "note", "text", "edit", "base", "author", "made_at", "changed_at")
    return TariffVersion(**{name: getattr(row, name) for name in names}, editors=tuple(json.loads(row.editors)))


def publication_of(row: Row[Any]) -> Publication:
    """Return a row of `publications` as a value."""
    return Publication(
        id=row.id,
        region=row.region,
        version=row.version_id,
        number=row.number or 0,
        kind=row.kind,
        live_from=row.live_from,
        at=row.at,
        by=row.by,
        reason=row.reason,
        is_cancelled=row.is_cancelled,
        shipped_hash=row.shipped_hash,
    )


def publications(*wanted: ColumnElement[bool]) -> Select[Any]:
    """Return the query of publications, with the number of their version."""
    return select(PUBLICATIONS, VERSIONS.c.number).select_from(_JOINED).where(*wanted)


def find_version(link: Connection, version_id: int) -> TariffVersion | None:
    """Read a version."""
    row = link.execute(select(VERSIONS).where(VERSIONS.c.id == version_id)).first()
    return version_of(row) if row is not None else None


def acts_of(link: Connection, version_id: int) -> list[VersionAct]:
    """Read what was done to a version, oldest first."""
    rows = link.execute(select(ACTS).where(ACTS.c.version_id == version_id).order_by(ACTS.c.id))
    return [VersionAct(row.at, row.by, row.act, row.reason) for row in rows]


def note_act(link: Connection, version_id: int, at: float, person: Person, act: str, reason: str = "") -> None:
    """Write down what was done to a version."""
    link.execute(insert(ACTS).values(version_id=version_id, at=at, by=person.name, act=act, reason=reason))


def holding(link: Connection, region: str, at: float) -> Publication | None:
    """Return the publication that holds for a region at a moment; None: the project's file."""
    held = and_(PUBLICATIONS.c.region == region, PUBLICATIONS.c.live_from <= at, ~PUBLICATIONS.c.is_cancelled)
    row = link.execute(publications(held).order_by(PUBLICATIONS.c.sequence.desc()).limit(1)).first()
    return publication_of(row) if row is not None else None


def coming(link: Connection, region: str, at: float) -> Publication | None:
    """Return the publication that will hold later; at most one waits."""
    waits = and_(PUBLICATIONS.c.region == region, PUBLICATIONS.c.live_from > at, ~PUBLICATIONS.c.is_cancelled)
    row = link.execute(publications(waits).limit(1)).first()
    return publication_of(row) if row is not None else None


def next_number(link: Connection, column: Any, region: ColumnElement[bool]) -> int:
    """Return the next number of a region's rows."""
    found = link.execute(select(func.max(column)).where(region)).scalar()
    return int(found or 0) + 1


def with_editor(editors: Sequence[int], person: Person) -> str:
    """Return the column's text of all who wrote in a version."""
    return json.dumps(sorted({*editors, person.id}))
