"""Pinyin typed instead of characters becomes the words that customers use; other letters stay."""

import pytest

from nlu.pinyin_input import PinyinInput, count_pieces, shipped_reader, spell_pinyin


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("dianfei", "电费"),
        ("dian fei duo shao qian", "电费多少钱"),
        ("jietidianjia", "阶梯电价"),
        ("查dianfei", "查电费"),
        ("DIANFEI", "电费"),
        ("dian4 fei4", "电费"),
        ("diàn fèi zěn me jiāo", "电费怎么交"),
        ("wo jia ting dian le", "我家停电了"),
        ("guo hu yao dai shen me cai liao", "过户要带什么材料"),
    ],
)
def test_pinyin_is_read_as_words(typed: str, meant: str) -> None:
    assert shipped_reader().read(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "电费怎么交",
        "app下载不了",
        "10kV",
        "kWh",
        "POS机",
        "NB-IoT",
        "wifi",
        "change",
        "hello world",
        "my name is li wei",
    ],
)
def test_what_is_no_pinyin_is_left_alone(text: str) -> None:
    assert shipped_reader().read(text) == text


def test_a_reader_learns_the_words_of_new_articles() -> None:
    few = PinyinInput(count_pieces(["电费多少"] * 5))
    assert few.read("chongdianzhuang") == "chongdianzhuang"
    assert few.learn(["充电桩怎么装", "充电桩"] * 3).read("chongdianzhuang") == "充电桩"


def test_initials_are_no_pinyin() -> None:
    assert shipped_reader().read("df") == "df"


@pytest.mark.parametrize(
    ("text", "read"), [("dianfei duoshao", "电费多少"), ("我想查一下上个月的dianfei", "我想查一下上个月的dianfei")]
)
def test_understanding_reads_only_what_is_mostly_pinyin(text: str, read: str) -> None:
    assert spell_pinyin(text).text == read


def test_a_very_long_stretch_of_letters_is_left_alone() -> None:
    assert shipped_reader().read("dian" * 1000) == "dian" * 1000


@pytest.mark.parametrize(
    ("typed", "word", "said"),
    [
        ("cha shangge yue de dianfei", "电费", "dianfei"),
        ("查dian fei", "电费", "dian fei"),
        ("jiē tī dianjia", "阶梯", "jiē tī "),
        ("wo jia ting dian le", "停电", "ting dian "),
    ],
)
def test_a_word_is_found_again_in_what_was_typed(typed: str, word: str, said: str) -> None:
    spelled = shipped_reader().spell(typed)
    start = spelled.text.index(word)
    first, last = spelled.typed(start, start + len(word))
    assert typed[first:last].strip() == said.strip()


def test_the_end_of_the_words_is_the_end_of_what_was_typed() -> None:
    spelled = shipped_reader().spell("dianfei duoshao")
    assert spelled.typed(0, len(spelled.text)) == (0, len("dianfei duoshao"))
