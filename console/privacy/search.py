"""Finding a person's conversations: by the conversation itself, or by a number that was said, shown or stored in it.

Numbers stand in sealed text: everything is opened piece by piece and looked at, off the hot path as far as it goes.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Column, func, select
from sqlalchemy.engine import Connection

from bot.guarded import guarded_read
from bot.store import TURNS
from connectors.desk.table import CALLBACKS, ENTRIES, SESSIONS
from console.privacy.erasure import Files, calls_of, in_pieces, uploads_of
from eval.quality.rows import in_place
from eval.report.ledger import FACTS
from storage.database import Database

SENDER, ACCOUNT, PHONE = "sender", "account", "phone"
SUBJECTS = (SENDER, ACCOUNT, PHONE)
ROWS_AT_ONCE = 100
_AWAY = "the search cannot read; try again"
_BESIDES: tuple[tuple[Column[int], Column[str], Column[str]], ...] = (
    (SESSIONS.c.id, SESSIONS.c.conversation_id, SESSIONS.c.summary),
    (CALLBACKS.c.id, CALLBACKS.c.conversation_id, CALLBACKS.c.phone),
    (ENTRIES.c.id, ENTRIES.c.conversation_id, ENTRIES.c.body),
)
_DIGITS = re.compile(r"\d")
Tell = Callable[[float], Awaitable[None]]
"""How far the search is, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose data are looked for."""

    kind: str
    """sender | account | phone."""
    value: str


@dataclass(frozen=True, slots=True)
class FoundConversation:
    """One conversation that may be the person's."""

    sender_id: str
    channel: str
    first_at: float
    last_at: float
    turns: int
    calls: int
    """Files: records and recordings."""
    uploads: int
    desk_sessions: int


@dataclass(frozen=True, slots=True)
class Search:
    """Looks for conversations in a place."""

    database: Database
    files: Files

    async def find(self, subject: Subject, scope: str, tell: Tell) -> list[FoundConversation]:
        """Return the conversations in a scope that name the subject, the newest first. Raises StoreUnavailable."""
        if subject.kind == SENDER:
            senders = {subject.value}
        else:
            senders = await self._naming(subject.value, tell)
        seen = await self._in_sight(senders, scope)
        return await self.described(seen)

    async def described(self, senders: set[str]) -> list[FoundConversation]:
        """Return what there is of conversations. Raises StoreUnavailable."""
        rows = [
            row
            for piece in in_pieces(sorted(senders))
            for row in await guarded_read(self.database, partial(_conversations, senders=piece), _AWAY)
        ]
        found = [await self._described(row) for row in rows]
        return sorted(found, key=lambda one: -one.last_at)

    async def _described(self, row: Mapping[str, Any]) -> FoundConversation:
        sender = str(row["sender_id"])
        uploads = await guarded_read(self.database, partial(uploads_of, senders=[sender]), _AWAY)
        calls = await asyncio.to_thread(calls_of, self.files, [sender])
        return FoundConversation(**row, calls=len(calls), uploads=len(uploads))

    async def _naming(self, number: str, tell: Tell) -> set[str]:
        """Return the conversations in which a number occurs, as digits or with spaces between them."""
        pattern = re.compile(r"(?<!\d)" + r"[\s-]?".join(map(re.escape, number)) + r"(?!\d)")
        looks: list[tuple[Column[int], Column[str], tuple[Column[str], ...]]] = [
            (TURNS.c.id, TURNS.c.sender_id, (TURNS.c.events, TURNS.c.replies)),
            *((key, owner, (text,)) for key, owner, text in _BESIDES),
        ]
        found = set[str]()
        for place, (key, owner, texts) in enumerate(looks):
            last, end = 0, await guarded_read(self.database, partial(_last, key=key), _AWAY)
            while last < end:
                read = partial(_rows, key=key, owner=owner, texts=texts, after=last)
                rows = await guarded_read(self.database, read, _AWAY)
                if not rows:
                    break
                found |= {row[1] for row in rows if any(text and pattern.search(text) for text in row[2:])}
                last = rows[-1][0]
                await tell((place + last / end) / len(looks))
                await asyncio.sleep(0)  # conversations go first
        return found

    async def _in_sight(self, senders: set[str], scope: str) -> set[str]:
        """Leave out conversations that lie outside a scope, wholly or in part."""
        if not scope:
            return senders
        inside, outside = set[str](), set[str]()
        for piece in in_pieces(sorted(senders)):
            query = select(FACTS.c.sender_id, in_place(FACTS.c.scope, scope).label("is_inside"))
            of_piece = query.where(FACTS.c.sender_id.in_(piece))
            rows = await guarded_read(self.database, lambda link, asked=of_piece: link.execute(asked).all(), _AWAY)  # type: ignore[misc]
            inside |= {row.sender_id for row in rows if row.is_inside}
            outside |= {row.sender_id for row in rows if not row.is_inside}
        return inside - outside


def normalised(kind: str, value: str) -> str:
    """Return a subject as it is looked for: of numbers the digits alone."""
    return "".join(_DIGITS.findall(value)) if kind in (ACCOUNT, PHONE) else value.strip()


def _conversations(link: Connection, senders: list[str]) -> list[dict[str, Any]]:
    columns = (
        TURNS.c.sender_id,
        func.min(TURNS.c.channel).label("channel"),
        func.min(TURNS.c.happened_at).label("first_at"),
        func.max(TURNS.c.happened_at).label("last_at"),
        func.count().label("turns"),
    )
    talked = link.execute(select(*columns).where(TURNS.c.sender_id.in_(senders)).group_by(TURNS.c.sender_id))
    moments = (func.min(SESSIONS.c.created_at).label("first_at"), func.max(SESSIONS.c.last_at).label("last_at"))
    held = (SESSIONS.c.conversation_id, func.count().label("number"), func.min(SESSIONS.c.channel).label("channel"))
    desk = select(*held, *moments)
    of_desk = desk.where(SESSIONS.c.conversation_id.in_(senders)).group_by(SESSIONS.c.conversation_id)
    sessions = {row.conversation_id: row for row in link.execute(of_desk)}
    found = [
        {**row._asdict(), "desk_sessions": sessions[row.sender_id].number if row.sender_id in sessions else 0}
        for row in talked
    ]
    known = {row["sender_id"] for row in found}
    for sender, row in sessions.items():
        if sender not in known:
            told = {"channel": row.channel, "first_at": row.first_at, "last_at": row.last_at}
            found.append({"sender_id": sender, **told, "turns": 0, "desk_sessions": row.number})
    return found


def _last(link: Connection, key: Column[int]) -> int:
    return link.scalar(select(func.max(key))) or 0


def _rows(
    link: Connection, key: Column[int], owner: Column[str], texts: tuple[Column[str], ...], after: int
) -> list[Any]:
    return list(link.execute(select(key, owner, *texts).where(key > after).order_by(key).limit(ROWS_AT_ONCE)))
