"""What did not change is not read again; pinyin and a reranker take part in the search; mistakes name file and line."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge_base import indexing, load_articles
from knowledge_base.answer import Answer
from knowledge_base.assembly import load_knowledge
from knowledge_base.errors import CalibrationInvalid, VocabularyInvalid
from knowledge_base.fuse import load_calibration
from knowledge_base.indexing import Indexer, build_snapshot
from knowledge_base.vocabulary import load_vocabulary
from tests.knowledge_base.small_knowledge import NOW, TEXTS, embed_letters, write_articles

QUESTION = "电费交晚了要罚多少"


class CountingEncoder:
    """Embeds letters and counts the texts."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.count += len(texts)
        return embed_letters(texts)


def save_later(path: Path, seconds: int) -> None:
    later = path.stat().st_mtime + seconds
    os.utime(path, (later, later))


def test_an_edit_reads_one_file_and_one_topic_and_embeds_one_text(
    tmp_path: Path, knowledge_folder: Path, calibration_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_articles(knowledge_folder, TEXTS[:4], "articles.yml")
    other = write_articles(knowledge_folder, TEXTS[4:], "others.yml")
    encoder = CountingEncoder()
    knowledge = load_knowledge(
        knowledge_folder, calibration=calibration_file, embed=encoder, cache_folder=tmp_path / "index"
    )
    files, texts, embedded = [], [], encoder.count
    read_file, read_text = load_articles.read_yaml, indexing.read_text
    monkeypatch.setattr(load_articles, "read_yaml", lambda path: files.append(path.name) or read_file(path))
    monkeypatch.setattr(indexing, "read_text", lambda text, words: texts.append(text) or read_text(text, words))
    write_articles(knowledge_folder, [*TEXTS[4:7], replace(TEXTS[7], question="电子发票在哪里领")], "others.yml")
    save_later(other, 5)
    assert knowledge.reload()
    assert files == ["others.yml"]
    assert len(texts) == 6
    assert encoder.count - embedded == 1
    found = knowledge.find("电子发票在哪里领", region="山东", at=NOW)
    assert isinstance(found, Answer)
    assert found.article_id == "invoice"


def test_a_snapshot_that_was_built_on_another_is_the_same_as_a_new_one(knowledge_folder: Path) -> None:
    vocabulary = load_vocabulary(knowledge_folder.parent / "knowledge_synonyms.yml")
    indexer = Indexer()
    indexer.build(load_articles.load_articles(knowledge_folder), vocabulary)
    write_articles(knowledge_folder, [replace(TEXTS[0], answer="全新的说法"), *TEXTS[2:]])
    articles = load_articles.load_articles(knowledge_folder)
    again, fresh = indexer.build(articles, vocabulary), build_snapshot(articles, vocabulary)
    tokens = ("电", "费", "电费", "新", "户")
    assert again.id == fresh.id
    assert again.by_wording == fresh.by_wording
    assert again.wordings.rank(tokens) == pytest.approx(fresh.wordings.rank(tokens), abs=1e-5)
    assert again.answers.cover(tokens)[1] == pytest.approx(fresh.answers.cover(tokens)[1], abs=1e-5)


def test_a_file_that_is_taken_away_takes_its_articles_along(knowledge_folder: Path, calibration_file: Path) -> None:
    extra = write_articles(knowledge_folder, [replace(TEXTS[0], id="extra", question="一句只在这里的话")], "extra.yml")
    knowledge = load_knowledge(knowledge_folder, calibration=calibration_file)
    extra.unlink()
    assert knowledge.reload()
    assert all(topic.name != "extra" for topic in knowledge.searcher.snapshot.topics)


def test_pinyin_is_looked_up_as_words(knowledge_folder: Path, calibration_file: Path) -> None:
    learnt: list[int] = []

    def learn(sentences: Sequence[str]) -> object:
        learnt.append(len(list(sentences)))
        return lambda text: text.replace("guohu", "过户")

    knowledge = load_knowledge(knowledge_folder, calibration=calibration_file, learn_spelling=learn)  # type: ignore[arg-type]
    assert knowledge.find("过户要带什么材料", region=None, at=NOW).score == 0.99
    assert learnt == []
    assert knowledge.find("guohu要带什么材料", region=None, at=NOW).score == 0.99
    assert knowledge.find("guohu要带什么材料", region=None, at=NOW).score == 0.99
    assert learnt == [40]


def test_a_reranker_moves_the_best_candidates(knowledge_folder: Path, calibration_file: Path) -> None:
    asked: list[tuple[str, int]] = []

    def prefer_invoices(question: str, wordings: Sequence[str]) -> NDArray[np.float32]:
        asked.append((question, len(wordings)))
        return np.array([40.0 if "发票" in wording else 0.0 for wording in wordings], dtype=np.float32)

    knowledge = load_knowledge(knowledge_folder, calibration=calibration_file, rerank=prefer_invoices, answer_from=0.0)
    found = knowledge.find("交电费以后的那个票", region="山东", at=NOW)
    assert isinstance(found, Answer)
    assert found.article_id == "invoice"
    assert asked[0][0] == "交电费以后的那个票"
    assert 2 <= asked[0][1] <= 6


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("trade_word: [过户]", r"knowledge_synonyms\.yml:7: trade_word: Extra inputs"),
        ("askers: {居名: [我家]}", r"knowledge_synonyms\.yml:7: askers\.居名.*'居民', '工商业'"),
        ("other_trades: 水费", r"knowledge_synonyms\.yml:7: other_trades: .*valid list"),
        ("elsewhere: [上海]", r"knowledge_synonyms\.yml: .*'elsewhere' stands twice.*line 7"),
    ],
)
def test_a_mistake_in_the_words_is_told_with_its_line(knowledge_folder: Path, line: str, message: str) -> None:
    path = knowledge_folder.parent / "knowledge_synonyms.yml"
    path.write_text(path.read_text(encoding="utf-8").strip() + f"\n{line}\n", encoding="utf-8")
    with pytest.raises(VocabularyInvalid, match=message):
        load_vocabulary(path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"answer_from": 0.7', '"answer_from": 7', r"retrieval\.json:\d\d: answer_from: .*less than or equal to 1"),
        ('"answer_from"', '"answers_from"', r"retrieval\.json:\d+: answer_from: Field required"),
        ('"version": 1,', '"version": 1', r"retrieval\.json: Invalid JSON"),
    ],
)
def test_a_mistake_in_the_weights_is_told_with_its_line(
    calibration_file: Path, tmp_path: Path, old: str, new: str, message: str
) -> None:
    path = tmp_path / "retrieval.json"
    path.write_text(calibration_file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(CalibrationInvalid, match=message):
        load_calibration(path)
