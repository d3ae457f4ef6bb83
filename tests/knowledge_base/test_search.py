"""Finding: an answer with its source, a question for the region, near questions, and renewal while it runs."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from knowledge_base.answer import Answer, Finding, RegionNeeded, Suggestions
from knowledge_base.assembly import load_knowledge
from knowledge_base.errors import CalibrationInvalid
from knowledge_base.live import KnowledgeBase
from tests.knowledge_base.small_knowledge import NOW, TEXTS, Text, embed_letters, write_articles


@pytest.fixture(params=["lexical", "full"])
def knowledge(request: pytest.FixtureRequest, knowledge_folder: Path, calibration_file: Path) -> KnowledgeBase:
    embed = embed_letters if request.param == "full" else None
    return load_knowledge(knowledge_folder, calibration=calibration_file, embed=embed)


@pytest.fixture
def lexical(knowledge_folder: Path, calibration_file: Path) -> KnowledgeBase:
    return load_knowledge(knowledge_folder, calibration=calibration_file)


def find(knowledge: KnowledgeBase, question: str, region: str | None = None) -> Finding:
    return knowledge.find(question, region=region, at=NOW)


def rewrite(folder: Path, texts: list[Text]) -> None:
    path = write_articles(folder, texts)
    later = path.stat().st_mtime + 5
    os.utime(path, (later, later))


def test_a_standard_question_is_answered_with_certainty_and_source(knowledge: KnowledgeBase) -> None:
    found = find(knowledge, "居民电费违约金怎么算")
    assert isinstance(found, Answer)
    assert (found.article_id, found.version, found.document) == ("late-fee", 1, "某某规则")
    assert found.score == 0.99


def test_a_question_in_other_words_is_answered(knowledge: KnowledgeBase) -> None:
    found = find(knowledge, "喂你好我想问一下，办理过户要拿哪些证件呀")
    assert isinstance(found, Answer)
    assert found.article_id == "transfer-materials"
    assert 0 < found.score <= 0.99


def test_a_foreign_question_is_not_answered(knowledge: KnowledgeBase) -> None:
    assert isinstance(find(knowledge, "附近哪里有加油站"), Suggestions)


def test_an_empty_question_finds_nothing(knowledge: KnowledgeBase) -> None:
    assert find(knowledge, "  ！？") == Suggestions((), 0.0)


def test_the_region_is_asked_for_when_the_answer_depends_on_it(knowledge: KnowledgeBase) -> None:
    found = find(knowledge, "居民阶梯电价每档多少钱")
    assert isinstance(found, RegionNeeded)
    assert found.regions == ("山东", "江苏")


def test_the_known_region_chooses_the_article(knowledge: KnowledgeBase) -> None:
    found = find(knowledge, "居民阶梯电价每档多少钱", "江苏")
    assert isinstance(found, Answer)
    assert "0.5283" in found.text


def test_a_place_in_the_question_wins_over_the_known_region(knowledge: KnowledgeBase) -> None:
    found = find(knowledge, "青岛居民阶梯电价每档多少钱", "江苏")
    assert isinstance(found, Answer)
    assert found.article_id == "tier-price-shandong"


@pytest.mark.parametrize(
    ("question", "region"), [("居民阶梯电价每档多少钱", "蒙西"), ("北京居民阶梯电价每档多少钱", None)]
)
def test_a_region_without_an_article_gets_no_other_regions_answer(
    knowledge: KnowledgeBase, question: str, region: str | None
) -> None:
    found = find(knowledge, question, region)
    assert not (isinstance(found, Answer) and found.topic == "tier-price")
    assert not isinstance(found, RegionNeeded)


def test_what_holds_in_all_regions_of_the_hotline_is_told_with_a_note(knowledge: KnowledgeBase) -> None:
    found = find(knowledge, "抢修人员多久到现场")
    assert isinstance(found, Answer)
    assert found.text.startswith("城区一般45分钟到达")
    assert "山东、江苏、黑龙江" in found.text


def test_the_note_is_gone_when_the_region_is_known(knowledge: KnowledgeBase) -> None:
    found = find(knowledge, "抢修人员多久到现场", "山东")
    assert isinstance(found, Answer)
    assert found.text == "城区一般45分钟到达"


@pytest.mark.parametrize(
    "change", [{"state": "draft"}, {"state": "archived"}, {"valid_from": "2027-01-01"}, {"valid_to": "2026-10-31"}]
)
def test_only_what_is_published_and_in_force_is_found(
    knowledge_folder: Path, calibration_file: Path, change: dict[str, str]
) -> None:
    write_articles(knowledge_folder, [replace(TEXTS[0], **change), *TEXTS[1:]])  # type: ignore[arg-type]
    found = find(load_knowledge(knowledge_folder, calibration=calibration_file), "居民电费违约金怎么算")
    assert not (isinstance(found, Answer) and found.article_id == "late-fee")


def test_the_day_of_the_question_chooses_between_old_and_new(knowledge_folder: Path, calibration_file: Path) -> None:
    old = replace(TEXTS[0], id="old", topic="late-fee", answer="千分之二", valid_to="2026-11-21")
    new = replace(TEXTS[0], id="new", topic="late-fee", question="违约金怎样算", valid_from="2026-11-22")
    write_articles(knowledge_folder, [old, new, *TEXTS[1:]])
    knowledge = load_knowledge(knowledge_folder, calibration=calibration_file)
    found = [knowledge.find("电费滞纳金咋算", region=None, at=NOW + timedelta(days=day)) for day in (0, 1)]
    assert [getattr(finding, "article_id", None) for finding in found] == ["old", "new"]


def test_suggestions_do_not_name_a_region_that_nobody_named(lexical: KnowledgeBase) -> None:
    found = lexical.searcher.find("阶梯的一个问题", region=None, at=NOW)
    if isinstance(found, Suggestions):
        assert all("山东" not in question and "江苏" not in question for question in found.questions)


def test_a_saved_edit_is_live_after_a_reload(lexical: KnowledgeBase, knowledge_folder: Path) -> None:
    before = lexical.snapshot_id
    rewrite(knowledge_folder, [replace(TEXTS[0], answer="新的答案", version=2), *TEXTS[1:]])
    assert lexical.reload()
    found = find(lexical, "居民电费违约金怎么算")
    assert isinstance(found, Answer)
    assert (found.text, found.version) == ("新的答案", 2)
    assert lexical.snapshot_id != before


def test_nothing_is_read_again_when_nothing_changed(lexical: KnowledgeBase) -> None:
    searcher = lexical.searcher
    assert not lexical.reload()
    assert lexical.searcher is searcher


def test_a_broken_edit_leaves_the_last_sound_state(lexical: KnowledgeBase, knowledge_folder: Path) -> None:
    rewrite(knowledge_folder, [replace(TEXTS[0], state="nonsense")])
    assert not lexical.reload()
    assert lexical.problem is not None
    assert isinstance(find(lexical, "居民电费违约金怎么算"), Answer)


def test_the_snapshot_id_depends_on_the_articles_only(
    knowledge_folder: Path, calibration_file: Path, lexical: KnowledgeBase
) -> None:
    again = load_knowledge(knowledge_folder, calibration=calibration_file, embed=embed_letters)
    assert again.snapshot_id == lexical.snapshot_id


def test_missing_weights_are_told_with_their_file(knowledge_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CalibrationInvalid, match=r"no\.json"):
        load_knowledge(knowledge_folder, calibration=tmp_path / "no.json")
