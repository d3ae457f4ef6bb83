"""The store of conversations: one row a turn, written in one transaction, never changed.

A turn's number and its message id are unique per conversation, so neither a race nor a repeated delivery makes a second
turn. The texts are sealed (personal data). The same code runs on SQLite and PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
    UniqueConstraint,
    bindparam,
    insert,
    select,
)
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from bot.errors import StoreUnavailable
from bot.events import Event, parse_event, render_event
from bot.message import Button, Reply
from storage.database import Database
from storage.types import EncryptedText

METADATA = MetaData()
TURNS = Table(
    "turns",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("sender_id", String(256), nullable=False),
    Column("number", Integer, nullable=False),
    Column("message_id", String(256), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("happened_at", Float, nullable=False),
    Column("release", String(64), nullable=False),
    Column("events", EncryptedText, nullable=False),
    Column("replies", EncryptedText, nullable=False),
    UniqueConstraint("sender_id", "number", name="one_turn_per_number"),
    UniqueConstraint("sender_id", "message_id", name="one_turn_per_message"),
    Index("turns_by_time", "happened_at"),
)


_ROW = (TURNS.c.number, TURNS.c.message_id, TURNS.c.release, TURNS.c.events, TURNS.c.replies)
_OF_SENDER = TURNS.c.sender_id == bindparam("sender_id")
_AFTER = select(*_ROW).where(_OF_SENDER, TURNS.c.number > bindparam("number")).order_by(TURNS.c.number)
_OF_MESSAGE = select(*_ROW).where(_OF_SENDER, TURNS.c.message_id == bindparam("message_id"))
"""Two statements, each with its index: one over both conditions would read every turn of the conversation."""
_INSERT = insert(TURNS)


class TurnTaken(Exception):
    """Another worker wrote this turn's number or message id first."""


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """One turn as it was written."""

    number: int
    message_id: str
    release: str
    events: tuple[Event, ...]
    replies: tuple[Reply, ...]


@dataclass(frozen=True, slots=True)
class ConversationStore:
    """Reads and writes turns."""

    database: Database

    async def prepare(self) -> None:
        """Make the tables where they are not there."""
        await self.database.create_tables(METADATA)

    async def turns_after(self, sender_id: str, number: int, message_id: str | None = None) -> Sequence[StoredTurn]:
        """Return the turns of a conversation after this number, in order.

        With a message id the turn that this message made, whenever that was, comes first. Raises StoreUnavailable.
        """
        key = {"sender_id": sender_id, "number": number, "message_id": message_id}

        def read(connection: Connection) -> list[StoredTurn]:
            seen = connection.execute(_OF_MESSAGE, key).all() if message_id is not None else []
            return [_stored(row) for row in (*seen, *connection.execute(_AFTER, key))]

        try:
            return await self.database.read(read)
        except (SQLAlchemyError, OSError) as error:
            raise StoreUnavailable("the conversation store does not answer; send the message again") from error

    async def append(self, sender_id: str, channel: str, happened_at: float, turn: StoredTurn) -> None:
        """Write one turn in one transaction. Raises TurnTaken or StoreUnavailable."""
        row = {
            "sender_id": sender_id,
            "number": turn.number,
            "message_id": turn.message_id,
            "channel": channel,
            "happened_at": happened_at,
            "release": turn.release,
            "events": orjson.dumps([render_event(event) for event in turn.events]).decode(),
            "replies": orjson.dumps([_render_reply(reply) for reply in turn.replies]).decode(),
        }
        try:
            await self.database.write(lambda connection: connection.execute(_INSERT, row))
        except IntegrityError as error:
            raise TurnTaken from error
        except (SQLAlchemyError, OSError) as error:
            raise StoreUnavailable("the conversation store did not take the turn; send the message again") from error


def _stored(row: Any) -> StoredTurn:
    return StoredTurn(
        number=row.number,
        message_id=row.message_id,
        release=row.release,
        events=tuple(parse_event(event) for event in orjson.loads(row.events)),
        replies=tuple(_parse_reply(reply) for reply in orjson.loads(row.replies)),
    )


def _render_reply(reply: Reply) -> dict[str, Any]:
    return {
        "text": reply.text,
        "buttons": [[button.title, button.payload] for button in reply.buttons],
        "image": reply.image,
        "custom": dict(reply.custom),
    }


def _parse_reply(rendered: dict[str, Any]) -> Reply:
    buttons = tuple(Button(title, payload) for title, payload in rendered["buttons"])
    return Reply(rendered["text"], buttons, rendered["image"], rendered["custom"])
