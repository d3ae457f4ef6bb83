"""What speaks for each topic: a row of figures per candidate, by meaning, by letters and by words of the trade."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from knowledge_base.focus import agreement, foci_of, missing_kinds
from knowledge_base.lexical import LexicalIndex, Scores
from knowledge_base.nearest import Mask
from knowledge_base.scope import EVERYTHING, Reach, Scope
from knowledge_base.snapshot import Snapshot, Topic
from knowledge_base.text import OTHER_TRADE, TRADE, Reading
from knowledge_base.unheard import unheard_of
from knowledge_base.vector_cache import Vectors

FEATURES: Final = (
    "cosine_best",
    "cosine_top",
    "bm25_best",
    "bm25_top",
    "question_covered",
    "overlap_best",
    "question_covered_by_topic",
    "question_covered_by_answer",
    "trade_words_covered",
    "class_agrees",
    "other_trades_covered",
    "focus_agrees",
    "answer_fits",
    "question_covered_by_all",
    "figures_covered",
    "longest_unheard",
    "share_unheard",
    "narrow_kind_missing",
)
"""Columns of the evidence, all of them between -1 and 1."""
_TOP: Final = 3
"""Wordings of a topic that are averaged."""
_NEAREST: Final = 32
"""Wordings that each index may put forward."""
_BEST_ANSWERS: Final = 8
"""Topics that their answers alone may put forward."""

_BAR_STEP: Final = 0.85
_LOWEST_BAR: Final = 0.02

Rows = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Candidate topics and what speaks for them."""

    topics: NDArray[np.int64]
    """Positions of topics: [candidates]."""
    rows: Rows
    """[candidates, features], columns as in FEATURES."""


_NOTHING: Final = Evidence(np.zeros(0, dtype=np.int64), np.zeros((0, len(FEATURES))))


@dataclass(frozen=True, slots=True)
class _Comparison:
    """One question against every wording: float32 [texts] each."""

    bm25: Scores
    in_question: Scores
    overlap: Scores


def gather_evidence(
    snapshot: Snapshot, reading: Reading, vector: Vectors | None, scope: Scope | None = None
) -> Evidence:
    """Compare a question with the articles; `vector` is its unit vector [width], None without an encoder.

    Each index puts forward what `scope` lets be told; what it lets be no more than a rival is a candidate too, since
    the question may be about that. Without a scope every topic is a candidate.
    """
    if not snapshot.topics or not reading.tokens:
        return _NOTHING
    comparison = _compare(snapshot, reading)
    by_union, _ = snapshot.unions.cover(reading.tokens)
    by_answer, _ = snapshot.answers.cover(reading.tokens)
    topics = _find_candidates(snapshot, comparison, by_answer, vector, scope)
    if not len(topics):
        return _NOTHING
    places = _text_places(snapshot, topics)
    rows = np.zeros((len(topics), len(FEATURES)))
    rows[:, 0:2] = _best_and_top(_cosines(snapshot, places, vector), places)
    rows[:, 2:4] = _best_and_top(comparison.bm25[places], places)
    rows[:, 4] = np.where(places < 0, 0, comparison.in_question[places]).max(axis=1)
    rows[:, 5] = np.where(places < 0, 0, comparison.overlap[places]).max(axis=1)
    rows[:, 6], rows[:, 7] = by_union[topics], by_answer[topics]
    rows[:, 8] = _cover_marked(snapshot.unions, reading, TRADE, 0.5)[topics]
    rows[:, 10] = _cover_marked(snapshot.everything, reading, OTHER_TRADE, 1.0)[topics]
    rows[:, 9] = [_class_agreement(reading, snapshot.topics[place]) for place in topics]
    asked = foci_of(reading.plain)
    rows[:, 11] = agreement(asked, snapshot.foci[topics], 0.3)
    rows[:, 12] = agreement(asked, snapshot.kinds[topics], 0.7)
    rows[:, 13] = snapshot.everything.cover(reading.tokens)[0][topics]
    rows[:, 14] = _cover_figures(snapshot.everything, reading)[topics]
    unheard = unheard_of(snapshot.everything, topics, reading.plain)
    rows[:, 15], rows[:, 16] = unheard.longest, unheard.share
    rows[:, 17] = missing_kinds(asked, snapshot.foci[topics], snapshot.kinds[topics])
    return Evidence(topics, rows)


def _cover_figures(topics: LexicalIndex, reading: Reading) -> Scores:
    """Return the share of the question's figures (3月, 35千, 158) that each topic has; one half if it has none."""
    figures = [token for token in reading.tokens if token[0].isdigit()]
    if not figures:
        return np.full(len(topics), 0.5, dtype=np.float32)
    return topics.cover(figures)[0]


def _cover_marked(topics: LexicalIndex, reading: Reading, mark: str, default: float) -> Scores:
    """Return the share of the question's words of one kind that each topic has; `default` if it has no such words."""
    marked = [token for token in reading.tokens if token.startswith(mark)]
    if not marked:
        return np.full(len(topics), default, dtype=np.float32)
    return topics.cover(marked)[0]


def _compare(snapshot: Snapshot, reading: Reading) -> _Comparison:
    in_question, in_document = snapshot.wordings.cover(reading.tokens)
    overlap = 2 * in_question * in_document / np.maximum(in_question + in_document, np.float32(1e-6))
    return _Comparison(snapshot.wordings.rank(reading.tokens), in_question, overlap)


def _find_candidates(
    snapshot: Snapshot, comparison: _Comparison, by_answer: Scores, vector: Vectors | None, scope: Scope | None
) -> NDArray[np.int64]:
    """Return the positions of the topics that any of the indexes puts forward, each once."""
    told, rivals = (scope.told, scope.rivals) if scope is not None else (EVERYTHING, EVERYTHING)
    meanings = snapshot.meanings
    by_text = [
        lambda reach: _highest(_within(comparison.bm25, reach.text_mask), _NEAREST),
        lambda reach: _highest(_within(comparison.overlap, reach.text_mask), _NEAREST // 2),
    ]
    if vector is not None and meanings is not None:
        by_text.append(lambda reach: meanings.nearest(vector, _NEAREST, reach.rows))
    texts = [_put_forward(find, rivals, told, told.text_mask) for find in by_text]
    topics = _put_forward(
        lambda reach: _highest(_within(by_answer, reach.topic_mask), _BEST_ANSWERS), rivals, told, told.topic_mask
    )
    candidates: NDArray[np.int64] = np.unique(np.concatenate([snapshot.topic_of_text[np.concatenate(texts)], topics]))
    return candidates


def _put_forward(
    find: Callable[[Reach], NDArray[np.int64]], rivals: Reach, told: Reach, mask: Mask | None
) -> NDArray[np.int64]:
    """Return what is found among all that a question may be about and, if need be, what of it may be told."""
    found = find(rivals)
    if mask is None or mask[found].all():
        return found
    return np.concatenate([found, find(told)])


def _within(scores: Scores, allowed: Mask | None) -> Scores:
    """Return the scores, 0 where the mask has a gap."""
    return scores if allowed is None else scores * allowed


def _highest(scores: Scores, count: int) -> NDArray[np.int64]:
    """Return the positions of the highest scores above 0, at least `count` if there are as many, in no order.

    Lowering a bar is ten times as fast as a partition of scores of which most are equal.
    """
    bar = float(scores.max(initial=0.0))
    floor = bar * _LOWEST_BAR
    while True:
        bar *= _BAR_STEP
        found = np.flatnonzero(scores > bar)
        if len(found) >= count or bar <= floor:
            return found if len(found) <= 2 * count else found[np.argsort(-scores[found])[:count]]


def _text_places(snapshot: Snapshot, topics: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the positions of each candidate's wordings, filled up with -1: [candidates, most wordings]."""
    begins = np.array([snapshot.topics[place].begin for place in topics], dtype=np.int64)[:, None]
    ends = np.array([snapshot.topics[place].end for place in topics], dtype=np.int64)[:, None]
    places = begins + np.arange((ends - begins).max())
    return np.where(places < ends, places, -1)


def _cosines(snapshot: Snapshot, places: NDArray[np.int64], vector: Vectors | None) -> Scores:
    """Return the cosines of the question with the wordings at `places`, in its shape; zeros without an encoder."""
    cosines = np.zeros(places.shape, dtype=np.float32)
    if vector is not None and snapshot.meanings is not None:
        cosines[places >= 0] = snapshot.meanings.similarities(vector, places[places >= 0])
    return cosines


def _best_and_top(values: Scores, places: NDArray[np.int64]) -> Rows:
    """Return the best value of each candidate and the mean of its best few: [candidates, 2]."""
    ordered = np.sort(np.where(places < 0, -np.inf, values), axis=1)[:, ::-1][:, :_TOP]
    counted = np.isfinite(ordered)
    mean = np.where(counted, ordered, 0).sum(axis=1) / counted.sum(axis=1)
    return np.stack([ordered[:, 0], mean], axis=1)


def _class_agreement(reading: Reading, topic: Topic) -> float:
    """1: the question names the topic's class of customers; -1: another; 0: none, or the topic is for all."""
    classes = {article.customer_class for article in topic.articles}
    if not reading.customer_classes or "全部" in classes:
        return 0.0
    return 1.0 if reading.customer_classes & classes else -1.0
