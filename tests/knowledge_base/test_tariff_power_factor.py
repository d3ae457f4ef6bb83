"""The power factor rule against rows of the document's tables."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.tariffs.power_factor import STANDARDS, adjustment_percent, power_factor

LAW = settings(deadline=None, derandomize=True)
ROWS = {
    "0.90": "1.00 -0.75|0.95 -0.75|0.94 -0.6|0.91 -0.15|0.90 0|0.89 0.5|0.80 5|0.70 10|0.69 11|0.65 15|0.64 17|0.50 45",
    "0.85": "0.94 -1.1|0.93 -0.95|0.90 -0.5|0.86 -0.1|0.85 0|0.84 0.5|0.65 10|0.64 11|0.60 15|0.59 17|0.50 35",
    "0.80": "1.00 -1.3|0.92 -1.3|0.91 -1.15|0.90 -1|0.81 -0.1|0.80 0|0.79 0.5|0.60 10|0.59 11|0.55 15|0.54 17|0.50 25",
}


@pytest.mark.parametrize("standard", ROWS)
def test_percentages_are_those_of_the_documents_table(standard: str) -> None:
    for row in ROWS[standard].split("|"):
        factor, percent = map(Decimal, row.split())
        assert adjustment_percent(factor, Decimal(standard)) == percent, row


def test_the_last_step_goes_on_below_one_half() -> None:
    assert [adjustment_percent(Decimal("0.32"), standard) for standard in STANDARDS] == [81, 71, 61]


@pytest.mark.parametrize(
    ("energy", "reactive", "factor"), [("4", "3", "0.80"), ("1", "0", "1.00"), ("0", "5", "0.00"), ("0", "0", "1.00")]
)
def test_the_power_factor_comes_from_both_meters(energy: str, reactive: str, factor: str) -> None:
    assert str(power_factor(Decimal(energy), Decimal(reactive))) == factor


def test_the_power_factor_is_rounded_half_up_to_two_places() -> None:
    assert str(power_factor(Decimal("0.845") * 1000, Decimal("534.77"))) == "0.84"  # 0.84499...
    assert str(power_factor(Decimal("0.845") * 1000, Decimal("534.76"))) == "0.85"  # 0.84500...


@LAW
@given(st.integers(0, 100), st.integers(0, 100), st.sampled_from(STANDARDS))
def test_a_better_power_factor_never_costs_more(one: int, other: int, standard: Decimal) -> None:
    worse, better = sorted((Decimal(one) / 100, Decimal(other) / 100))
    assert adjustment_percent(better, standard) <= adjustment_percent(worse, standard)
