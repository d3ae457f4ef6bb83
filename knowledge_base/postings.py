"""Which documents have a token, as arrays: built by counting, with numpy alone, in seconds for millions of tokens."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int32]
_LOW_BITS: Final = 0xFFFF


class TokenTable:
    """A number for every token; grows, and never gives a number twice, so that documents once counted stay right."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def find(self, token: str) -> int | None:
        """Return the number of a token; None if there is none."""
        return self._numbers.get(token)

    def count(self, tokens: Iterable[str]) -> "TokenCounts":
        """Return how often each token occurs; new tokens get the next numbers."""
        counted = Counter(tokens)
        known = self._numbers
        numbers = [known.setdefault(token, len(known)) for token in counted]
        return TokenCounts(np.array(numbers, dtype=np.int32), np.array(list(counted.values()), dtype=np.uint16))


@dataclass(frozen=True, slots=True)
class TokenCounts:
    """One document."""

    numbers: Numbers
    """Its distinct tokens: [tokens]."""
    counts: NDArray[np.uint16]
    """How often each occurs: [tokens]."""


@dataclass(frozen=True, slots=True)
class Postings:
    """All documents, by token."""

    begins: NDArray[np.int64]
    """Where the postings of a token begin: [tokens + 1]."""
    documents: Numbers
    """[postings]."""
    counts: NDArray[np.uint16]
    """[postings]."""

    @property
    def frequency(self) -> NDArray[np.int64]:
        """In how many documents each token occurs: [tokens]."""
        return np.diff(self.begins)


def collect_postings(documents: Sequence[TokenCounts], tokens: int) -> Postings:
    """Turn documents around: from tokens by document to documents by token."""
    if not documents:
        return Postings(np.zeros(tokens + 1, dtype=np.int64), np.zeros(0, np.int32), np.zeros(0, np.uint16))
    numbers = np.concatenate([document.numbers for document in documents])
    counts = np.concatenate([document.counts for document in documents])
    owners = np.repeat(np.arange(len(documents), dtype=np.int32), [len(document.numbers) for document in documents])
    order = _order(numbers)
    begins = np.zeros(tokens + 1, dtype=np.int64)
    np.cumsum(np.bincount(numbers, minlength=tokens), out=begins[1:])
    return Postings(begins, owners[order], counts[order])


def _order(numbers: Numbers) -> NDArray[np.int64]:
    """Sort by the low and then by the high half: numpy sorts 16 bits by counting, ten times as fast as 32."""
    order: NDArray[np.int64] = np.argsort((numbers & _LOW_BITS).astype(np.uint16), kind="stable")
    if int(numbers.max(initial=0)) > _LOW_BITS:
        high = (numbers >> 16).astype(np.uint16)[order]
        order = order[np.argsort(high, kind="stable")]
    return order
