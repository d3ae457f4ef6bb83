"""The index on disk: only what is new is embedded, readers never see half of it, a writer that dies does no harm."""

import multiprocessing
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge_base import vector_store
from knowledge_base.vector_store import FRESH_FEW, VectorStore
from tests.knowledge_base.small_knowledge import embed_letters

TEXTS = ["电费怎么算", "过户要什么", "发票怎么开", "停电了找谁"]


class CountingEncoder:
    """Embeds letters and remembers what it was asked, the probe aside."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked.extend(text for text in texts if text != vector_store.PROBE)
        return embed_letters(texts)


def many_texts(count: int) -> list[str]:
    return [f"第{number}条是什么{number * 7919}" for number in range(count)]


def generation_in(folder: Path) -> str:
    return (folder / vector_store.CURRENT).read_text(encoding="utf-8")


def test_only_texts_that_nobody_embedded_are_embedded(tmp_path: Path) -> None:
    VectorStore(embed_letters, tmp_path).index(TEXTS)
    encoder = CountingEncoder()
    store = VectorStore(encoder, tmp_path)
    store.index(TEXTS)
    assert encoder.asked == []
    store.index([*TEXTS[1:], "新的一句"])
    assert encoder.asked == ["新的一句"]


def test_an_edit_leaves_the_large_index_as_it_is(tmp_path: Path) -> None:
    store = VectorStore(embed_letters, tmp_path)
    store.index(TEXTS)
    before = generation_in(tmp_path)
    edited = store.index([*TEXTS[1:], "新的一句"])
    assert (generation_in(tmp_path), edited.fresh_rows, len(edited)) == (before, 1, 4)
    assert int(edited.nearest(embed_letters(["新的一句"])[0], 1)[0]) == 3
    assert int(edited.nearest(embed_letters(["电费怎么算"])[0], 1)[0]) != 3


def test_fresh_vectors_outlive_the_process(tmp_path: Path) -> None:
    store = VectorStore(embed_letters, tmp_path)
    store.index(TEXTS)
    store.index([*TEXTS, "新的一句"])
    encoder = CountingEncoder()
    VectorStore(encoder, tmp_path).index([*TEXTS, "新的一句"])
    assert encoder.asked == []


def test_many_fresh_texts_are_taken_into_a_new_generation(tmp_path: Path) -> None:
    store = VectorStore(embed_letters, tmp_path)
    store.index(TEXTS)
    before = generation_in(tmp_path)
    assert not store.tidy()
    texts = [*TEXTS, *many_texts(FRESH_FEW + 1)]
    assert store.index(texts).fresh_rows == FRESH_FEW + 1
    assert store.tidy()
    after = store.index(texts)
    assert generation_in(tmp_path) != before
    assert (after.fresh_rows, len(after)) == (0, len(texts))


def test_another_worker_takes_over_the_new_generation(tmp_path: Path) -> None:
    first, second = VectorStore(embed_letters, tmp_path), VectorStore(embed_letters, tmp_path)
    texts = [*TEXTS, *many_texts(FRESH_FEW + 1)]
    first.index(TEXTS)
    old = second.index(TEXTS)
    first.index(texts)
    first.tidy()
    second.index(texts)
    assert second.tidy()
    assert second.index(texts).fresh_rows == 0
    assert int(old.nearest(embed_letters([TEXTS[2]])[0], 1)[0]) == 2


def test_a_writer_that_dies_leaves_the_old_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = VectorStore(embed_letters, tmp_path)
    store.index(TEXTS)
    before = generation_in(tmp_path)

    def die(index: object, path: Path) -> None:
        path.write_bytes(b"half an ind")
        raise SystemExit(1)

    monkeypatch.setattr(vector_store, "write_index", die)
    store.index([*TEXTS, *many_texts(FRESH_FEW + 1)])
    with pytest.raises(SystemExit):
        store.tidy()
    monkeypatch.undo()
    assert generation_in(tmp_path) == before
    encoder = CountingEncoder()
    assert len(VectorStore(encoder, tmp_path).index(TEXTS)) == 4
    assert encoder.asked == []


@pytest.mark.parametrize("file", ["index.faiss", "keys.npy", "vectors.npy", "probe.npy"])
def test_a_broken_generation_is_written_anew(tmp_path: Path, file: str) -> None:
    VectorStore(embed_letters, tmp_path).index(TEXTS)
    broken = tmp_path / generation_in(tmp_path) / file
    broken.write_bytes(broken.read_bytes()[:7])
    again = VectorStore(embed_letters, tmp_path).index(TEXTS)
    assert int(again.nearest(embed_letters([TEXTS[1]])[0], 1)[0]) == 1


def test_another_encoder_does_not_meet_the_index_of_the_first(tmp_path: Path) -> None:
    VectorStore(embed_letters, tmp_path).index(TEXTS)

    def embed_backwards(texts: Sequence[str]) -> NDArray[np.float32]:
        return np.ascontiguousarray(embed_letters(texts)[:, ::-1])

    found = VectorStore(embed_backwards, tmp_path).index(TEXTS)
    assert found.similarities(embed_backwards([TEXTS[0]])[0], [0]) == pytest.approx([1.0], abs=1e-2)


def _edit_again_and_again(folder: str, number: int) -> None:
    store = VectorStore(embed_letters, Path(folder))
    for turn in range(3):
        texts = [*TEXTS, *(f"{number}号第{turn}次的第{n}句" for n in range(FRESH_FEW + 1))]
        index = store.index(texts)
        store.tidy()
        index = store.index(texts)
        place = int(index.nearest(embed_letters([TEXTS[0]])[0], 1)[0])
        if texts[place] != TEXTS[0] or len(index) != len(texts):
            raise SystemExit(f"{texts[place]} among {len(index)}")


def test_processes_that_replace_the_index_do_not_disturb_each_other(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_edit_again_and_again, args=(str(tmp_path), n)) for n in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=100)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert len(list(tmp_path.glob("index-*"))) == 1
    assert not list(tmp_path.glob(".part-*"))
