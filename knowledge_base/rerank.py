"""The best candidates weighed again by a model that reads question and wording together (a cross-encoder)."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from knowledge_base.evidence import Evidence
from knowledge_base.snapshot import Snapshot
from knowledge_base.text import Reading

Rerank = Callable[[str, Sequence[str]], NDArray[np.float32]]
"""(question, wordings) -> how probable it is, as a logit, that each asks the same: float32 [wordings]."""

RESCORED: Final = 6
"""Candidates that are read again: each costs one pass of the model."""
WEIGHT: Final = 0.5
"""Rank score for a logit."""

RankScores = NDArray[np.float64]


def rescore(
    rerank: Rerank | None, snapshot: Snapshot, reading: Reading, evidence: Evidence, scores: RankScores
) -> RankScores:
    """Return the scores [candidates], those of the best few moved apart by what the model says of them.

    Their mean stays, so that the probability, which rests on the level too, was fitted for the same figures.
    """
    if rerank is None or len(scores) < 2 or not reading.spoken:
        return scores
    best = np.argsort(-scores)[:RESCORED]
    wordings = [_standard_question(snapshot, int(evidence.topics[place])) for place in best]
    logits = np.asarray(rerank(reading.spoken, wordings), dtype=np.float64)
    moved = scores.copy()
    moved[best] += WEIGHT * (logits - logits.mean())
    return moved


def _standard_question(snapshot: Snapshot, topic: int) -> str:
    return snapshot.vocabulary.regions.remove(snapshot.topics[topic].articles[0].question)
