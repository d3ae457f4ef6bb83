"""The queue for a person: who waits, why, and everything that the agent needs to go on without asking again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Column, Float, Integer, MetaData, String, Table, func, insert, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.conversation import Conversation
from bot.errors import StoreUnavailable
from bot.project import Project
from storage.database import Database
from storage.types import EncryptedText

METADATA = MetaData()
QUEUE = Table(
    "handoffs",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("sender_id", String(256), nullable=False, index=True),
    Column("channel", String(32), nullable=False),
    Column("reason", String(64), nullable=False),
    Column("status", String(16), nullable=False, index=True),
    Column("created_at", Float, nullable=False),
    Column("summary", EncryptedText, nullable=False),
)
WAITING = "waiting"
Outlook = Callable[[str], Awaitable[Mapping[str, Any]]]
"""(sender id) -> slots that tell a customer in the queue what to expect."""
_PRIVATE_SLOTS = frozenset({"verification_code", "clarify_options", "clarify_names", "clarify_values"})


@dataclass(slots=True)
class HandoffQueue:
    """Puts conversations into the queue; the agent desk takes them out."""

    database: Database
    project: Project
    outlook: Outlook | None = None
    """The agent desk's word on the wait, where there is a desk."""

    async def prepare(self) -> None:
        """Make the table where it is not there."""
        await self.database.create_tables(METADATA)

    async def enqueue(self, conversation: Conversation, channel: str, reason: str, key: str, at: float) -> int:
        """Put a conversation into the queue once per key; return how many wait before it.

        A conversation that waits already keeps its place. Raises StoreUnavailable.
        """
        row = {
            "key": key,
            "sender_id": conversation.sender_id,
            "channel": channel,
            "reason": reason,
            "status": WAITING,
            "created_at": at,
            "summary": orjson.dumps(self.summary(conversation)).decode(),
        }
        try:
            return await self.database.write(lambda connection: _enter(connection, row))
        except (SQLAlchemyError, OSError) as error:
            raise StoreUnavailable("the queue for agents does not answer") from error

    async def expectations(self, sender_id: str) -> Mapping[str, Any]:
        """Return what the desk says about the wait, as far as the domain has slots for it; nothing without a desk."""
        if self.outlook is None:
            return {}
        try:
            told = await self.outlook(sender_id)
        except StoreUnavailable:  # the conversation is in the queue all the same
            return {}
        return {name: value for name, value in told.items() if name in self.project.domain.slots}

    def summary(self, conversation: Conversation) -> dict[str, Any]:
        """Return what the customer wants, what is known, what was tried, and the mood."""
        flows = [self.project.flows[frame.flow].name for frame in conversation.stack if frame.kind != "pattern"]
        last = self.project.flows.get(conversation.last_request or "")
        known = {
            name: value
            for name, value in conversation.slots.items()
            if value not in (None, [], "") and name not in _PRIVATE_SLOTS
        }
        requests = [frame.flow for frame in conversation.stack if frame.kind != "pattern"]
        return {
            "requests": requests or ([conversation.last_request] if conversation.last_request else []),
            "wanted": flows or ([last.name] if last else []),
            "last_words": conversation.latest.text if conversation.latest else "",
            "known": known,
            "waiting_for": conversation.requested_slot,
            "verified_level": conversation.verified_level,
            "not_understood": conversation.misses,
            "mood": "angry" if conversation.angers else "calm",
        }


def _enter(connection: Connection, row: dict[str, Any]) -> int:
    """Add the row unless this conversation waits already; return how many wait before it."""
    own = connection.scalar(
        select(func.min(QUEUE.c.id)).where(QUEUE.c.sender_id == row["sender_id"], QUEUE.c.status == WAITING)
    )
    if own is None:
        own = connection.execute(insert(QUEUE).values(row).returning(QUEUE.c.id)).scalar_one()
    before = select(func.count()).where(QUEUE.c.status == WAITING, QUEUE.c.id < own)
    return int(connection.scalar(before) or 0)
