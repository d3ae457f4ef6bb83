"""Flows as values: what the engine runs. They are read from YAML by `bot/load_flows.py`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.conditions import Condition

END = "END"


@dataclass(frozen=True, slots=True)
class Branch:
    """One way on from a step."""

    condition: Condition | None
    """None: otherwise."""
    target: str
    """Step id, or END."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A value that a question does not take."""

    condition: Condition
    utter: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a flow; the subclasses say what it does."""

    id: str
    branches: tuple[Branch, ...]
    """Tried in order; the last one has no condition, or the flow goes to `following`."""
    following: str
    """Step id after this one, or END."""


@dataclass(frozen=True, slots=True)
class CollectStep(Step):
    """Ask for a slot until it has a value."""

    slot: str
    utter: str
    utter_again: str
    ask_before_filling: bool = False
    default: str | None = None
    optional: bool = False
    alternatives: tuple[str, ...] = ()
    attempts: int = 3
    on_give_up: str | None = None
    on_deny: str | None = None
    depends_on: tuple[str, ...] = ()
    recall: bool = False
    rejections: tuple[Rejection, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionStep(Step):
    """Run an action, or say a response (utter_...)."""

    action: str
    on_failure: str | None = None


@dataclass(frozen=True, slots=True)
class SetSlotsStep(Step):
    """Give slots fixed values."""

    values: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class CallStep(Step):
    """Run another flow, then go on here."""

    flow: str


@dataclass(frozen=True, slots=True)
class LinkStep(Step):
    """End here and start another flow."""

    flow: str


@dataclass(frozen=True, slots=True)
class NoopStep(Step):
    """Only branch."""


@dataclass(frozen=True, slots=True)
class Flow:
    """One process: a list of steps that a customer's request starts."""

    id: str
    name: str
    description: str
    kind: str
    """service | knowledge | pattern."""
    auth: int
    """Verification level that it needs: 0, 1 or 2."""
    verify_at: str
    """Step id before which identity is verified; `start`: before the first."""
    triggers: tuple[str, ...]
    """Intents that start it."""
    guard: Condition | None
    persisted_slots: frozenset[str]
    confirm_unsure: bool
    """It changes something: it is confirmed first when the words were hardly heard."""
    steps: dict[str, Step]
    first: str

    collected: tuple[str, ...]
    """Slots that customers fill in this flow, in the order of the questions."""


def collected_slots(steps: Iterable[Step]) -> tuple[str, ...]:
    """Return the slots of all questions with what may stand for them, in order, each once."""
    names: dict[str, None] = {}
    for step in steps:
        if isinstance(step, CollectStep):
            names.update(dict.fromkeys((step.slot, *step.alternatives)))
    return tuple(names)
