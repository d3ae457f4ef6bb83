"""Bills and balance: what a month cost, what is owed or left."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.backends.months import add_months, first_day, month_of
from actions.backends.values import Balance, Bill
from actions.prices import document_words
from actions.reading import Events, entity_values, request_words, verified_account
from actions.services import Services
from actions.shown import show_balance, show_bill, show_months
from actions.wording import as_lines, charge_line, day, in_a_row, month, yuan

DETAIL_WORDS = re.compile(r"明细|详细|详单|清单|构成|都花在哪|逐项|每一项|各是多少|各多少|基本电费|力调|力率|功率因数")
YEAR_WORDS = re.compile(
    r"(今年|去年|前年).{0,8}(一共|总共|合计|总计|全年|一整年|累计|加起来)|(全年|一整年|年度).{0,6}(电费|账单)"
)
PREPAID_DAYS_SHOWN = 365
AMOUNTS_SPOKEN = 3
MONTH_NAMES = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_NUMBER = r"(1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])"
SPAN = re.compile(rf"(?<![十\d]){_NUMBER}月?份?[到至~—-]{_NUMBER}月")
"""七月到九月: the second month would be lost behind a verification, so it is read from the request again."""


class ActionQueryBill(Action):
    """Tell the bill of a month, or of several."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_query_bill"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `bill_found`."""
        account_no, wanted = verified_account(tracker), str(tracker.get_slot("month"))
        this_month = month_of(self._services.clock())
        span = months_asked(tracker, wanted, this_month)
        if span is not None:
            return await self._tell_several(dispatcher, account_no, *span)
        bill = await self._services.billing.find_bill(account_no, wanted)
        if bill is None:
            await self._tell_none(dispatcher, account_no, wanted, this_month)
            return [SlotSet("bill_found", False)]
        response = "utter_bill_detail" if DETAIL_WORDS.search(request_words(tracker)) else "utter_bill"
        figures = bill_figures(bill, self._services.clock().date())
        dispatcher.utter_message(response=response, json_message=show_bill(bill), **figures)
        return [SlotSet("bill_found", True)]

    async def _tell_several(self, dispatcher: CollectingDispatcher, account_no: str, first: str, last: str) -> Events:
        bills = await self._services.billing.bills(account_no, first, last)
        if not bills:
            dispatcher.utter_message(response="utter_no_bill_then", month=first)
            return [SlotSet("bill_found", False)]
        pieces = [f"{month(bill.month)}：{yuan(bill.total)}" for bill in bills]
        dispatcher.utter_message(
            response="utter_bills_of_months",
            json_message=show_months(bills),
            first_month=bills[0].month,
            last_month=bills[-1].month,
            bill_count=len(bills),
            total=str(sum((bill.total for bill in bills), Decimal(0))),
            kwh=str(sum((bill.energy_kwh for bill in bills), Decimal(0))),
            lines=as_lines(pieces),
        )
        return [SlotSet("bill_found", True)]

    async def _tell_none(self, dispatcher: CollectingDispatcher, account_no: str, wanted: str, this_month: str) -> None:
        billing = self._services.billing
        if wanted > this_month:
            dispatcher.utter_message(response="utter_month_in_future", month=wanted)
            return
        bills = await billing.bills(account_no, add_months(this_month, -60), this_month)
        if not bills:
            dispatcher.utter_message(response="utter_no_bill_then", month=wanted)
        elif wanted < bills[0].month:
            dispatcher.utter_message(response="utter_before_first_bill", month=wanted, first_month=bills[0].month)
        elif wanted == this_month:
            used = await billing.daily_use(account_no, first_day(this_month), self._services.clock().date())
            dispatcher.utter_message(
                response="utter_bill_not_issued",
                month=wanted,
                kwh=str(sum((each.energy_kwh for each in used), Decimal(0))),
                last_month=bills[-1].month,
                last_total=str(bills[-1].total),
            )
        elif wanted > bills[-1].month:
            latest = {"last_month": bills[-1].month, "last_total": str(bills[-1].total)}
            dispatcher.utter_message(response="utter_bill_late", month=wanted, **latest)
        else:
            dispatcher.utter_message(response="utter_no_bill_then", month=wanted)


class ActionQueryBalance(Action):
    """Tell what is owed or left, and for prepaid accounts how long it lasts."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_query_balance"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Say the balance by its kind; a stop for arrears is said first."""
        account_no = verified_account(tracker)
        balance = await self._services.billing.balance(account_no)
        if balance is None:
            dispatcher.utter_message(response="utter_no_balance")
            return []
        figures: dict[str, Any] = {
            "account": account_no,
            "balance": str(abs(balance.balance)),
            "held": str(balance.balance),
            "arrears": str(balance.arrears),
            "overdue": str(balance.overdue),
            "as_of": balance.as_of.isoformat(),
        }
        response = balance_response(balance)
        if response == "utter_balance_prepaid" and (days := await self._days_left(account_no, balance)) is not None:
            response, figures["days"] = "utter_balance_prepaid_days", days
        dispatcher.utter_message(response=response, json_message=show_balance(balance), **figures)
        return []

    async def _days_left(self, account_no: str, balance: Balance) -> int | None:
        """How many days the balance lasts at the last month's daily cost; None where that says nothing."""
        this_month = month_of(self._services.clock())
        bills = await self._services.billing.bills(account_no, add_months(this_month, -3), this_month)
        days = (bills[-1].period_end - bills[-1].period_start).days + 1 if bills else 0
        if not bills or bills[-1].total <= 0 or balance.balance <= 0:
            return None
        left = int(balance.balance * days / bills[-1].total)
        return left if left <= PREPAID_DAYS_SHOWN else None


def months_asked(tracker: Tracker, wanted: str, this_month: str) -> tuple[str, str] | None:
    """First and last month where more than one is asked for: two months named, or a year."""
    named = sorted(set(entity_values(tracker, "month")))
    if len(named) >= 2 and wanted in named:
        return named[0], named[-1]
    words = request_words(tracker)
    if (span := SPAN.search(words)) is not None and wanted == f"{wanted[:4]}-{month_number(span[1]):02d}":
        last = month_number(span[2])
        return (wanted, f"{wanted[:4]}-{last:02d}") if last >= int(wanted[5:]) else None
    if named or YEAR_WORDS.search(words) is None:
        return None
    year = int(this_month[:4]) - (1 if "去年" in words else 2 if "前年" in words else 0)
    return f"{year}-01", f"{year}-12"


def month_number(said: str) -> int:
    """7 or 七 -> 7."""
    return int(said) if said.isdigit() else MONTH_NAMES.index(said) + 1


def bill_figures(bill: Bill, today: date) -> dict[str, Any]:
    """Everything that the bill's responses name."""
    largest = sorted(bill.lines, key=lambda line: -abs(line.amount))[:AMOUNTS_SPOKEN]
    amounts = in_a_row(f"{line.name}{yuan(line.amount)}" for line in largest)
    if len(bill.lines) > AMOUNTS_SPOKEN:
        amounts = f"主要是{amounts}"
    pieces = [charge_line(line.name, line.quantity, line.unit, line.price, line.amount) for line in bill.lines]
    return {
        "account": bill.account_no,
        "month": bill.month,
        "period": f"{bill.period_start}/{bill.period_end}",
        "total": str(bill.total),
        "kwh": str(bill.energy_kwh),
        "peak_kwh": str(bill.peak_kwh),
        "valley_kwh": str(bill.valley_kwh),
        "lines": as_lines(pieces),
        "amounts": amounts,
        "paid": paid_words(bill.paid_at, bill.due_date, today),
        "table": bill.table.name,
        "document": document_words(bill.table.document),
    }


def paid_words(paid_at: datetime | None, due: date, today: date) -> str:
    """Whether the bill is paid, as the end of a sentence."""
    if paid_at is not None:
        return f"已在{day(paid_at.date())}交清"
    if due < today:
        return f"还没有交清，已过{day(due)}的交费期限"
    return f"还没有交清，请在{day(due)}前交费"


def balance_response(balance: Balance) -> str:
    """Which words fit this balance."""
    if balance.stopped_for_arrears:
        return "utter_balance_stopped" if balance.arrears > 0 else "utter_balance_stopped_paid"
    if balance.prepaid:
        return "utter_balance_prepaid" if balance.balance >= 0 else "utter_balance_prepaid_empty"
    if balance.overdue > 0:
        return "utter_balance_overdue"
    if balance.arrears > 0:
        return "utter_balance_due"
    return "utter_balance_credit" if balance.balance > 0 else "utter_balance_zero"


ACTIONS = (ActionQueryBill, ActionQueryBalance)
