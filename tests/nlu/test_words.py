"""Words as tokens: where they are, what is told of them, which language is read how."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.errors import ModelError
from nlu.frontend import CHARACTERS, WORDS, FrontEnd, choose_front_end, load_front_end, load_tokenizer
from nlu.word_features import WordFeatures
from nlu.words import WordTokenizer, build_word_tokenizer, load_word_tokenizer, split_words, word_features

ENGLISH = ("wake me up at 7am", "what's the weather in São Paulo?", "play some jazz")


def pieces(text: str) -> list[str]:
    return [word.text for word in split_words(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("wake me up at 7am", ["wake", "me", "up", "at", "7", "am"]),
        ("what's john’s e-mail?", ["what", "'s", "john", "’s", "e", "-", "mail", "?"]),
        ("five\u00a0o'clock\u200b now", ["five", "o", "'clock", "now"]),
        ("Größe на кухне", ["Größe", "на", "кухне"]),
        ("cafe\u0301 नमस्ते", ["cafe\u0301", "नमस्ते"]),
        ("打开 wifi", ["打", "开", "wifi"]),
        ("a_b 😀 'tis", ["a", "_", "b", "😀", "'tis"]),
        ("  \t ", []),
    ],
)
def test_words_signs_and_numbers_are_parted(text: str, words: list[str]) -> None:
    assert pieces(text) == words


@given(st.text(max_size=40))
def test_places_are_code_points_of_the_original_text(text: str) -> None:
    end = 0
    for word in split_words(text):
        assert text[word.start : word.end] == word.text
        assert word.start >= end
        end = word.end


def test_a_word_has_its_pieces_and_its_upper_case_apart() -> None:
    small, large = set(word_features("berlin", "berlin")), set(word_features("Berlin", "Berlin"))
    assert len(small & large) >= len(small) - 1
    assert large - small
    assert len(set(word_features("berliner", "berliner")) & small) >= 8


def test_digits_are_alike_in_the_pieces_of_a_word() -> None:
    one, other = set(word_features("2019", "2019")), set(word_features("2020", "2020"))
    assert len(one & other) == len(one) - 1


def test_a_new_word_is_the_sum_of_known_pieces() -> None:
    tokenizer = build_word_tokenizer(ENGLISH)
    assert tokenizer.encode("weathers").ids[1].count(0) < len(tokenizer.encode("weathers").ids[1])
    assert tokenizer.encode("±").ids[1][0] == 1


def test_tokens_stand_between_the_marks_and_after_the_context() -> None:
    tokenizer = build_word_tokenizer(ENGLISH)
    encoding = tokenizer.encode("play jazz", context=[tokenizer.token_id("[ctx3]")])
    assert [row[0] for row in encoding.ids][:2] == [2, 8]
    assert encoding.offsets == [(0, 0), (0, 0), (0, 4), (5, 9), (0, 0)]
    assert len({len(row) for row in encoding.ids}) == 1


def test_a_text_that_is_remembered_is_read_anew_in_another_context() -> None:
    tokenizer = build_word_tokenizer(ENGLISH)
    alone = tokenizer.encode("play jazz")
    assert len(tokenizer.encode("play jazz", context=[8]).ids) == len(alone.ids) + 1
    assert tokenizer.encode("play jazz") == alone


def test_a_long_text_loses_its_end() -> None:
    tokenizer = build_word_tokenizer(ENGLISH)
    assert len(tokenizer.encode("a " * 9999).ids) == tokenizer.max_length


def test_known_features_survive_saving(tmp_path: Path) -> None:
    tokenizer = build_word_tokenizer(ENGLISH)
    tokenizer.save(tmp_path)
    again = load_tokenizer(tmp_path, FrontEnd(WORDS, has_parsers=False))
    assert again.encode(ENGLISH[1]) == tokenizer.encode(ENGLISH[1])
    assert len(again) == len(tokenizer)


def test_a_model_folder_without_words_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"words\.npz is missing or broken"):
        load_word_tokenizer(tmp_path)
    with pytest.raises(ModelError, match="unknown kind 'runes'"):
        load_tokenizer(tmp_path, FrontEnd("runes"))


@pytest.mark.parametrize(
    ("texts", "kind", "has_parsers"),
    [
        (ENGLISH, WORDS, False),
        (("как погода в Москве", "включи музыку"), WORDS, False),
        (("stell den Wecker", "spiel Musik"), WORDS, False),
        (("我上个月电费多少", "打开wifi"), CHARACTERS, True),
        (("帮我 play 一首 jazz", "打开 bluetooth speaker 音量"), CHARACTERS, True),
        (("open 微信 and send a message to mum", "play some music please"), WORDS, False),
        (("今日の天気はどうですか",), CHARACTERS, False),
        (("123 456",), CHARACTERS, True),
    ],
)
def test_the_sentences_decide_how_they_are_read(texts: tuple[str, ...], kind: str, has_parsers: bool) -> None:
    assert choose_front_end(texts) == FrontEnd(kind, has_parsers)


def test_the_reading_can_be_forced() -> None:
    assert choose_front_end(ENGLISH, CHARACTERS) == FrontEnd(CHARACTERS, has_parsers=False)


def test_a_model_from_before_there_was_a_choice_reads_characters(tmp_path: Path) -> None:
    assert load_front_end(tmp_path) == FrontEnd(CHARACTERS, has_parsers=True)
    FrontEnd(WORDS, has_parsers=False).save(tmp_path)
    assert load_front_end(tmp_path) == FrontEnd(WORDS, has_parsers=False)
    (tmp_path / "front_end.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match="is broken"):
        load_front_end(tmp_path)


def test_sparse_features_know_words_pairs_and_pieces() -> None:
    features = WordFeatures()
    one, other = features.extract("turn the lights off"), features.extract("Turn the light off!")
    assert 0.5 < len(np.intersect1d(one, other)) / len(np.union1d(one, other)) < 1.0
    assert len(np.setdiff1d(features.extract("on turn"), features.extract("turn on"))) == 3
    assert len(features.extract("", ("last_intent=x",))) == 3


@given(st.text(max_size=200))
def test_any_text_has_tokens_and_features(text: str) -> None:
    assert len(WordTokenizer(np.zeros(0, dtype=np.uint32)).encode(text).ids) >= 2
    assert len(WordFeatures().extract(text)) < 5000
