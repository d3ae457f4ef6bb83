"""Sparse features: homophones, digits, words, contexts."""

import numpy as np
import pytest

from nlu.features import SparseFeatures, pair_hashes
from nlu.syllables import build_syllable_table, group_homophones


@pytest.fixture(scope="module")
def features() -> SparseFeatures:
    return SparseFeatures(build_syllable_table())


def likeness(features: SparseFeatures, one: str, other: str) -> float:
    first, second = features.extract(one), features.extract(other)
    return len(np.intersect1d(first, second)) / len(np.union1d(first, second))


def test_a_homophone_keeps_more_features_than_another_character(features: SparseFeatures) -> None:
    assert likeness(features, "查一下护号", "查一下户号") > likeness(features, "查一下护号", "查一下账号")


def test_digits_are_alike(features: SparseFeatures) -> None:
    assert likeness(features, "用了300度", "用了457度") == 1.0


def test_punctuation_and_width_do_not_count(features: SparseFeatures) -> None:
    assert likeness(features, "你好，查电费。", "你好查电费") == 1.0
    assert likeness(features, "ＡＢＣ", "abc") == 1.0


def test_the_context_adds_features(features: SparseFeatures) -> None:
    assert len(features.extract("那呢", ("last_intent=query_bill",))) == len(features.extract("那呢")) + 2


def test_words_of_languages_with_blanks_are_features(features: SparseFeatures) -> None:
    assert len(features.extract("pay my bill")) > len(features.extract("paymybill"))


def test_pairs_leave_out_what_is_hidden_and_what_is_not_chinese() -> None:
    assert len(pair_hashes("查电费abc")) == 2
    assert len(pair_hashes("我住泉城路查电费", [(2, 5)])) == 3
    assert len(pair_hashes("电")) == len(pair_hashes("")) == 0


@pytest.mark.parametrize("text", ["", " ", "😀", "\x00\ud800", "电" * 5000])
def test_any_text_has_features_of_limited_number(features: SparseFeatures, text: str) -> None:
    assert len(features.extract(text)) < 4000


def test_homophones_come_from_the_texts() -> None:
    assert group_homophones(["户号", "护"])["户"] == ("护",)
