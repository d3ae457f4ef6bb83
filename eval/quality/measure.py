"""How far the rules agree with people: `python -m eval.quality.measure --file GOLD.jsonl`.

A line is a transcript as `gridtalk qa score` takes it, with `gold: {"fatal": [3], "items": {"1": 1.0, "2": null, ...}}`
by hand, and, where the contract leaves it open, `either_1_or_null: [5]`. `--errors` names every difference, with the
rules' reason.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict

from eval.quality.rubric import Rubric, load_rubric
from eval.quality.score import QualityScore, score_transcript
from eval.quality.totals import ItemVerdict, total_of
from eval.quality.transcript import Transcript, read_transcripts_as

RUBRIC_FOLDER = Path("data/qa")
MOST_DIFFERENCE = 0.25
"""Scores that differ by no more agree; "does not apply" agrees with itself alone."""


class Gold(BaseModel):
    """One conversation as a person scored it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    fatal: tuple[int, ...]
    items: dict[int, float | None]
    either_1_or_null: tuple[int, ...] = ()
    """Items where "right" and "does not apply" are both well."""


class GoldTranscript(Transcript):
    """A transcript with a person's scores."""

    gold: Gold


@dataclass(frozen=True, slots=True)
class Judged:
    """One conversation, by the rules and by hand."""

    score: QualityScore
    gold: Gold
    gold_total: float

    def agrees(self, item: int) -> bool:
        """Say whether both scored an item alike."""
        ours, theirs = self.ours(item), self.gold.items.get(item)
        if item in self.gold.either_1_or_null:
            return ours in (1.0, None)
        if ours is None or theirs is None:
            return ours is theirs
        return abs(ours - theirs) <= MOST_DIFFERENCE

    def ours(self, item: int) -> float | None:
        """The rules' score of an item."""
        return next(one.score for one in self.score.items if one.item == item)


@dataclass(frozen=True, slots=True)
class Measure:
    """What a gold file says of the rules."""

    judged: Sequence[Judged]

    @property
    def items(self) -> Sequence[int]:
        """Numbers of the rubric's items."""
        return [one.item for one in self.judged[0].score.items] if self.judged else []

    def agreement(self, *items: int) -> float:
        """Share of equal scores, over some items or all."""
        wanted = items or self.items
        return sum(one.agrees(item) for one in self.judged for item in wanted) / (len(self.judged) * len(wanted))

    def fatal_hits(self) -> int:
        """Fatal findings of the gold that the rules found."""
        return sum(len(set(one.score.fatal) & set(one.gold.fatal)) for one in self.judged)

    def fatal_gold(self) -> int:
        """Fatal findings of the gold."""
        return sum(len(one.gold.fatal) for one in self.judged)

    def fatal_ours(self) -> int:
        """Fatal findings of the rules."""
        return sum(len(one.score.fatal) for one in self.judged)

    def rank_correlation(self) -> float:
        """Spearman's correlation of the totals; equal totals share their mean rank."""
        ours = _ranks([one.score.total for one in self.judged])
        return float(np.corrcoef(ours, _ranks([one.gold_total for one in self.judged]))[0, 1])

    def lines(self) -> Iterator[str]:
        """The figures for people."""
        yield f"conversations {len(self.judged)}"
        yield f"agreement over all items {self.agreement():.3f}"
        yield "".join(f" {item}: {self.agreement(item):.2f}" for item in self.items).strip()
        yield f"fatal recall {self.fatal_hits()} of {self.fatal_gold()}"
        yield f"fatal precision {self.fatal_hits()} of {self.fatal_ours()}"
        yield f"rank correlation of totals {self.rank_correlation():.3f}"

    def differences(self) -> Iterator[str]:
        """Every item scored otherwise than by hand, with the rules' reason."""
        for one in self.judged:
            for found in one.score.items:
                if not one.agrees(found.item):
                    wanted = one.gold.items.get(found.item)
                    yield f"{one.score.id} item {found.item}: {found.score}, by hand {wanted}: {found.reason}"


def measure(file: Path, rubric: Rubric) -> Measure:
    """Score every conversation of a gold file. Raises QuestionFileInvalid, RubricInvalid, OSError."""
    return Measure([_judge(transcript, rubric) for transcript in read_transcripts_as(file, GoldTranscript)])


def _judge(transcript: GoldTranscript, rubric: Rubric) -> Judged:
    gold = transcript.gold
    by_hand = (ItemVerdict(one.item, one.name, one.weight, one.fatal, gold.items.get(one.item)) for one in rubric.items)
    return Judged(score_transcript(transcript, rubric), gold, total_of(by_hand).points)


def _ranks(values: Sequence[float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    _, place, counts = np.unique(np.array(values), return_inverse=True, return_counts=True)
    ranks: np.ndarray[tuple[int], np.dtype[np.float64]] = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return ranks


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures of a gold file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path, required=True, help="transcripts with gold, one a line")
    parser.add_argument("--errors", action="store_true", help="name every difference")
    given = parser.parse_args(arguments)
    found = measure(given.file, load_rubric(RUBRIC_FOLDER))
    for line in (*found.lines(), *(found.differences() if given.errors else ())):
        print(line)


if __name__ == "__main__":
    main()
