"""The desk's tables, and rows as values. Texts are sealed: they are personal data."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from connectors.desk.values import Callback, Entry, Session
from storage.types import EncryptedText

METADATA = MetaData()
SESSIONS = Table(
    "desk_sessions",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("handoff_key", String(64), nullable=False, unique=True),
    Column("conversation_id", String(256), nullable=False, index=True),
    Column("channel", String(32), nullable=False),
    Column("door", String(32), nullable=False),
    Column("status", String(16), nullable=False),
    Column("skill", String(32), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("reason", String(64), nullable=False),
    Column("scope", String(128), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("queued_at", Float, nullable=False),
    Column("is_first", Boolean, nullable=False),
    Column("accepted_at", Float),
    Column("closed_at", Float),
    Column("agent_id", Integer),
    Column("agent_name", String(128)),
    Column("is_held", Boolean, nullable=False),
    Column("reserved_until", Float),
    Column("summary", EncryptedText, nullable=False),
    Column("last_text", EncryptedText, nullable=False),
    Column("last_at", Float, nullable=False),
    Column("unread", Integer, nullable=False),
    Column("disposition", String(32)),
    Column("rating_asked", Boolean, nullable=False),
    Column("rating", Integer),
    Column("version", Integer, nullable=False),
    Index("desk_sessions_open", "status", "agent_id"),
    Index("desk_sessions_closed", "closed_at"),
)
ENTRIES = Table(
    "desk_entries",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("session_id", Integer, ForeignKey("desk_sessions.id"), nullable=False),
    Column("conversation_id", String(256), nullable=False),
    Column("place", Integer, nullable=False),
    Column("at", Float, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("body", EncryptedText, nullable=False),
    Column("staff_id", Integer),
    Column("staff_name", String(128)),
    Column("key", String(300), nullable=False),
    Column("delivery", String(16)),
    Column("tried_at", Float, nullable=False),
    UniqueConstraint("session_id", "place", name="one_desk_entry_per_place"),
    UniqueConstraint("conversation_id", "key", name="one_desk_entry_per_key"),
    Index("desk_entries_pending", "delivery", "tried_at"),
)
PRESENCE = Table(
    "desk_presence",
    METADATA,
    Column("staff_id", Integer, primary_key=True, autoincrement=False),
    Column("name", String(128), nullable=False),
    Column("wanted", String(16), nullable=False),
    Column("since", Float, nullable=False),
    Column("heartbeat_at", Float, nullable=False),
    Column("scope", String(128), nullable=False),
    Column("skills", String(512), nullable=False),
    Column("capacity", Integer, nullable=False),
)
CALLBACKS = Table(
    "desk_callbacks",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("session_id", Integer, ForeignKey("desk_sessions.id"), nullable=False, unique=True),
    Column("conversation_id", String(256), nullable=False, index=True),
    Column("skill", String(32), nullable=False),
    Column("scope", String(128), nullable=False),
    Column("reason", String(32), nullable=False),
    Column("wanted", EncryptedText, nullable=False),
    Column("phone", EncryptedText),
    Column("created_at", Float, nullable=False),
    Column("due_at", Float, nullable=False),
    Column("status", String(16), nullable=False, index=True),
    Column("agent_id", Integer),
    Column("agent_name", String(128)),
    Column("result", String(32)),
    Column("note", EncryptedText, nullable=False),
    Column("done_at", Float),
)
CANNED = Table(
    "desk_canned",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("owner_id", Integer),
    Column("scope", String(128), nullable=False),
    Column("category", String(64), nullable=False),
    Column("title", String(64), nullable=False),
    Column("text", EncryptedText, nullable=False),
)
MAIL = Table(
    "desk_mail",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("conversation_id", String(256), nullable=False),
    Column("key", String(300), nullable=False),
    Column("body", EncryptedText, nullable=False),
    Column("at", Float, nullable=False),
    Column("taken_by", String(256)),
    UniqueConstraint("conversation_id", "key", name="one_desk_mail_per_key"),
    Index("desk_mail_waiting", "conversation_id", "taken_by"),
)


def session_of(row: Any) -> Session:
    """Return a row as a session."""
    values = {name: getattr(row, name) for name in Session.__slots__ if name != "summary"}
    return Session(**values, summary=orjson.loads(row.summary))


def entry_of(row: Any) -> Entry:
    """Return a row as a line."""
    values = {name: getattr(row, name) for name in Entry.__slots__ if name != "body"}
    return Entry(**values, body=orjson.loads(row.body))


def callback_of(row: Any) -> Callback:
    """Return a row as a promise."""
    values = {name: getattr(row, name) for name in Callback.__slots__ if name not in ("wanted", "note")}
    return Callback(**values, wanted=tuple(orjson.loads(row.wanted)), note=row.note)
