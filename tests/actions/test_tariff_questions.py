"""Prices in words and calculated bills, with their sources."""

import pytest

from actions.tariff_questions import year_end_in
from tests.actions.service_desk import ServiceDesk

pytestmark = pytest.mark.asyncio


def energy(value: str, start: int) -> dict[str, object]:
    return {"entity": "energy_kwh", "value": value, "start": start, "end": start + len(value)}


async def test_household_tiers_are_told_with_document_and_source(desk: ServiceDesk) -> None:
    done = await desk.act("action_query_tariff", region="山东", tariff_kind="居民阶梯", month="2026-11")
    assert all(price in done.text for price in ("0.5469元", "0.5969元", "0.8469元", "2520度", "4800"))
    assert "鲁发改价格〔2019〕509号" in done.text
    source = done.replies[0].custom["sources"][0]
    assert source["document"] == "鲁发改价格〔2019〕509号"
    assert set(source) == {"id", "version", "title", "document"}


@pytest.mark.parametrize("region", ["山东", "江苏", "黑龙江", "蒙西"])
@pytest.mark.parametrize("kind", ["居民阶梯", "居民合表", "充电桩", "农业", "一般工商业", "大工业"])
async def test_every_kind_has_an_answer_everywhere_in_two_spoken_sentences(
    desk: ServiceDesk, region: str, kind: str
) -> None:
    done = await desk.act("action_query_tariff", region=region, tariff_kind=kind, month="2026-11", channel="phone")
    assert done.responses[0].startswith("utter_tariff_")
    assert done.responses[0] != "utter_tariff_unknown"
    assert done.text.count("。") <= 2
    assert "—" not in done.text
    assert region in done.text


@pytest.mark.parametrize(
    ("text", "slot", "kind"),
    [
        ("充电桩电费多少钱一度", None, "充电桩"),
        ("居民峰谷呢", "居民阶梯", "居民峰谷"),
        ("那合表的呢", "居民阶梯", "居民合表"),
        ("工商业的尖峰平谷时段", "一般工商业", None),
        ("商业用电跟居民用电差多少钱", "一般工商业", None),
        ("居民用电多少钱一度", "居民阶梯", None),
    ],
)
async def test_the_kind_is_read_from_plain_words(
    desk: ServiceDesk, text: str, slot: str | None, kind: str | None
) -> None:
    done = await desk.act("action_read_tariff_kind", text, tariff_kind=slot)
    assert done.slots.get("tariff_kind") == kind
    assert not done.slots["off_table"]


@pytest.mark.parametrize(
    ("text", "customer_class", "kind"),
    [
        ("我们店一度电多少钱", "工商业", "一般工商业"),
        ("一度电多少钱", "农业", "农业"),
        ("一度电多少钱", "居民", None),
        ("第二档多少钱一度", "工商业", None),
    ],
)
async def test_who_names_no_kind_is_told_the_prices_of_his_class(
    desk: ServiceDesk, text: str, customer_class: str, kind: str | None
) -> None:
    done = await desk.act("action_read_tariff_kind", text, customer_class=customer_class)
    assert done.slots.get("tariff_kind") == kind


async def test_peak_and_valley_are_told_with_their_hours(desk: ServiceDesk) -> None:
    done = await desk.act("action_query_tariff", region="江苏", tariff_kind="居民峰谷", month="2026-11")
    assert all(part in done.text for part in ("8:00-21:00", "21:00-次日8:00", "0.5583元", "0.3583元"))


@pytest.mark.parametrize("region", ["黑龙江", "蒙西"])
async def test_regions_without_household_peak_and_valley_say_so(desk: ServiceDesk, region: str) -> None:
    done = await desk.act("action_query_tariff", region=region, tariff_kind="居民峰谷", month="2026-11")
    assert done.responses == ["utter_tariff_no_household_tou"]
    assert region in done.text


async def test_the_purchase_price_of_business_is_not_invented(desk: ServiceDesk) -> None:
    prices = await desk.act("action_query_tariff", region="山东", tariff_kind="大工业", month="2026-11")
    assert "没有当月数据" in prices.text
    bill = await desk.act(
        "action_calculate_bill", region="山东", tariff_kind="大工业", month="2026-11", energy_kwh="30000"
    )
    assert bill.responses == ["utter_calculate_business"]


async def test_a_month_is_calculated_from_the_start_of_the_tier_year_and_says_so(desk: ServiceDesk) -> None:
    slots = {"region": "山东", "tariff_kind": "居民阶梯", "month": "2026-11", "energy_kwh": "300"}
    figures = [energy("300", 4)]
    done = await desk.act("action_calculate_bill", "一个月用三百度要交多少钱", entities=figures, **slots)
    assert "164.07元" in done.text
    assert "按年累计" in done.text
    assert "2022.84元" in done.text
    spoken = await desk.act("action_calculate_bill", channel="phone", calc_is_monthly=True, **slots)
    assert spoken.text == "按山东的电价，一个月用300度电，电费164.07元，按年初第一档起算。"


async def test_a_year_is_calculated_as_a_year(desk: ServiceDesk) -> None:
    slots = {"region": "江苏", "tariff_kind": "居民阶梯", "month": "2026-11", "energy_kwh": "3000"}
    done = await desk.act("action_calculate_bill", "一年用3000度", entities=[energy("3000", 3)], **slots)
    assert "1596.90元" in done.text


async def test_peak_and_valley_figures_are_priced_apart(desk: ServiceDesk) -> None:
    slots = {"region": "江苏", "tariff_kind": "居民阶梯", "month": "2026-11", "energy_kwh": "200"}
    figures = [energy("200", 1), energy("100", 6)]
    done = await desk.act("action_calculate_bill", "峰200度谷100度", entities=figures, **slots)
    assert "147.49元" in done.text
    assert "峰200度、谷100度" in done.text


async def test_what_came_with_the_use_survives_the_question_for_the_region(desk: ServiceDesk) -> None:
    read = await desk.act("action_read_calculation", "一年用3000度", entities=[energy("3000", 3)])
    assert read.slots["calc_months"] == 12.0
    slots = {"region": "江苏", "tariff_kind": "居民阶梯", "month": "2026-11", "energy_kwh": "3000", **read.slots}
    assert "1596.90元" in (await desk.act("action_calculate_bill", "江苏", **slots)).text


@pytest.mark.parametrize(
    ("text", "is_off"),
    [("一户多人口加多少度", True), ("尖峰几点到几点", True), ("农业低谷时段", False), ("二档多少钱", False)],
)
async def test_a_matter_of_no_price_list_is_told_from_prices(desk: ServiceDesk, text: str, is_off: bool) -> None:
    done = await desk.act("action_read_tariff_kind", text)
    assert done.slots["off_table"] == is_off


@pytest.mark.parametrize(
    ("text", "value", "start", "is_bound"),
    [
        ("超过4800度每度多少", "4800", 2, True),
        ("170度以内多少钱", "170", 0, True),
        ("一年用3000度多少钱", "3000", 3, False),
        ("七口人除了加100度还有啥", "100", 6, True),
    ],
)
async def test_a_limit_of_a_tier_is_no_use(
    desk: ServiceDesk, text: str, value: str, start: int, is_bound: bool
) -> None:
    figure = {"entity": "energy_kwh", "value": value, "start": start, "end": start + len(value) + 1}
    done = await desk.act("action_read_calculation", text, entities=[figure])
    assert done.slots["calc_is_bound"] == is_bound


async def test_a_bygone_year_asks_for_its_own_table() -> None:
    assert year_end_in("2019年青岛电价") == "2019-12"
    assert year_end_in("2026年青岛电价") is None


async def test_a_bill_by_time_of_day_needs_its_parts_and_tells_the_prices(desk: ServiceDesk) -> None:
    slots = {"region": "江苏", "tariff_kind": "居民峰谷", "energy_kwh": "500"}
    done = await desk.act("action_calculate_bill", "峰谷的话呢", **slots)
    assert done.responses == ["utter_calculate_needs_split"]
    assert all(part in done.text for part in ("0.5583元", "0.3583元", "各用多少度"))
    nowhere = await desk.act("action_calculate_bill", "峰谷的话呢", **{**slots, "region": "蒙西"})
    assert nowhere.responses == ["utter_tariff_no_household_tou"]


async def test_prices_of_a_business_give_way_to_those_of_the_home(desk: ServiceDesk) -> None:
    done = await desk.act("action_read_tariff_kind", "那我家里用的呢", tariff_kind="一般工商业")
    assert done.slots["tariff_kind"] == "居民阶梯"
