"""Bills by catalogue tables: the sources' worked figures, the rules of each region, and laws that hold for any bill."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.errors import TariffRequestInvalid
from knowledge_base.tariffs.calculation import Calculation
from knowledge_base.tariffs.calculator import calculate
from knowledge_base.tariffs.load import load_tariffs
from knowledge_base.tariffs.request import parse_tariff_request
from knowledge_base.tariffs.table import CatalogueTable

LAW = settings(deadline=None, derandomize=True)
TARIFFS = load_tariffs(Path(__file__).parents[2] / "data" / "tariffs")
REGIONS = ("山东", "江苏", "黑龙江", "蒙西")
CENT = Decimal("0.01")
energies = st.decimals(min_value=0, max_value=9000, places=2)
whole_energies = st.integers(min_value=0, max_value=9000)


def bill(region: str, category: str, energy_kwh: object, **fields: object) -> Calculation:
    body = {"month": "2026-08", "region": region, "category": category, "energy_kwh": energy_kwh, **fields}
    return calculate(parse_tariff_request(body), TARIFFS)


def amounts(calculation: Calculation) -> dict[str, str]:
    return {line.name: str(line.amount) for line in calculation.lines}


def quantities(calculation: Calculation) -> dict[str, Decimal]:
    return {line.name: line.quantity for line in calculation.lines}


@pytest.mark.parametrize(
    ("region", "totals"),
    [
        ("山东", ("1093.80", "1664.70", "3755.40")),
        ("江苏", ("1056.60", "1596.90", "3631.80")),
        ("黑龙江", ("1020.00", "1578.00", "3978.00")),
        ("蒙西", ("830.00", "1293.00", "3408.00")),
    ],
)
def test_a_whole_year_costs_what_the_worked_examples_say(region: str, totals: tuple[str, ...]) -> None:
    got = tuple(str(bill(region, "居民阶梯", kwh, months=12).total) for kwh in (2000, 3000, 6000))
    assert got == totals


def test_a_month_begins_in_the_tier_where_the_year_stands() -> None:
    got = bill("山东", "居民阶梯", 300, annual_to_date_kwh=2400)
    assert amounts(got) == {"第一档电量": "65.63", "第二档电量": "107.44"}  # 120 x 0.5469, 180 x 0.5969
    assert str(got.total) == "173.07"


def test_a_month_after_all_limits_costs_the_last_tier() -> None:
    assert amounts(bill("江苏", "居民阶梯", 100, annual_to_date_kwh=5000)) == {"第三档电量": "82.83"}


def test_higher_voltage_has_its_own_tier_prices() -> None:
    assert str(bill("江苏", "居民阶梯", 100, voltage="1-10千伏").total) == "51.83"
    assert str(bill("黑龙江", "居民阶梯", 100, voltage="35千伏").total) == "49.00"


def test_no_energy_costs_nothing() -> None:
    got = bill("山东", "居民峰谷", 0)
    assert (str(got.total), got.lines) == ("0.00", ())


# --- peak and valley --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("month", "valley"), [("2026-10", "37.69"), ("2026-11", "34.69"), ("2026-03", "34.69")])
def test_shandong_valley_is_cheaper_in_the_heating_season(month: str, valley: str) -> None:
    got = bill("山东", "居民峰谷", 200, month=month, peak_kwh=100, valley_kwh=100)
    assert amounts(got) == {"第一档峰段电量": "57.69", "第一档谷段电量": valley}


def test_a_crossed_tier_takes_peak_and_valley_in_the_months_proportion() -> None:
    got = bill("江苏", "居民峰谷", 300, annual_to_date_kwh=2660, peak_kwh=200, valley_kwh=100)
    assert amounts(got) == {
        "第一档峰段电量": "37.22",  # 66.666... x 0.5583
        "第一档谷段电量": "11.94",  # 33.333... x 0.3583
        "第二档峰段电量": "81.11",
        "第二档谷段电量": "27.22",
    }


@LAW
@given(st.integers(1, 2000), st.integers(0, 2000), st.integers(0, 5000))
def test_proportional_amounts_are_exact_to_the_half_cent(peak: int, valley: int, before: int) -> None:
    got = bill("江苏", "居民峰谷", peak + valley, peak_kwh=peak, valley_kwh=valley, annual_to_date_kwh=before)
    tier_one = max(0, min(2760, before + peak + valley) - before)
    exact = Fraction(tier_one * peak, peak + valley) * Fraction("0.5583")
    half_up = Decimal(int(exact * 100 + Fraction(1, 2))) / 100
    assert next((line.amount for line in got.lines if line.name == "第一档峰段电量"), 0) == half_up


@LAW
@given(st.integers(1, 3000), st.integers(1, 3000), st.integers(0, 5000), st.sampled_from(["2026-01", "2026-07"]))
def test_every_tier_has_the_months_share_of_peak(peak: int, valley: int, before: int, month: str) -> None:
    got = bill(
        "山东", "居民峰谷", peak + valley, month=month, peak_kwh=peak, valley_kwh=valley, annual_to_date_kwh=before
    )
    used = quantities(got)
    for tier in ("第一档", "第二档", "第三档"):
        if f"{tier}峰段电量" in used:
            ratio = used[f"{tier}峰段电量"] / used[f"{tier}谷段电量"]
            assert abs(ratio - Decimal(peak) / valley) < Decimal("1e-9") * ratio


def test_peak_and_valley_prices_need_the_energy_by_slot() -> None:
    with pytest.raises(TariffRequestInvalid, match="peak_kwh"):
        bill("山东", "居民峰谷", 100)


def test_a_slot_that_the_table_does_not_price_is_refused() -> None:
    with pytest.raises(TariffRequestInvalid, match=r"flat_kwh.*only peak_kwh, valley_kwh"):
        bill("江苏", "居民峰谷", 100, peak_kwh=50, flat_kwh=50)


def test_slots_do_not_change_a_price_without_time_of_day() -> None:
    got = bill("山东", "居民阶梯", 100, peak_kwh=60, valley_kwh=40)
    assert str(got.total) == "54.69"
    assert any("不分时段" in note for note in got.notes)


def test_a_year_by_one_seasons_prices_says_so() -> None:
    assert any("季节" in note for note in bill("山东", "居民峰谷", 2, peak_kwh=1, valley_kwh=1, months=12).notes)


# --- many persons, free energy ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("region", "persons", "limits"),
    [
        ("山东", 4, (2520, 4800)),
        ("山东", 5, (3720, 4800)),
        ("江苏", 5, (3960, 6000)),
        ("江苏", 8, (3960, 6000)),
        ("黑龙江", 5, (2040, 3120)),
        ("黑龙江", 6, (2448, 3528)),
        ("黑龙江", 8, (3264, 4344)),
        ("蒙西", 9, (2040, 3120)),
    ],
)
def test_large_households_have_wider_tiers(region: str, persons: int, limits: tuple[int, int]) -> None:
    used = quantities(bill(region, "居民阶梯", 9000, months=12, household_size=persons))
    assert [used["第一档电量"], used["第二档电量"]] == [*map(Decimal, (limits[0], limits[1] - limits[0]))]


def test_seven_persons_in_jiangsu_hear_of_the_shared_meter_price() -> None:
    assert any("合表" in note for note in bill("江苏", "居民阶梯", 100, household_size=7).notes)
    assert not any("合表" in note for note in bill("江苏", "居民阶梯", 100, household_size=6).notes)


def test_an_unknown_rule_for_large_households_is_said() -> None:
    assert any("一户多人口" in note for note in bill("蒙西", "居民阶梯", 100, household_size=6).notes)


@pytest.mark.parametrize(("region", "kwh"), [("山东", 185), ("江苏", 185), ("黑龙江", 190), ("蒙西", 200)])
def test_the_poor_have_free_energy_in_the_first_tier(region: str, kwh: int) -> None:
    got = bill(region, "居民阶梯", 200, subsidy="低保")
    assert quantities(got) == {"第一档电量": kwh}
    assert any("免费" in note for note in got.notes)


def test_free_energy_of_a_year_is_twelve_months() -> None:
    assert quantities(bill("江苏", "居民阶梯", 2000, months=12, subsidy="五保")) == {"第一档电量": 1820}


def test_free_energy_comes_out_of_the_first_tier_and_leaves_the_limits() -> None:
    got = bill("山东", "居民阶梯", 300, annual_to_date_kwh=2400, subsidy="低保")
    assert quantities(got) == {"第一档电量": 105, "第二档电量": 180}


def test_free_energy_beyond_the_months_first_tier_is_left_to_the_yearly_settlement() -> None:
    got = bill("山东", "居民阶梯", 100, annual_to_date_kwh=3000, subsidy="低保")
    assert quantities(got) == {"第二档电量": 100}
    assert any("按年清算" in note for note in got.notes)


def test_less_use_than_free_energy_costs_nothing() -> None:
    assert str(bill("山东", "居民合表", 12, subsidy="五保").total) == "0.00"


def test_free_energy_is_taken_from_peak_and_valley_alike() -> None:
    got = bill("山东", "居民峰谷", 150, peak_kwh=100, valley_kwh=50, subsidy="低保")
    assert quantities(got) == {"第一档峰段电量": 90, "第一档谷段电量": 45}


# --- shared meters, charging, farming ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("region", "category", "voltage", "total"),
    [
        ("山东", "居民合表", "不满1千伏", "555.00"),
        ("山东", "居民合表", "1-10千伏", "501.00"),
        ("江苏", "居民合表", "1-10千伏", "538.30"),
        ("黑龙江", "居民合表", "1-20千伏", "503.00"),
        ("蒙西", "居民合表", "不满1千伏", "427.00"),
        ("江苏", "居民充电桩", "不满1千伏", "548.30"),
        ("黑龙江", "居民充电桩", "不满1千伏", "513.00"),
        ("蒙西", "居民充电桩", "不满1千伏", "427.00"),
        ("山东", "居民充电桩", "不满1千伏", "555.00"),
        ("山东", "农业", "35千伏", "510.00"),
        ("江苏", "农业", "20-35千伏", "493.00"),
        ("江苏", "农业", "35千伏", "484.00"),
        ("黑龙江", "农业", "20千伏", "477.00"),
        ("蒙西", "农业", "10kV", "281.00"),
    ],
)
def test_a_thousand_kilowatt_hours_at_a_flat_price(region: str, category: str, voltage: str, total: str) -> None:
    assert str(bill(region, category, 1000, voltage=voltage).total) == total


def test_shandong_charging_has_five_slots() -> None:
    parts = {"sharp_kwh": 10, "peak_kwh": 10, "flat_kwh": 10, "valley_kwh": 10, "deep_valley_kwh": 10}
    got = bill("山东", "居民充电桩", 50, **parts)
    assert [str(line.amount) for line in got.lines] == ["8.88", "5.85", "5.55", "3.85", "2.22"]
    assert any("0.725" in note for note in got.notes)


@pytest.mark.parametrize(
    ("region", "category", "voltage"),
    [("山东", "居民合表", "1-10千伏"), ("江苏", "农业", "不满1千伏"), ("江苏", "居民充电桩", "不满1千伏")],
)
def test_uncertain_prices_carry_the_caveat(region: str, category: str, voltage: str) -> None:
    assert any("以当地供电公司公布为准" in note for note in bill(region, category, 1, voltage=voltage).notes)


@pytest.mark.parametrize("field", ["agent_price", "contract_kva", "max_demand_kw", "reactive_kvarh"])
def test_figures_of_business_are_refused_for_households(field: str) -> None:
    with pytest.raises(TariffRequestInvalid, match=field):
        bill("山东", "居民阶梯", 100, **{field: 1})


# --- laws -------------------------------------------------------------------------------------------------


@LAW
@given(st.sampled_from(REGIONS), energies, energies)
def test_the_total_is_the_sum_of_rounded_lines(region: str, kwh: Decimal, before: Decimal) -> None:
    got = bill(region, "居民阶梯", kwh, annual_to_date_kwh=before)
    assert got.total == sum(line.amount for line in got.lines)
    for line in got.lines:
        assert line.amount == (line.quantity * line.price).quantize(CENT, ROUND_HALF_UP)
    assert sum(line.quantity for line in got.lines) == kwh


@LAW
@given(st.sampled_from(REGIONS), whole_energies, st.integers(0, 3000), st.integers(0, 3000))
def test_more_energy_never_costs_less(region: str, before: int, kwh: int, more: int) -> None:
    less = bill(region, "居民阶梯", kwh, annual_to_date_kwh=before)
    assert bill(region, "居民阶梯", kwh + more, annual_to_date_kwh=before).total >= less.total


@LAW
@given(st.sampled_from(REGIONS), st.sampled_from(["2", "3"]), st.integers(0, 2000))
def test_bills_add_up_at_a_tier_border(region: str, tier: str, beyond: int) -> None:
    (table,) = TARIFFS.tables_in_force(region, "居民阶梯", "2026-08")
    assert isinstance(table, CatalogueTable)
    border = table.limits[int(tier) - 2]
    at_border = bill(region, "居民阶梯", border, months=12).total
    after = bill(region, "居民阶梯", beyond, annual_to_date_kwh=border).total
    assert bill(region, "居民阶梯", border + beyond, months=12).total == at_border + after


@LAW
@given(st.sampled_from(REGIONS), st.lists(st.integers(0, 900), min_size=12, max_size=12))
def test_twelve_months_one_after_the_other_make_the_year(region: str, months: list[int]) -> None:
    bills = [
        bill(region, "居民阶梯", kwh, month=f"2026-{n + 1:02}", annual_to_date_kwh=sum(months[:n]))
        for n, kwh in enumerate(months)
    ]
    year = bill(region, "居民阶梯", sum(months), months=12)
    rounded_lines = len(year.lines) + sum(len(monthly.lines) for monthly in bills)
    assert abs(sum(monthly.total for monthly in bills) - year.total) <= rounded_lines * CENT / 2
