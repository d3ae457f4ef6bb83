"""The demo customers' past, month by month: use, bills, payments, invoices, as rows for the database."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np

from actions.backends.series import pack_series
from actions.backends.values import Account, TariffTable
from actions.demo.bills import BillCalculator, DemoBill, compute_bills, due_date, issued_at
from actions.demo.customer import Customer
from actions.demo.paying import Payers
from actions.demo.plan import Plan
from actions.demo.use import Hundredths, MonthOfUse, draw_month, read_habits
from actions.demo.work import build_invoices

Row = tuple[Any, ...]
Progress = Callable[[str, float], None]
"""Told the stage and the fraction of all work that is done, 0 to 1."""
USE_COLUMNS = ("account_no", "month", "energy_kwh", "peak_kwh", "valley_kwh", "series")
BILL_COLUMNS = (
    *("account_no", "month", "total", "energy_kwh", "peak_kwh", "valley_kwh", "flat_kwh", "sharp_kwh"),
    *("deep_valley_kwh", "annual_to_date_kwh", "start_reading", "end_reading", "lines", "table_id"),
    *("issued_at", "due_date", "paid_at"),
)
PAYMENT_COLUMNS = ("payment_no", "account_no", "paid_at", "cleared_at", "amount", "channel")
PARTS = ("energy", "peak", "valley", "flat", "sharp", "deep_valley")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where every customer stands before the first new month; arrays [customers]."""

    readings_kwh: Hundredths
    """Whole kWh on the meter."""
    year_kwh: Hundredths
    """Whole kWh used since January."""
    held_cents: Hundredths
    """Credit (or debt, negative)."""
    tou_changes: Mapping[str, tuple[bool, str]]
    """By account number: peak/valley on or off, and from which month on (chosen in a conversation)."""


@dataclass(frozen=True, slots=True)
class History:
    """Rows for daily_use, bills, payments and invoices, in the order of their columns above."""

    use: list[Row]
    bills: list[Row]
    payments: list[Row]
    invoices: list[Row]


def build_history(
    customers: Sequence[Customer],
    plan: Plan,
    standing: Standing,
    table_ids: dict[TariffTable, int],
    calculate_bill: BillCalculator,
    now: datetime,
    progress: Progress,
) -> History:
    """Build the months of the plan; `table_ids` grows by new tables. Drawing a month again gives the same use."""
    habits, history = read_habits(list(customers)), History([], [], [], [])
    readings, year = standing.readings_kwh.copy(), standing.year_kwh.copy()
    payers = Payers(customers, standing.held_cents, now)
    months = sorted({*plan.use_months, *plan.bill_months})
    for number, month in enumerate(months):
        progress(month, number / len(months))
        if month.endswith("-01"):
            year[:] = 0
        use = draw_month(habits, month)
        if month in plan.use_months:
            history.use.extend(_use_rows(customers, use))
        if month in plan.bill_months:
            accounts = [_account_in(customer.account, month, standing.tou_changes) for customer in customers]
            bills = compute_bills(customers, accounts, use, year, readings, calculate_bill)
            _add_month(history, bills, payers, table_ids)
        year, readings = year + use.totals[0] // 100, readings + use.totals[0] // 100
    return history


def _account_in(account: Account, month: str, changes: Mapping[str, tuple[bool, str]]) -> Account:
    change = changes.get(account.account_no)
    if change is None or month < change[1]:
        return account
    kind = "居民峰谷" if change[0] else "居民阶梯"
    return replace(account, is_tou=change[0], tou_since=change[1], category=kind, tariff_kind=kind)


def _use_rows(customers: Sequence[Customer], use: MonthOfUse) -> Iterator[Row]:
    totals, by_customer = use.totals.T.tolist(), np.ascontiguousarray(use.daily.transpose(1, 0, 2))
    for index, customer in enumerate(customers):
        yield (customer.account.account_no, use.month, *totals[index], pack_series(by_customer[index]))


def _add_month(history: History, bills: list[DemoBill], payers: Payers, table_ids: dict[TariffTable, int]) -> None:
    payments, paid = payers.pay(bills)
    history.bills.extend(_bill_rows(bills, paid, table_ids))
    history.payments.extend(
        (one.payment_no, one.account_no, one.paid_at, one.cleared_at, one.amount_cents, one.channel) for one in payments
    )
    history.invoices.extend(build_invoices(bills, issued_at(bills[0].month)))


def _bill_rows(
    bills: Sequence[DemoBill], paid: Sequence[datetime | None], table_ids: dict[TariffTable, int]
) -> Iterator[Row]:
    issued, due = issued_at(bills[0].month), due_date(bills[0].month)
    for bill, paid_at in zip(bills, paid, strict=True):
        table_id = table_ids.setdefault(bill.table, len(table_ids) + 1)
        energies = [int(bill.kwh[part]) * 100 for part in PARTS]
        registers = [bill.annual_to_date * 100, bill.start_reading * 100, bill.end_reading * 100]
        key = (bill.account.account_no, bill.month, bill.total_cents)
        yield (*key, *energies, *registers, _render_lines(bill), table_id, issued, due, paid_at)


def _render_lines(bill: DemoBill) -> str:
    """Render the lines as a JSON list of [name, quantity, unit, price, amount]; none of these needs escaping."""
    lines = (
        f'["{line.name}","{line.quantity:.2f}","{line.unit}","{line.price}","{line.amount}"]' for line in bill.lines
    )
    return f"[{','.join(lines)}]"
