"""What comes in and what goes out: one message from a customer, the replies to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.errors import MessageRefused

MAX_TEXT_CHARACTERS = 2000
MAX_ID_CHARACTERS = 256


@dataclass(frozen=True, slots=True)
class Reading:
    """What else the recognition may have heard."""

    text: str
    weight: float
    """How likely beside the message's own text, which has 1: 0 to 1."""


@dataclass(frozen=True, slots=True)
class CutReply:
    """A reply that the customer interrupted."""

    message_id: str
    """Of the message that it answered."""
    heard: str
    """What was said before he did."""
    unheard: str


@dataclass(frozen=True, slots=True)
class UserMessage:
    """One message of a customer, already verified and parsed by a connector."""

    text: str
    """What was said; empty is the customer's silence."""
    sender_id: str
    """The conversation; unique over all channels."""
    channel: str = "app"
    """phone | wechat | app."""
    message_id: str = ""
    """The channel's id of this message; the same id makes one turn only."""
    region: str | None = None
    """Region that the channel knows (山东 ...), if any."""
    received_at: float = 0.0
    """Seconds since the epoch, by the set clock."""
    heard: float = 1.0
    """How sure the recognition was of the words, 0 to 1; 1 where they were typed."""
    readings: tuple[Reading, ...] = ()
    """What else may have been said, likeliest first."""
    cut: tuple[CutReply, ...] = ()
    """Replies that were interrupted since the last message."""


@dataclass(frozen=True, slots=True)
class Button:
    """A choice offered with a reply."""

    title: str
    payload: str
    """What pressing it says for the customer."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to the customer, worded for the channel."""

    text: str
    buttons: tuple[Button, ...] = ()
    image: str | None = None
    custom: Mapping[str, Any] = field(default_factory=dict)


def checked_text(text: str) -> str:
    """Return the text without control characters.

    Raises MessageRefused when it is longer than MAX_TEXT_CHARACTERS.
    """
    if len(text) > MAX_TEXT_CHARACTERS:
        raise MessageRefused("message_too_long", f"message has {len(text)} characters, at most {MAX_TEXT_CHARACTERS}")
    visible = "".join(" " if character in "\t\r\n" else character for character in text if _is_sayable(character))
    return " ".join(visible.split())


def checked_id(name: str, identifier: str) -> str:
    """Return the identifier unchanged; raises MessageRefused when it is empty, too long or has control characters."""
    if not identifier or len(identifier) > MAX_ID_CHARACTERS:
        raise MessageRefused(f"bad_{name}", f"{name} must have 1 to {MAX_ID_CHARACTERS} characters")
    if any(ord(character) < 32 or 0xD800 <= ord(character) <= 0xDFFF for character in identifier):
        raise MessageRefused(f"bad_{name}", f"{name} must not hold control characters")
    return identifier


def _is_sayable(character: str) -> bool:
    code = ord(character)
    return (code >= 32 or character in "\t\r\n") and code != 127 and not 0xD800 <= code <= 0xDFFF
