"""Fits the weights of the retrieval on questions that the index does not hold.

Each round takes away a part of the customers' wordings (they must find their topic by what is left) and a part of the
topics whole (their questions must be refused), and asks sentences that have nothing to do with the articles.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from knowledge_base.article import Article
from knowledge_base.evidence import FEATURES, Evidence, Rows, gather_evidence
from knowledge_base.fuse import CERTAINTY_FEATURES, Fusion, Weights, certainty_row
from knowledge_base.indexing import build_snapshot
from knowledge_base.snapshot import EmbedTexts, Snapshot
from knowledge_base.text import read_text
from knowledge_base.vocabulary import Vocabulary

ROUNDS: Final = 6
_RANK_PENALTY: Final = 0.3
_CERTAINTY_PENALTY: Final = 1.0
_NARROW: Final = 1e-9
"""Spread of a column that is the same everywhere."""
_NEWTON_STEPS: Final = 12
"""Both losses are convex; the steps are exact to many digits after eight."""
_WEIGHT_OF_NEAR_MISS: Final = 0.15
"""Held-out wordings are harder than what customers ask, so the rank errs more often on them than in life."""
_WEIGHT_WITHOUT_TOPIC: Final = 0.05
"""Customers seldom ask the very thing that is missing among its neighbours; foreign sentences are commoner."""


@dataclass(frozen=True, slots=True)
class HeldOutQuestion:
    """A question that the index of its round does not hold."""

    text: str
    topic: str | None
    """The topic that answers it; None: nothing in the index does."""
    region: str | None
    """Where the customer is, if that matters."""
    weight: float = 1.0
    """How much it counts for the probability."""


@dataclass(frozen=True, slots=True)
class Round:
    """What is left in the index, and what is asked."""

    articles: tuple[Article, ...]
    questions: tuple[HeldOutQuestion, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One asked question: its candidates, and which of them is right."""

    rows: Rows
    right: int | None
    """Position of the right candidate; None: it is not among them."""
    is_answerable: bool
    weight: float
    refused: NDArray[np.bool_] | None = None
    """Candidates that refuse by themselves, whatever their probability: [candidates]; None: none does."""

    def refuses_at(self, best: int) -> bool:
        """Say whether the best candidate refuses a question that has no answer: rightly, so it teaches nothing."""
        return not self.is_answerable and self.refused is not None and bool(self.refused[best])


def plan_rounds(articles: Sequence[Article], foreign: Sequence[str], rounds: int = ROUNDS) -> Iterator[Round]:
    """Yield rounds in which every wording, every topic and every foreign sentence is held out once."""
    topics = {topic: place for place, topic in enumerate(dict.fromkeys(article.topic for article in articles))}
    for turn in range(rounds):
        removed = {topic for topic, place in topics.items() if place % rounds == turn}
        kept: list[Article] = []
        asked = [HeldOutQuestion(text, None, None) for text in foreign[turn::rounds]]
        for article in articles:
            region = min(article.regions) if len(article.regions) == 1 else None
            if article.topic in removed:
                asked.extend(HeldOutQuestion(text, None, region, _WEIGHT_WITHOUT_TOPIC) for text in article.similar)
                continue
            held = article.similar[turn::rounds]
            asked.extend(HeldOutQuestion(text, article.topic, region) for text in held)
            kept.append(replace(article, similar=tuple(text for text in article.similar if text not in held)))
        yield Round(tuple(kept), tuple(asked))


def collect_cases(rounds: Iterable[Round], vocabulary: Vocabulary, embed_texts: EmbedTexts | None = None) -> list[Case]:
    """Ask every held-out question of its round's index."""
    cases: list[Case] = []
    for turn in rounds:
        snapshot = build_snapshot(turn.articles, vocabulary, embed_texts)
        names = {topic.name: place for place, topic in enumerate(snapshot.topics)}
        for asked, evidence in zip(turn.questions, ask_all(snapshot, turn.questions, embed_texts), strict=True):
            places = np.flatnonzero(evidence.topics == names.get(asked.topic or "", -1))
            if len(evidence.rows):
                right = int(places[0]) if len(places) else None
                cases.append(Case(evidence.rows, right, asked.topic is not None, asked.weight))
    return cases


def ask_all(
    snapshot: Snapshot, questions: Sequence[HeldOutQuestion], embed_texts: EmbedTexts | None
) -> Iterator[Evidence]:
    """Yield the evidence for each question; all are embedded at once."""
    readings = [read_text(question.text, snapshot.vocabulary) for question in questions]
    vectors = None if embed_texts is None else embed_texts([reading.spoken for reading in readings])
    for place, reading in enumerate(readings):
        yield gather_evidence(snapshot, reading, None if vectors is None else vectors[place])


def fit_fusion(cases: Sequence[Case], weight_of_near_miss: float = _WEIGHT_OF_NEAR_MISS) -> Fusion:
    """Fit the rank, then the probability that the best by rank is right."""
    rank = fit_rank([case for case in cases if case.right is not None])
    rows: list[Weights] = []
    answers: list[bool] = []
    weights: list[float] = []
    for case in cases:
        scores = case.rows @ rank
        best = int(np.argmax(scores))
        if case.refuses_at(best):
            continue
        rows.append(certainty_row(case.rows, scores, best))
        answers.append(best == case.right)
        is_near_miss = case.is_answerable and best != case.right
        weights.append(weight_of_near_miss if is_near_miss else case.weight)
    return Fusion(rank, fit_logistic(np.array(rows), np.array(answers, dtype=np.float64), np.array(weights)))


def shift_certainty(fusion: Fusion, logits: Sequence[float], answers: Sequence[bool]) -> Fusion:
    """Stretch and move the logit of the probability to questions of another kind (Platt scaling)."""
    rows = np.stack([np.ones(len(logits)), np.array(logits)], axis=1)
    offset, slope = fit_logistic(rows, np.array(answers, dtype=np.float64), np.ones(len(logits)))
    certainty = slope * fusion.certainty
    certainty[CERTAINTY_FEATURES.index("one")] += offset
    return Fusion(fusion.rank, certainty)


def fit_rank(cases: Sequence[Case]) -> Weights:
    """Fit a conditional logit by Newton's method: the right candidate against all others of its question."""
    weights: Weights = np.zeros(len(FEATURES))
    for _ in range(_NEWTON_STEPS):
        slope = 2 * _RANK_PENALTY * weights
        bend = 2 * _RANK_PENALTY * np.eye(len(FEATURES))
        for case in cases:
            scores = case.rows @ weights
            odds = np.exp(scores - scores.max())
            shares = odds / odds.sum()
            mean = shares @ case.rows
            slope += mean - case.rows[case.right]
            bend += (case.rows * shares[:, None]).T @ case.rows - np.outer(mean, mean)
        weights = weights - np.linalg.solve(bend, slope)
    return weights


def fit_logistic(rows: Rows, answers: NDArray[np.float64], importance: NDArray[np.float64]) -> Weights:
    """Fit by Newton's method so that the logistic of rows @ weights is the probability of an answer being 1.

    The first column is the constant. The others are fitted in units of their spread: a penalty on the weights as they
    are would forbid the large ones that a column of small differences (a cosine) needs.
    """
    centre, spread = rows.mean(axis=0), rows.std(axis=0)
    centre[0], spread = 0.0, np.where(spread < _NARROW, 1.0, spread)
    units = (rows - centre) / spread
    weights: Weights = np.zeros(rows.shape[1])
    for _ in range(_NEWTON_STEPS):
        shares = 1.0 / (1.0 + np.exp(-np.clip(units @ weights, -30, 30)))
        slope = units.T @ (importance * (shares - answers)) + 2 * _CERTAINTY_PENALTY * weights
        bend = (units * (importance * shares * (1 - shares))[:, None]).T @ units
        weights = weights - np.linalg.solve(bend + 2 * _CERTAINTY_PENALTY * np.eye(len(weights)), slope)
    weights = weights / spread
    weights[0] -= centre @ weights
    return weights
