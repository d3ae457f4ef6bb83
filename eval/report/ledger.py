"""The ledger of facts: one row a session, kept up with the store as turns are written, so that figures cost no words.

The dashboard counts months in a blink because nothing sealed is opened for it. A session's row is written anew when a
turn is added to it; sessions of the week before are written again with it, for the customer may have come back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import partial
from typing import Any

import orjson
from sqlalchemy import (
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.engine import Connection

from bot.events import SlotSet
from bot.guarded import guarded_read, persistent_write
from bot.store import TURNS
from connectors.desk.organisation import Organisation
from eval.history import HeldConversation, read_sender
from eval.quality.rows import in_place
from eval.report.facts import WEEK_SECONDS, ConversationFacts, facts_of, with_repeats
from storage.database import Database

METADATA = MetaData()
FACTS = Table(
    "report_facts",
    METADATA,
    Column("conversation_id", String(300), primary_key=True),
    Column("sender_id", String(256), nullable=False, index=True),
    Column("scope", String(128), nullable=False),
    Column("started_at", Float, nullable=False),
    Column("facts", Text, nullable=False),
    Index("report_facts_by_time", "started_at"),
)
STATE = Table(
    "report_state",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("turn_id", Integer, nullable=False),
)
TURNS_AT_ONCE = 400
SETTLED_SECONDS = 10.0
"""Numbers of turns are given out before the turns are written: younger ones are looked at again."""
_AWAY = "the ledger of facts does not answer"
_PLACE = ("region", "address")
_TUPLES = ("intents", "handoffs", "failures", "fatal")
_NAMES = frozenset(field.name for field in fields(ConversationFacts))
_LEFT_OUT = ("csat", "quality", "fatal")
"""What is told later by others is joined when it is counted."""


@dataclass(frozen=True, slots=True)
class PlacedFacts:
    """A session's facts and where its customer is."""

    scope: str
    facts: ConversationFacts


@dataclass(frozen=True, slots=True)
class Ledger:
    """Keeps and reads the rows."""

    database: Database
    organisation: Organisation

    async def prepare(self) -> None:
        """Make the tables where they are not there."""
        await self.database.create_tables(METADATA)

    async def catch_up(self, now: float, most_senders: int = 1_000_000) -> int:
        """Write the sessions of all new turns, a few senders at a time; returns how many. Raises StoreUnavailable."""
        written, senders = 0, 0
        while senders < most_senders:
            fresh = await guarded_read(self.database, _fresh_turns, _AWAY)
            names = list(dict.fromkeys(sender for _, sender, _ in fresh))
            for sender in names:
                written += await self._write_sender(sender, min(at for _, name, at in fresh if name == sender))
            senders += len(names)
            settled = [number for number, _, at in fresh if at <= now - SETTLED_SECONDS]
            if settled:
                await persistent_write(self.database, partial(_advance, to=max(settled)), _AWAY, attempts=2)
            if len(fresh) < TURNS_AT_ONCE or not settled:
                break
        return written

    async def read(self, own_scope: str, scope: str, since: float, until: float) -> list[PlacedFacts]:
        """Return the sessions that began in `[since, until)` in one's scope and in a place of it."""
        wanted = (in_place(FACTS.c.scope, own_scope), in_place(FACTS.c.scope, scope))
        began = (FACTS.c.started_at >= since) & (FACTS.c.started_at < until)
        query = select(FACTS.c.scope, FACTS.c.facts).where(began, *wanted).order_by(FACTS.c.started_at)
        rows = await guarded_read(self.database, lambda link: link.execute(query).all(), _AWAY)
        return [PlacedFacts(row.scope, _facts(row.facts)) for row in rows]

    async def forget(self, sender_ids: Sequence[str]) -> None:
        """Delete the rows of senders."""
        gone = delete(FACTS).where(FACTS.c.sender_id.in_(sender_ids))
        await persistent_write(self.database, lambda link: link.execute(gone), _AWAY, attempts=2)

    async def _write_sender(self, sender: str, since: float) -> int:
        held = [one for one in await read_sender(self.database, sender) if one.ended_at >= since - WEEK_SECONDS]
        facts = {fact.id: fact for fact in with_repeats(facts_of(one) for one in held)}
        rows = [self._row(one, facts[one.id]) for one in held]

        def keep(link: Connection) -> None:
            link.execute(delete(FACTS).where(FACTS.c.conversation_id.in_([row["conversation_id"] for row in rows])))
            link.execute(insert(FACTS), rows)

        if rows:
            await persistent_write(self.database, keep, _AWAY, attempts=4)
        return len(rows)

    def _row(self, held: HeldConversation, facts: ConversationFacts) -> dict[str, Any]:
        counted = {name: value for name, value in asdict(facts).items() if name not in _LEFT_OUT}
        return {
            "conversation_id": held.id,
            "sender_id": held.sender_id,
            "scope": self.organisation.scope_of(_place(held)),
            "started_at": held.started_at,
            "facts": orjson.dumps(counted).decode(),
        }


def _fresh_turns(link: Connection) -> list[tuple[int, str, float]]:
    """Return (id, sender, time) of the next turns that the ledger has not seen settled."""
    last = link.scalar(select(STATE.c.turn_id)) or 0
    query = select(TURNS.c.id, TURNS.c.sender_id, TURNS.c.happened_at).where(TURNS.c.id > last).order_by(TURNS.c.id)
    return [(row.id, row.sender_id, row.happened_at) for row in link.execute(query.limit(TURNS_AT_ONCE))]


def _advance(link: Connection, to: int) -> None:
    if link.scalar(select(func.count()).select_from(STATE)):
        link.execute(update(STATE).values(turn_id=to))
    else:
        link.execute(insert(STATE), {"id": 1, "turn_id": to})


def _place(held: HeldConversation) -> Mapping[str, Any]:
    events = (event for turn in held.turns for event in turn.events)
    return {event.name: event.value for event in events if isinstance(event, SlotSet) and event.name in _PLACE}


def _facts(text: str) -> ConversationFacts:
    kept = {name: value for name, value in orjson.loads(text).items() if name in _NAMES}
    return ConversationFacts(**{**kept, **{name: tuple(kept[name]) for name in _TUPLES if name in kept}})
