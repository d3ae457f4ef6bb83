"""Where conversations come from: what a source is asked for, what it returns, what needs no second scoring."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from eval.quality.score import RULES
from eval.quality.transcript import Transcript
from eval.quality.values import DAY_SECONDS, Known, Subject


@dataclass(frozen=True, slots=True)
class Task:
    """Which conversations are wanted: those that began in `[since, until)`."""

    since: datetime
    until: datetime | None
    now: float
    """Seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Found:
    """One conversation that needs scoring."""

    subject: Subject
    transcript: Transcript


class Source(Protocol):
    """A kind of conversations."""

    def read(self, task: Task, known: Mapping[str, Known]) -> AsyncIterator[Found]:
        """Return what is to be scored. Raises StoreUnavailable."""
        ...


def needs_scoring(known: Known | None, ended_at: float, task: Task, *, came_again: bool) -> bool:
    """Say whether a conversation is new, went on, or it is known now whether the customer came again within a day."""
    if known is None or known.ended_at != ended_at or known.model != RULES:
        return True
    return not known.is_settled and (came_again or task.now - ended_at >= DAY_SECONDS)
