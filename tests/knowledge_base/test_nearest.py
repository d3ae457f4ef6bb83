"""Kinds of index by size, what each finds of the exact neighbours, and masks before the choice."""

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge_base.dense import Base, DenseIndex
from knowledge_base.nearest import FLAT_UP_TO, HNSW_UP_TO, Kind, build_index, choose_kind, map_index, write_index
from knowledge_base.vector_cache import normalise

COUNT, WIDTH, CLUSTERS = 6_000, 32, 150


def clustered_vectors(count: int, seed: int) -> NDArray[np.float32]:
    """Unit vectors that lie around the same centres, whatever the seed."""
    centres = np.random.default_rng(1).normal(size=(CLUSTERS, WIDTH))
    chance = np.random.default_rng(seed)
    spread = chance.normal(size=(count, WIDTH)) * 0.4
    return normalise((centres[chance.integers(CLUSTERS, size=count)] + spread).astype(np.float32))


@pytest.fixture(scope="module")
def vectors() -> NDArray[np.float32]:
    return clustered_vectors(COUNT, 2)


def index_of(vectors: NDArray[np.float32], kind: Kind) -> DenseIndex:
    base = Base(vectors, build_index(vectors, kind))
    return DenseIndex.of_rows(base, np.zeros((0, WIDTH), dtype=np.float32), np.arange(len(vectors)))


@pytest.mark.parametrize(
    ("size", "kind"), [(1, "flat"), (FLAT_UP_TO, "flat"), (FLAT_UP_TO + 1, "hnsw"), (HNSW_UP_TO + 1, "ivf")]
)
def test_the_kind_follows_the_size(size: int, kind: str) -> None:
    assert choose_kind(size) == kind


@pytest.mark.parametrize("kind", ["flat", "hnsw", "ivf"])
def test_ten_nearest_are_found_as_by_comparing_with_each(vectors: NDArray[np.float32], kind: Kind) -> None:
    index = index_of(vectors, kind)
    questions = clustered_vectors(100, 3)
    found = [set(index.nearest(question, 10).tolist()) for question in questions]
    exact = [set(np.argsort(-(vectors @ question))[:10].tolist()) for question in questions]
    assert sum(len(a & b) for a, b in zip(found, exact, strict=True)) / 1000 >= 0.95


@pytest.mark.parametrize("share", [0.5, 0.1, 0.01])
@pytest.mark.parametrize("kind", ["flat", "hnsw", "ivf"])
def test_a_mask_is_applied_before_the_nearest_are_chosen(
    vectors: NDArray[np.float32], kind: Kind, share: float
) -> None:
    index = index_of(vectors, kind)
    mask = np.random.default_rng(4).random(COUNT) < share
    allowed = index.allow(mask)
    right = 0
    for question in clustered_vectors(50, 5):
        found = index.nearest(question, 10, allowed)
        assert mask[found].all()
        scores = np.where(mask, vectors @ question, -np.inf)
        right += len(set(found.tolist()) & set(np.argsort(-scores)[:10].tolist()))
    assert right / 500 >= 0.95


@pytest.mark.parametrize("kind", ["flat", "hnsw", "ivf"])
def test_a_mapped_index_finds_what_the_built_one_finds(
    vectors: NDArray[np.float32], kind: Kind, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp(kind) / "index.faiss"
    built = build_index(vectors, kind)
    write_index(built, path)
    with open("/proc/self/maps", encoding="utf-8") as before:
        assert str(path) not in before.read()
    mapped = map_index(path)
    with open("/proc/self/maps", encoding="utf-8") as after:
        assert str(path) in after.read()
    empty, rows = np.zeros((0, WIDTH), dtype=np.float32), np.arange(COUNT)
    one = DenseIndex.of_rows(Base(vectors, built), empty, rows)
    two = DenseIndex.of_rows(Base(vectors, mapped), empty, rows)
    for question in clustered_vectors(10, 6):
        assert one.nearest(question, 10).tolist() == two.nearest(question, 10).tolist()


def test_fresh_vectors_are_found_beside_the_index(vectors: NDArray[np.float32]) -> None:
    base = Base(vectors[:5_000], build_index(vectors[:5_000], "hnsw"))
    index = DenseIndex.of_rows(base, vectors[5_000:], np.arange(COUNT))
    assert [int(index.nearest(vectors[n], 1)[0]) for n in (0, 4_999, 5_000, 5_999)] == [0, 4_999, 5_000, 5_999]
    found = index.similarities(vectors[5_500], [3, 5_500])
    assert found == pytest.approx([float(vectors[3] @ vectors[5_500]), 1.0], abs=1e-5)


def test_equal_texts_of_two_topics_share_a_row_and_are_both_found(vectors: NDArray[np.float32]) -> None:
    base = Base(vectors[:10], build_index(vectors[:10], "flat"))
    index = DenseIndex.of_rows(base, vectors[:0], np.array([3, 7, 3]))
    assert sorted(index.nearest(vectors[3], 2).tolist()) == [0, 2]
    assert index.nearest(vectors[3], 2, index.allow(np.array([False, True, True]))).tolist() == [2, 1]
