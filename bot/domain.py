"""The domain as values: slots, responses, session rules. Read by `bot/load_domain.py`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bot.phrases import Phrases

Scalar = str | float | bool | None


@dataclass(frozen=True, slots=True)
class SlotMapping:
    """One way in which a message fills a slot."""

    type: str
    """from_entity | from_text | from_intent | mention, overheard (ours: an alias anywhere in the text) | controlled."""
    entity: str | None = None
    intent: str | None = None
    value: Any = None


@dataclass(frozen=True, slots=True)
class Slot:
    """One thing that a conversation can know."""

    name: str
    type: str
    """text | bool | float | categorical | list | any."""
    initial_value: Any
    values: tuple[str, ...]
    """Of a categorical slot."""
    aliases: tuple[tuple[str, str], ...]
    """(as said, value), longest first."""
    mappings: tuple[SlotMapping, ...]
    parts: bool = False
    """Its value comes in pieces, and may be put right by one of them (an address)."""
    is_told: bool = False
    """Its value is a story in the customer's own words: what puts it right is added to it."""
    pattern: re.Pattern[str] | None = None
    """What a value is in full; less is no value, and digits of it are a piece of one."""


@dataclass(frozen=True, slots=True)
class SlotCondition:
    """A response variant is for conversations in which this slot has this value."""

    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class ResponseVariant:
    """One wording of a response."""

    text: str
    voice: str | None
    buttons: tuple[tuple[str, str], ...]
    image: str | None
    custom: dict[str, Any] | None
    channel: str | None
    conditions: tuple[SlotCondition, ...]


@dataclass(frozen=True, slots=True)
class Session:
    """When a conversation is a new one."""

    expiration_seconds: float
    carry_over_slots: bool


@dataclass(frozen=True, slots=True)
class Domain:
    """All names that the bot knows."""

    intents: frozenset[str]
    entities: frozenset[str]
    slots: dict[str, Slot]
    responses: dict[str, tuple[ResponseVariant, ...]]
    actions: frozenset[str]
    session: Session
    phrases: Phrases
    mention_slots: tuple[Slot, ...]
    """Slots that any message fills which names one of their values (a region)."""
    overheard_slots: tuple[Slot, ...]
    """The same, but no answer, correction or request of its own (who the customer is)."""

    def is_mention(self, text: str | None) -> bool:
        """Say whether a text is nothing but the name of what any message may mention, such as a region."""
        return any(text == said for slot in self.mention_slots for said, _ in slot.aliases)

    def initial_slots(self) -> dict[str, Any]:
        """Return what a new session knows."""
        return {name: slot.initial_value for name, slot in self.slots.items()}
