"""Is a canary still good enough: pure, over the figures of both releases.

A share counts as too high where it is above its limit beyond what chance explains: two proportions, each with one turn
of either kind added (Agresti and Caffo 2000), compared by the normal distribution, one-sided.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from bot.releases.counts import Figures
from bot.releases.settings import CanarySettings, ShareLimit


@dataclass(frozen=True, slots=True)
class Judged:
    """One figure of a canary against its limit."""

    name: str
    stable: float | None
    """None: there are too few turns to compare with."""
    candidate: float | None
    limit: float
    """The highest value that is allowed now."""
    judged: bool
    """Whether there are turns enough to say something."""
    breached: bool


def judge_canary(stable: Figures, candidate: Figures, settings: CanarySettings) -> tuple[Judged, ...]:
    """Return every figure with its limit."""
    exceptions = Judged(
        name="exceptions",
        stable=float(stable.exceptions),
        candidate=float(candidate.exceptions),
        limit=float(settings.exceptions),
        judged=True,
        breached=candidate.exceptions > settings.exceptions,
    )
    return (exceptions, *_shares(stable, candidate, settings), _slowness(stable, candidate, settings))


def _shares(stable: Figures, candidate: Figures, settings: CanarySettings) -> Iterator[Judged]:
    for name in ("not_understood", "failed_actions", "handoffs", "one_intent"):
        is_of_sentences = name == "one_intent"
        ours = candidate.sentences if is_of_sentences else candidate.turns
        theirs = stable.sentences if is_of_sentences else stable.turns
        least = settings.least_stable_turns if is_of_sentences else settings.least_turns
        limit: ShareLimit = getattr(settings.limits, name)
        share, before = getattr(candidate, name), getattr(stable, name)
        is_compared = theirs >= settings.least_stable_turns
        highest = min(1.0, before + limit.more) if is_compared else limit.most
        is_judged = ours >= least
        turns_before = theirs if is_compared else None
        too_high = is_judged and _is_above(share, ours, highest, turns_before, before, settings.certainty)
        yield Judged(name, before if is_compared else None, share if ours else None, highest, is_judged, too_high)


def _is_above(
    share: float, turns: int, limit: float, turns_before: int | None, before: float, certainty: float
) -> bool:
    """Say whether a share lies above its limit; where that leans on an earlier share, chance in that counts, too."""
    mean, variance = _smoothed(share, turns)
    if turns_before is not None:
        shifted, more = _smoothed(before, turns_before)
        limit, variance = limit - before + shifted, variance + more
    return mean - limit > NormalDist().inv_cdf(certainty) * sqrt(variance)


def _smoothed(share: float, turns: int) -> tuple[float, float]:
    """Return a share with one turn of either kind added, and its variance."""
    mean = (share * turns + 1) / (turns + 2)
    return mean, mean * (1 - mean) / (turns + 2)


def _slowness(stable: Figures, candidate: Figures, settings: CanarySettings) -> Judged:
    slow = settings.slow
    is_compared = stable.turns >= settings.least_stable_turns and stable.p95_ms is not None
    highest = slow.most_ms
    if is_compared and stable.p95_ms is not None:
        highest = min(highest, max(stable.p95_ms * slow.times, slow.spared_ms))
    is_judged = candidate.turns >= slow.least_turns and candidate.p95_ms is not None
    too_slow = is_judged and candidate.p95_ms is not None and candidate.p95_ms > highest
    return Judged("p95_ms", stable.p95_ms if is_compared else None, candidate.p95_ms, highest, is_judged, too_slow)
