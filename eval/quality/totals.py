"""Weights and fatal items: from item scores to a total, for what checkers found and for what reviewers say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

FULL = 100.0


@dataclass(frozen=True, slots=True)
class ItemVerdict:
    """One item of one conversation, with all that a total needs."""

    item: int
    name: str
    weight: float
    fatal: bool
    score: float | None
    """0.0 to 1.0; None: does not apply."""
    reason: str = ""
    evidence: tuple[tuple[int, str], ...] = ()
    """(turn, words)."""

    @property
    def is_deducted(self) -> bool:
        """Whether something was found against it."""
        return self.score is not None and self.score < 1.0

    def scored(self, score: float | None) -> ItemVerdict:
        """Return the same item with another score."""
        return replace(self, score=score)


@dataclass(frozen=True, slots=True)
class Total:
    """A conversation's total."""

    points: float
    """0.0 to 100.0, one decimal; 0 where a fatal item failed."""
    fatal: tuple[int, ...]
    """Numbers of the fatal items that failed."""


def total_of(items: Iterable[ItemVerdict]) -> Total:
    """Return `sum(weight * score) / sum(weight of what applies) * 100`; a fatal item with 0 makes it 0."""
    applicable = [(one, one.score) for one in items if one.score is not None]
    fatal = tuple(one.item for one, score in applicable if one.fatal and score == 0.0)
    whole = sum(one.weight for one, _ in applicable)
    share = sum(one.weight * score for one, score in applicable) / whole if whole else 1.0
    return Total(0.0 if fatal else round(share * FULL, 1), fatal)


def lost_points(items: Sequence[ItemVerdict]) -> dict[int, float]:
    """Return how many points of 100 every deducted item cost; a fatal one costs all that was left."""
    whole = sum(one.weight for one in items if one.score is not None) or 1.0
    lost = {
        one.item: round(one.weight * (1.0 - one.score) / whole * FULL, 2)
        for one in items
        if one.score is not None and one.score < 1.0
    }
    return {
        item: FULL if any(one.item == item and one.fatal and one.score == 0.0 for one in items) else points
        for item, points in lost.items()
    }


def dump_items(items: Sequence[ItemVerdict]) -> str:
    """Return items as JSON text."""
    return orjson.dumps([_rendered(one) for one in items]).decode()


def parse_items(text: str) -> tuple[ItemVerdict, ...]:
    """Return what `dump_items` made."""
    return tuple(
        ItemVerdict(**{**row, "evidence": tuple((turn, words) for turn, words in row["evidence"])})
        for row in orjson.loads(text)
    )


def _rendered(one: ItemVerdict) -> dict[str, Any]:
    return {
        "item": one.item,
        "name": one.name,
        "weight": one.weight,
        "fatal": one.fatal,
        "score": one.score,
        "reason": one.reason,
        "evidence": one.evidence,
    }
