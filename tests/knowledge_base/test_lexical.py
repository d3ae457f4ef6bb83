"""Reading questions, and comparing them by letters and words."""

from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest

from knowledge_base.errors import VocabularyInvalid
from knowledge_base.lexical import LexicalIndex
from knowledge_base.text import MAX_QUESTION_LENGTH, read_text, value_of
from knowledge_base.vocabulary import NO_VOCABULARY, Vocabulary, load_vocabulary
from tests.knowledge_base.small_knowledge import VOCABULARY


@pytest.fixture
def vocabulary(tmp_path: Path) -> Vocabulary:
    path = tmp_path / "knowledge_synonyms.yml"
    path.write_text(dedent(VOCABULARY), encoding="utf-8")
    return load_vocabulary(path)


def test_fillers_are_taken_out(vocabulary: Vocabulary) -> None:
    assert read_text("喂你好，我想问一下过户要啥呀？", vocabulary).spoken == "过户要啥"


def test_a_question_of_fillers_only_is_left_as_it_is(vocabulary: Vocabulary) -> None:
    assert read_text("喂，你好！", vocabulary).spoken == "喂 你好"


def test_synonyms_become_one_word(vocabulary: Vocabulary) -> None:
    assert read_text("滞纳金咋算", vocabulary).plain == read_text("违约金如何算", vocabulary).plain


def test_places_are_noted_and_taken_out(vocabulary: Vocabulary) -> None:
    reading = read_text("青岛的电价", vocabulary)
    assert (reading.regions, reading.spoken) == (("山东",), "电价")


def test_a_place_without_articles_is_noted(vocabulary: Vocabulary) -> None:
    assert read_text("北京电价", vocabulary).is_elsewhere


def test_full_width_and_capitals_are_folded(vocabulary: Vocabulary) -> None:
    assert read_text("１０ＫＶ", vocabulary).plain == "10kv"


def test_numerals_before_a_unit_are_written_in_digits(vocabulary: Vocabulary) -> None:
    assert read_text("两千五百度电", vocabulary).plain == "2500度电"


@pytest.mark.parametrize(
    ("numeral", "value"),
    [("十五", 15), ("三百二", 320), ("三百零五", 305), ("一万二", 12000), ("一千零二十", 1020), ("两千五", 2500)],
)
def test_numerals_are_read_as_people_shorten_them(numeral: str, value: int) -> None:
    assert value_of(numeral) == value


def test_only_the_beginning_of_an_endless_text_is_read() -> None:
    assert len(read_text("电" * 1_000_000, NO_VOCABULARY).plain) == MAX_QUESTION_LENGTH


def test_numbers_stay_whole_tokens() -> None:
    tokens = read_text("0.5469元", NO_VOCABULARY).tokens
    assert "0.5469" in tokens


def test_a_surface_with_two_meanings_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "words.yml"
    path.write_text("synonyms: {甲: [丙], 乙: [丙]}", encoding="utf-8")
    with pytest.raises(VocabularyInvalid, match="丙"):
        load_vocabulary(path)


def test_an_unknown_section_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "words.yml"
    path.write_text("synonims: {}", encoding="utf-8")
    with pytest.raises(VocabularyInvalid, match="synonims"):
        load_vocabulary(path)


DOCUMENTS = [("过", "户", "过户"), ("电", "表", "电表"), ("电", "费", "电费")]


def test_the_document_that_shares_the_rarest_tokens_ranks_first() -> None:
    assert int(np.argmax(LexicalIndex(DOCUMENTS).rank(("电", "表", "电表")))) == 1


def test_a_question_equal_to_a_document_covers_it_and_is_covered() -> None:
    in_question, in_document = LexicalIndex(DOCUMENTS).cover(DOCUMENTS[0])
    assert in_question[0] == pytest.approx(1.0, abs=1e-5)
    assert in_document[0] == pytest.approx(1.0, abs=1e-5)


def test_an_unheard_of_token_weighs_more_than_any_known_one() -> None:
    index = LexicalIndex(DOCUMENTS)
    assert index.weight_of(["水"]) > index.weight_of(["过户"])


def test_a_question_of_unknown_tokens_scores_nothing() -> None:
    assert LexicalIndex(DOCUMENTS).rank(("水", "气")).tolist() == [0.0, 0.0, 0.0]


def test_an_index_without_documents_answers_with_nothing() -> None:
    assert LexicalIndex([]).rank(("电",)).shape == (0,)
