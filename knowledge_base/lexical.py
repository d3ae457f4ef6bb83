"""Lexical comparison: BM25, and how much of the weight of a question's tokens a document contains.

The weight of a token is its inverse document frequency; a token that no document has weighs most, so that a question
about something unheard of is never covered. A thin layer over bm25s, whose sparse index answers in microseconds.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log
from typing import Final

import bm25s
import numpy as np
from numpy.typing import NDArray

K1: Final = 1.2
B: Final = 0.75
_CROWDED: Final = 20_000
"""From this many documents on, tokens of the commonest kind are passed over."""
_COMMON_SHARE: Final = 0.05

Scores = NDArray[np.float32]


class LexicalIndex:
    """Documents as sets of tokens; never changes after it is built."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        self._size = len(documents)
        self._frequency = Counter(token for document in documents for token in set(document))
        self._ranking = _build(documents, k1=K1, b=B)
        self._overlap = _build([tuple(set(document)) for document in documents], k1=0.0, b=0.0)
        weights = np.array([self.weight_of(document) for document in documents], dtype=np.float32)
        self._weights: Scores = np.maximum(weights, np.float32(1e-6))

    def __len__(self) -> int:
        return self._size

    def rank(self, tokens: Sequence[str]) -> Scores:
        """Return the BM25 score of every document, as a share of the question's weight: float32 [documents]."""
        return self._ask(self._ranking, tuple(set(tokens))) / np.float32(self.weight_of(tokens) or 1.0)

    def cover(self, tokens: Sequence[str]) -> tuple[Scores, Scores]:
        """Return the shares of common weight in the question and in each document: two float32 [documents]."""
        shared = self._ask(self._overlap, tuple(set(tokens)))
        in_question: Scores = shared / np.float32(self.weight_of(tokens) or 1.0)
        in_document: Scores = shared / self._weights
        return in_question, in_document

    def weight_of(self, tokens: Iterable[str]) -> float:
        """Return the summed weight of the distinct tokens."""
        return sum(self._weigh(self._frequency.get(token, 0)) for token in set(tokens))

    def is_known(self, token: str) -> bool:
        """Say whether any document has the token."""
        return token in self._frequency

    def _weigh(self, frequency: int) -> float:
        """Inverse document frequency as in Lucene."""
        return log(1 + (self._size - frequency + 0.5) / (frequency + 0.5))

    def _ask(self, index: bm25s.BM25 | None, tokens: Sequence[str]) -> Scores:
        known = [token for token in tokens if self._is_worth_asking(token)]
        if index is None or not known:
            return np.zeros(self._size, dtype=np.float32)
        scores: Scores = np.asarray(index.get_scores(known), dtype=np.float32)
        return scores

    def _is_worth_asking(self, token: str) -> bool:
        frequency = self._frequency.get(token, 0)
        return frequency > 0 and (self._size < _CROWDED or frequency < _COMMON_SHARE * self._size)


def _build(documents: Sequence[Sequence[str]], *, k1: float, b: float) -> bm25s.BM25 | None:
    """Return the index; None where there is not one token, which bm25s refuses."""
    if not any(documents):
        return None
    index = bm25s.BM25(method="lucene", k1=k1, b=b)
    index.index([list(document) for document in documents], show_progress=False)
    return index
