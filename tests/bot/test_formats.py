"""How figures are written for customers."""

from __future__ import annotations

import pytest

from bot.formats import FORMATS
from bot.responses import fill


@pytest.mark.parametrize(
    ("spec", "value", "written"),
    [
        ("yuan", "12.3", "12.30元"),
        ("yuan", 0.005, "0.01元"),
        ("kwh", "210.00", "210度"),
        ("kwh", "210.456", "210.46度"),
        ("month", "2026-01", "2026年1月"),
        ("date", "2026-11-09/2026-11-15", "11月9日到11月15日"),
        ("date", "2026-11-09", "11月9日"),
        ("datetime", "2026-11-20T15:30:00+08:00", "11月20日15:30"),
        ("percent", 0.125, "12.5%"),
        ("price", "0.5469", "0.5469元"),
        ("account", "3702000012345", "尾号2345"),
        ("phone", "13812345678", "138****5678"),
        ("list", ["停电", "账单"], "停电、账单"),
        ("kw", 8, "8千瓦"),
        ("number", 3.0, "3"),
        ("time", "2026-11-20T15:30:00+08:00", "15:30"),
    ],
)
def test_a_figure_is_written_as_customers_read_it(spec: str, value: object, written: str) -> None:
    assert FORMATS[spec](value) == written


def test_a_missing_value_is_a_dash_and_an_unreadable_one_is_shown_as_it_is() -> None:
    assert fill("{a:yuan} {b:month}", {"b": "很久以前"}) == "— 很久以前"
