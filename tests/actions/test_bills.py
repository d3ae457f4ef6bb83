"""Bills, balance, use, causes, payments, invoices and restoring power, on the demo data."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from actions.backends.sql_billing import SqlBilling
from actions.backends.tables import accounts
from actions.bill_difference import explain_difference
from actions.explain import HouseholdRecalculation
from actions.payments import is_company
from storage.engine import reading
from tests.actions.service_desk import ServiceDesk

pytestmark = pytest.mark.asyncio


async def accounts_of(desk: ServiceDesk, category: str, region: str, *, prepaid: bool = False) -> list[str]:
    """Account numbers of a category in a region, without those in special situations."""
    billing = desk.services.billing
    assert isinstance(billing, SqlBilling)
    query = select(accounts.c.account_no).where(
        accounts.c.category == category, accounts.c.region == region, accounts.c.is_prepaid == prepaid
    )
    special = {number for numbers in desk.cases.values() for number in numbers}
    async with reading(billing._engine) as connection:
        found = (await connection.execute(query.order_by(accounts.c.account_no))).scalars()
        return [number for number in found if number not in special]


async def home(desk: ServiceDesk) -> str:
    return (await accounts_of(desk, "居民阶梯", "山东"))[0]


async def test_a_bill_is_told_with_total_use_table_and_state(desk: ServiceDesk) -> None:
    number = await home(desk)
    bill = await desk.services.billing.find_bill(number, "2026-10")
    assert bill is not None
    done = await desk.act("action_query_bill", verified_account=number, month="2026-10")
    assert f"{bill.total}元" in done.text
    assert f"{int(bill.energy_kwh)}度" in done.text
    assert bill.table.name in done.text
    assert "交清" in done.text
    spoken = await desk.act("action_query_bill", verified_account=number, month="2026-10", channel="phone")
    assert spoken.text.count("。") <= 2
    assert f"{bill.total}元" in spoken.text


@pytest.mark.parametrize(
    ("month", "response"),
    [
        ("2026-11", "utter_bill_not_issued"),
        ("2026-12", "utter_month_in_future"),
        ("2020-01", "utter_before_first_bill"),
    ],
)
async def test_a_month_without_a_bill_is_told_honestly(desk: ServiceDesk, month: str, response: str) -> None:
    done = await desk.act("action_query_bill", verified_account=await home(desk), month=month)
    assert done.responses == [response]
    assert done.slots == {"bill_found": False}


async def test_the_whole_year_is_summed(desk: ServiceDesk) -> None:
    number = await home(desk)
    bills = await desk.services.billing.bills(number, "2026-01", "2026-12")
    done = await desk.act("action_query_bill", "今年到现在总共花了多少电费", verified_account=number, month="2026-10")
    assert f"{sum(bill.total for bill in bills)}元" in done.text


async def test_months_in_a_row_are_summed_even_after_a_verification(desk: ServiceDesk) -> None:
    number = await home(desk)
    bills = await desk.services.billing.bills(number, "2026-07", "2026-09")
    request = "我七月到九月电费一共多少"
    done = await desk.act("action_query_bill", "123456", request=request, verified_account=number, month="2026-07")
    assert f"{sum(bill.total for bill in bills)}元" in done.text


@pytest.mark.parametrize(
    ("case", "response"),
    [
        ("stopped", "utter_balance_stopped"),
        ("just_paid", "utter_balance_stopped_paid"),
        ("debtor", "utter_balance_overdue"),
    ],
)
async def test_the_balance_says_what_is_owed(desk: ServiceDesk, case: str, response: str) -> None:
    number = desk.cases[case][0]
    balance = await desk.services.billing.balance(number)
    assert balance is not None
    done = await desk.act("action_query_balance", verified_account=number)
    assert done.responses == [response]
    assert not balance.arrears or f"{balance.arrears}元" in done.text


async def test_a_prepaid_balance_says_how_long_it_lasts(desk: ServiceDesk) -> None:
    number = (await accounts_of(desk, "居民阶梯", "山东", prepaid=True))[0]
    done = await desk.act("action_query_balance", verified_account=number)
    assert done.responses == ["utter_balance_prepaid_days"]
    assert "天" in done.text


async def test_use_of_a_day_and_of_days(desk: ServiceDesk) -> None:
    number = await home(desk)
    one = await desk.act("action_query_usage", verified_account=number, date="2026-11-20")
    assert one.responses == ["utter_usage_of_day"]
    assert "11月20日" in one.text
    some = await desk.act("action_query_usage", verified_account=number, date="2026-11-09/2026-11-15")
    assert some.text.count("·") == 7
    spoken = await desk.act(
        "action_query_usage", verified_account=number, date="2026-11-09/2026-11-15", channel="phone"
    )
    assert "·" not in spoken.text


async def test_today_is_not_read_yet_and_tomorrow_has_no_use(desk: ServiceDesk) -> None:
    number = await home(desk)
    today = await desk.act("action_query_usage", verified_account=number, date="2026-11-21")
    assert today.responses == ["utter_usage_today_not_read"]
    later = await desk.act("action_query_usage", verified_account=number, date="2026-11-25")
    assert later.responses == ["utter_usage_in_future"]


async def test_meter_reading_and_tier_are_answers_to_their_own_words(desk: ServiceDesk) -> None:
    number = await home(desk)
    bill = await desk.services.billing.find_bill(number, "2026-10")
    assert bill is not None
    reading_told = await desk.act("action_query_usage", "电表表码是多少", verified_account=number)
    assert str(int(bill.end_reading)) in reading_told.text
    tier = await desk.act("action_query_usage", "我用到第几档了", verified_account=number)
    assert "第一档" in tier.text
    assert "还有" in tier.text


async def test_causes_add_up_to_the_difference_for_every_kind_of_account(desk: ServiceDesk) -> None:
    kinds = ("居民阶梯", "居民峰谷", "居民合表", "居民充电桩", "农业", "工商业单一制", "工商业两部制")
    checked = 0
    for region in ("山东", "江苏", "黑龙江", "蒙西"):
        for kind in kinds:
            for number in (await accounts_of(desk, kind, region))[:3]:
                checked += await check_sums(desk, number)
    assert checked >= 200


async def check_sums(desk: ServiceDesk, number: str) -> int:
    account = await desk.services.profile.find_account(number)
    assert account is not None
    bills = await desk.services.billing.bills(number, "2025-08", "2026-10")
    recalculate = HouseholdRecalculation(desk.services.tariffs, account)
    pairs = [(bills[index], bills[index - 1]) for index in range(1, len(bills), 3)]
    for bill, base in pairs:
        causes = explain_difference(bill, base, recalculate)
        assert sum(cause.amount for cause in causes) == bill.total - base.total
    return len(pairs)


async def test_household_bills_have_no_unexplained_rest(desk: ServiceDesk) -> None:
    for number in (await accounts_of(desk, "居民阶梯", "江苏"))[:10]:
        account = await desk.services.profile.find_account(number)
        assert account is not None
        base, bill = (await desk.services.billing.bills(number, "2026-08", "2026-09"))[:2]
        names = {
            cause.name
            for cause in explain_difference(bill, base, HouseholdRecalculation(desk.services.tariffs, account))
        }
        assert "other" not in names


async def test_a_higher_bill_is_explained_with_sums_on_both_comparisons(desk: ServiceDesk) -> None:
    number = await dearer_account(desk)
    done = await desk.act("action_explain_bill", verified_account=number, month="2026-10")
    assert done.slots == {"bill_found": True, "bill_is_higher": True}
    comparisons: list[dict[str, Any]] = done.replies[0].custom["explanation"]
    assert [comparison["base_month"] for comparison in comparisons] == ["2026-09", "2025-10"]
    for comparison in comparisons:
        amounts = [Decimal(cause["amount"]) for cause in comparison["causes"]]
        assert sum(amounts) == Decimal(comparison["difference"])


async def dearer_account(desk: ServiceDesk) -> str:
    for number in await accounts_of(desk, "居民阶梯", "山东"):
        bills = await desk.services.billing.bills(number, "2026-09", "2026-10")
        if bills[1].total > bills[0].total + 10:
            return number
    raise AssertionError("no account with a dearer bill")


async def test_this_month_is_explained_by_the_latest_bill(desk: ServiceDesk) -> None:
    done = await desk.act("action_explain_bill", verified_account=await home(desk), month="2026-11")
    assert done.responses[0] == "utter_explain_latest"
    assert "2026年10月" in done.text


async def test_payments_are_found_by_day_and_amount(desk: ServiceDesk) -> None:
    number = await home(desk)
    payment = (await desk.services.billing.payments(number, *days_of_year(desk)))[-1]
    by_day = await desk.act("action_query_payments", verified_account=number, date=f"{payment.paid_at:%Y-%m-%d}")
    assert by_day.responses == ["utter_payment_arrived"]
    assert f"{payment.amount}元" in by_day.text
    missing = await desk.act("action_query_payments", verified_account=number, amount="123456.78")
    assert missing.responses == ["utter_payment_missing"]
    listed = await desk.act("action_query_payments", verified_account=number)
    assert listed.responses == ["utter_payment_list"]


def days_of_year(desk: ServiceDesk) -> tuple[Any, Any]:
    today = desk.services.clock().date()
    return today.replace(year=today.year - 1), today


async def test_a_person_gets_the_invoice_at_once_and_only_one(desk: ServiceDesk) -> None:
    number = await home(desk)
    desk.slots = {"verified_account": number, "month": "2026-10"}
    for invoice in await desk.services.billing.invoices(number):
        assert invoice.month != "2026-10"
    assert (await desk.act("action_prepare_invoice")).slots["invoice_state"] == "person"
    assert (await desk.act("action_request_invoice", key="a")).responses == ["utter_invoice_requested"]
    assert (await desk.act("action_prepare_invoice")).responses == ["utter_invoice_there"]
    issued = [each for each in await desk.services.billing.invoices(number) if each.month == "2026-10"]
    assert len(issued) == 1


async def test_a_company_title_needs_a_tax_number_and_special_invoices_the_hall(desk: ServiceDesk) -> None:
    desk.slots = {"verified_account": await home(desk), "month": "2026-10"}
    assert (await desk.act("action_prepare_invoice", "要公司抬头的")).slots["invoice_state"] == "company"
    assert (await desk.act("action_prepare_invoice", "要增值税专票")).slots["invoice_state"] == "special"
    checked = await desk.act("action_check_tax_no", tax_no="税号 91370202ma3c 8d4k5x")
    assert checked.slots["tax_no"] == "91370202MA3C8D4K5X"
    assert (await desk.act("action_check_tax_no", tax_no="不知道")).slots["tax_no"] is None


async def test_a_business_has_its_registered_name_as_title(desk: ServiceDesk) -> None:
    number = (await accounts_of(desk, "工商业单一制", "山东"))[0]
    account = await desk.services.profile.find_account(number)
    assert account is not None
    issued = await desk.act("action_prepare_invoice", verified_account=number, month="2026-10")
    assert issued.slots["invoice_state"] == "done"
    assert is_company(account)


async def test_power_is_restored_when_the_arrears_are_paid(desk: ServiceDesk) -> None:
    number = desk.cases["just_paid"][0]
    assert (await desk.act("action_check_stop", verified_account=number)).slots["power_state"] == "paid"
    first = await desk.act("action_restore_power", verified_account=number, key="once")
    again = await desk.act("action_restore_power", verified_account=number, key="once")
    assert "24小时" in first.text
    assert first.slots["ticket_no"] == again.slots["ticket_no"]
    ticket = await desk.services.tickets.find(str(first.slots["ticket_no"]))
    assert ticket is not None
    assert ticket.due_at is not None
    assert (ticket.due_at - desk.services.clock()).total_seconds() == 24 * 3600


async def test_power_is_not_restored_while_something_is_owed_or_for_other_reasons(desk: ServiceDesk) -> None:
    stopped = await desk.act("action_check_stop", verified_account=desk.cases["stopped"][0])
    assert stopped.slots["power_state"] == "unpaid"
    assert Decimal(stopped.slots["amount_due"]) > 0
    other = await desk.act("action_check_stop", verified_account=await home(desk))
    assert other.slots["power_state"] == "not_stopped"
