"""Notices to staff (通知): what happened that somebody should look at, once per key, by permission and place.

No customer's words, names or numbers: a notice says what and where, and leads to the page that shows the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Float, Index, Integer, String, Table, and_, delete, exists, func, insert, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bot.guarded import guarded_read, guarded_write, persistent_write
from connectors.desk.errors import NotInSight
from console.table import METADATA
from storage.clock import Clock, system_clock
from storage.database import Database

NOTICES = Table(
    "console_notices",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(200), unique=True),
    Column("kind", String(32), nullable=False),
    Column("scope", String(128), nullable=False),
    Column("permission", String(32), nullable=False),
    Column("title", String(120), nullable=False),
    Column("detail", String(1000), nullable=False),
    Column("link", String(200), nullable=False),
    Column("at", Float, nullable=False),
    Index("console_notices_by_time", "at"),
)
NOTICES_READ = Table(
    "console_notices_read",
    METADATA,
    Column("notice_id", Integer, primary_key=True, autoincrement=False),
    Column("staff_id", Integer, primary_key=True, autoincrement=False),
    Column("at", Float, nullable=False),
)
NOWHERE = "*"
"""Scope of what lies in no place of the tree: only who works everywhere sees it."""
_AWAY = "the notices do not answer; try again"
_ATTEMPTS = 4
_KEYS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads notices."""

    id: int
    """0: a machine."""
    scope: str
    permissions: Collection[str]


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice as its reader sees it."""

    id: int
    kind: str
    """quality | release | knowledge | appeal | review | callback | job | outbox | tariff | system | ..."""
    scope: str
    title: str
    detail: str
    link: str
    """Path below /console/."""
    at: float
    is_read: bool


@dataclass(frozen=True, slots=True)
class NewNotice:
    """One notice that is to be told, once for ever by its key."""

    kind: str
    scope: str
    permission: str
    title: str
    detail: str
    link: str
    key: str


@dataclass(frozen=True, slots=True)
class NoticeBook:
    """Writes and shows notices."""

    database: Database
    clock: Clock = system_clock

    async def post(
        self, kind: str, scope: str, permission: str, title: str, detail: str = "", link: str = "", key: str = ""
    ) -> bool:
        """Tell who holds a permission in a place; with a key once for ever. Returns whether it is new.

        Scope "": everybody who holds the permission; `NOWHERE`: of these only who works everywhere.
        Raises StoreUnavailable.
        """
        row = _row(NewNotice(kind, scope, permission, title, detail, link, key), self.clock().timestamp())

        def write(link: Connection) -> bool:
            if row["key"] and link.scalar(select(NOTICES.c.id).where(NOTICES.c.key == row["key"])) is not None:
                return False
            link.execute(insert(NOTICES), row)
            return True

        try:
            return await guarded_write(self.database, write, _AWAY)
        except IntegrityError:
            return False  # another worker was quicker

    async def post_new(self, found: Sequence[NewNotice]) -> int:
        """Tell those whose keys were never told; returns how many. Raises StoreUnavailable."""
        at = self.clock().timestamp()
        rows = {row["key"]: row for row in (_row(one, at) for one in found)}

        def fresh(link: Connection) -> list[str]:
            known = set[str]()
            for piece in batched(list(rows), _KEYS_AT_ONCE):
                known |= set(link.scalars(select(NOTICES.c.key).where(NOTICES.c.key.in_(piece))))
            return [key for key in rows if key not in known]

        if not rows or not await guarded_read(self.database, fresh, _AWAY):
            return 0

        def write(link: Connection) -> int:
            wanted = [rows[key] for key in fresh(link)]
            if wanted:
                link.execute(insert(NOTICES), wanted)
            return len(wanted)

        return await persistent_write(self.database, write, _AWAY, attempts=_ATTEMPTS)

    async def forget(self, before: float) -> int:
        """Delete notices that were told before a moment; returns how many. Raises StoreUnavailable."""
        old = select(NOTICES.c.id).where(NOTICES.c.at < before)

        def drop(link: Connection) -> int:
            link.execute(delete(NOTICES_READ).where(NOTICES_READ.c.notice_id.in_(old)))
            return link.execute(delete(NOTICES).where(NOTICES.c.at < before)).rowcount

        return await guarded_write(self.database, drop, _AWAY)

    async def page(
        self, reader: Reader, page: int, size: int, *, only_unread: bool = False, kind: str = ""
    ) -> tuple[Sequence[Notice], int]:
        """Return one page, the newest first, and how many there are. Raises StoreUnavailable."""
        wanted = [_in_sight(reader), *([NOTICES.c.kind == kind] if kind else [])]
        wanted += [~_is_read(reader)] if only_unread else []
        query = select(NOTICES, _is_read(reader).label("is_read")).where(*wanted)
        query = query.order_by(NOTICES.c.at.desc(), NOTICES.c.id.desc()).limit(size).offset((page - 1) * size)

        def read(link: Connection) -> tuple[Sequence[Notice], int]:
            total = link.scalar(select(func.count()).select_from(NOTICES).where(*wanted)) or 0
            return [_notice(row) for row in link.execute(query)], total

        return await guarded_read(self.database, read, _AWAY)

    async def unread(self, reader: Reader) -> int:
        """Return how many the reader has not read. Raises StoreUnavailable."""
        query = select(func.count()).select_from(NOTICES).where(_in_sight(reader), ~_is_read(reader))
        return await guarded_read(self.database, lambda link: link.scalar(query) or 0, _AWAY)

    async def mark_read(self, reader: Reader, notice_id: int | None = None) -> int:
        """Note that one is read, or all; returns how many are new as read. Raises NotInSight, StoreUnavailable."""
        at = self.clock().timestamp()

        def mark(link: Connection) -> int:
            wanted = _in_sight(reader) if notice_id is None else _in_sight(reader) & (NOTICES.c.id == notice_id)
            if notice_id is not None and link.scalar(select(NOTICES.c.id).where(wanted)) is None:
                raise NotInSight("notice")
            fresh = link.execute(select(NOTICES.c.id).where(wanted, ~_is_read(reader))).scalars().all()
            if fresh:
                rows = [{"notice_id": one, "staff_id": reader.id, "at": at} for one in fresh]
                link.execute(insert(NOTICES_READ), rows)
            return len(fresh)

        return await persistent_write(self.database, mark, _AWAY, attempts=_ATTEMPTS)


def batched(keys: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Return keys in pieces: a statement takes only so many."""
    return (keys[start : start + size] for start in range(0, len(keys), size))


def _row(new: NewNotice, at: float) -> dict[str, Any]:
    return {
        "key": new.key[:200] or None,
        "kind": new.kind[:32],
        "scope": new.scope,
        "permission": new.permission,
        "title": new.title[:120],
        "detail": new.detail[:1000],
        "link": new.link[:200],
        "at": at,
    }


def _in_sight(reader: Reader) -> Any:
    allowed = NOTICES.c.permission.in_(sorted(reader.permissions))
    if not reader.scope:
        return allowed
    inside = (NOTICES.c.scope == reader.scope) | NOTICES.c.scope.startswith(f"{reader.scope}/", autoescape=True)
    return and_(allowed, inside | (NOTICES.c.scope == ""))


def _is_read(reader: Reader) -> Any:
    return exists().where(NOTICES_READ.c.notice_id == NOTICES.c.id, NOTICES_READ.c.staff_id == reader.id)


def _notice(row: Any) -> Notice:
    return Notice(row.id, row.kind, row.scope, row.title, row.detail, row.link, row.at, bool(row.is_read))
