"""The queue for a person: who waits, why, and everything that the agent needs to go on without asking again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Column, Float, Integer, MetaData, String, Table, func, insert, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation import Conversation
from bot.errors import StoreUnavailable
from bot.project import Project
from storage.engine import reading, writing
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
_PRIVATE_SLOTS = frozenset({"verification_code", "clarify_options", "clarify_names", "clarify_values"})


@dataclass(frozen=True, slots=True)
class HandoffQueue:
    """Puts conversations into the queue; the agent desk takes them out."""

    engine: AsyncEngine
    project: Project

    async def prepare(self) -> None:
        """Make the table where it is not there."""
        async with self.engine.begin() as connection:
            await connection.run_sync(METADATA.create_all)

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
            place = await self._place(conversation.sender_id)
            if place is None:
                async with writing(self.engine) as connection:
                    await connection.execute(insert(QUEUE), row)
                place = await self._place(conversation.sender_id)
        except IntegrityError:
            place = await self._place(conversation.sender_id)
        except (SQLAlchemyError, OSError) as error:
            raise StoreUnavailable("the queue for agents does not answer") from error
        return place or 0

    def summary(self, conversation: Conversation) -> dict[str, Any]:
        """Return what the customer wants, what is known, what was tried, and the mood."""
        flows = [self.project.flows[frame.flow].name for frame in conversation.stack if frame.kind != "pattern"]
        last = self.project.flows.get(conversation.last_request or "")
        known = {
            name: value
            for name, value in conversation.slots.items()
            if value not in (None, [], "") and name not in _PRIVATE_SLOTS
        }
        return {
            "wanted": flows or ([last.name] if last else []),
            "last_words": conversation.latest.text if conversation.latest else "",
            "known": known,
            "waiting_for": conversation.requested_slot,
            "verified_level": conversation.verified_level,
            "not_understood": conversation.misses,
            "mood": "angry" if conversation.angers else "calm",
        }

    async def _place(self, sender_id: str) -> int | None:
        async with reading(self.engine) as connection:
            own = await connection.scalar(
                select(func.min(QUEUE.c.id)).where(QUEUE.c.sender_id == sender_id, QUEUE.c.status == WAITING)
            )
            if own is None:
                return None
            before = select(func.count()).where(QUEUE.c.status == WAITING, QUEUE.c.id < own)
            return int(await connection.scalar(before) or 0)
