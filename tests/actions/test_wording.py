"""How the billing, tariff and verification responses are worded, and the pieces of lists that actions write."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.wording import charge_line, full_day, kwh, price, yuan

ROOT = Path(__file__).parents[2]
FILES = ("identity.yml", "billing.yml", "tariff.yml")
LONG = 70
"""Characters from which a text needs a voice of its own."""
VARIANTS: list[tuple[str, dict[str, Any]]] = [
    (name, variant)
    for file in FILES
    for name, variants in yaml.safe_load((ROOT / "domain" / file).read_text(encoding="utf-8"))["responses"].items()
    for variant in variants
]


def spoken(variant: dict[str, Any]) -> str:
    return str(variant.get("voice") or variant["text"])


@pytest.mark.parametrize(("name", "variant"), VARIANTS)
def test_what_is_spoken_has_two_sentences_at_most(name: str, variant: dict[str, Any]) -> None:
    ends = re.findall(r"[。？！]|\{ending\}|\{spoken_ending\}", spoken(variant))
    assert len(ends) <= 2, name
    assert "\n" not in spoken(variant), name
    assert "http" not in spoken(variant), name


@pytest.mark.parametrize(("name", "variant"), VARIANTS)
def test_long_texts_have_a_voice(name: str, variant: dict[str, Any]) -> None:
    assert len(variant["text"]) <= LONG or variant.get("voice"), name


@pytest.mark.parametrize(("name", "variant"), VARIANTS)
def test_no_response_asks_what_else_there_is(name: str, variant: dict[str, Any]) -> None:
    assert "还有什么可以帮" not in variant["text"], name


def test_pieces_have_the_forms_of_the_responses() -> None:
    line = charge_line("第一档电量", Decimal("180.00"), "千瓦时", Decimal("0.54690"), Decimal("98.44"))
    assert line == "第一档电量 180度×0.5469元＝98.44元"
    assert yuan(Decimal("12.345")) == "12.35元"
    assert kwh(Decimal("210.50")) == "210.5度"
    assert price(Decimal("0.5000")) == "0.5元"
    assert full_day(date(2026, 8, 1)) == "2026年8月1日"
