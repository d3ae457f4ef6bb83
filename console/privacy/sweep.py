"""The sweep: deletes what is over its term and notes what was deleted when. One worker does it, once a day.

Conversations go session by session: one that goes on over the limit keeps its latest sessions whole.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Column, Float, Integer, String, Table, Text, delete, func, insert, or_, select
from sqlalchemy.engine import Connection

from bot.guarded import guarded_read, guarded_write
from bot.handoff import QUEUE
from bot.store import TURNS
from connectors.answer_times import ANSWER_TIMES
from connectors.desk.table import CALLBACKS, ENTRIES, MAIL, SESSIONS
from connectors.desk.values import CLOSED
from connectors.outbox.letter import PENDING
from connectors.outbox.table import OUTBOX
from connectors.webchat.log import PLACES
from connectors.webchat.records import RATINGS
from connectors.webchat.uploads import UPLOADS
from console.audit import Act, Audit
from console.notices import NoticeBook
from console.privacy.erasure import Files, erase_files, erase_questions, erase_scores, in_pieces
from console.privacy.settings import KINDS, Kind, Retention
from console.table import METADATA
from eval.quality.table import ALERTS, SCORES, TRANSCRIPTS
from eval.report.ledger import FACTS, Ledger
from storage.clock import Clock
from storage.database import Database

RUNS = Table(
    "console_retention_runs",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("day", String(10), nullable=False, index=True),
    Column("by", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("before", Float, nullable=False),
    Column("deleted", Text, nullable=False),
    Column("problem", String(64), nullable=False),
    Column("seconds", Float, nullable=False),
)
BY_ITSELF = "system"
FIRST_HOUR = 3
"""By the wall clock in China: the night's first hour without conversations."""
SENDERS_AT_ONCE = 100
_DAY_SECONDS = 24 * 3600.0
_HOUR = 3600
_AWAY = "the sweep cannot go on; the rest is deleted the next time"


@dataclass(frozen=True, slots=True)
class Sweep:
    """Deletes what is over its term."""

    database: Database
    clock: Clock
    terms: Retention
    files: Files
    ledger: Ledger
    notices: NoticeBook
    audit: Audit

    async def daily(self) -> bool:
        """Sweep once a day, after the night's third hour; returns whether it did."""
        now = self.clock()
        if now.hour < FIRST_HOUR or await self._has_swept(f"{now:%Y-%m-%d}"):
            return False
        await self.run(BY_ITSELF)
        return True

    async def run(self, by: str) -> Mapping[str, Mapping[str, int]]:
        """Sweep now; a kind that fails keeps no other back. Returns what was deleted by kind."""
        done: dict[str, Mapping[str, int]] = {}
        for kind in KINDS:
            if kind in self.terms.kinds:
                done[kind] = await self._sweep(kind, by)
        told = {kind: sum(deleted.values()) for kind, deleted in done.items()}
        if by == BY_ITSELF and any(told.values()):
            await self.audit.write(Act(BY_ITSELF, BY_ITSELF, "", "retention.sweep", "retention", told))
        return done

    async def runs(self, page: int, size: int) -> tuple[Sequence[Any], int]:
        """Return what was deleted when, the newest first."""
        query = select(RUNS).order_by(RUNS.c.id.desc()).limit(size).offset((page - 1) * size)

        def read(link: Connection) -> tuple[Sequence[Any], int]:
            return link.execute(query).all(), link.scalar(select(func.count()).select_from(RUNS)) or 0

        return await guarded_read(self.database, read, _AWAY)

    async def last_at(self) -> float | None:
        """Return when the last sweep ended."""
        return await guarded_read(self.database, lambda link: link.scalar(select(func.max(RUNS.c.at))), _AWAY)

    async def _has_swept(self, day: str) -> bool:
        query = select(RUNS.c.id).where(RUNS.c.day == day, RUNS.c.by == BY_ITSELF).limit(1)
        return await guarded_read(self.database, lambda link: link.scalar(query), _AWAY) is not None

    async def _sweep(self, kind: Kind, by: str) -> Mapping[str, int]:
        now, began = self.clock(), time.monotonic()
        before = now.timestamp() - self.terms.kinds[kind].days * _DAY_SECONDS
        deleted, problem = dict[str, int](), ""
        try:
            deleted = await _SWEEPERS[kind](self, before)
        except Exception as error:  # the boundary of one kind: the others are swept all the same
            problem = type(error).__name__
        row = {
            "at": self.clock().timestamp(),
            "day": f"{now:%Y-%m-%d}",
            "by": by,
            "kind": kind,
            "before": before,
            "deleted": orjson.dumps({name: count for name, count in deleted.items() if count}).decode(),
            "problem": problem,
            "seconds": round(time.monotonic() - began, 3),
        }
        await guarded_write(self.database, lambda link: link.execute(insert(RUNS), row), _AWAY)
        return deleted

    async def conversations(self, before: float) -> dict[str, int]:
        """Delete sessions that ended before a moment, and what is kept beside them."""
        await self.ledger.catch_up(self.clock().timestamp())
        deleted = dict[str, int]()
        old = select(FACTS.c.sender_id).where(FACTS.c.started_at < before).distinct()
        senders = await guarded_read(self.database, lambda link: list(link.scalars(old)), _AWAY)
        for piece in in_pieces(senders, SENDERS_AT_ONCE):
            await self._write(partial(_drop_sessions, senders=piece, before=before, deleted=deleted))
        await self._write(partial(_drop_beside, before=before, deleted=deleted))
        return deleted

    async def quality(self, before: float) -> dict[str, int]:
        """Delete scores of conversations that began before a moment."""
        deleted = dict[str, int]()

        def drop(link: Connection) -> None:
            erase_scores(link, [SCORES.c.started_at < before], deleted)
            _drop(link, ALERTS, ALERTS.c.at < before, deleted)

        await self._write(drop)
        return deleted

    async def transcripts(self, before: float) -> dict[str, int]:
        """Delete records of calls, and imported conversations."""
        deleted = dict[str, int]()
        await self._write(lambda link: _drop(link, TRANSCRIPTS, TRANSCRIPTS.c.started_at < before, deleted))
        deleted["files"] = await asyncio.to_thread(_drop_days, self.files.calls, _day(self.clock, before), ".json")
        return deleted

    async def recordings(self, before: float) -> dict[str, int]:
        """Delete recordings of calls."""
        return {"files": await asyncio.to_thread(_drop_days, self.files.calls, _day(self.clock, before), ".wav")}

    async def uploads(self, before: float) -> dict[str, int]:
        """Delete what customers sent, and files that no row names any more."""
        deleted = dict[str, int]()

        def drop(link: Connection) -> tuple[list[str], set[str]]:
            over = list(link.scalars(select(UPLOADS.c.id).where(UPLOADS.c.created_at < before)))
            _drop(link, UPLOADS, UPLOADS.c.created_at < before, deleted)
            return over, set(link.scalars(select(UPLOADS.c.id)))

        over, kept = await self._write(drop)
        orphans = await asyncio.to_thread(_orphans, self.files.uploads, kept, before)
        deleted["files"] = await asyncio.to_thread(erase_files, self.files, [], {*over, *orphans})
        return deleted

    async def forget_notices(self, before: float) -> dict[str, int]:
        """Delete notices."""
        return {"console_notices": await self.notices.forget(before)}

    async def forget_acts(self, before: float) -> dict[str, int]:
        """Cut the audit's beginning; the chain stays checked from there."""
        return {"console_audit": await self.audit.cut(before)}

    async def _write(self, work: Callable[[Connection], Any]) -> Any:
        return await guarded_write(self.database, work, _AWAY)


_SWEEPERS: Mapping[Kind, Callable[[Sweep, float], Any]] = {
    "conversations": Sweep.conversations,
    "recordings": Sweep.recordings,
    "transcripts": Sweep.transcripts,
    "uploads": Sweep.uploads,
    "quality": Sweep.quality,
    "notices": Sweep.forget_notices,
    "audit": Sweep.forget_acts,
}


def _drop_sessions(link: Connection, senders: Sequence[str], before: float, deleted: dict[str, int]) -> None:
    """Delete the turns of sessions that are over; a session is over when its last turn was before the moment."""
    rows = link.execute(select(FACTS).where(FACTS.c.sender_id.in_(senders))).all()
    over = [row for row in rows if orjson.loads(row.facts)["ended_at"] < before]
    for sender in {row.sender_id for row in over}:
        first_kept = [_first(row) for row in rows if row.sender_id == sender and row not in over]
        gone = TURNS.c.sender_id == sender
        if first_kept:
            gone &= TURNS.c.number < min(first_kept)
        _drop(link, TURNS, gone, deleted)
    ids = [row.conversation_id for row in over]
    for piece in in_pieces(ids):
        _drop(link, RATINGS, or_(*map(_is_rating_of, piece)), deleted)
        _drop(link, FACTS, FACTS.c.conversation_id.in_(piece), deleted)
    if gone_for_good := {row.sender_id for row in over} - {row.sender_id for row in rows if row not in over}:
        erase_questions(link, sorted(gone_for_good), deleted)


def _drop_beside(link: Connection, before: float, deleted: dict[str, int]) -> None:
    closed = select(SESSIONS.c.id).where(SESSIONS.c.status == CLOSED, SESSIONS.c.closed_at < before)
    _drop(link, CALLBACKS, CALLBACKS.c.session_id.in_(closed), deleted)
    _drop(link, ENTRIES, ENTRIES.c.session_id.in_(closed), deleted)
    _drop(link, SESSIONS, (SESSIONS.c.status == CLOSED) & (SESSIONS.c.closed_at < before), deleted)
    _drop(link, QUEUE, QUEUE.c.created_at < before, deleted)
    _drop(link, MAIL, MAIL.c.at < before, deleted)
    _drop(link, PLACES, PLACES.c.at < before, deleted)
    _drop(link, OUTBOX, (OUTBOX.c.state != PENDING) & (OUTBOX.c.created_at < before), deleted)
    _drop(link, ANSWER_TIMES, ANSWER_TIMES.c.hour < int(before) // _HOUR, deleted)


def _drop(link: Connection, table: Table, condition: Any, deleted: dict[str, int]) -> None:
    name = str(table.name)
    deleted[name] = deleted.get(name, 0) + link.execute(delete(table).where(condition)).rowcount


def _is_rating_of(conversation_id: str) -> Any:
    sender = conversation_id.rpartition("#")[0]
    return (RATINGS.c.conversation_id == sender) & (RATINGS.c.first_turn == _number(conversation_id))


def _first(row: Any) -> int:
    return _number(row.conversation_id)


def _number(conversation_id: str) -> int:
    return int(conversation_id.rpartition("#")[2])


def _day(clock: Clock, before: float) -> date:
    """The first day that is kept: a folder of files holds a day."""
    return (clock() - timedelta(seconds=clock().timestamp() - before)).date()


def _drop_days(folder: Path, first_kept: date, ending: str) -> int:
    """Delete files of this kind in the folders of earlier days; a folder that is empty then goes too."""
    removed = 0
    for place in sorted(folder.iterdir()) if folder.is_dir() else ():
        try:
            day = date.fromisoformat(place.name)
        except ValueError:
            continue
        if day >= first_kept:
            continue
        for path in [one for one in place.iterdir() if one.suffix == ending]:
            path.unlink(missing_ok=True)
            removed += 1
        if not any(place.iterdir()):
            place.rmdir()
    return removed


def _orphans(folder: Path, kept: set[str], before: float) -> list[str]:
    found = folder.iterdir() if folder.is_dir() else ()
    return [path.name for path in found if path.name not in kept and path.stat().st_mtime < before]
