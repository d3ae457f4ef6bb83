"""Articles: sound files become frozen values, every mistake is told with file, article and key."""

from datetime import date
from pathlib import Path

import pytest

from knowledge_base.errors import ArticleFileInvalid
from knowledge_base.load_articles import load_articles
from tests.knowledge_base.small_knowledge import TEXTS, Text, write_articles


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(ArticleFileInvalid) as caught:
        load_articles(folder)
    return [str(mistake) for mistake in caught.value.mistakes]


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_all_articles_of_all_files_are_read(tmp_path: Path) -> None:
    write_articles(tmp_path, TEXTS[:3], "one.yml")
    write_articles(tmp_path, TEXTS[3:], "two.yml")
    assert [article.id for article in load_articles(tmp_path)] == [text.id for text in TEXTS]


def test_an_article_carries_its_source_and_its_regions(tmp_path: Path) -> None:
    write_articles(tmp_path, TEXTS[3:4])
    (article,) = load_articles(tmp_path)
    assert article.source.document == "某某规则"
    assert article.regions == {"山东"}
    assert article.questions[0] == "山东居民阶梯电价每档多少钱"
    assert len(article.questions) == 5


def test_mistakes_of_all_files_are_told_at_once_with_article_and_key(tmp_path: Path) -> None:
    change(write_articles(tmp_path, TEXTS[:2], "one.yml"), "customer_class: 全部", "customer_class: 所有人")
    change(write_articles(tmp_path, TEXTS[2:3], "two.yml"), "certainty: 多源2", "certainty: 听说")
    found = mistakes(tmp_path)
    assert len(found) == 2
    assert found[0].startswith("one.yml: late-fee: customer_class:")
    assert found[1].startswith("two.yml: meter-check-time: source.certainty:")


def test_an_unknown_key_is_named(tmp_path: Path) -> None:
    change(write_articles(tmp_path, TEXTS[:1]), "voice:", "vocie:")
    assert any("late-fee: vocie:" in mistake for mistake in mistakes(tmp_path))


def test_an_id_in_two_files_is_told_with_the_other_file(tmp_path: Path) -> None:
    write_articles(tmp_path, TEXTS[:1], "one.yml")
    write_articles(tmp_path, TEXTS[:1], "two.yml")
    assert "two.yml: late-fee: id: also in one.yml" in mistakes(tmp_path)


def test_two_articles_may_not_answer_one_topic_for_the_same_region(tmp_path: Path) -> None:
    rival = Text("tier-price-qingdao", "青岛电价", "青岛用电多少钱", "0.5469元", "tier-price", "山东")
    write_articles(tmp_path, [*TEXTS, rival])
    assert any("tier-price-qingdao: topic:" in mistake for mistake in mistakes(tmp_path))


def test_a_topic_may_pass_from_an_old_article_to_a_new_one(tmp_path: Path) -> None:
    old = Text("rule-old", "违约金比例", "罚多少", "千分之二", "rule", valid_to="2026-12-31")
    new = Text("rule-new", "违约金比例是多少", "罚几多", "千分之一", "rule", valid_from="2027-01-01")
    write_articles(tmp_path, [old, new])
    assert len(load_articles(tmp_path)) == 2


def test_an_end_before_the_beginning_is_a_mistake(tmp_path: Path) -> None:
    write_articles(tmp_path, [Text("x", "问", "问一问", "答", valid_to="2020-01-01")])
    assert "before valid_from" in mistakes(tmp_path)[0]


def test_a_key_written_twice_is_a_mistake(tmp_path: Path) -> None:
    change(write_articles(tmp_path, TEXTS[:1]), "  version: 1\n", "  version: 1\n  version: 2\n")
    assert "stands twice" in mistakes(tmp_path)[0]


def test_broken_yaml_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "bad.yml").write_text("- id: [", encoding="utf-8")
    assert mistakes(tmp_path)[0].startswith("bad.yml:")


def test_an_empty_folder_is_a_mistake(tmp_path: Path) -> None:
    assert "no *.yml file" in mistakes(tmp_path)[0]


def test_an_article_is_in_force_from_its_first_to_its_last_day(tmp_path: Path) -> None:
    write_articles(tmp_path, [Text("x", "问", "问一问", "答", valid_from="2026-01-01", valid_to="2026-06-30")])
    (article,) = load_articles(tmp_path)
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1)]
    assert [article.is_in_force(day) for day in days] == [False, True, True, False]


def test_an_unknown_beginning_lies_before_every_day(tmp_path: Path) -> None:
    write_articles(tmp_path, [Text("x", "问", "问一问", "答", valid_from="2026-11-20")])
    (article,) = load_articles(tmp_path)
    assert article.is_in_force(date(2026, 3, 1))
