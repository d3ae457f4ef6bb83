"""Counts of a release's turns: gathered in a worker, added up over workers and minutes, read as figures."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot import events as happened
from bot.events import Event

EDGES_MS: Final = tuple(round(1.25**step, 2) for step in range(48))
"""Upper ends of the classes of time: 1 ms to 36 s, each a quarter wider than the one before."""
_NUMBERS: Final = ("turns", "not_understood", "failed_actions", "handoffs", "exceptions")


@dataclass(slots=True)
class TurnCounts:
    """Sums."""

    turns: int = 0
    not_understood: int = 0
    failed_actions: int = 0
    """Turns with an action that failed."""
    handoffs: int = 0
    exceptions: int = 0
    """Turns that raised; another release answered the customer."""
    intents: Counter[str] = field(default_factory=Counter)
    """Of sentences; what was pressed is not counted."""
    times: Counter[int] = field(default_factory=Counter)
    """Turns by class of time."""

    def note(self, events: Iterable[Event], milliseconds: float) -> None:
        """Count one turn."""
        self.turns += 1
        self.times[min(bisect_left(EDGES_MS, milliseconds), len(EDGES_MS) - 1)] += 1
        has_failed = has_left = False
        for event in events:
            if isinstance(event, happened.UserSaid):
                self.not_understood += not event.understood and bool(event.text)
                if event.text and not event.text.startswith("/"):
                    self.intents[event.intent] += 1
            has_failed = has_failed or isinstance(event, happened.ActionFailed)
            has_left = has_left or isinstance(event, happened.HandedOver)
        self.failed_actions += has_failed
        self.handoffs += has_left

    def add(self, other: TurnCounts) -> None:
        """Add other counts."""
        for name in _NUMBERS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.intents.update(other.intents)
        self.times.update(other.times)

    @property
    def is_empty(self) -> bool:
        """Say whether nothing was counted."""
        return not (self.turns or self.exceptions)


@dataclass(frozen=True, slots=True)
class Figures:
    """What counts come to."""

    turns: int
    exceptions: int
    not_understood: float
    """Share of the turns."""
    failed_actions: float
    handoffs: float
    one_intent: float
    """Share of the commonest intent among the sentences."""
    sentences: int
    p95_ms: float | None


def figures_of(counts: TurnCounts) -> Figures:
    """Return the figures."""
    turns, sentences = counts.turns, sum(counts.intents.values())
    share = {name: getattr(counts, name) / turns if turns else 0.0 for name in _NUMBERS[1:4]}
    commonest = max(counts.intents.values(), default=0)
    return Figures(
        turns=turns,
        exceptions=counts.exceptions,
        one_intent=commonest / sentences if sentences else 0.0,
        sentences=sentences,
        p95_ms=_quantile(counts.times, 0.95),
        **share,
    )


def render_counts(counts: TurnCounts) -> dict[str, Any]:
    """Return JSON values."""
    times = {str(place): number for place, number in counts.times.items()}
    return {**{name: getattr(counts, name) for name in _NUMBERS}, "intents": dict(counts.intents), "times": times}


def parse_counts(rendered: Mapping[str, Any]) -> TurnCounts:
    """Return what `render_counts` rendered."""
    times = Counter({int(place): number for place, number in rendered["times"].items()})
    numbers = {name: rendered[name] for name in _NUMBERS}
    return TurnCounts(**numbers, intents=Counter(rendered["intents"]), times=times)


def _quantile(times: Counter[int], share: float) -> float | None:
    """Return the upper end of the class in which the quantile lies."""
    needed = share * sum(times.values())
    seen = 0
    for place in sorted(times):
        seen += times[place]
        if seen >= needed:
            return EDGES_MS[place]
    return None
