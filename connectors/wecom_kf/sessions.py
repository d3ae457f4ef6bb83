"""Who has a session of 微信客服 in hand: its states, and which conversations a person at WeCom's own desk has now."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from sqlalchemy import Boolean, Column, Float, MetaData, String, Table, insert, select, update
from sqlalchemy.engine import Connection

METADATA = MetaData()
SESSIONS = Table(
    "wecom_kf_sessions",
    METADATA,
    Column("conversation_id", String(256), primary_key=True),
    Column("is_with_person", Boolean, nullable=False),
    Column("changed_at", Float, nullable=False),
)
STATUS_CHANGE = "session_status_change"


class SessionState(IntEnum):
    """States of a session as WeCom numbers them."""

    NEW = 0
    BOT = 1
    QUEUE = 2
    PERSON = 3
    ENDED = 4


class Change(IntEnum):
    """What a person did (`change_type`)."""

    TAKEN = 1
    PASSED_ON = 2
    ENDED = 3
    TAKEN_AGAIN = 4


def note_change(link: Connection, conversation_id: str, event: Mapping[str, Any], now: float) -> None:
    """Write down what a `session_status_change` says; an unknown change leaves things as they are."""
    try:
        change = Change(event.get("change_type", 0))
    except ValueError:
        return
    values = {"is_with_person": change is not Change.ENDED, "changed_at": now}
    same = SESSIONS.c.conversation_id == conversation_id
    if link.execute(update(SESSIONS).where(same).values(**values)).rowcount == 0:
        link.execute(insert(SESSIONS).values(conversation_id=conversation_id, **values))


def is_with_person(link: Connection, conversation_id: str) -> bool:
    """Say whether a person at WeCom's desk has this conversation: then the bot keeps silent."""
    query = select(SESSIONS.c.is_with_person).where(SESSIONS.c.conversation_id == conversation_id)
    return bool(link.scalar(query))
