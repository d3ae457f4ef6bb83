"""A FAISS index of unit vectors, its kind chosen by size, in memory or mapped from a file that all workers share."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import faiss as library
import numpy as np
from numpy.typing import NDArray

faiss: Any = library
"""Without its type stubs, which lack half of it."""
Index = Any
"""A faiss.Index."""
Vectors = NDArray[np.float32]
Mask = NDArray[np.bool_]
Kind = Literal["flat", "hnsw", "ivf"]

FLAT_UP_TO: Final = 10_000
"""Up to as many vectors comparing with each takes less than a millisecond, and nothing is missed."""
HNSW_UP_TO: Final = 100_000
"""Up to as many a graph is built in well under a minute; beyond, cells (IVF) are, and need no more memory than the
vectors."""
_LINKS: Final = 24
_EFFORT_TO_BUILD: Final = 60
_EFFORT_TO_SEARCH: Final = 96
_WIDEST_EFFORT: Final = 1024
_FEW: Final = 0.05
"""Where a mask leaves a smaller share than this of a graph or of cells, all that it leaves is compared with."""
_CELLS_BY_ROOT: Final = 2
"""As many cells as twice the root of the number of vectors: each holds about as many vectors as there are cells / 4."""
_CELLS_VISITED: Final = 64
_TRAINED_ON: Final = 40
"""Vectors a cell that k-means looks at; FAISS warns below 39."""
_ROUNDS: Final = 8
_SEED: Final = 7


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Which rows may be found, in the form that FAISS reads."""

    selector: Any
    """A faiss.IDSelectorBitmap."""
    rows: NDArray[np.int64]
    """The allowed rows, ascending."""
    share: float
    """Of all rows, 0 to 1."""


def choose_kind(size: int, *, flat_up_to: int = FLAT_UP_TO, hnsw_up_to: int = HNSW_UP_TO) -> Kind:
    """Return the kind of index for as many vectors."""
    if size <= flat_up_to:
        return "flat"
    return "hnsw" if size <= hnsw_up_to else "ivf"


def build_index(vectors: Vectors, kind: Kind) -> Index:
    """Index unit vectors [rows, width] by inner product; graph and cells hold them in half precision."""
    vectors = np.ascontiguousarray(vectors, dtype=np.float32)
    size, width = vectors.shape
    half = faiss.ScalarQuantizer.QT_fp16
    if kind == "flat":
        index: Index = faiss.IndexFlatIP(width)
    elif kind == "hnsw":
        index = faiss.IndexHNSWSQ(width, half, _LINKS, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction = _EFFORT_TO_BUILD
        index.train(vectors[:1])
    else:
        index = _train_cells(vectors, max(1, min(int(_CELLS_BY_ROOT * size**0.5), size)), half)
    index.add(vectors)
    return index


def _train_cells(vectors: Vectors, cells: int, half: int) -> Index:
    width = vectors.shape[1]
    centres = faiss.IndexFlatIP(width)
    index = faiss.IndexIVFScalarQuantizer(centres, width, cells, half, faiss.METRIC_INNER_PRODUCT)
    index.own_fields = True
    centres.this.disown()
    index.cp.niter, index.cp.seed, index.cp.max_points_per_centroid = _ROUNDS, _SEED, _TRAINED_ON
    index.cp.min_points_per_centroid = 1
    index.cp.spherical = True
    index.train(vectors)
    return index


def filter_rows(allowed: Mask) -> RowFilter:
    """Prepare a mask of rows [rows] for any number of searches."""
    bitmap = np.packbits(allowed, bitorder="little")
    rows = np.flatnonzero(allowed)
    return RowFilter(faiss.IDSelectorBitmap(bitmap), rows, len(rows) / max(len(allowed), 1))


def search_index(index: Index, vector: Vectors, count: int, allowed: RowFilter) -> tuple[NDArray[np.int64], Vectors]:
    """Return the nearest allowed rows and their scores, the best first; fewer where there are fewer."""
    scores, rows = index.search(vector.reshape(1, -1), count, params=_parameters(index, allowed))
    found = rows[0] >= 0
    return rows[0][found], scores[0][found]


def _parameters(index: Index, allowed: RowFilter) -> Any:
    """A mask hides what a walk meets, so that the walk must be the longer, the less the mask leaves."""
    chosen = {} if allowed.share == 1 else {"sel": allowed.selector}
    if isinstance(index, faiss.IndexHNSW):
        effort = min(_WIDEST_EFFORT, int(_EFFORT_TO_SEARCH / max(allowed.share, _FEW)))
        return faiss.SearchParametersHNSW(efSearch=effort, **chosen)
    if isinstance(index, faiss.IndexIVF):
        return faiss.SearchParametersIVF(nprobe=min(_CELLS_VISITED, index.nlist), **chosen)
    return faiss.SearchParameters(**chosen) if chosen else None


def is_few(index: Index, allowed: RowFilter) -> bool:
    """Say whether so few rows are allowed that an approximate index would miss some of them."""
    return allowed.share < _FEW and isinstance(index, (faiss.IndexHNSW, faiss.IndexIVF))


def vectors_in(index: Index) -> Vectors | None:
    """Return the vectors of an exact index [rows, width] without a copy; None if it holds them in another form."""
    if not isinstance(index, faiss.IndexFlat) or not index.ntotal:
        return None
    vectors: Vectors = faiss.rev_swig_ptr(index.get_xb(), index.ntotal * index.d).reshape(index.ntotal, index.d)
    return vectors


def write_index(index: Index, path: Path) -> None:
    """Write an index to a file."""
    faiss.write_index(index, str(path))


def map_index(path: Path) -> Index:
    """Map a file into memory: its pages are read when they are needed, and once for all processes."""
    return faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
