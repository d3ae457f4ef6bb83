"""The audit: who did what, when, from where, to what; a chain of keyed hashes that shows every changed or missing row.

Each row's hash covers the row and the hash before it; the head counts the rows and is sealed too, so that rows cut off
at the end are missed. Rows that are over their term are cut off at the beginning, which is sealed then. The key is the
installation's: who can write to the database alone cannot make a chain that fits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection

from bot.guarded import persistent_write
from console.table import AUDIT, AUDIT_HEAD, AUDIT_START
from storage.clock import Clock
from storage.database import Database
from storage.secret import Cipher

START = "0" * 64
_ATTEMPTS = 8
_PAGE = 1000
_FAR = 2**31 - 1
_COLUMNS = ("id", "at", "actor", "staff_id", "role", "scope", "address", "action", "object", "detail")


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a member of staff did."""

    actor: str
    role: str
    address: str
    action: str
    object: str = ""
    """What it was done to, for instance session:17."""
    detail: Mapping[str, Any] | None = None
    """What was changed; never texts of customers, never secrets."""
    staff_id: int | None = None
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the chain found."""

    ok: bool
    rows: int
    first_bad: int | None
    """Number of the first row that was changed, or at which one is missing."""


@dataclass(frozen=True, slots=True)
class Audit:
    """Writes and checks the chain."""

    database: Database
    cipher: Cipher
    clock: Clock

    async def write(self, act: Act) -> None:
        """Append one act. Raises StoreUnavailable."""
        row = {
            "at": self.clock().timestamp(),
            "actor": act.actor[:64],
            "staff_id": act.staff_id,
            "role": act.role,
            "scope": act.scope,
            "address": act.address[:64],
            "action": act.action,
            "object": act.object[:128],
            "detail": orjson.dumps(dict(act.detail or {}), option=orjson.OPT_SORT_KEYS).decode(),
        }
        away, busy = "the audit does not take what was done; try again", "the audit is busy; try again"
        append = partial(self._append, row=row)
        await persistent_write(self.database, append, away, attempts=_ATTEMPTS, busy=busy)

    async def verify(self) -> Verdict:
        """Walk the whole chain."""
        return await self.database.read(self._verify)

    async def cut(self, before: float) -> int:
        """Delete the oldest rows, those before a moment; the chain is checked from a sealed beginning then.

        The newest row always stays. Returns how many were deleted. Raises StoreUnavailable.
        """
        away = "the audit cannot be cut now; tried again"
        return await persistent_write(self.database, partial(self._cut, before=before), away, attempts=_ATTEMPTS)

    async def page(self, *, before: int | None, size: int, wanted: Sequence[Any]) -> Sequence[Any]:
        """Return rows, newest first, older than `before`."""
        query = select(AUDIT).where(*wanted).order_by(AUDIT.c.id.desc()).limit(size)
        query = query.where(AUDIT.c.id < before) if before is not None else query
        return await self.database.read(lambda link: link.execute(query).all())

    def _append(self, connection: Connection, row: Mapping[str, Any]) -> None:
        head = connection.execute(select(AUDIT_HEAD).where(AUDIT_HEAD.c.id == 1).with_for_update()).first()
        rows, previous = (head.rows, head.hash) if head is not None else (0, START)
        full = {"id": rows + 1, **row}
        own = self._link(previous, full)
        connection.execute(insert(AUDIT), {**full, "hash": own})
        values = {"rows": rows + 1, "hash": own, "seal": self.cipher.link(own, str(rows + 1))}
        if head is None:
            connection.execute(insert(AUDIT_HEAD), {"id": 1, **values})
        else:
            connection.execute(update(AUDIT_HEAD).where(AUDIT_HEAD.c.id == 1).values(values))

    def _cut(self, connection: Connection, before: float) -> int:
        younger = select(func.min(AUDIT.c.id)).where(AUDIT.c.at >= before)
        first_kept = connection.scalar(younger) or connection.scalar(select(func.max(AUDIT.c.id))) or 1
        last = connection.execute(select(AUDIT.c.id, AUDIT.c.hash).where(AUDIT.c.id == first_kept - 1)).first()
        if last is None:
            return 0
        connection.execute(delete(AUDIT_START))
        seal = self._start_seal(last.id, last.hash)
        connection.execute(insert(AUDIT_START), {"id": 1, "rows": last.id, "hash": last.hash, "seal": seal})
        return connection.execute(delete(AUDIT).where(AUDIT.c.id < first_kept)).rowcount

    def _start(self, connection: Connection) -> tuple[str, int] | None:
        """Return the hash before the first row and that row's number less one; None where the seal is not ours."""
        row = connection.execute(select(AUDIT_START)).first()
        if row is None:
            return START, 0
        return (row.hash, row.rows) if row.seal == self._start_seal(row.rows, row.hash) else None

    def _start_seal(self, rows: int, own: str) -> str:
        return self.cipher.link(own, f"start {rows}")

    def _verify(self, connection: Connection) -> Verdict:
        start = self._start(connection)
        if start is None:
            return Verdict(False, 0, 1)
        head = connection.execute(select(AUDIT_HEAD).where(AUDIT_HEAD.c.id == 1)).first()
        end = head.rows if head is not None else _FAR  # what others append meanwhile is for the next look
        previous, number = start
        while True:
            query = select(AUDIT).where(AUDIT.c.id > number, AUDIT.c.id <= end).order_by(AUDIT.c.id).limit(_PAGE)
            rows = connection.execute(query).all()
            for row in rows:
                expected = self._link(previous, {name: getattr(row, name) for name in _COLUMNS})
                if row.id != number + 1 or row.hash != expected:
                    return Verdict(False, number, number + 1)
                previous, number = row.hash, row.id
            if not rows:
                break
        if head is None:
            return Verdict(number == 0, number, None if number == 0 else 1)
        is_whole = head.rows == number and head.hash == previous
        is_sealed = head.seal == self.cipher.link(head.hash, str(head.rows))
        is_sound = is_whole and is_sealed and not _has_more_than_its_head(connection)
        return Verdict(is_sound, number, None if is_sound else number + 1)

    def _link(self, previous: str, row: Mapping[str, Any]) -> str:
        return self.cipher.link(previous, orjson.dumps(dict(row), option=orjson.OPT_SORT_KEYS).decode())


def _has_more_than_its_head(connection: Connection) -> bool:
    """Say whether rows were added past the head; an act and its head appear together, so rows are counted first."""
    last = connection.execute(select(func.max(AUDIT.c.id))).scalar() or 0
    return last > (connection.execute(select(AUDIT_HEAD.c.rows).where(AUDIT_HEAD.c.id == 1)).scalar() or 0)
