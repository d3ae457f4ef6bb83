"""Comparison by meaning: texts as rows of one large index that never changes, and of a small matrix of newer vectors.

An edit adds to the matrix alone; the large index may be a file that all workers map (vector_store.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.nearest import (
    FLAT_UP_TO,
    HNSW_UP_TO,
    Index,
    Mask,
    RowFilter,
    Vectors,
    build_index,
    choose_kind,
    filter_rows,
    is_few,
    search_index,
)

Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Base:
    """The large index and its vectors."""

    vectors: NDArray[np.float16] | Vectors
    """Unit vectors [rows, width], in memory or mapped."""
    index: Index


@dataclass(frozen=True, slots=True)
class TextFilter:
    """Which texts may be found."""

    texts: Mask
    """[texts]."""
    base: RowFilter
    fresh: Mask
    """[fresh rows]."""


class DenseIndex:
    """Texts as unit vectors; never changes after it is built."""

    def __init__(self, vectors: Vectors, *, flat_up_to: int = FLAT_UP_TO, hnsw_up_to: int = HNSW_UP_TO) -> None:
        kind = choose_kind(len(vectors), flat_up_to=flat_up_to, hnsw_up_to=hnsw_up_to)
        base = Base(vectors, build_index(vectors, kind))
        self._fill(base, np.zeros((0, vectors.shape[1]), dtype=np.float32), np.arange(len(vectors)))

    @classmethod
    def of_rows(cls, base: Base, fresh: Vectors, rows: Positions) -> "DenseIndex":
        """Index texts whose vectors stand at `rows` [texts]: in the base, or behind it in `fresh` [rows, width]."""
        index = cls.__new__(cls)
        index._fill(base, fresh, rows)
        return index

    def _fill(self, base: Base, fresh: Vectors, rows: Positions) -> None:
        self._base, self._fresh, self._rows = base, fresh, rows
        self._base_size = int(base.index.ntotal)
        order = np.argsort(rows, kind="stable")
        self._by_row, self._sorted_rows = order, rows[order]
        self._all = self.allow(np.ones(len(rows), dtype=np.bool_))

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def kind(self) -> str:
        """The kind of the large index, as FAISS calls it."""
        return type(self._base.index).__name__

    @property
    def fresh_rows(self) -> int:
        """How many vectors are not in the large index."""
        return len(self._fresh)

    def allow(self, texts: Mask) -> TextFilter:
        """Prepare a mask of texts [texts] for any number of searches."""
        rows = np.zeros(self._base_size + len(self._fresh), dtype=np.bool_)
        rows[self._rows[texts]] = True
        return TextFilter(texts, filter_rows(rows[: self._base_size]), rows[self._base_size :])

    def nearest(self, vector: Vectors, count: int, allowed: TextFilter | None = None) -> Positions:
        """Return the positions of the allowed texts nearest to a vector [width], the best first."""
        allowed = allowed or self._all
        vector = np.ascontiguousarray(vector, dtype=np.float32)
        rows, scores = self._search_base(vector, min(count, len(self)), allowed.base)
        if len(self._fresh):
            own = np.where(allowed.fresh, self._fresh @ vector, -np.inf)
            best = np.argsort(-own)[:count]
            best = best[np.isfinite(own[best])]
            rows, scores = np.concatenate([rows, best + self._base_size]), np.concatenate([scores, own[best]])
            rows = rows[np.argsort(-scores, kind="stable")[:count]]
        return self._texts_of(rows, allowed.texts)[:count]

    def similarities(self, vector: Vectors, positions: Sequence[int] | Positions) -> Vectors:
        """Return the cosine of a vector [width] with the texts at these positions: float32 [positions]."""
        rows = self._rows[np.asarray(positions, dtype=np.int64)]
        vector = np.ascontiguousarray(vector, dtype=np.float32)
        is_base = rows < self._base_size
        if is_base.all():
            return self._compare(vector, rows)
        cosines = np.empty(len(rows), dtype=np.float32)
        cosines[is_base] = self._compare(vector, rows[is_base])
        cosines[~is_base] = self._fresh[rows[~is_base] - self._base_size] @ vector
        return cosines

    def vectors(self, positions: Sequence[int] | Positions) -> Vectors:
        """Return the unit vectors of the texts at these positions: float32 [positions, width]."""
        rows = self._rows[np.asarray(positions, dtype=np.int64)]
        is_base = rows < self._base_size
        found = np.empty((len(rows), self._base.vectors.shape[1]), dtype=np.float32)
        found[is_base] = self._base.vectors[rows[is_base]]
        found[~is_base] = self._fresh[rows[~is_base] - self._base_size]
        return found

    def _search_base(self, vector: Vectors, count: int, allowed: RowFilter) -> tuple[Positions, Vectors]:
        if not len(allowed.rows) or not count:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        if is_few(self._base.index, allowed):
            scores = self._compare(vector, allowed.rows)
            best = np.argsort(-scores)[:count]
            return allowed.rows[best], scores[best]
        return search_index(self._base.index, vector, count, allowed)

    def _compare(self, vector: Vectors, rows: Positions) -> Vectors:
        stored = self._base.vectors[rows].astype(np.float32, copy=False)
        cosines: Vectors = stored @ vector
        return cosines

    def _texts_of(self, rows: Positions, allowed: Mask) -> Positions:
        """Return the allowed texts of rows, in the order of the rows; equal texts of several topics share a row."""
        begins = np.searchsorted(self._sorted_rows, rows, side="left")
        ends = np.searchsorted(self._sorted_rows, rows, side="right")
        if (ends - begins == 1).all():
            texts: Positions = self._by_row[begins]
        else:
            texts = np.concatenate([self._by_row[begin:end] for begin, end in zip(begins, ends, strict=True)])
        return texts[allowed[texts]]
