"""Households get no business articles and the other way round; what must not be told is left out before the choice."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from knowledge_base.answer import Answer, Finding, Suggestions
from knowledge_base.assembly import load_knowledge
from knowledge_base.indexing import build_snapshot
from knowledge_base.live import KnowledgeBase
from knowledge_base.load_articles import load_articles
from knowledge_base.search import classes_of
from knowledge_base.text import read_text
from knowledge_base.vocabulary import load_vocabulary
from tests.knowledge_base.small_knowledge import NOW, TEXTS, Text, embed_letters, write_articles

ASKERS = "askers: {居民: [我家, 家里, 居民], 工商业: [开店的, 厂里], 农业: [大棚]}\n"
QUESTION = "峰谷时段怎么划分"
HOUSEHOLD = Text("valley-home", "居民峰谷时段怎么划分", "峰谷时段几点到几点, 谷段从几点开始", "谷段22点到次日8点")
BUSINESS = Text("valley-shop", "工商业峰谷时段怎么划分", "峰谷时段几点到几点啊, 谷段从几点开始呢", "谷段23点到次日7点")
DAY = date(2026, 11, 21)


@pytest.fixture(params=["lexical", "full"])
def knowledge(request: pytest.FixtureRequest, knowledge_folder: Path, calibration_file: Path) -> KnowledgeBase:
    write_two_classes(knowledge_folder)
    embed = embed_letters if request.param == "full" else None
    return load_knowledge(knowledge_folder, calibration=calibration_file, embed=embed)


def write_two_classes(folder: Path) -> None:
    rendered = [HOUSEHOLD.render().replace("customer_class: 全部", "customer_class: 居民")]
    rendered.append(BUSINESS.render().replace("customer_class: 全部", "customer_class: 工商业"))
    (folder / "classes.yml").write_text("".join(rendered), encoding="utf-8")
    vocabulary = folder.parent / "knowledge_synonyms.yml"
    vocabulary.write_text(vocabulary.read_text(encoding="utf-8") + ASKERS, encoding="utf-8")


def find(knowledge: KnowledgeBase, question: str, customer_class: str | None = None) -> Finding:
    return knowledge.find(question, region="山东", at=NOW, customer_class=customer_class)


@pytest.mark.parametrize(
    ("question", "customer_class", "article"),
    [
        (QUESTION, "居民", "valley-home"),
        (QUESTION, "工商业", "valley-shop"),
        ("我家峰谷时段怎么划分", None, "valley-home"),
        ("我是开店的，峰谷时段怎么划分", None, "valley-shop"),
        ("厂里峰谷时段怎么划分", "居民", "valley-shop"),
        ("家里峰谷时段怎么划分", "工商业", "valley-home"),
    ],
)
def test_the_class_chooses_the_article(
    knowledge: KnowledgeBase, question: str, customer_class: str | None, article: str
) -> None:
    found = find(knowledge, question, customer_class)
    assert isinstance(found, Answer)
    assert found.article_id == article


@pytest.mark.parametrize(("said", "other"), [("我家", "工商业峰谷"), ("我开店的", "居民峰谷")])
def test_suggestions_are_for_the_class_too(knowledge: KnowledgeBase, said: str, other: str) -> None:
    found = find(knowledge, f"{said}峰谷什么的")
    if isinstance(found, Suggestions):
        assert not any(other in question for question in found.questions)
    else:
        assert isinstance(found, Answer)
        assert other not in found.title


def test_households_come_first_where_nothing_tells_two_articles_apart(
    knowledge_folder: Path, calibration_file: Path
) -> None:
    same = "峰谷时段是几点到几点"
    texts = [
        replace(BUSINESS, question=same, similar="谷段几点开始"),
        replace(HOUSEHOLD, question=same, similar="谷段几点开始"),
    ]
    kinds = ("工商业", "居民")
    rendered = [
        text.render().replace("customer_class: 全部", f"customer_class: {kind}")
        for text, kind in zip(texts, kinds, strict=True)
    ]
    (knowledge_folder / "classes.yml").write_text("".join(rendered), encoding="utf-8")
    knowledge = load_knowledge(knowledge_folder, calibration=calibration_file, answer_from=0.0)
    found = knowledge.find("峰谷时段是几点到几点呀", region="山东", at=NOW)
    assert isinstance(found, Answer)
    assert found.article_id == "valley-home"


@pytest.mark.parametrize(
    ("question", "known", "classes"),
    [
        ("电价多少", None, set()),
        ("电价多少", "居民", {"居民"}),
        ("我家电价多少", None, {"居民"}),
        ("居民和开店的有什么不同", None, set()),
        ("厂里电价多少", "居民", {"工商业"}),
        ("工厂电价多少", "居民", {"居民", "工商业"}),
        ("大棚电价多少", None, {"农业", "工商业"}),
    ],
)
def test_who_is_asking(knowledge_folder: Path, question: str, known: str | None, classes: set[str]) -> None:
    write_two_classes(knowledge_folder)
    vocabulary = load_vocabulary(knowledge_folder.parent / "knowledge_synonyms.yml")
    assert classes_of(read_text(question, vocabulary), known) == classes


def test_masks_cover_place_class_and_day(knowledge_folder: Path) -> None:
    write_articles(knowledge_folder, [*TEXTS[:4], replace(TEXTS[4], valid_from="2027-01-01"), *TEXTS[5:]])
    write_two_classes(knowledge_folder)
    vocabulary = load_vocabulary(knowledge_folder.parent / "knowledge_synonyms.yml")
    snapshot = build_snapshot(load_articles(knowledge_folder), vocabulary)
    names = [topic.name for topic in snapshot.topics]

    def told(place: str | None, classes: frozenset[str], day: date = DAY) -> set[str]:
        mask = snapshot.scopes.of(place, classes, day).is_told
        return {name for name, is_told in zip(names, mask, strict=True) if is_told}

    everything = set(names)
    assert told(None, frozenset()) == everything
    assert told("江苏", frozenset()) == everything - {"tier-price"}
    assert told("江苏", frozenset(), date(2027, 1, 1)) == everything
    assert told("蒙西", frozenset({"居民"})) == everything - {"tier-price", "repair-arrival", "valley-shop"}
    assert told("", frozenset({"工商业"})) == everything - {"tier-price", "repair-arrival", "valley-home"}


def test_a_crowd_of_untold_articles_does_not_hide_the_one_that_may_be_told(
    knowledge_folder: Path, calibration_file: Path
) -> None:
    texts = [
        replace(BUSINESS, id=f"shop-{n}", question=f"峰谷时段怎么划分第{n}种", similar=f"峰谷时段几点到几点{n}")
        for n in range(60)
    ]
    rendered = [text.render().replace("customer_class: 全部", "customer_class: 工商业") for text in texts]
    rendered.append(HOUSEHOLD.render().replace("customer_class: 全部", "customer_class: 居民"))
    (knowledge_folder / "crowd.yml").write_text("".join(rendered), encoding="utf-8")
    knowledge = load_knowledge(knowledge_folder, calibration=calibration_file, embed=embed_letters)
    found = find(knowledge, "谷段从几点开始算", "居民")
    assert isinstance(found, Answer)
    assert found.article_id == "valley-home"
