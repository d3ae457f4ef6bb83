"""What the quality review deals in: who looks, what was scored, what a row of the store says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from eval.quality.totals import ItemVerdict

HELD, DESK, IMPORTED = "held", "desk", "imported"
OPEN, QUEUED, REVIEWED, CLOSED_BY_RULE = "open", "queued", "reviewed", "closed_by_rule"
DONE = "done"
DAY_SECONDS = 24 * 3600.0


def desk_key(staff_id: int) -> str:
    """Return the key of an agent of the desk."""
    return f"desk:{staff_id}"


def named_key(name: str) -> str:
    """Return the key of an agent that an imported conversation names."""
    return f"named:{name}" if name else ""


@dataclass(frozen=True, slots=True)
class Sight:
    """Which rows somebody may see."""

    scope: str = ""
    """Place in the organisation tree; empty: everything."""
    agent_keys: tuple[str, ...] | None = None
    """Only the conversations of this agent; None: everybody's."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts."""

    id: int
    """0: a machine."""
    name: str


@dataclass(frozen=True, slots=True)
class Subject:
    """One conversation that is scored, without its words."""

    conversation_id: str
    sender_id: str
    source: str
    """held | desk | imported."""
    channel: str
    agent: str
    """bot | human."""
    scope: str
    started_at: float
    ended_at: float
    turns: int
    is_settled: bool
    """Whether it is known if the customer came again within a day."""
    agent_key: str = ""
    """desk:3 | named:anna; empty for the bot."""
    agent_name: str = ""
    release: str = ""
    intents: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What a report counts; no words."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One conversation with what the checkers found."""

    subject: Subject
    items: tuple[ItemVerdict, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """How far a conversation is scored with the present rubric."""

    ended_at: float
    is_settled: bool
    model: str


@dataclass(frozen=True, slots=True)
class Score:
    """One row of the store, without items."""

    id: int
    conversation_id: str
    sender_id: str
    source: str
    channel: str
    agent: str
    agent_key: str
    agent_name: str
    scope: str
    release: str
    intents: tuple[str, ...]
    started_at: float
    ended_at: float
    turns: int
    automatic: float
    """By the checkers, 0 to 100."""
    reviewed: float | None
    """By people."""
    final: float
    """What counts."""
    fatal: tuple[int, ...]
    """Fatal items that failed, finally."""
    deducted: tuple[int, ...]
    """Items that the checkers found something against."""
    rubric: str
    model: str
    scored_at: float
    state: str
    """open | queued | reviewed | closed_by_rule."""


@dataclass(frozen=True, slots=True)
class Review:
    """What somebody said of one item."""

    id: int
    item: int
    automatic: float | None
    before: float | None
    score: float | None
    is_correction: bool
    kind: str
    """review | appeal."""
    reason: str
    reviewer: Person
    at: float


@dataclass(frozen=True, slots=True)
class FullScore:
    """One row with its items, and what people said of them."""

    score: Score
    items: tuple[ItemVerdict, ...]
    """As the checkers found them."""
    reviews: tuple[Review, ...]
    """In the order of time."""

    @property
    def corrected(self) -> dict[int, float | None]:
        """The last word of people, by item."""
        return {review.item: review.score for review in self.reviews}

    @property
    def final_items(self) -> tuple[ItemVerdict, ...]:
        """As they count."""
        corrected = self.corrected
        return tuple(one.scored(corrected[one.item]) if one.item in corrected else one for one in self.items)
