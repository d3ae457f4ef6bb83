"""An encoder that costs nothing, so that a benchmark of indexes measures indexes: letters and pairs, hashed and mixed.

Texts that share letters lie near each other, as they do with a real encoder; random vectors would have no neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

_BUCKETS = 8192
_SEED = 95598


class LetterEncoder:
    """Texts to unit vectors of any width; the same every time."""

    def __init__(self, width: int) -> None:
        self._rows = np.random.default_rng(_SEED).standard_normal((_BUCKETS, width), dtype=np.float32)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 [texts, width]."""
        vectors = np.array([self._rows[_buckets_of(text)].sum(axis=0) for text in texts], dtype=np.float32)
        vectors = vectors.reshape(len(texts), self._rows.shape[1])
        lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return np.asarray(vectors / lengths, dtype=np.float32)


def _buckets_of(text: str) -> list[int]:
    return [_bucket_of(piece) for piece in (*text, *(first + second for first, second in pairwise(text)))] or [0]


@cache
def _bucket_of(piece: str) -> int:
    return crc32(piece.encode()) % _BUCKETS
