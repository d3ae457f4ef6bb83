"""The language of `if:`."""

from __future__ import annotations

import pytest

from bot.conditions import parse_condition
from bot.errors import ConditionInvalid

SCOPE = {"slots.month": "2026-10", "slots.count": 3, "slots.flag": False, "slots.kinds": ["停电"], "channel": "phone"}


@pytest.mark.parametrize(
    ("source", "holds"),
    [
        ("slots.month", True),
        ("slots.flag", False),
        ("slots.unknown", False),
        ("not slots.flag", True),
        ("slots.month = '2026-10'", True),
        ("slots.month > '2026-09' and slots.month < '2026-11'", True),
        ("slots.count >= 3", True),
        ("slots.count > 3 or channel = 'phone'", True),
        ("slots.unknown is null", True),
        ("slots.month is not null", True),
        ("slots.kinds contains '停电'", True),
        ("slots.month in ['2026-10', '2026-11']", True),
        ("not (slots.count = 3 and slots.flag)", True),
        ("slots.month > 3", False),
        ("slots.flag = false", True),
    ],
)
def test_a_condition_is_evaluated(source: str, holds: bool) -> None:
    assert parse_condition(source).holds(SCOPE) is holds


@pytest.mark.parametrize(
    "source", ["", "slots.a and", "slots.a = ", "(slots.a", "slots.a ~ 3", "and slots.a", "slots.a slots.b"]
)
def test_an_unreadable_condition_is_refused(source: str) -> None:
    with pytest.raises(ConditionInvalid):
        parse_condition(source)


def test_a_condition_tells_which_names_it_reads() -> None:
    assert parse_condition("slots.a = 'x' and not channel").names == {"slots.a", "channel"}
