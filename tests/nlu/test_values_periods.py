"""Stretches of months, holidays and parts of months, seen from Friday 2026-11-20."""

from datetime import datetime

import pytest

from nlu.values import find_values

NOW = datetime.fromisoformat("2026-11-20T10:00:00+08:00")


def read(text: str, entity: str) -> list[str]:
    return [span.value for span in find_values(text, NOW) if span.entity == entity]


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("前两个月的电费都报一下", ["2026-09", "2026-10"]),
        ("今年头三个月一共用了几度", ["2026-01", "2026-03"]),
        ("三季度的发票", ["2026-07", "2026-09"]),
        ("去年四季度的账单", ["2025-10", "2025-12"]),
        ("四季度的账单", ["2026-10", "2026-12"]),
        ("最近半年每个月的电费", ["2026-05", "2026-10"]),
        ("去年下半年的电费", ["2025-07", "2025-12"]),
        ("大上个月的单子", ["2026-09"]),
        ("去年腊月的电费", ["2025-12"]),
        ("这期来了多少", ["2026-11"]),
        ("上一期电费", ["2026-10"]),
        ("头一个月的电费", ["2026-10"]),
        ("提前两个月申请", []),
    ],
)
def test_a_stretch_of_months_is_its_first_and_last(text: str, months: list[str]) -> None:
    assert read(text, "month") == months


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("国庆那几天用了多少", ["2026-10-01/2026-10-07"]),
        ("国庆那天用了多少", ["2026-10-01"]),
        ("去年国庆假期用电", ["2025-10-01/2025-10-07"]),
        ("五一期间的用电", ["2026-05-01/2026-05-05"]),
        ("春节那几天用电多少", ["2026-02-17/2026-02-23"]),
        ("中秋节那天用电", ["2026-09-25"]),
        ("元旦营业吗", ["2027-01-01"]),
        ("月初用了多少", ["2026-11-01/2026-11-10"]),
        ("上个月底用了多少", ["2026-10-21/2026-10-31"]),
        ("10.1到10.7的用电", ["2026-10-01/2026-10-07"]),
        ("11.5号用了多少", ["2026-11-05"]),
        ("11月25号起暂停", ["2026-11-25"]),
        ("12月5号到8号停电通知", ["2026-12-05/2026-12-08"]),
        ("12月3号那次停电", ["2025-12-03"]),
        ("国庆路停电了", []),
    ],
)
def test_holidays_and_parts_of_months_are_days(text: str, days: list[str]) -> None:
    assert read(text, "date") == days
