"""A question that leans on the one before is made whole: other customers and places replace those of the topic."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge_base.ellipsis import complete_question
from knowledge_base.vocabulary import load_vocabulary

WORDS = load_vocabulary(Path(__file__).parents[2] / "data" / "knowledge_synonyms.yml")


@pytest.mark.parametrize(
    ("words", "topic", "whole", "is_for_others"),
    [
        ("我开店的呢", "居民电费违约金怎么算", "电费违约金怎么算 我开店的呢", True),
        ("那单位用电的呢", "居民电费违约金怎么算", "电费违约金怎么算 那单位用电的呢", True),
        ("那蒙西呢", "山东居民阶梯电价是多少", "居民阶梯电价是多少 那蒙西呢", True),
        ("那山东的呢", "北京居民电价多少", "居民电价多少 那山东的呢", True),
        ("那逾期一个月呢", "居民电费违约金怎么算", "居民电费违约金怎么算 那逾期一个月呢", False),
    ],
)
def test_new_words_take_the_place_of_the_old_ones(words: str, topic: str, whole: str, is_for_others: bool) -> None:
    completed = complete_question(words, topic, WORDS)
    assert (completed.question, completed.is_for_others) == (whole, is_for_others)


def test_the_class_is_told_where_the_words_name_one() -> None:
    assert complete_question("种地抽水的呢", "居民新装几天能通电", WORDS).customer_class == "农业"
    assert complete_question("我家开店的呢", "居民新装几天能通电", WORDS).customer_class is None
