"""Dictated numbers are put right by the length of their digits and by how many were asked for."""

from __future__ import annotations

import pytest

from speech.protocols import Word
from speech.recognizers.dictation import Heard, dictated
from speech.recognizers.vosk import holds_number


def heard(spelled: str, weight: float = 1.0) -> Heard:
    """Words with blanks between; `九.` is a word of 90 ms, `二-` one of 390, others have 210."""
    words, at = [], 0.0
    for word in spelled.split():
        seconds = {".": 0.09, "-": 0.39}.get(word[-1], 0.21)
        words.append(Word(word.rstrip(".-"), at, at + seconds, 1.0))
        at += seconds
    return Heard(tuple(words), weight)


@pytest.mark.parametrize(
    ("spelled", "lengths", "text"),
    [
        ("二 三 幺 九. 幺 七 三", (), "二三幺幺七三"),
        ("三 二 零 户号 幺 零 四", (), "三二零幺零四"),
        ("户号 是 三 二 零 幺 零 四", (), "户号是三二零幺零四"),
        ("幺 五 零 不对 幺 六 零", (), "幺五零不对幺六零"),
        ("九. 幺 三 八 零 零", (6,), "九幺三八零零"),
        ("九. 幺", (), "九幺"),
        ("我 不 知道", (11,), "我不知道"),
    ],
)
def test_what_is_too_short_to_be_a_digit_or_stands_in_a_pause_was_not_said(
    spelled: str, lengths: tuple[int, ...], text: str
) -> None:
    assert dictated([heard(spelled)], lengths)[0].text == text


def test_a_reading_of_the_expected_length_comes_first_unless_it_is_hardly_likely() -> None:
    long, right = heard("幺 三 八 幺 二 二 三"), heard("幺 三 八 幺 二 三", 0.3)
    assert [reading.text for reading in dictated([long, right], (6,))] == ["幺三八幺二三", "幺三八幺二二三"]
    assert dictated([long, heard("幺 三 八 幺 二 三", 0.0001)], (6,))[0] == long
    assert dictated([long, right], ())[0] == long


@pytest.mark.parametrize(
    ("spelled", "lengths", "text"),
    [
        ("三 二 零 二- 六 八", (7,), "三二零二二六八"),
        ("零 二- 九 八 九 零 六 二-", (10, 13), "零二二九八九零六二二"),
        ("三 二 零 二- 六 八", (6,), "三二零二六八"),
        ("三 二 零 二- 六 八", (), "三二零二六八"),
        ("三 二 零 三- 六 八", (7,), "三二零三六八"),
        ("三 二 零 二 六 八", (7,), "三二零二六八"),
        ("三 二 零 二- 六 八", (9,), "三二零二六八"),
    ],
)
def test_a_long_digit_that_begins_with_a_vowel_is_two_where_one_is_missing(
    spelled: str, lengths: tuple[int, ...], text: str
) -> None:
    assert dictated([heard(spelled)], lengths)[0].text == text


def test_what_was_written_twice_is_doubtful_so_that_it_is_read_back() -> None:
    words = dictated([heard("三 二 零 二- 六 八")], (7,))[0].words
    assert [word.confidence for word in words] == [1.0, 1.0, 1.0, 0.5, 0.5, 1.0, 1.0]


def test_a_number_of_a_length_is_found_in_a_text() -> None:
    assert holds_number("户号是3203412029221", (10, 13))
    assert not holds_number("户号是320341202922", (10, 13))
