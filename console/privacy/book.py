"""The book of personal-data requests: who asked for what, when it is due, what was found, what was done about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import orjson
from sqlalchemy import Column, Float, Integer, String, Table, Text, func, insert, select, update
from sqlalchemy.engine import Connection

from actions.promises import add_working_days
from bot.guarded import guarded_read, guarded_write
from connectors.desk.errors import DeskConflict, NotInSight
from console.privacy.search import Subject
from console.table import METADATA
from eval.quality.rows import in_place
from storage.clock import CHINA, Clock
from storage.database import Database, Work
from storage.types import EncryptedText

T = TypeVar("T")
EXPORT, DELETE = "export", "delete"
OPEN, DONE, REFUSED = "open", "done", "refused"
RUNNING, FOUND, FAILED = "running", "found", "failed"
DUE_WORKING_DAYS = 15
"""Common commitment; no rule that was read names this number, so the page marks it as unconfirmed."""
REQUESTS = Table(
    "console_privacy_requests",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(16), nullable=False),
    Column("subject_kind", String(16), nullable=False),
    Column("subject", EncryptedText, nullable=False),
    Column("note", EncryptedText, nullable=False),
    Column("scope", String(128), nullable=False),
    Column("state", String(16), nullable=False),
    Column("received_at", Float, nullable=False),
    Column("due_at", Float, nullable=False),
    Column("begun_by", String(64), nullable=False),
    Column("search", String(16), nullable=False),
    Column("progress", Float, nullable=False),
    Column("seen_at", Float, nullable=False),
    Column("found", EncryptedText, nullable=False),
    Column("closed_at", Float),
    Column("closed_by", String(64)),
    Column("reason", Text, nullable=False),
    Column("result", Text, nullable=False),
)
ERASED = Table(
    "console_erased",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("sender", String(64), nullable=False),
    Column("at", Float, nullable=False),
)
"""Keyed hashes of conversations that were deleted: every worker lets go of what it has in memory."""
LOST_SECONDS = 120.0
_AWAY = "the book of requests does not answer; try again"


@dataclass(frozen=True, slots=True)
class Request:
    """One request."""

    id: int
    kind: str
    """export | delete."""
    subject: Subject
    note: str
    """How the person asked, and how the identity was checked."""
    scope: str
    state: str
    """open | done | refused."""
    received_at: float
    due_at: float
    begun_by: str
    search: str
    """running | found | failed."""
    progress: float
    found: tuple[str, ...]
    """Conversations."""
    closed_at: float | None
    closed_by: str | None
    reason: str
    result: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RequestBook:
    """Reads and writes requests."""

    database: Database
    clock: Clock

    async def add(self, kind: str, subject: Subject, note: str, scope: str, by: str) -> Request:
        """Enter a request; its search begins. Raises StoreUnavailable."""
        now = self.clock()
        row = {
            "kind": kind,
            "subject_kind": subject.kind,
            "subject": subject.value,
            "note": note,
            "scope": scope,
            "state": OPEN,
            "received_at": now.timestamp(),
            "due_at": due_at(now).timestamp(),
            "begun_by": by,
            "search": RUNNING,
            "progress": 0.0,
            "seen_at": now.timestamp(),
            "found": "[]",
            "reason": "",
            "result": "{}",
        }
        insertion = insert(REQUESTS).values(row).returning(*REQUESTS.c)
        return await self._write(lambda link: self._request(link.execute(insertion).one()))

    async def page(self, scope: str, state: str, page: int, size: int) -> tuple[Sequence[Request], int]:
        """Return one page, what is due first at the top, and how many there are. Raises StoreUnavailable."""
        wanted = [in_place(REQUESTS.c.scope, scope), *([REQUESTS.c.state == state] if state else [])]
        order = (REQUESTS.c.state != OPEN, REQUESTS.c.due_at, REQUESTS.c.id)

        def read(link: Connection) -> tuple[Sequence[Request], int]:
            total = link.scalar(select(func.count()).select_from(REQUESTS).where(*wanted)) or 0
            rows = select(REQUESTS).where(*wanted).order_by(*order).limit(size).offset((page - 1) * size)
            return [self._request(row) for row in link.execute(rows)], total

        return await guarded_read(self.database, read, _AWAY)

    async def find(self, scope: str, number: int) -> Request:
        """Return a request. Raises NotInSight, StoreUnavailable."""
        query = select(REQUESTS).where(REQUESTS.c.id == number, in_place(REQUESTS.c.scope, scope))
        row = await guarded_read(self.database, lambda link: link.execute(query).first(), _AWAY)
        if row is None:
            raise NotInSight("request")
        return self._request(row)

    async def begin_search(self, number: int) -> bool:
        """Take the search of a request; False while another one runs."""
        now = self.clock().timestamp()
        free = (REQUESTS.c.search != RUNNING) | (REQUESTS.c.seen_at < now - LOST_SECONDS)
        taken = update(REQUESTS).where(REQUESTS.c.id == number, free)
        values = {"search": RUNNING, "progress": 0.0, "seen_at": now}
        return bool(await self._write(lambda link: link.execute(taken.values(values)).rowcount))

    async def tell(self, number: int, progress: float) -> None:
        """Note how far a search is."""
        await self.change(number, progress=round(progress, 3), seen_at=self.clock().timestamp())

    async def end_search(self, number: int, found: Sequence[str] | None) -> None:
        """Note what was found; None: the search failed."""
        if found is None:
            await self.change(number, search=FAILED)
        else:
            await self.change(number, search=FOUND, progress=1.0, found=orjson.dumps(list(found)).decode())

    async def close(self, request: Request, state: str, by: str, reason: str, result: Mapping[str, Any]) -> Request:
        """Close a request. Raises DeskConflict where it is closed already."""
        at = self.clock().timestamp()
        still = update(REQUESTS).where(REQUESTS.c.id == request.id, REQUESTS.c.state == OPEN)
        told = orjson.dumps({**request.result, **result}).decode()
        values = {"state": state, "closed_at": at, "closed_by": by, "reason": reason, "result": told, "found": "[]"}
        if not await self._write(lambda link: link.execute(still.values(values)).rowcount):
            raise DeskConflict("request_closed", "this request is closed")
        return await self.find("", request.id)

    async def change(self, number: int, **values: Any) -> None:
        """Write values of a request."""
        changed = update(REQUESTS).where(REQUESTS.c.id == number).values(values)
        await self._write(lambda link: link.execute(changed))

    async def _write(self, work: Work[T]) -> T:
        return await guarded_write(self.database, work, _AWAY)

    def _request(self, row: Any) -> Request:
        stale = row.search == RUNNING and row.seen_at < self.clock().timestamp() - LOST_SECONDS
        plain = ("id", "kind", "note", "scope", "state", "received_at", "due_at", "begun_by", "progress")
        closed = ("closed_at", "closed_by", "reason")
        return Request(
            **{name: getattr(row, name) for name in (*plain, *closed)},
            subject=Subject(row.subject_kind, row.subject),
            search=FAILED if stale else row.search,
            found=tuple(orjson.loads(row.found)),
            result=orjson.loads(row.result),
        )


def due_at(received: datetime) -> datetime:
    """Return the end of the fifteenth working day; public holidays are not known here."""
    return add_working_days(received.astimezone(CHINA), DUE_WORKING_DAYS)
