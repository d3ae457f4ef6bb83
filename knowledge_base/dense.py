"""Comparison by meaning: a FAISS inner product index over unit vectors, exact while it is small."""

from collections.abc import Sequence
from typing import Final

import faiss
import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

FLAT_UP_TO: Final = 10_000
"""Above this many texts a graph (HNSW) is walked instead of comparing with each."""
_LINKS: Final = 24
_EFFORT_TO_BUILD: Final = 60
_EFFORT_TO_SEARCH: Final = 96


class DenseIndex:
    """Texts as unit vectors; never changes after it is built."""

    def __init__(self, vectors: Vectors, *, flat_up_to: int = FLAT_UP_TO) -> None:
        size, self._width = vectors.shape
        if size <= flat_up_to:
            self._index: faiss.Index = faiss.IndexFlatIP(self._width)
        else:
            self._index = faiss.IndexHNSWFlat(self._width, _LINKS, faiss.METRIC_INNER_PRODUCT)
            self._index.hnsw.efConstruction = _EFFORT_TO_BUILD
            self._index.hnsw.efSearch = _EFFORT_TO_SEARCH
        self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def nearest(self, vector: Vectors, count: int) -> NDArray[np.int64]:
        """Return the positions of the texts nearest to a vector [width], the best first."""
        _, found = self._index.search(self._as_row(vector), min(count, len(self)))
        positions: NDArray[np.int64] = found[0][found[0] >= 0]
        return positions

    def similarities(self, vector: Vectors, positions: Sequence[int] | NDArray[np.int64]) -> Vectors:
        """Return the cosine of a vector [width] with the texts at these positions: float32 [positions]."""
        stored = self._index.reconstruct_batch(np.asarray(positions, dtype=np.int64))
        cosines: Vectors = stored @ self._as_row(vector)[0]
        return cosines

    def _as_row(self, vector: Vectors) -> Vectors:
        return np.ascontiguousarray(vector, dtype=np.float32).reshape(1, self._width)
