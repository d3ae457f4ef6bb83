"""The small knowledge base in a folder, and weights that were fitted on it."""

from pathlib import Path
from textwrap import dedent

import pytest

from knowledge_base.calibrate import collect_cases, fit_fusion, plan_rounds
from knowledge_base.fuse import Calibration, save_calibration
from knowledge_base.load_articles import load_articles
from knowledge_base.vocabulary import load_vocabulary
from tests.knowledge_base.small_knowledge import FOREIGN, VOCABULARY, embed_letters, write_articles


@pytest.fixture
def knowledge_folder(tmp_path: Path) -> Path:
    """A folder of articles with the vocabulary beside it."""
    write_articles(tmp_path / "knowledge")
    (tmp_path / "knowledge_synonyms.yml").write_text(dedent(VOCABULARY), encoding="utf-8")
    return tmp_path / "knowledge"


@pytest.fixture(scope="session")
def calibration_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights that were fitted on the test articles."""
    root = tmp_path_factory.mktemp("calibration")
    write_articles(root / "knowledge")
    (root / "vocabulary.yml").write_text(dedent(VOCABULARY), encoding="utf-8")
    rounds = tuple(plan_rounds(load_articles(root / "knowledge"), FOREIGN, rounds=4))
    vocabulary = load_vocabulary(root / "vocabulary.yml")
    full = fit_fusion(collect_cases(rounds, vocabulary, embed_letters))
    lexical = fit_fusion(collect_cases(rounds, vocabulary))
    save_calibration(Calibration(full, lexical, answer_from=0.7, suggest_from=0.15), root / "retrieval.json")
    return root / "retrieval.json"
