"""Finding tables and voltage bands, saying what there is, and listing prices for words."""

from decimal import Decimal
from pathlib import Path

import pytest

from knowledge_base.errors import KnowledgeError, TariffNotFound
from knowledge_base.tariffs.load import load_tariffs
from knowledge_base.tariffs.price_list import price_list

TARIFFS = load_tariffs(Path(__file__).parents[2] / "data" / "tariffs")


@pytest.mark.parametrize(
    ("region", "category", "voltage", "band"),
    [
        ("山东", "工商业单一制", "1-10千伏", "1-10(20)千伏"),
        ("山东", "工商业单一制", "1-10（20）千伏", "1-10(20)千伏"),
        ("山东", "工商业单一制", "20kV", "1-10(20)千伏"),
        ("山东", "工商业单一制", "380V", "不满1千伏"),
        ("山东", "工商业单一制", "330千伏", "220千伏及以上"),
        ("山东", "居民合表", "35千伏", "1千伏及以上"),
        ("黑龙江", "居民阶梯", "1-10千伏", "1-20千伏"),
        ("黑龙江", "居民阶梯", "35千伏", "35-66千伏"),
        ("黑龙江", "居民阶梯", "66kV", "35-66千伏"),
        ("黑龙江", "工商业单一制", "110千伏", "110(66)千伏"),
        ("黑龙江", "工商业单一制", "66千伏", "110(66)千伏"),
        ("江苏", "农业", "35千伏", "35-110千伏"),
        ("蒙西", "居民阶梯", "10千伏", "1-10千伏"),
        ("蒙西", "居民阶梯", "220V", "不满1千伏"),
    ],
)
def test_a_voltage_finds_the_regions_band(region: str, category: str, voltage: str, band: str) -> None:
    assert TARIFFS.find(region, category, "2026-08", voltage)[1].name == band


@pytest.mark.parametrize(
    ("region", "category", "month", "voltage", "available"),
    [
        ("北京", "居民阶梯", "2026-08", "不满1千伏", "山东"),
        ("黑龙江", "居民峰谷", "2026-08", "不满1千伏", "居民阶梯"),
        ("山东", "居民峰谷", "2022-04", "不满1千伏", "山东 居民峰谷 from 2022-05-01"),
        ("山东", "居民阶梯", "2026-08", "10千伏", "不满1千伏"),
        ("江苏", "农业", "2026-08", "110千伏", "35-110千伏"),
        ("蒙西", "居民阶梯", "2026-08", "高压", "1-10千伏"),
        ("山东", "工商业单一制", "2026-08", "35千伏及以上", "35千伏"),
    ],
)
def test_what_is_missing_is_answered_with_what_there_is(
    region: str, category: str, month: str, voltage: str, available: str
) -> None:
    with pytest.raises(TariffNotFound) as caught:
        TARIFFS.find(region, category, month, voltage)
    assert available in caught.value.available
    assert available in str(caught.value)
    assert isinstance(caught.value, KnowledgeError)


def test_everything_available_can_be_found() -> None:
    everything = TARIFFS.available()
    assert len(everything) == 5 + 5 + 4 + 4 + 8
    assert {table.region for table in TARIFFS.available("蒙西")} == {"蒙西"}
    for table in everything:
        for voltage in table.voltages:
            found, band = TARIFFS.find(table.region, table.category, table.effective_from.isoformat()[:7], voltage)
            assert (found.label.name, band.name) == (table.name, voltage)


def test_a_price_list_tells_tiers_and_the_months_slots() -> None:
    prices = price_list(TARIFFS, region="山东", tariff_kind="居民峰谷", month="2026-11")
    assert [(tier.name, str(tier.over_kwh), str(tier.up_to_kwh), str(tier.price)) for tier in prices.tiers] == [
        ("第一档", "0", "2520", "0.5469"),
        ("第二档", "2520", "4800", "0.5969"),
        ("第三档", "4800", "None", "0.8469"),
    ]
    assert prices.season == "采暖期"
    first = [(slot.slot, slot.hours, str(slot.price)) for slot in prices.slots_of_season() if slot.tier == "第一档"]
    assert first == [("峰段", "8:00-20:00", "0.5769"), ("谷段", "20:00-次日8:00", "0.3469")]
    assert any("5人" in note for note in prices.household_notes)


def test_a_price_list_of_industry_tells_factors_and_basic_charges() -> None:
    prices = price_list(TARIFFS, region="江苏", tariff_kind="大工业", month="2026-08", voltage="10kV")
    assert (prices.category, prices.voltage) == ("工商业两部制", "1-10(20)千伏")
    assert (prices.transmission, prices.demand, prices.capacity) == (
        Decimal("0.1298"),
        Decimal("51.2"),
        Decimal(32),
    )
    assert ("峰段", "14:00-22:00", Decimal("1.80")) in [(s.slot, s.hours, s.factor) for s in prices.slots_of_season()]
    assert prices.needs_caveat


def test_hours_that_are_not_published_are_not_told() -> None:
    prices = price_list(TARIFFS, region="山东", tariff_kind="一般工商业", month="2027-01")
    assert {slot.hours for slot in prices.slots} == {None}


def test_a_flat_price_is_one_tier_without_name() -> None:
    prices = price_list(TARIFFS, region="江苏", tariff_kind="充电桩", month="2026-08")
    assert [(tier.name, tier.up_to_kwh, str(tier.price)) for tier in prices.tiers] == [("", None, "0.5483")]
    assert prices.slots == ()
