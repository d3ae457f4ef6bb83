"""What is kept about a visitor beside the conversation: consent, the cleared history, the rating."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import orjson
from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    insert,
    select,
    update,
)
from sqlalchemy.engine import Connection

from bot.events import SessionStarted
from bot.guarded import guarded_read, persistent_write
from bot.store import ConversationStore
from connectors.errors import BadRequest
from storage.database import Database, Work
from storage.types import EncryptedText

T = TypeVar("T")
_AWAY = "the store does not answer; try again"
METADATA = MetaData()
VISITORS = Table(
    "webchat_visitors",
    METADATA,
    Column("conversation_id", String(256), primary_key=True),
    Column("consent_version", String(64), nullable=True),
    Column("consent_at", Float, nullable=True),
    Column("cleared_id", Integer, nullable=False, default=0),
)
RATINGS = Table(
    "webchat_ratings",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("conversation_id", String(256), nullable=False),
    Column("first_turn", Integer, nullable=False),
    Column("score", Integer, nullable=False),
    Column("resolved", Boolean, nullable=True),
    Column("tags", String(512), nullable=False),
    Column("comment", EncryptedText, nullable=True),
    Column("created_at", Float, nullable=False, index=True),
    Column("changed_at", Float, nullable=False),
    UniqueConstraint("conversation_id", "first_turn", name="one_rating_per_session"),
)
RATING_TAGS = frozenset({"fast", "clear", "polite", "solved", "slow", "unclear", "wrong", "unsolved", "no_person"})
EDITABLE_SECONDS = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Rating:
    """A customer's verdict on one session."""

    score: int
    """1 (worst) to 5."""
    resolved: bool | None = None
    """Whether the matter is settled (是否解决)."""
    tags: tuple[str, ...] = ()
    comment: str | None = None

    def render(self) -> dict[str, Any]:
        """Return the rating as JSON values."""
        return {"score": self.score, "resolved": self.resolved, "tags": list(self.tags), "comment": self.comment}


@dataclass(frozen=True, slots=True)
class VisitorRecords:
    """Reads and writes consent, clearings and ratings."""

    database: Database
    turns: ConversationStore
    clock: Callable[[], datetime]

    async def prepare(self) -> None:
        """Make the tables where they are not there."""
        await self.database.create_tables(METADATA)

    async def state(self, conversation_id: str) -> tuple[str | None, int]:
        """Return the version of the policy that was agreed to, and the id up to which the history was cleared."""
        wanted = select(VISITORS.c.consent_version, VISITORS.c.cleared_id).where(
            VISITORS.c.conversation_id == conversation_id
        )
        row = await self._read(lambda connection: connection.execute(wanted).first())
        return (row.consent_version, row.cleared_id) if row else (None, 0)

    async def agree(self, conversation_id: str, version: str) -> None:
        """Record that the visitor agreed to this version of the policy, and when. The first time counts."""
        if (await self.state(conversation_id))[0] != version:
            await self._keep(conversation_id, {"consent_version": version, "consent_at": self.clock().timestamp()})

    async def clear(self, conversation_id: str, last_id: int) -> None:
        """Hide everything up to this id from the visitor."""
        await self._keep(conversation_id, {"cleared_id": last_id})

    async def rate(self, conversation_id: str, rating: Rating) -> None:
        """Keep the rating of the present session; the same one may be changed for 24 hours.

        Raises BadRequest without a conversation, or when it is too late.
        """
        session = {"conversation_id": conversation_id, "first_turn": await self._first_turn(conversation_id)}
        now = self.clock().timestamp()
        values: dict[str, Any] = {
            "score": rating.score,
            "resolved": rating.resolved,
            "tags": orjson.dumps(list(rating.tags)).decode(),
            "comment": rating.comment,
            "changed_at": now,
        }
        same = (RATINGS.c.conversation_id == conversation_id) & (RATINGS.c.first_turn == session["first_turn"])

        def keep(connection: Connection) -> bool:
            made = connection.scalar(select(RATINGS.c.created_at).where(same))
            if made is None:
                connection.execute(insert(RATINGS), {**session, **values, "created_at": now})
            elif now - made <= EDITABLE_SECONDS:
                connection.execute(update(RATINGS).where(same).values(values))
            return made is None or now - made <= EDITABLE_SECONDS

        if not await self._write(keep):
            raise BadRequest("rating_closed", "a rating may be changed for 24 hours", 409)

    async def rating(self, conversation_id: str) -> Rating | None:
        """Return the rating of the present session."""
        ever = select(RATINGS.c.id).where(RATINGS.c.conversation_id == conversation_id).limit(1)
        if await self._read(lambda connection: connection.scalar(ever)) is None:
            return None
        first = await self._first_turn(conversation_id)
        wanted = select(RATINGS).where(RATINGS.c.conversation_id == conversation_id, RATINGS.c.first_turn == first)
        row = await self._read(lambda connection: connection.execute(wanted).first())
        if row is None:
            return None
        return Rating(row.score, row.resolved, tuple(orjson.loads(row.tags)), row.comment)

    async def _first_turn(self, conversation_id: str) -> int:
        turns = await self.turns.turns_after(conversation_id, 0)
        starts = [turn.number for turn in turns if any(isinstance(event, SessionStarted) for event in turn.events)]
        if not turns:
            raise BadRequest("nothing_to_rate", "there was no conversation yet", 409)
        return starts[-1] if starts else turns[0].number

    async def _keep(self, conversation_id: str, values: dict[str, Any]) -> None:
        def keep(connection: Connection) -> None:
            same = VISITORS.c.conversation_id == conversation_id
            if connection.execute(update(VISITORS).where(same).values(values)).rowcount == 0:
                connection.execute(insert(VISITORS), {"conversation_id": conversation_id, "cleared_id": 0, **values})

        await self._write(keep)

    async def _write(self, work: Work[T]) -> T:
        return await persistent_write(self.database, work, _AWAY, attempts=2)  # the second time the row is there

    async def _read(self, work: Work[T]) -> T:
        return await guarded_read(self.database, work, _AWAY)
