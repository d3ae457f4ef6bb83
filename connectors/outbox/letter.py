"""A letter: one message that waits for its channel."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PENDING, SENT, DEAD = "pending", "sent", "dead"
HELD_UNTIL = 1e12
"""`not_before` of a held letter: far in the future."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be said to one conversation over one channel."""

    key: str
    """The same key is never written twice."""
    conversation_id: str
    channel: str
    """wechat | wecom_kf | ..."""
    kind: str
    """What the channel makes of it: text, image, ..."""
    body: Mapping[str, Any]
    """JSON; sealed in the database."""
    origin: str = ""
    """Key of the incoming message that it answers, if any."""


@dataclass(frozen=True, slots=True)
class StoredLetter:
    """A letter as it was written."""

    id: int
    letter: Letter
    place: int
    """Order within the conversation."""
    attempts: int
    cause: str | None
    """Why it was not sent the last time."""


def letter_key(*parts: str) -> str:
    """Return a key of 32 hex digits for what these parts name together."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]
