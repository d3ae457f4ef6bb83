"""Lexical comparison: BM25, and how much of the weight of a question's tokens a document contains.

The weight of a token is its inverse document frequency; a token that no document has weighs most, so that a question
about something unheard of is never covered. BM25 as in Robertson and Zaragoza 2009, with Lucene's document frequency.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from knowledge_base.postings import Postings, TokenCounts, TokenTable, collect_postings

K1: Final = 1.2
B: Final = 0.75
_CROWDED: Final = 20_000
"""From this many documents on, tokens of the commonest kind are passed over."""
_COMMON_SHARE: Final = 0.05

Scores = NDArray[np.float32]
Span = tuple[int, int, int]


class LexicalIndex:
    """Documents as sets of tokens; never changes after it is built."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        table = TokenTable()
        self._fill([table.count(document) for document in documents], table)

    @classmethod
    def of_counts(
        cls, documents: Sequence[TokenCounts], table: TokenTable, *, is_ranked: bool = True
    ) -> "LexicalIndex":
        """Index documents that were counted before, all with the same table; not ranked, it can only `cover`."""
        index = cls.__new__(cls)
        index._fill(documents, table, is_ranked=is_ranked)
        return index

    def _fill(self, documents: Sequence[TokenCounts], table: TokenTable, *, is_ranked: bool = True) -> None:
        self._table = table
        self._size = len(documents)
        postings = collect_postings(documents, len(table))
        frequency = postings.frequency
        self._begins = postings.begins
        self._documents = postings.documents
        self._idf: Scores = np.log(1 + (self._size - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
        """Inverse document frequency as in Lucene."""
        self._unheard = float(np.log(1 + (self._size + 0.5) / 0.5))
        self._asked_up_to = self._size if self._size < _CROWDED else int(_COMMON_SHARE * self._size)
        weights: Scores = np.repeat(self._idf, frequency)
        sums = np.bincount(self._documents, weights, minlength=self._size)
        self._weights: Scores = np.maximum(sums, 1e-6).astype(np.float32)
        self._impacts: Scores = _impacts_of(postings, weights, self._size) if is_ranked else weights[:0]

    def __len__(self) -> int:
        return self._size

    def rank(self, tokens: Sequence[str]) -> Scores:
        """Return the BM25 score of every document, as a share of the question's weight: float32 [documents]."""
        numbers, weight = self._look_up(tokens)
        spans = self._worth_asking(numbers)
        impacts = [self._impacts[begin:end] for _, begin, end in spans]
        return self._add_up(spans, np.concatenate(impacts) if impacts else self._impacts[:0], weight)

    def cover(self, tokens: Sequence[str]) -> tuple[Scores, Scores]:
        """Return the shares of common weight in the question and in each document: two float32 [documents]."""
        numbers, weight = self._look_up(tokens)
        spans = self._worth_asking(numbers)
        shares = (
            np.repeat(self._idf[[number for number, _, _ in spans]], [end - begin for _, begin, end in spans])
            if spans
            else self._idf[:0]
        )
        in_question = self._add_up(spans, shares, weight)
        in_document: Scores = in_question * (np.float32(weight or 1.0) / self._weights)
        return in_question, in_document

    def weight_of(self, tokens: Iterable[str]) -> float:
        """Return the summed weight of the distinct tokens."""
        return self._look_up(tokens)[1]

    def is_known(self, token: str) -> bool:
        """Say whether any document has the token."""
        numbers, _ = self._look_up((token,))
        return bool(self._worth_asking(numbers, len(self)))

    def contain(self, tokens: Sequence[str], documents: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which of the tokens stand in which of the documents: [tokens, documents]."""
        found = np.zeros((len(tokens), len(documents)), dtype=np.bool_)
        for place, token in enumerate(tokens):
            number = self._table.find(token)
            if number is None or number >= len(self._idf):
                continue
            holders = self._documents[self._begins[number] : self._begins[number + 1]]  # ascending
            if len(holders):
                spots = np.minimum(np.searchsorted(holders, documents), len(holders) - 1)
                found[place] = holders[spots] == documents
        return found

    def _look_up(self, tokens: Iterable[str]) -> tuple[list[int], float]:
        """Return the numbers of the distinct tokens that have one, and the weight of all distinct tokens.

        A token that the table got later than this index has no number here.
        """
        distinct = set(tokens)
        find, size = self._table.find, len(self._idf)
        numbers = [number for number in map(find, distinct) if number is not None and number < size]
        weight = float(self._idf[numbers].sum()) if numbers else 0.0
        return numbers, weight + self._unheard * (len(distinct) - len(numbers))

    def _worth_asking(self, numbers: Sequence[int], most: int | None = None) -> list[Span]:
        """Return number, begin and end of the postings of each token that some, but not too many, documents have."""
        most = self._asked_up_to if most is None else most
        begins = self._begins
        spans = [(number, begins.item(number), begins.item(number + 1)) for number in numbers]
        return [span for span in spans if 0 < span[2] - span[1] <= most]

    def _add_up(self, spans: Sequence[Span], values: Scores, weight: float) -> Scores:
        """Return the summed values of every document as a share of `weight`: float32 [documents]."""
        if not spans:
            return np.zeros(self._size, dtype=np.float32)
        documents = np.concatenate([self._documents[begin:end] for _, begin, end in spans])
        sums = np.bincount(documents, values, minlength=self._size)
        shares: Scores = (sums / (weight or 1.0)).astype(np.float32)
        return shares


def _impacts_of(postings: Postings, weights: Scores, size: int) -> Scores:
    """Return what each posting adds to the BM25 score of its document: [postings]."""
    lengths = np.bincount(postings.documents, postings.counts, minlength=size)
    shortness = (K1 * (1 - B + B * lengths / max(float(lengths.mean()) if size else 1.0, 1e-6))).astype(np.float32)
    counts = postings.counts.astype(np.float32)
    impacts: Scores = weights * counts / (counts + shortness[postings.documents])
    return impacts
