"""Held conversations, read from the store in windows of time: what scoring, reports and retraining look at.

A conversation here is one session: from its first turn until a new session begins or the window ends.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import orjson
from sqlalchemy import Row, select
from sqlalchemy.engine import Connection

from bot.events import Event, SessionStarted, SlotSet, parse_event
from bot.guarded import guarded_read
from bot.store import TURNS
from bot.turn_metrics import NO_ANSWER
from storage.database import Database

SENDERS_AT_ONCE = 200
UNANSWERED = NO_ANSWER
"""Names of the responses that are no answer."""
_AWAY = "the conversation store does not answer"


@dataclass(frozen=True, slots=True)
class HeldTurn:
    """One turn of the store."""

    number: int
    channel: str
    happened_at: float
    release: str
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class HeldConversation:
    """One session of one sender."""

    sender_id: str
    turns: tuple[HeldTurn, ...]

    @property
    def id(self) -> str:
        """The sender and the number of the first turn: stable, however often it is read."""
        return f"{self.sender_id}#{self.turns[0].number}"

    @property
    def channel(self) -> str:
        """Where it was held."""
        return self.turns[0].channel

    @property
    def started_at(self) -> float:
        """Seconds since the epoch."""
        return self.turns[0].happened_at

    @property
    def ended_at(self) -> float:
        """Seconds since the epoch."""
        return self.turns[-1].happened_at

    @property
    def release(self) -> str:
        """The release that answered last."""
        return self.turns[-1].release


async def read_conversations(
    database: Database, since: datetime, until: datetime | None = None
) -> AsyncIterator[HeldConversation]:
    """Read the sessions that began in `[since, until)`, by sender; a batch of senders at a time is in memory.

    Raises StoreUnavailable.
    """
    start, end = since.timestamp(), until.timestamp() if until is not None else float("inf")
    last = ""
    while senders := await guarded_read(database, partial(_senders, start=start, end=end, last=last), _AWAY):
        last = senders[-1]
        for held in await guarded_read(database, partial(_held, senders=senders), _AWAY):
            if start <= held.started_at < end:
                yield held


async def read_sender(database: Database, sender_id: str) -> list[HeldConversation]:
    """Read all sessions of one sender, in order. Raises StoreUnavailable."""
    return await guarded_read(database, partial(_held, senders=[sender_id]), _AWAY)


def region_of(events: Iterable[Event]) -> str | None:
    """Return the region that the last of these events sets; None where none of them does."""
    set_last = [event.value for event in events if isinstance(event, SlotSet) and event.name == "region"][-1:]
    return str(set_last[0]) if set_last and set_last[0] else None


def _senders(connection: Connection, start: float, end: float, last: str) -> list[str]:
    sender = TURNS.c.sender_id
    active = select(sender).where(TURNS.c.happened_at >= start, sender > last)
    if end != float("inf"):
        active = active.where(TURNS.c.happened_at < end)
    return list(connection.scalars(active.distinct().order_by(sender).limit(SENDERS_AT_ONCE)))


def _held(connection: Connection, senders: Sequence[str]) -> list[HeldConversation]:
    columns = (TURNS.c.sender_id, TURNS.c.number, TURNS.c.channel, TURNS.c.happened_at, TURNS.c.release, TURNS.c.events)
    of_senders = select(*columns).where(TURNS.c.sender_id.in_(senders)).order_by(TURNS.c.sender_id, TURNS.c.number)
    return list(_sessions(connection.execute(of_senders)))


def _sessions(rows: Iterator[Row[tuple[str, int, str, float, str, str]]]) -> Iterator[HeldConversation]:
    sender, turns = "", list[HeldTurn]()
    for row in rows:
        turn = HeldTurn(row.number, row.channel, row.happened_at, row.release, _events(row.events))
        begins = any(isinstance(event, SessionStarted) for event in turn.events)
        if turns and (row.sender_id != sender or begins):
            yield HeldConversation(sender, tuple(turns))
            turns = []
        sender = row.sender_id
        turns.append(turn)
    if turns:
        yield HeldConversation(sender, tuple(turns))


def _events(text: str) -> tuple[Event, ...]:
    return tuple(parse_event(event) for event in orjson.loads(text))
