"""Peak and valley pricing: the account's own year both ways, and choosing it."""

from decimal import Decimal

import pytest

from tests.actions.service_desk import ServiceDesk
from tests.actions.test_bills import accounts_of

pytestmark = pytest.mark.asyncio


async def test_the_year_as_billed_is_what_the_comparison_says(desk: ServiceDesk) -> None:
    number = (await accounts_of(desk, "居民阶梯", "江苏"))[0]
    bills = await desk.services.billing.bills(number, "2025-11", "2026-10")
    done = await desk.act("action_compare_tou", verified_account=number)
    assert Decimal(done.replies[0].custom["comparison"]["by_tier"]) == sum(bill.total for bill in bills)
    assert done.slots["tou_advice"] in ("on", "off", "equal")


async def test_a_household_with_peak_and_valley_is_told_what_it_saves(desk: ServiceDesk) -> None:
    account_no = next(iter(await accounts_of(desk, "居民峰谷", "江苏")))
    done = await desk.act("action_compare_tou", verified_account=account_no)
    assert done.responses[0].endswith("_with")


async def test_regions_and_kinds_without_a_choice_are_told_honestly(desk: ServiceDesk) -> None:
    north = (await accounts_of(desk, "居民阶梯", "黑龙江"))[0]
    assert (await desk.act("action_compare_tou", verified_account=north)).responses == ["utter_tariff_no_household_tou"]
    shop = (await accounts_of(desk, "工商业单一制", "山东"))[0]
    assert (await desk.act("action_compare_tou", verified_account=shop)).responses == ["utter_tou_not_for_category"]


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("给我开通峰谷电价", "开通"),
        ("那个夜里便宜的电给俺办一个", "开通"),
        ("俺不要那个峰谷了，给俺改过来", "取消"),
        ("把那峰谷给我撤了", "取消"),
        ("你给我改回原先那样", "取消"),
        ("就是说我要把峰谷给退了", "取消"),
    ],
)
async def test_the_choice_is_read_from_the_request(desk: ServiceDesk, text: str, choice: str) -> None:
    assert (await desk.act("action_read_tou_choice", text)).slots["tou_choice"] == choice


async def test_choosing_takes_effect_next_month_and_once(desk: ServiceDesk) -> None:
    number = (await accounts_of(desk, "居民阶梯", "山东"))[0]
    desk.slots = {"verified_account": number, "tou_choice": "开通"}
    assert (await desk.act("action_check_tou")).slots == {"tou_state": "ok", "tou_from": "2026-12"}
    first = await desk.act("action_apply_tou", key="once")
    again = await desk.act("action_apply_tou", key="once")
    assert first.text == again.text
    assert "2026年12月" in first.text
    other = await desk.act("action_apply_tou", key="another")
    assert other.responses == ["utter_tou_already_pending"]


async def test_what_is_so_already_or_not_offered_is_refused_with_its_reason(desk: ServiceDesk) -> None:
    plain, north = (await accounts_of(desk, "居民阶梯", "山东"))[0], (await accounts_of(desk, "居民阶梯", "蒙西"))[0]
    left = await desk.act("action_check_tou", verified_account=plain, tou_choice="取消")
    assert left.responses == ["utter_tou_already_off"]
    assert left.slots == {"tou_state": "already_so"}
    none = await desk.act("action_check_tou", verified_account=north, tou_choice="开通")
    assert none.responses == ["utter_tariff_no_household_tou"]
