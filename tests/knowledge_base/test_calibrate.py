"""Fitting the weights: what is held out, and that the fit says something true."""

from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest

from knowledge_base.article import Article
from knowledge_base.calibrate import Case, collect_cases, fit_fusion, fit_logistic, plan_rounds
from knowledge_base.errors import CalibrationInvalid
from knowledge_base.fuse import Calibration, load_calibration, save_calibration
from knowledge_base.load_articles import load_articles
from knowledge_base.vocabulary import Vocabulary, load_vocabulary
from tests.knowledge_base.small_knowledge import FOREIGN, TEXTS, VOCABULARY, embed_letters, write_articles

ROUNDS = 4


@pytest.fixture
def articles(tmp_path: Path) -> tuple[Article, ...]:
    write_articles(tmp_path / "knowledge")
    return load_articles(tmp_path / "knowledge")


@pytest.fixture
def vocabulary(tmp_path: Path) -> Vocabulary:
    (tmp_path / "words.yml").write_text(dedent(VOCABULARY), encoding="utf-8")
    return load_vocabulary(tmp_path / "words.yml")


@pytest.fixture
def cases(articles: tuple[Article, ...], vocabulary: Vocabulary) -> list[Case]:
    return collect_cases(plan_rounds(articles, FOREIGN, ROUNDS), vocabulary, embed_letters)


def test_no_asked_wording_stays_in_the_index_of_its_round(articles: tuple[Article, ...]) -> None:
    for turn in plan_rounds(articles, FOREIGN, ROUNDS):
        indexed = {text for article in turn.articles for text in article.questions}
        assert indexed.isdisjoint(question.text for question in turn.questions)


def test_every_foreign_sentence_is_asked_once_and_has_no_topic(articles: tuple[Article, ...]) -> None:
    asked = [q for turn in plan_rounds(articles, FOREIGN, ROUNDS) for q in turn.questions if q.text in FOREIGN]
    assert sorted(question.text for question in asked) == sorted(FOREIGN)
    assert all(question.topic is None for question in asked)


def test_every_topic_is_missing_in_one_round(articles: tuple[Article, ...]) -> None:
    topics = {article.topic for article in articles}
    missing = [topics - {article.topic for article in turn.articles} for turn in plan_rounds(articles, (), ROUNDS)]
    assert sorted(name for names in missing for name in names) == sorted(topics)


def test_the_fit_tells_right_from_wrong(cases: list[Case]) -> None:
    fusion = fit_fusion(cases)
    right: list[float] = []
    wrong: list[float] = []
    for case in cases:
        scores = fusion.score(case.rows)
        best = int(np.argmax(scores))
        (right if best == case.right else wrong).append(fusion.probability(case.rows, scores, best))
    assert np.mean(right) > np.mean(wrong) + 0.1


def test_the_fit_is_the_same_every_time(cases: list[Case]) -> None:
    assert fit_fusion(cases).rank.tolist() == fit_fusion(cases).rank.tolist()


def test_a_logistic_fit_finds_the_share_of_ones() -> None:
    rows = np.ones((1000, 1))
    answers = (np.arange(1000) < 200).astype(np.float64)
    weight = fit_logistic(rows, answers, np.ones(1000))[0]
    assert 1 / (1 + np.exp(-weight)) == pytest.approx(0.2, abs=0.01)


def test_a_logistic_fit_uses_a_column_of_small_differences_as_well_as_one_of_large_ones() -> None:
    signal = np.tile([0.0, 1.0], 200)
    odds = []
    for scale in (0.01, 10.0):
        rows = np.stack([np.ones(400), 0.6 + scale * signal], axis=1)
        odds.append(rows @ fit_logistic(rows, signal, np.ones(400)))
    assert odds[0] == pytest.approx(odds[1], abs=1e-6)


def test_a_candidate_that_refuses_by_itself_teaches_nothing_about_questions_without_an_answer(
    cases: list[Case],
) -> None:
    rows = np.ones((2, len(cases[0].rows[0])))
    silent = Case(rows, None, False, 1.0, np.array([True, True]))
    assert fit_fusion([*cases, silent]).certainty.tolist() == fit_fusion(cases).certainty.tolist()


def test_weights_come_back_from_disk_as_they_were(cases: list[Case], tmp_path: Path) -> None:
    fusion = fit_fusion(cases)
    save_calibration(Calibration(fusion, fusion, 0.4, 0.1), tmp_path / "deep" / "retrieval.json")
    loaded = load_calibration(tmp_path / "deep" / "retrieval.json")
    assert loaded.full.rank == pytest.approx(fusion.rank, abs=1e-4)
    assert loaded.lexical.certainty == pytest.approx(fusion.certainty, abs=1e-4)
    assert (loaded.answer_from, loaded.suggest_from) == (0.4, 0.1)


def test_weights_of_another_version_are_refused(cases: list[Case], tmp_path: Path) -> None:
    fusion = fit_fusion(cases)
    path = tmp_path / "retrieval.json"
    save_calibration(Calibration(fusion, fusion, 0.4, 0.1), path)
    path.write_text(path.read_text(encoding="utf-8").replace("bm25_best", "bm26_best"), encoding="utf-8")
    with pytest.raises(CalibrationInvalid, match="calibrate again"):
        load_calibration(path)


def test_all_test_articles_take_part(articles: tuple[Article, ...]) -> None:
    assert len(articles) == len(TEXTS)
