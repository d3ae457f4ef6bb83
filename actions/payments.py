"""Payments that arrived or did not, and invoices."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.backends.months import first_day, last_day
from actions.backends.values import Account, Bill, Payment
from actions.reading import Events, entity_values, is_phone, key_of, request_words, verified_account
from actions.services import Services
from actions.wording import as_lines, in_a_row, moment, yuan

RECENT = timedelta(days=365)
PAYMENTS_SHOWN = 6
PAYMENTS_SPOKEN = 2
SPECIAL_INVOICE = re.compile(r"专票|专用发票|增值税专")
COMPANY_TITLE = re.compile(r"税号|(公司|单位|企业|厂)[^，。,]{0,6}抬头|抬头[^，。,]{0,8}(公司|单位|企业|厂)|报销")
TAX_NO = re.compile(r"[0-9A-Z]{15,20}")
COMPANY_CATEGORIES = ("工商业单一制", "工商业两部制")
COMPANY_NAME = re.compile(r"公司|厂|店|合作社|中心|集团|学校|医院|酒店|超市|农场|企业")


class ActionQueryPayments(Action):
    """Tell whether a payment arrived, or list the latest ones."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_query_payments"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Look for the payment of the day, month or amount that was named; with nothing named, list."""
        account_no, today = verified_account(tracker), self._services.clock().date()
        first, last = days_asked(tracker, today)
        payments = await self._services.billing.payments(account_no, first, last)
        amount = tracker.get_slot("amount")
        is_asked = bool(amount or tracker.get_slot("date") or tracker.get_slot("month"))
        fitting = [each for each in payments if amount is None or each.amount == Decimal(str(amount))]
        if not fitting:
            await self._tell_missing(dispatcher, account_no, today, is_asked=is_asked)
            return [SlotSet("payment_found", False)]
        if is_asked and len(fitting) == 1:
            tell_payment(dispatcher, fitting[0])
        else:
            list_payments(dispatcher, fitting, spoken=is_phone(tracker))
        return [SlotSet("payment_found", True)]

    async def _tell_missing(
        self, dispatcher: CollectingDispatcher, account_no: str, today: date, *, is_asked: bool
    ) -> None:
        latest = (await self._services.billing.payments(account_no, today - RECENT, today))[-1:]
        if not latest:
            dispatcher.utter_message(response="utter_no_payments")
            return
        response = "utter_payment_missing" if is_asked else "utter_payment_old"
        dispatcher.utter_message(response=response, **payment_figures(latest[0]))


class ActionPrepareInvoice(Action):
    """See what kind of invoice is wanted, whether the month has a bill, and whose name it bears."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_prepare_invoice"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `invoice_state`: special | no_bill | done | company | person."""
        account_no, month, words = verified_account(tracker), str(tracker.get_slot("month")), request_words(tracker)
        if SPECIAL_INVOICE.search(words):
            return [SlotSet("invoice_state", "special")]
        bill = await self._services.billing.find_bill(account_no, month)
        if bill is None:
            return [SlotSet("invoice_state", "no_bill")]
        for invoice in await self._services.billing.invoices(account_no):
            if invoice.month == month:
                dispatcher.utter_message(response="utter_invoice_there", **invoice_figures(invoice.invoice_no, bill))
                return [SlotSet("invoice_state", "done")]
        account = await self._services.profile.find_account(account_no)
        if account is not None and is_company(account):
            return [SlotSet("invoice_state", "company"), SlotSet("invoice_title", account.name)]
        return [SlotSet("invoice_state", "company" if COMPANY_TITLE.search(words) else "person")]


class ActionCheckTaxNo(Action):
    """Read the tax number (统一社会信用代码) out of the answer."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_check_tax_no"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `tax_no` in its plain form, or to null."""
        written = re.sub(r"[\s\-]", "", str(tracker.get_slot("tax_no") or "")).upper()
        found = TAX_NO.search(written)
        return [SlotSet("tax_no", found[0] if found else None)]


class ActionRequestInvoice(Action):
    """Ask for the invoice; the same month is never issued twice."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_request_invoice"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Say the invoice's number and amount."""
        account_no, month = verified_account(tracker), str(tracker.get_slot("month"))
        title, tax_no = tracker.get_slot("invoice_title"), tracker.get_slot("tax_no")
        full_title = f"{title}（税号{tax_no}）" if title and tax_no else title
        invoice = await self._services.billing.request_invoice(account_no, month, full_title, key_of(tracker))
        dispatcher.utter_message(
            response="utter_invoice_requested",
            month=month,
            amount=str(invoice.amount),
            invoice_no=invoice.invoice_no,
        )
        return []


def days_asked(tracker: Tracker, today: date) -> tuple[date, date]:
    """The days to look at: those named, the month named, or the last year. A payment may be booked a day later."""
    named, month = tracker.get_slot("date"), tracker.get_slot("month")
    if named:
        first, last = (date.fromisoformat(part) for part in (str(named).split("/") * 2)[:2])
        return first, last
    if month:
        months = sorted(set(entity_values(tracker, "month")) | {str(month)})
        return first_day(months[0]), last_day(months[-1])
    return today - RECENT, today


def tell_payment(dispatcher: CollectingDispatcher, payment: Payment) -> None:
    """Say what became of one payment."""
    response = "utter_payment_arrived" if payment.status == "已到账" else "utter_payment_pending"
    dispatcher.utter_message(response=response, **payment_figures(payment))


def list_payments(dispatcher: CollectingDispatcher, payments: Sequence[Payment], *, spoken: bool) -> None:
    """Say the latest payments, newest first."""
    newest = list(reversed(payments))
    pieces = [f"{moment(each.paid_at)} {each.channel} {yuan(each.amount)}（{each.status}）" for each in newest]
    short = [f"{each.paid_at.month}月{each.paid_at.day}日{yuan(each.amount)}{each.status}" for each in newest]
    dispatcher.utter_message(
        response="utter_payment_list",
        payment_count=len(payments),
        lines=as_lines(pieces[:PAYMENTS_SHOWN]),
        latest=in_a_row(short[:PAYMENTS_SPOKEN]),
        total=str(sum((each.amount for each in payments), Decimal(0))),
    )


def payment_figures(payment: Payment) -> dict[str, Any]:
    """What the responses about one payment name."""
    return {
        "paid_at": payment.paid_at.isoformat(),
        "paid_amount": str(payment.amount),
        "paid_by": payment.channel,
        "payment_status": payment.status,
    }


def invoice_figures(invoice_no: str, bill: Bill) -> dict[str, Any]:
    """What the responses about an invoice name."""
    return {"invoice_no": invoice_no, "month": bill.month, "amount": str(bill.total)}


def is_company(account: Account) -> bool:
    """Whether invoices bear a company's name and tax number."""
    return account.category in COMPANY_CATEGORIES or COMPANY_NAME.search(account.name) is not None


ACTIONS = (
    ActionQueryPayments,
    ActionPrepareInvoice,
    ActionCheckTaxNo,
    ActionRequestInvoice,
)
