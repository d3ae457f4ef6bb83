"""The whole: overlaps, what was asked, offsets, speed, and agreement with the annotated sentences."""

import itertools
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.annotations import AnnotatedText, parse_annotated
from nlu.values import find_values, normalise
from tests.nlu.values_reading import NOW

_DATA = Path(__file__).parents[2] / "data" / "nlu"
_FLOORS = {
    "account_no": 0.97,
    "phone": 0.97,
    "month": 0.93,
    "date": 0.85,
    "energy_kwh": 0.88,
    "power_kw": 0.85,
    "amount": 0.8,
    "tariff_kind": 0.9,
}


def _found(text: str, expected: str | None = None) -> list[tuple[str, str, str]]:
    return [(span.entity, span.value, span.text) for span in find_values(text, NOW, expected=expected)]


def test_everything_in_one_sentence() -> None:
    text = "我家上个月用了三百来度交了一百六十块，户号3702001122，昨晚八点半停电了"
    assert _found(text) == [
        ("month", "2026-10", "上个月"),
        ("energy_kwh", "300", "三百来度"),
        ("amount", "160", "一百六十块"),
        ("account_no", "3702001122", "3702001122"),
        ("date", "2026-11-20", "昨晚"),
        ("time", "20:30", "八点半"),
        ("fault_symptom", "全停", "停电"),
    ]


def test_day_wins_over_its_month() -> None:
    assert _found("11月9号") == [("date", "2026-11-09", "11月9号")]


def test_house_number_wins_over_the_day() -> None:
    assert _found("市南区香港中路9号") == [("address", "市南区香港中路9号", "市南区香港中路9号")]


def test_decimal_wins_over_the_time() -> None:
    assert _found("三点五千瓦") == [("power_kw", "3.5", "三点五千瓦")]


def test_denied_value_gives_way_to_the_right_one() -> None:
    assert _found("不是三号楼是五号楼") == [("address", "五号楼", "五号楼")]
    assert _found("不是昨天 是前天") == [("date", "2026-11-19", "前天")]


def test_empty_and_wordless_texts_have_no_values() -> None:
    assert find_values("", NOW) == []
    assert find_values("？？？", NOW) == []
    assert find_values("你好", NOW, expected="address") == []


@pytest.mark.parametrize(
    ("entity", "surface", "value"),
    [
        ("month", "八月份", "2026-08"),
        ("month", "八", "2026-08"),
        ("date", "上周三到周五", "2026-11-11/2026-11-13"),
        ("date", "下个月", "2026-12-01/2026-12-31"),
        ("time", "下午三点", "15:00"),
        ("energy_kwh", "四百来度", "400"),
        ("energy_kwh", "310", "310"),
        ("power_kw", "两百千伏安", "200"),
        ("amount", "一百六", "160"),
        ("voltage", "三百八", "380V"),
        ("account_no", "三七零二 零零一一 二二", "3702001122"),
        ("phone", "幺三八零零零零一一一一", "13800001111"),
        ("ticket_no", "GD20261121000123", "GD20261121000123"),
        ("person_name", " 王秀英 ", "王秀英"),
        ("address", "历下区泉城路", "历下区泉城路"),
    ],
)
def test_tagged_surface_is_normalised(entity: str, surface: str, value: str) -> None:
    assert normalise(entity, surface, NOW) == value


@pytest.mark.parametrize(
    ("entity", "surface"), [("month", "夏天"), ("account_no", "三七零二"), ("energy_kwh", ""), ("unknown", "三百")]
)
def test_unreadable_surface_is_none(entity: str, surface: str) -> None:
    assert normalise(entity, surface, NOW) is None


def test_clock_without_zone_is_accepted() -> None:
    assert normalise("month", "上个月", datetime(2026, 1, 5)) == "2025-12"  # noqa: DTZ001


_LETTERS = (
    "三百来度块毛一二两零幺0123456789月号日点半年上个这周到停电没了不对是最后，。 的户路区楼栋我叫王GDkVA千伏安瓦万"
)


@settings(max_examples=150, deadline=None)
@given(
    text=st.text(alphabet=_LETTERS, max_size=40),
    expected=st.sampled_from([None, "month", "address", "amount", "account_no", "time", "date"]),
)
def test_spans_lie_in_order_without_overlap_in_the_original(text: str, expected: str | None) -> None:
    spans = find_values(text, NOW, expected=expected)
    assert all(text[span.start : span.end] == span.text and span.text for span in spans)
    assert all(first.end <= second.start for first, second in itertools.pairwise(spans))
    assert all(0 < span.confidence <= 1 for span in spans)


def test_thirty_characters_take_half_a_millisecond() -> None:
    text = "我家上个月用了三百来度电怎么交了一百六十块钱帮我查一下户号吧"
    find_values(text, NOW)
    best = min(_seconds(text) for _ in range(30))
    assert best < 0.0005


def test_long_text_stays_linear() -> None:
    text = "三七零二，不对，历下区解放路青年小区三号楼" * 90
    started = time.perf_counter()
    find_values(text, NOW)
    assert time.perf_counter() - started < 1.0


def _seconds(text: str) -> float:
    started = time.perf_counter()
    find_values(text, NOW)
    return time.perf_counter() - started


def _annotated() -> list[tuple[AnnotatedText, str | None]]:
    rows: list[tuple[AnnotatedText, str | None]] = []
    for path in sorted(_DATA.glob("*.yml")):
        for block in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader).get("nlu") or []:
            examples = block.get("examples") or ""
            for example in [{"text": examples}] if isinstance(examples, str) else examples:
                slot = _requested_slot(example)
                lines = [line.removeprefix("- ") for line in example["text"].splitlines() if "](" in line]
                rows += [(parse_annotated(line), slot) for line in lines]
    return rows


def _requested_slot(example: dict[str, Any]) -> str | None:
    metadata = example.get("metadata") or {}
    slot: str | None = (metadata.get("context") or {}).get("requested_slot")
    return slot


@pytest.mark.skipif(not _DATA.exists(), reason="the reference bot's sentences are not installed")
def test_annotated_values_are_found() -> None:
    said, found = dict.fromkeys(_FLOORS, 0), dict.fromkeys(_FLOORS, 0)
    for row, slot in _annotated()[::3]:
        spans = find_values(row.text, NOW, expected=slot)
        for gold in row.spans:
            if gold.entity in _FLOORS:
                said[gold.entity] += 1
                found[gold.entity] += any(
                    span.entity == gold.entity and span.start < gold.end and gold.start < span.end for span in spans
                )
    assert {
        entity: found[entity] / said[entity] for entity in said if found[entity] < _FLOORS[entity] * said[entity]
    } == {}
