"""Counting right and wrong: precision, recall and F1 of anything that has names."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Score:
    """How well one name was found."""

    precision: float
    recall: float
    f1: float
    support: int
    """How often it was there."""


@dataclass(slots=True)
class Tally:
    """Counts of one name."""

    found: int = 0
    wanted: int = 0
    both: int = 0

    def score(self) -> Score:
        precision = self.both / self.found if self.found else 0.0
        recall = self.both / self.wanted if self.wanted else 0.0
        f1 = 2 * precision * recall / (precision + recall) if self.both else 0.0
        return Score(round(precision, 4), round(recall, 4), round(f1, 4), self.wanted)


def score_names(truth: Sequence[str], given: Sequence[str]) -> dict[str, Score]:
    """Return the score of each name that is in either sequence; both are [N], one label each."""
    tallies: dict[str, Tally] = {name: Tally() for name in sorted({*truth, *given})}
    for wanted, found in zip(truth, given, strict=True):
        tallies[wanted].wanted += 1
        tallies[found].found += 1
        tallies[wanted].both += wanted == found
    return {name: tally.score() for name, tally in tallies.items()}


def macro_f1(scores: dict[str, Score]) -> float:
    """Return the mean F1 of the names that were there."""
    present = [score.f1 for score in scores.values() if score.support]
    return round(sum(present) / len(present), 4) if present else 0.0


def micro_f1(pairs: Iterable[tuple[Counter[Hashable], Counter[Hashable]]]) -> float:
    """Return the F1 over all (wanted, found) bags together."""
    total = Tally()
    for wanted, found in pairs:
        total.wanted += wanted.total()
        total.found += found.total()
        total.both += (wanted & found).total()
    return total.score().f1
