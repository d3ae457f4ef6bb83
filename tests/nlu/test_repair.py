"""Misheard words of the trade: restored by their sound, and nothing else touched."""

import time
from pathlib import Path

import pytest

from nlu.entities import as_said
from nlu.errors import ModelError
from nlu.repair import Change, Repaired, Repairer
from nlu.repair_lexicon import Confusion, Sounds, load_lexicon
from nlu.syllable_names import load_syllables
from nlu.understanding import Entity

ROOT = Path(__file__).parents[2]
REPAIRER = Repairer.load()


def repair(text: str) -> str:
    return REPAIRER.repair(text).text


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("我的护号是多少", "我的户号是多少"),
        ("查一下前费", "查一下欠费"),
        ("我家停店了", "我家停电了"),
        ("给我开通风谷电价", "给我开通峰谷电价"),
        ("一直跳炸", "一直跳闸"),
        ("屋顶装光福", "屋顶装光伏"),
        ("办过胡", "办过户"),
        ("超表员乱抄", "抄表员乱抄"),
        ("接梯电价怎么分", "阶梯电价怎么分"),
        ("充电庄报装", "充电桩报装"),
        ("滞那金一天收多少", "滞纳金一天收多少"),
        ("护号上个月的点费和帐单", "户号上个月的电费和账单"),
    ],
)
def test_a_word_of_the_trade_is_restored_by_its_sound(said: str, meant: str) -> None:
    assert repair(said) == meant


def test_what_is_meant_as_it_stands_is_left() -> None:
    lines = (ROOT / "data/eval/repair_clean.txt").read_text(encoding="utf-8").split()
    assert len(lines) >= 200
    assert [line for line in lines if repair(line) != line] == []


def test_a_restored_text_is_as_long_as_the_original() -> None:
    text = "喂，我的护号 123，前费了"
    repaired = REPAIRER.repair(text)
    assert len(repaired.text) == len(text)
    assert repaired.original(4, 6) == (4, 6)
    assert repaired.changes == (Change(4, "护号", "户号"), Change(11, "前费", "欠费"))


def test_a_sentence_without_misheard_words_comes_back_itself() -> None:
    text = "我上个月电费多少"
    assert REPAIRER.repair(text) == Repaired(text)


def test_a_word_across_a_common_word_is_no_word() -> None:
    assert repair("支付电费") == "支付电费"  # not 支复电费
    assert repair("听电话里说") == "听电话里说"


def test_another_script_and_the_empty_text_are_left() -> None:
    assert [repair(text) for text in ("", "hello", "😀 12.5", "ㄅㄆ")] == ["", "hello", "😀 12.5", "ㄅㄆ"]


def test_confused_sounds_are_blurred_and_cost_something() -> None:
    sounds = Sounds((Confusion(sounds=("zh", "z"), cost=0.1), Confusion(sounds=("an", "ang"), cost=0.2)))
    (zhang, zhang_bits), (zan, zan_bits) = sounds.blur("zhang"), sounds.blur("zan")
    assert zhang == zan
    assert sounds.cost(zhang_bits, zan_bits) == pytest.approx(0.3)
    assert sounds.blur("chan")[0] != sounds.blur("can")[0]  # not a confusion of this lexicon


def test_a_lexicon_of_ones_own_decides_what_is_restored(tmp_path: Path) -> None:
    lexicon = tmp_path / "lexicon.yml"
    lexicon.write_text("words: {热力站: 1}\nprotected: [立热]\n", encoding="utf-8")
    own = Repairer.load(lexicon)
    assert own.repair("热利站在哪").text == "热力站在哪"
    assert own.repair("我的护号").text == "我的护号"


def test_a_broken_lexicon_names_its_file(tmp_path: Path) -> None:
    lexicon = tmp_path / "lexicon.yml"
    lexicon.write_text("wrods: {热力站: 1}\n", encoding="utf-8")
    with pytest.raises(ModelError, match=r"lexicon\.yml"):
        load_lexicon(lexicon)


def test_every_word_of_the_lexicon_has_a_sound() -> None:
    syllables = load_syllables()
    assert [word for word in load_lexicon().words if any(letter not in syllables for letter in word)] == []


def test_an_entity_of_the_repaired_text_shows_the_words_of_the_original() -> None:
    symptom = Entity("fault_symptom", "全停", "停电", 2, 4, 0.9)
    name = Entity("person_name", "电压", "电压", 5, 7, 0.9)
    shown = as_said((symptom, name), "我家停店，点呀")
    assert [(entity.value, entity.text) for entity in shown] == [("全停", "停店"), ("点呀", "点呀")]


def test_repair_is_quick() -> None:
    text = "我想问一下我们家这个护号上个月的点费怎么还没有到帐呢"
    best = min(_seconds(text) for _ in range(30))
    assert best < 0.002  # some 0.1 ms on an idle core


def _seconds(text: str) -> float:
    start = time.perf_counter()
    REPAIRER.repair(text)
    return time.perf_counter() - start
