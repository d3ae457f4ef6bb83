"""Releases as values: what state one is in, which one answers, what was done with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from bot.releases.manifest import BASE, GateVerdict

State = Literal["draft", "rejected", "shadow", "canary", "stable", "retired", "rolled_back"]
STATES: Final[tuple[State, ...]] = ("draft", "rejected", "shadow", "canary", "stable", "retired", "rolled_back")
STAGES: Final = (5, 25, 50, 100)
"""Percent of the customers in a canary."""
WATCH: Final = "watch"
"""Who rolls back where nobody does."""


@dataclass(frozen=True, slots=True)
class Release:
    """A release as the book knows it."""

    id: str
    state: State
    percent: int
    """Of the customers, in a canary."""
    made_at: float
    made_by: str
    note: str
    month: str | None
    data_version: str | None
    parent: str | None
    knowledge_revision: int | None
    gates: GateVerdict | None
    changed_at: float


@dataclass(frozen=True, slots=True)
class Serving:
    """Which release answers whom."""

    revision: int
    """Raised by every change."""
    stable: str = BASE
    former: str | None = None
    """The stable one before, kept loaded."""
    candidate: str | None = None
    mode: Literal["", "shadow", "canary"] = ""
    percent: int = 0
    since: float = 0.0
    """When it became so."""


@dataclass(frozen=True, slots=True)
class Move:
    """What was done with a release."""

    id: int
    release: str
    at: float
    by: str
    reason: str
    before: State
    after: State
    percent: int
    knowledge_revision: int | None


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that people must see."""

    id: int
    at: float
    release: str
    kind: str
    """breach | exception | load."""
    text: str
    acknowledged_by: str | None
    acknowledged_at: float | None


@dataclass(frozen=True, slots=True)
class WorkerState:
    """What one worker has loaded."""

    worker: str
    """Host and process."""
    seen_at: float
    revision: int
    """Of the serving that it follows."""
    stable: str
    candidate: str | None
    """Loaded, in the shadow or in a canary."""
    problem: str
    megabytes: float
    """Memory of the whole process."""
