"""The table of letters, and the statements over it: units of work for `storage.database.Database`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    and_,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.engine import Connection

from connectors.outbox.letter import HELD_UNTIL, PENDING, SENT, Letter, StoredLetter
from storage.types import EncryptedText

METADATA = MetaData()
OUTBOX = Table(
    "outbox",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("conversation_id", String(256), nullable=False),
    Column("place", Integer, nullable=False),
    Column("channel", String(32), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("body", EncryptedText, nullable=False),
    Column("origin", String(64), nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Float, nullable=False),
    Column("leased_until", Float, nullable=False),
    Column("cause", String(128)),
    Column("created_at", Float, nullable=False),
    Column("settled_at", Float),
    UniqueConstraint("conversation_id", "place", name="one_letter_per_place"),
    Index("outbox_waiting", "channel", "state", "not_before"),
)
_EARLIER = OUTBOX.alias("earlier")


def put_letters(connection: Connection, letters: Iterable[Letter], now: float, not_before: float) -> None:
    """Write letters behind those of their conversation; a key that is there already is left alone."""
    for letter in letters:
        if connection.scalar(select(OUTBOX.c.id).where(OUTBOX.c.key == letter.key)) is not None:
            continue
        last = select(func.max(OUTBOX.c.place)).where(OUTBOX.c.conversation_id == letter.conversation_id)
        connection.execute(
            insert(OUTBOX).values(
                key=letter.key,
                conversation_id=letter.conversation_id,
                place=(connection.scalar(last) or 0) + 1,
                channel=letter.channel,
                kind=letter.kind,
                body=orjson.dumps(dict(letter.body)).decode(),
                origin=letter.origin,
                state=PENDING,
                attempts=0,
                not_before=not_before,
                leased_until=0.0,
                created_at=now,
            )
        )


def _due(channel: str, now: float) -> Any:
    """A letter is due when its time has come, nobody has it in hand, and none of its conversation waits before it."""
    before = exists().where(
        _EARLIER.c.conversation_id == OUTBOX.c.conversation_id,
        _EARLIER.c.state == PENDING,
        _EARLIER.c.place < OUTBOX.c.place,
    )
    return and_(
        OUTBOX.c.channel == channel,
        OUTBOX.c.state == PENDING,
        OUTBOX.c.not_before <= now,
        OUTBOX.c.leased_until <= now,
        ~before,
    )


def has_due(connection: Connection, channel: str, now: float) -> bool:
    """Say whether anything can be sent."""
    return connection.scalar(select(OUTBOX.c.id).where(_due(channel, now)).limit(1)) is not None


def take_due(connection: Connection, channel: str, now: float, until: float, most: int) -> list[StoredLetter]:
    """Take letters in hand until `until`; another worker passes over them."""
    query = select(OUTBOX).where(_due(channel, now)).order_by(OUTBOX.c.id).limit(most)
    rows = connection.execute(query.with_for_update(skip_locked=True)).all()
    taken = update(OUTBOX).where(OUTBOX.c.id.in_([row.id for row in rows]))
    connection.execute(taken.values(leased_until=until, attempts=OUTBOX.c.attempts + 1))
    return [stored(row) for row in rows]


def settle(connection: Connection, ids: Sequence[int], state: str, cause: str | None, now: float) -> None:
    """Mark letters as sent or dead."""
    done = update(OUTBOX).where(OUTBOX.c.id.in_(ids), OUTBOX.c.state == PENDING)
    connection.execute(done.values(state=state, cause=cause, leased_until=0.0, settled_at=now))


def put_back(connection: Connection, letter: StoredLetter, not_before: float, cause: str, *, counts: bool) -> None:
    """Let a letter wait; `counts` says whether this was an attempt."""
    waits = update(OUTBOX).where(OUTBOX.c.id == letter.id, OUTBOX.c.state == PENDING)
    attempts = letter.attempts + 1 if counts else letter.attempts
    connection.execute(waits.values(not_before=not_before, leased_until=0.0, cause=cause, attempts=attempts))


def release_held(connection: Connection, conversation_id: str, now: float) -> None:
    """Let a conversation's held letters go out."""
    held = (OUTBOX.c.conversation_id == conversation_id, OUTBOX.c.state == PENDING, OUTBOX.c.not_before >= HELD_UNTIL)
    connection.execute(update(OUTBOX).where(*held).values(not_before=now))


def release_origin(connection: Connection, origin: str, now: float) -> None:
    """Let the answers to one message go out now."""
    waiting = (OUTBOX.c.origin == origin, OUTBOX.c.state == PENDING, OUTBOX.c.not_before > now)
    connection.execute(update(OUTBOX).where(*waiting, OUTBOX.c.not_before < HELD_UNTIL).values(not_before=now))


def waiting_letters(connection: Connection, conversation_id: str, origin: str, now: float) -> list[StoredLetter]:
    """Return what may go out with an answer to `origin`: held letters, and its own, in order; none that is in hand."""
    mine = (OUTBOX.c.origin == origin) | (OUTBOX.c.not_before >= HELD_UNTIL)
    query = select(OUTBOX).where(OUTBOX.c.conversation_id == conversation_id, OUTBOX.c.state == PENDING, mine)
    free = query.where(OUTBOX.c.leased_until <= now).order_by(OUTBOX.c.place)
    return [stored(row) for row in connection.execute(free.with_for_update()).all()]


def count_letters(connection: Connection) -> list[tuple[str, str, int]]:
    """Return (channel, state, number)."""
    query = select(OUTBOX.c.channel, OUTBOX.c.state, func.count()).group_by(OUTBOX.c.channel, OUTBOX.c.state)
    return [(channel, state, number) for channel, state, number in connection.execute(query)]


def forget_sent(connection: Connection, before: float) -> None:
    """Remove letters that were sent long ago: the conversation's own record keeps what was said."""
    connection.execute(delete(OUTBOX).where(OUTBOX.c.state == SENT, OUTBOX.c.settled_at < before))


def stored(row: Any) -> StoredLetter:
    """Return a row as a letter."""
    body = orjson.loads(row.body)
    letter = Letter(row.key, row.conversation_id, row.channel, row.kind, body, row.origin)
    return StoredLetter(row.id, letter, row.place, row.attempts, row.cause)
