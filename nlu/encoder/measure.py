"""How good sentence vectors are: two known validation sets and our own articles."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from nlu.encoder.pairs import Pair, Topic

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""Sentences -> unit vectors [sentences, hidden]."""


def measure_matches(embed: Embed, pairs: Sequence[Pair]) -> float:
    """Return the accuracy of "cosine above a threshold" at the best threshold for these pairs."""
    return best_accuracy(_cosines(embed, pairs), np.array([pair.is_match for pair in pairs]))


def best_accuracy(cosines: NDArray[np.float32], is_match: NDArray[np.bool_]) -> float:
    """Return the best share of right answers over all thresholds."""
    order = np.argsort(-cosines, kind="stable")
    hits = np.cumsum(is_match[order]) + np.count_nonzero(~is_match) - np.cumsum(~is_match[order])
    return float(max(hits.max(), np.count_nonzero(~is_match)) / len(is_match))


def measure_balanced(embed: Embed, pairs: Sequence[Pair]) -> float:
    """Return the mean of the accuracies on matching and on other pairs, at the best threshold."""
    return best_balanced(_cosines(embed, pairs), np.array([pair.is_match for pair in pairs]))


def best_balanced(cosines: NDArray[np.float32], is_match: NDArray[np.bool_]) -> float:
    """Return the best mean of the two labels' shares of right answers over all thresholds; both must occur."""
    labels = is_match[np.argsort(-cosines, kind="stable")]
    hits = np.cumsum(labels) / np.count_nonzero(labels)
    false = np.cumsum(~labels) / np.count_nonzero(~labels)
    return float(max(((hits + 1 - false) / 2).max(), 0.5))


def measure_grades(embed: Embed, rows: Sequence[tuple[str, str, float]]) -> float:
    """Return Spearman's correlation of the cosines with the grades of (text, text, grade)."""
    cosines = _cosines(embed, [Pair(first, second) for first, second, _ in rows])
    grades = np.array([grade for _, _, grade in rows], dtype=np.float32)
    return float(np.corrcoef(_ranks(cosines), _ranks(grades))[0, 1])


def _ranks(values: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the rank of each value; equal values share their mean rank."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    mean: NDArray[np.float64] = (ends - (counts - 1) / 2)[place]
    return mean


def measure_recall(embed: Embed, topics: Sequence[Topic], held_out: Sequence[tuple[str, str]]) -> float:
    """Return the share of (question, article name) whose nearest question belongs to that article."""
    owners = [topic.name for topic in topics for _ in topic.questions]
    known = embed([question for topic in topics for question in topic.questions])
    nearest = (embed([question for question, _ in held_out]) @ known.T).argmax(axis=1)
    return float(np.mean([owners[place] == name for place, (_, name) in zip(nearest, held_out, strict=True)]))


def _cosines(embed: Embed, pairs: Sequence[Pair]) -> NDArray[np.float32]:
    first = embed([pair.first for pair in pairs])
    second = embed([pair.second for pair in pairs])
    cosines: NDArray[np.float32] = np.einsum("ij,ij->i", first, second)
    return cosines
