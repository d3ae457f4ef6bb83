"""Bills of commerce and industry: components, floating by region, basic charges, power factor."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.errors import TariffNotFound, TariffRequestInvalid
from knowledge_base.tariffs.calculation import Calculation
from knowledge_base.tariffs.calculator import calculate
from knowledge_base.tariffs.load import load_tariffs
from knowledge_base.tariffs.request import parse_tariff_request

LAW = settings(deadline=None, derandomize=True)
TARIFFS = load_tariffs(Path(__file__).parents[2] / "data" / "tariffs")


def bill(region: str, system: str, **fields: object) -> Calculation:
    body = {"month": "2026-08", "region": region, "category": f"工商业{system}", **fields}
    return calculate(parse_tariff_request(body), TARIFFS)


def amounts(calculation: Calculation) -> dict[str, str]:
    return {line.name: str(line.amount) for line in calculation.lines}


def price_of(calculation: Calculation, slot_name: str) -> Decimal:
    return next(line.price for line in calculation.lines if slot_name in line.name)


def test_a_single_part_bill_is_energy_transmission_and_funds() -> None:
    got = bill("山东", "单一制", energy_kwh=1000, agent_price="0.45")
    assert amounts(got) == {"代理购电电费": "450.00", "输配电费": "240.10", "政府性基金及附加": "27.17"}
    assert str(got.total) == "717.27"
    assert got.table.effective_from.isoformat() == "2026-08-01"


@pytest.mark.parametrize(
    ("region", "fields", "name", "amount"),
    [
        ("江苏", {"contract_kva": 1000}, "基本电费（容量）", "32000.00"),
        ("山东", {"max_demand_kw": 600}, "基本电费（需量）", "24000.00"),
        ("蒙西", {"contract_kva": 315}, "基本电费（容量）", "6457.50"),
    ],
)
def test_basic_charges_are_those_of_the_worked_examples(
    region: str, fields: dict[str, int], name: str, amount: str
) -> None:
    got = bill(region, "两部制", voltage="1-10千伏", energy_kwh=0, **fields)
    assert amounts(got) == {name: amount}


def test_by_demand_the_customer_hears_of_the_discount() -> None:
    got = bill("山东", "两部制", voltage="10kV", energy_kwh=1, agent_price=1, max_demand_kw=600)
    assert any("260千瓦时" in note and "90%" in note for note in got.notes)


@pytest.mark.parametrize(
    ("region", "system", "month", "slot", "factor", "extra"),
    [
        ("山东", "单一制", "2026-08", "sharp", "2.00", {}),
        ("山东", "单一制", "2026-08", "peak", "1.70", {}),
        ("山东", "单一制", "2026-08", "flat", "1", {}),
        ("山东", "单一制", "2026-08", "valley", "0.30", {}),
        ("山东", "单一制", "2026-11", "deep_valley", "0.10", {}),
        ("江苏", "两部制", "2026-08", "peak", "1.80", {"contract_kva": 400}),
        ("江苏", "两部制", "2026-08", "sharp", "2.16", {"contract_kva": 400}),
        ("江苏", "两部制", "2026-10", "deep_valley", "0.28", {"contract_kva": 400}),
        ("江苏", "单一制", "2026-08", "peak", "1.70", {}),
        ("江苏", "单一制", "2026-08", "peak", "1.70", {"contract_kva": 100}),
        ("江苏", "单一制", "2026-08", "peak", "1.60", {"contract_kva": 80}),
        ("江苏", "单一制", "2026-08", "valley", "0.35", {}),
        ("黑龙江", "单一制", "2026-12", "peak", "1.50", {}),
        ("黑龙江", "单一制", "2026-12", "valley", "0.50", {}),
        ("蒙西", "单一制", "2026-09", "peak", "1.68", {}),
        ("蒙西", "单一制", "2026-09", "valley", "0.48", {}),
        ("蒙西", "单一制", "2026-08", "peak", "1.54", {}),
        ("蒙西", "单一制", "2026-08", "valley", "0.44", {}),
        ("蒙西", "单一制", "2026-08", "sharp", "1.848", {}),
        ("蒙西", "单一制", "2026-08", "deep_valley", "0.352", {}),
    ],
)
def test_each_region_floats_the_agent_price_its_own_way(
    region: str, system: str, month: str, slot: str, factor: str, extra: dict[str, int]
) -> None:
    slots = {f"{slot}_kwh": 1000, "energy_kwh": 1000}
    got = bill(region, system, month=month, voltage="10千伏", agent_price="0.4321", **slots, **extra)
    assert price_of(got, "代理购电") == Decimal("0.4321") * Decimal(factor)


def test_only_the_energy_price_floats() -> None:
    fields: dict[str, object] = {"energy_kwh": 1000, "agent_price": "0.4"}
    flat, valley = bill("黑龙江", "单一制", **fields), bill("黑龙江", "单一制", valley_kwh=1000, **fields)
    assert amounts(flat)["输配电费"] == amounts(valley)["输配电费"] == "282.80"
    assert flat.total - valley.total == 200
    assert any("上网电价" in note for note in valley.notes)


@pytest.mark.parametrize(
    ("region", "month", "slot"),
    [("山东", "2026-08", "deep_valley"), ("黑龙江", "2026-08", "sharp"), ("蒙西", "2026-09", "sharp")],
)
def test_a_slot_that_does_not_exist_in_the_month_is_refused(region: str, month: str, slot: str) -> None:
    with pytest.raises(TariffRequestInvalid, match=f"{slot}_kwh.*has only"):
        bill(region, "单一制", month=month, energy_kwh=10, agent_price=1, **{f"{slot}_kwh": 10})


def test_a_month_without_published_hours_says_so() -> None:
    got = bill("山东", "单一制", month="2027-01", energy_kwh=10, agent_price=1, peak_kwh=10)
    assert any("公告未取得" in note for note in got.notes)


@pytest.mark.parametrize(
    ("energy", "reactive", "standard", "rate"),
    [(8200, 5724, "0.90", "0.04"), (9500, 3122, "0.85", "-0.011"), (6000, 8000, "0.90", "0.25")],
)
def test_the_power_factor_adjusts_energy_and_basic_charges_without_funds(
    energy: int, reactive: int, standard: str, rate: str
) -> None:
    fields = {"voltage": "10千伏", "energy_kwh": energy, "agent_price": "0.4", "contract_kva": 315}
    got = bill("蒙西", "两部制", reactive_kvarh=reactive, power_factor_standard=standard, **fields)
    *charges, adjustment = got.lines
    base = sum(line.amount for line in charges if "基金" not in line.name)
    assert (adjustment.quantity, adjustment.price) == (base, Decimal(rate))
    assert got.total == sum(line.amount for line in got.lines)


def test_farming_is_adjusted_too() -> None:
    body = {"region": "蒙西", "category": "农业", "month": "2026-08", "energy_kwh": 6000, "reactive_kvarh": 8000}
    got = calculate(parse_tariff_request({**body, "power_factor_standard": 0.80}), TARIFFS)
    assert amounts(got)["功率因数调整电费（实际0.60，标准0.80）"] == "172.80"


def test_reactive_energy_needs_a_standard() -> None:
    with pytest.raises(TariffRequestInvalid, match="power_factor_standard"):
        bill("山东", "单一制", energy_kwh=10, agent_price=1, reactive_kvarh=5)


def test_a_standard_without_reactive_energy_is_only_noted() -> None:
    got = bill("山东", "单一制", energy_kwh=10, agent_price=1, power_factor_standard=0.9)
    assert any("无功" in note for note in got.notes)


@pytest.mark.parametrize(
    ("system", "fields", "match"),
    [
        ("两部制", {"agent_price": 1}, "exactly one of contract_kva and max_demand_kw"),
        ("两部制", {"agent_price": 1, "contract_kva": 1, "max_demand_kw": 1}, "exactly one"),
        ("单一制", {"agent_price": 1, "max_demand_kw": 1}, "max_demand_kw"),
        ("单一制", {}, "agent_price"),
        ("单一制", {"agent_price": 1, "subsidy": "低保"}, "subsidy"),
        ("单一制", {"agent_price": 1, "household_size": 5}, "household_size"),
        ("单一制", {"agent_price": 1, "months": 12}, "months"),
    ],
)
def test_missing_and_foreign_figures_are_named(system: str, fields: dict[str, object], match: str) -> None:
    with pytest.raises(TariffRequestInvalid, match=match):
        bill("山东", system, voltage="10千伏", energy_kwh=10, **fields)


def test_months_before_the_fourth_period_are_not_available() -> None:
    with pytest.raises(TariffNotFound) as caught:
        bill("山东", "单一制", month="2026-07", energy_kwh=10, agent_price=1)
    assert caught.value.available == ("山东 工商业单一制 from 2026-08-01",)


def test_a_two_part_low_voltage_exists_only_in_mengxi() -> None:
    fields = {"energy_kwh": 0, "contract_kva": 100}
    assert str(bill("蒙西", "两部制", **fields).total) == "2150.00"
    with pytest.raises(TariffNotFound) as caught:
        bill("江苏", "两部制", **fields)
    assert caught.value.available == ("1-10(20)千伏", "35千伏", "110千伏", "220千伏及以上")


@LAW
@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6), st.decimals("0.1", "1.5", places=6))
def test_the_total_is_the_sum_of_its_lines(peak: int, flat: int, valley: int, price: Decimal) -> None:
    slots = {"peak_kwh": peak, "flat_kwh": flat, "valley_kwh": valley}
    got = bill("江苏", "单一制", energy_kwh=peak + flat + valley, agent_price=str(price), **slots)
    assert got.total == sum(line.amount for line in got.lines)
    assert all(line.amount == line.amount.quantize(Decimal("0.01")) for line in got.lines)
