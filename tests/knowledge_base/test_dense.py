"""The index of vectors, exact and approximate, and the cache of vectors on disk."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge_base.dense import DenseIndex
from knowledge_base.vector_cache import embed_with_cache, normalise
from tests.knowledge_base.small_knowledge import embed_letters


class CountingEncoder:
    """Embeds letters and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked.extend(texts)
        return embed_letters(texts)


def random_vectors(count: int) -> NDArray[np.float32]:
    return normalise(np.random.default_rng(7).normal(size=(count, 32)).astype(np.float32))


@pytest.mark.parametrize("flat_up_to", [10_000, 10])
def test_the_nearest_vector_to_itself_comes_first(flat_up_to: int) -> None:
    vectors = random_vectors(500)
    index = DenseIndex(vectors, flat_up_to=flat_up_to)
    assert [int(index.nearest(vectors[n], 3)[0]) for n in range(0, 500, 50)] == list(range(0, 500, 50))


@pytest.mark.parametrize("flat_up_to", [10_000, 10])
def test_similarities_are_cosines(flat_up_to: int) -> None:
    vectors = random_vectors(100)
    found = DenseIndex(vectors, flat_up_to=flat_up_to).similarities(vectors[3], [3, 8])
    assert found == pytest.approx([1.0, float(vectors[3] @ vectors[8])], abs=1e-5)


def test_a_small_index_gives_no_more_than_it_has() -> None:
    assert len(DenseIndex(random_vectors(2)).nearest(random_vectors(1)[0], 10)) == 2


def test_known_texts_are_not_embedded_again(tmp_path: Path) -> None:
    first, second = CountingEncoder(), CountingEncoder()
    before = embed_with_cache(["电费", "过户"], first, cache_folder=tmp_path)
    after = embed_with_cache(["电费", "过户", "发票"], second, cache_folder=tmp_path)
    assert "电费" in first.asked
    assert "电费" not in second.asked
    assert "发票" in second.asked
    assert after[:2] == pytest.approx(before, abs=1e-2)


def test_another_encoder_does_not_meet_the_vectors_of_the_first(tmp_path: Path) -> None:
    embed_with_cache(["电费"], embed_letters, cache_folder=tmp_path)

    def embed_backwards(texts: Sequence[str]) -> NDArray[np.float32]:
        return np.ascontiguousarray(embed_letters(texts)[:, ::-1])

    found = embed_with_cache(["电费"], embed_backwards, cache_folder=tmp_path)
    assert found == pytest.approx(embed_backwards(["电费"]), abs=1e-5)


def test_shipped_vectors_are_read_and_never_written(tmp_path: Path) -> None:
    shipped, cache = tmp_path / "shipped", tmp_path / "cache"
    embed_with_cache(["电费"], embed_letters, cache_folder=shipped)
    before = sorted((path.name, path.stat().st_mtime_ns) for path in shipped.iterdir())
    encoder = CountingEncoder()
    embed_with_cache(["电费", "发票"], encoder, cache_folder=cache, shipped=shipped)
    assert "电费" not in encoder.asked
    assert sorted((path.name, path.stat().st_mtime_ns) for path in shipped.iterdir()) == before


def test_a_broken_cache_file_is_embedded_anew(tmp_path: Path) -> None:
    embed_with_cache(["电费"], embed_letters, cache_folder=tmp_path)
    for path in tmp_path.iterdir():
        path.write_bytes(b"PK\x03\x04 broken")
    found = embed_with_cache(["电费"], embed_letters, cache_folder=tmp_path)
    assert found == pytest.approx(embed_letters(["电费"]), abs=1e-5)
