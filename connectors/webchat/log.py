"""What a window shows, in order: every turn of the conversation, and what came between the turns.

A place is a number that grows by one per conversation. A turn has one place and keeps its words in the store of
conversations; a note (an agent's words, an upload, a state) has one and keeps its own. What the place is taken for is
unique, so neither a race nor a repetition shows anything twice. A message's id is place * 100 + its number in the turn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import orjson
from sqlalchemy import (
    Column,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bot.errors import StoreUnavailable
from bot.guarded import guarded_read, guarded_write, persistent_write
from bot.store import ConversationStore, StoredTurn
from connectors.webchat.chat_events import PER_PLACE, ChatEvent, events_of_turn
from storage.database import Database, Work
from storage.types import EncryptedText

T = TypeVar("T")
METADATA = MetaData()
PLACES = Table(
    "webchat_places",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("conversation_id", String(256), nullable=False),
    Column("place", Integer, nullable=False),
    Column("turn_number", Integer, nullable=True),
    Column("key", String(256), nullable=True),
    Column("note", EncryptedText, nullable=True),
    Column("at", Float, nullable=False),
    UniqueConstraint("conversation_id", "place", name="one_entry_per_place"),
    UniqueConstraint("conversation_id", "turn_number", name="one_place_per_turn"),
    UniqueConstraint("conversation_id", "key", name="one_place_per_key"),
)
_ATTEMPTS = 8
_AWAY = "the conversation store does not answer"
_BUSY = "the conversation store is busy; try again"


@dataclass(frozen=True, slots=True)
class ChatLog:
    """Numbers and reads what windows show."""

    database: Database
    turns: ConversationStore
    clock: Callable[[], datetime]

    async def prepare(self) -> None:
        """Make the table where it is not there."""
        await self.database.create_tables(METADATA)

    async def after(self, conversation_id: str, event_id: int, since: float = 0.0) -> Sequence[ChatEvent]:
        """Return the messages after this one, in order, as far as they are younger than `since` (epoch seconds).

        Turns that have no place yet get one first. Raises StoreUnavailable.
        """
        turns = await self._place_new_turns(conversation_id)
        rows = await self._rows(conversation_id, event_id // PER_PLACE, since)
        numbers = [row.turn_number for row in rows if row.turn_number is not None]
        if any(number not in turns for number in numbers):
            found = await self.turns.turns_after(conversation_id, min(numbers) - 1)
            turns = {turn.number: turn for turn in found}
        events = [event for row in rows for event in _events(row, turns)]
        return [event for event in events if event.id > event_id]

    async def note(self, conversation_id: str, note: Mapping[str, Any], key: str) -> bool:
        """Add a note once per key; say whether it is new. Raises StoreUnavailable."""
        text, at = orjson.dumps(dict(note)).decode(), self.clock().timestamp()

        def add(connection: Connection) -> bool:
            same = (PLACES.c.conversation_id == conversation_id) & (PLACES.c.key == key)
            if connection.scalar(select(PLACES.c.id).where(same)) is not None:
                return False
            row = {"conversation_id": conversation_id, "place": _last(connection, conversation_id)[0] + 1}
            connection.execute(insert(PLACES), row | {"key": key, "note": text, "at": at})
            return True

        return await self._write(add)

    async def change(self, conversation_id: str, note: Mapping[str, Any], key: str) -> None:
        """Replace the note of this key where it stands. Raises StoreUnavailable."""
        text = orjson.dumps(dict(note)).decode()
        same = (PLACES.c.conversation_id == conversation_id) & (PLACES.c.key == key)
        await self._write(lambda connection: connection.execute(update(PLACES).where(same).values(note=text)))

    async def last_id(self, conversation_id: str) -> int:
        """Return the highest id that a message of this conversation may have so far."""
        await self._place_new_turns(conversation_id)
        place, _ = await self._read(lambda connection: _last(connection, conversation_id))
        return place * PER_PLACE + PER_PLACE - 1

    async def newest_row(self) -> int:
        """Return the newest row's id."""
        return await self._read(lambda connection: int(connection.scalar(select(func.max(PLACES.c.id))) or 0))

    async def changed_after(self, row_id: int) -> tuple[int, set[str]]:
        """Return the newest row's id and the conversations that got something after `row_id`."""

        def read(connection: Connection) -> tuple[int, set[str]]:
            newest = int(connection.scalar(select(func.max(PLACES.c.id))) or 0)
            if newest <= row_id:
                return newest, set()
            found = connection.execute(select(PLACES.c.conversation_id).where(PLACES.c.id > row_id).distinct())
            return newest, {row.conversation_id for row in found}

        return await self._read(read)

    async def _place_new_turns(self, conversation_id: str) -> dict[int, StoredTurn]:
        """Give every turn without a place one; return the turns that were read for it."""
        for _ in range(_ATTEMPTS):
            _, placed = await self._read(lambda connection: _last(connection, conversation_id))
            turns = await self.turns.turns_after(conversation_id, placed)
            if not turns:
                return {}
            try:
                await self._write_once(partial(_place, conversation_id=conversation_id, turns=turns))
            except IntegrityError:
                continue  # another window's connection did it first
            return {turn.number: turn for turn in turns}
        raise StoreUnavailable(_BUSY)

    async def _rows(self, conversation_id: str, place: int, since: float) -> Sequence[Any]:
        wanted = select(PLACES.c.place, PLACES.c.turn_number, PLACES.c.key, PLACES.c.note, PLACES.c.at).where(
            PLACES.c.conversation_id == conversation_id, PLACES.c.place >= place, PLACES.c.at >= since
        )
        rows: Sequence[Any] = await self._read(
            lambda connection: connection.execute(wanted.order_by(PLACES.c.place)).all()
        )
        return rows

    async def _write(self, work: Work[T]) -> T:
        return await persistent_write(self.database, work, _AWAY, attempts=_ATTEMPTS, busy=_BUSY)

    async def _write_once(self, work: Work[T]) -> T:
        return await guarded_write(self.database, work, _AWAY)

    async def _read(self, work: Work[T]) -> T:
        return await guarded_read(self.database, work, _AWAY)


def _last(connection: Connection, conversation_id: str) -> tuple[int, int]:
    """Return the last place and the last turn that has one."""
    row = connection.execute(
        select(func.max(PLACES.c.place), func.max(PLACES.c.turn_number)).where(
            PLACES.c.conversation_id == literal(conversation_id)
        )
    ).one()
    return int(row[0] or 0), int(row[1] or 0)


def _place(connection: Connection, conversation_id: str, turns: Sequence[StoredTurn]) -> None:
    place, placed = _last(connection, conversation_id)
    fresh = [turn for turn in turns if turn.number > placed]
    rows = [
        {
            "conversation_id": conversation_id,
            "place": place + step,
            "turn_number": turn.number,
            "at": turn.events[0].timestamp if turn.events else 0.0,
        }
        for step, turn in enumerate(fresh, start=1)
    ]
    if rows:
        connection.execute(insert(PLACES), rows)


def _events(row: Any, turns: Mapping[int, StoredTurn]) -> list[ChatEvent]:
    if row.turn_number is None:
        note = orjson.loads(row.note)
        return [ChatEvent(row.place * PER_PLACE, str(note.pop("kind")), row.at, note)]
    turn = turns.get(row.turn_number)
    return events_of_turn(turn, row.place, row.at) if turn is not None else []
