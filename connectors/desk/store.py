"""The desk's database: units of work, tried again where another worker was quicker, failures under one name."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from bot.guarded import guarded_read, persistent_write
from connectors.desk.errors import NotInSight
from connectors.desk.table import ENTRIES, METADATA, SESSIONS, entry_of, session_of
from connectors.desk.values import ACTIVE, CLOSED, CUSTOMER, WAITING, Draft, Entry, Session
from storage.database import Database, Work

T = TypeVar("T")
_ATTEMPTS = 6
_AWAY = "the desk's store does not answer; try again"
LAST_TEXT_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class DeskStore:
    """Runs the desk's units of work."""

    database: Database
    now: Callable[[], float] = time.time
    """The machine's clock."""

    async def prepare(self) -> None:
        """Make the tables where they are not there."""
        await self.database.create_tables(METADATA)

    async def read(self, work: Work[T]) -> T:
        """Run a unit that only reads. Raises StoreUnavailable."""
        return await guarded_read(self.database, work, _AWAY)

    async def write(self, work: Work[T]) -> T:
        """Run a unit in one transaction; again where another worker took the same place. Raises StoreUnavailable."""
        busy = "the desk's store is busy; try again"
        return await persistent_write(self.database, work, _AWAY, attempts=_ATTEMPTS, busy=busy)


def lock_session(connection: Connection, session_id: int) -> Session:
    """Return a session that nobody else changes until this unit ends. Raises NotInSight."""
    row = connection.execute(select(SESSIONS).where(SESSIONS.c.id == session_id).with_for_update()).first()
    if row is None:
        raise NotInSight("session")
    return session_of(row)


def read_session(connection: Connection, session_id: int) -> Session:
    """Return a session. Raises NotInSight."""
    row = connection.execute(select(SESSIONS).where(SESSIONS.c.id == session_id)).first()
    if row is None:
        raise NotInSight("session")
    return session_of(row)


def change_session(connection: Connection, session: Session, **values: Any) -> Session:
    """Write new values to a locked session and return it as it is then."""
    columns = {name: orjson.dumps(value).decode() if name == "summary" else value for name, value in values.items()}
    columns["version"] = session.version + 1
    row = connection.execute(
        update(SESSIONS).where(SESSIONS.c.id == session.id).values(columns).returning(*SESSIONS.c)
    ).one()
    return session_of(row)


def add_entry(connection: Connection, session: Session, draft: Draft, at: float, tried_at: float = 0.0) -> Entry:
    """Append a line to a locked session; one that is there already (same key) is returned as it is."""
    same = (ENTRIES.c.conversation_id == session.conversation_id) & (ENTRIES.c.key == draft.key)
    found = connection.execute(select(ENTRIES).where(same)).first()
    if found is not None:
        return entry_of(found)
    last = connection.scalar(select(func.max(ENTRIES.c.place)).where(ENTRIES.c.session_id == session.id)) or 0
    row = connection.execute(
        insert(ENTRIES)
        .values(
            session_id=session.id,
            conversation_id=session.conversation_id,
            place=last + 1,
            at=at,
            kind=draft.kind,
            body=orjson.dumps(dict(draft.body)).decode(),
            staff_id=draft.staff_id,
            staff_name=draft.staff_name,
            key=draft.key,
            delivery=draft.delivery,
            tried_at=tried_at,
        )
        .returning(*ENTRIES.c)
    ).one()
    return entry_of(row)


def read_entry(connection: Connection, entry_id: int) -> Entry:
    """Return a line."""
    return entry_of(connection.execute(select(ENTRIES).where(ENTRIES.c.id == entry_id)).one())


def entries_after(connection: Connection, session_id: int, place: int) -> list[Entry]:
    """Return a session's lines after this one, in order."""
    query = select(ENTRIES).where(ENTRIES.c.session_id == session_id, ENTRIES.c.place > place)
    return [entry_of(row) for row in connection.execute(query.order_by(ENTRIES.c.place))]


def earlier_entries(connection: Connection, session: Session, since: float) -> list[Entry]:
    """Return the lines of this conversation's earlier sessions from a moment on, in order."""
    earlier = (ENTRIES.c.conversation_id == session.conversation_id) & (ENTRIES.c.session_id < session.id)
    query = select(ENTRIES).where(earlier, ENTRIES.c.at >= since).order_by(ENTRIES.c.id)
    return [entry_of(row) for row in connection.execute(query)]


def open_session(connection: Connection, conversation_id: str) -> Session | None:
    """Return the conversation's session that is not over, if there is one."""
    query = select(SESSIONS).where(
        SESSIONS.c.conversation_id == conversation_id, SESSIONS.c.status.in_((WAITING, ACTIVE))
    )
    row = connection.execute(query.order_by(SESSIONS.c.id.desc()).limit(1)).first()
    return session_of(row) if row is not None else None


def open_sessions(connection: Connection) -> Sequence[Session]:
    """Return all sessions that are not over, best first."""
    query = select(SESSIONS).where(SESSIONS.c.status.in_((WAITING, ACTIVE)))
    order = (SESSIONS.c.is_first.desc(), SESSIONS.c.priority.desc(), SESSIONS.c.queued_at, SESSIONS.c.id)
    return [session_of(row) for row in connection.execute(query.order_by(*order))]


def last_closed(connection: Connection, conversation_id: str) -> Session | None:
    """Return the conversation's session that ended last."""
    query = select(SESSIONS).where(SESSIONS.c.conversation_id == conversation_id, SESSIONS.c.status == CLOSED)
    row = connection.execute(query.order_by(SESSIONS.c.id.desc()).limit(1)).first()
    return session_of(row) if row is not None else None


def heard(session: Session, text: str, at: float) -> dict[str, Any]:
    """Return what a customer's words change in a session."""
    return {"last_text": text[:LAST_TEXT_CHARACTERS], "last_at": at, "unread": session.unread + 1}


def is_heard(connection: Connection, conversation_id: str, key: str) -> bool:
    """Say whether a line with this key is there."""
    same = (ENTRIES.c.conversation_id == conversation_id) & (ENTRIES.c.key == key) & (ENTRIES.c.kind == CUSTOMER)
    return connection.scalar(select(ENTRIES.c.id).where(same)) is not None
