"""Numerals of every style."""

from decimal import Decimal

import pytest

from nlu.values.numerals import parse_number, parse_small, render_number


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("三百", "300"),
        ("三百来", "300"),
        ("三百多", "300"),
        ("一千二百", "1200"),
        ("一千二", "1200"),
        ("两千三", "2300"),
        ("一百六", "160"),
        ("一百六十五", "165"),
        ("一百零五", "105"),
        ("三万五", "35000"),
        ("三万五千", "35000"),
        ("一万二", "12000"),
        ("一万零二", "10002"),
        ("十五", "15"),
        ("十", "10"),
        ("二十", "20"),
        ("百八十", "180"),
        ("百把", "100"),
        ("千把", "1000"),
        ("十万", "100000"),
        ("十万五", "105000"),
        ("一亿二千万", "120000000"),
        ("三亿", "300000000"),
        ("半", "0.5"),
        ("三点五", "3.5"),
        ("零点五六一七", "0.5617"),
        ("一百二十点二五", "120.25"),
        ("三点五万", "35000"),
        ("1.2万", "12000"),
        ("12,345.60", "12345.6"),
        ("3百5", "350"),
        ("2千3", "2300"),
        ("1千2百", "1200"),
        ("二二零", "220"),
        ("三八零", "380"),
        ("两三百", "250"),
        ("五六十", "55"),
        ("十几", "10"),
        ("二十几", "20"),
        ("五百多万", "5000000"),
        ("壹佰贰拾", "120"),
        ("300", "300"),
        ("0.5", "0.5"),
    ],
)
def test_numeral_is_read(said: str, number: str) -> None:
    parsed = parse_number(said)
    assert parsed is not None
    assert render_number(parsed) == number


@pytest.mark.parametrize("said", ["", "点", "电费", "三点", "几"])
def test_what_is_no_numeral_is_none(said: str) -> None:
    assert parse_number(said) is None


def test_first_month_is_one() -> None:
    assert parse_small("元") == 1
    assert parse_small("廿三") == 23
    assert parse_small("三点五") is None


def test_number_is_written_without_exponent() -> None:
    assert render_number(Decimal("1E+4")) == "10000"
    assert render_number(Decimal("5.60")) == "5.6"
    assert render_number(Decimal("100")) == "100"
