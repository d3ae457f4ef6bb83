"""What a message changes, before it is changed: the engine's decision as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class StartFlow:
    """Push a flow, with values that came with the request."""

    flow: str
    slots: Mapping[str, Any] = field(default_factory=dict)
    keep: bool = False
    """A follow-up: what a knowledge flow knew from the last time still holds."""


@dataclass(frozen=True, slots=True)
class DeferFlow:
    """Remember a second request for later."""

    flow: str
    slots: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FillSlots:
    """The customer gave values."""

    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CorrectSlots:
    """The customer replaced values given before; what depends on them is done again."""

    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ForgetSlot:
    """The customer says that a value was wrong without giving the right one."""

    slot: str


@dataclass(frozen=True, slots=True)
class UselessAnswer:
    """The answer did not help; the question is asked in other words."""


@dataclass(frozen=True, slots=True)
class AskAs:
    """The question is asked once in the wording for what was said: after a mere yes, after a piece of a number."""

    wording: str
    """nod | piece | remark: `UTTER_nod`, or `utter_nod` for all questions."""


@dataclass(frozen=True, slots=True)
class RefuseQuestion:
    """The customer cannot or will not give the value."""


@dataclass(frozen=True, slots=True)
class DropPattern:
    """A repair on top of the stack is no longer wanted."""


@dataclass(frozen=True, slots=True)
class DropDigression:
    """The topmost request is over: the customer went back to the one beneath it."""


Command = (
    StartFlow
    | DeferFlow
    | FillSlots
    | CorrectSlots
    | ForgetSlot
    | UselessAnswer
    | AskAs
    | RefuseQuestion
    | DropPattern
    | DropDigression
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do about one message, and why."""

    commands: tuple[Command, ...]
    intent: str
    """The intent after the context was used."""
    reason: str
    understood: bool = True
