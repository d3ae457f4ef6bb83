"""Show the demo data: a choice of accounts with all that a visitor may ask about, and special situations."""

from collections import Counter
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from actions.backends.months import add_months, month_of
from actions.backends.sql_billing import SqlBilling
from actions.backends.sql_outage import SqlOutage
from actions.backends.sql_profile import SqlProfile
from actions.backends.tables import accounts
from actions.backends.values import Account, Bill
from actions.backends.written_tables import tickets
from actions.demo.customer import Customer, Payer
from actions.demo.population import build_population
from storage.clock import Clock, system_clock
from storage.engine import reading

CHOICE = {
    ("household", "山东"): 20,
    ("household", "江苏"): 20,
    ("household", "黑龙江"): 10,
    ("household", "蒙西"): 10,
    **{(kind, region): 1 for kind in ("shop", "workshop", "factory") for region in ("山东", "江苏", "黑龙江", "蒙西")},
    **{(kind, region): 1 for kind in ("charger", "farm") for region in ("山东", "江苏")},
}
"""How many accounts of each kind and region are shown."""
MONTHS_SHOWN = 14
PAYMENTS_SHOWN = 2
"""Prepaid accounts that topped up less often in the last year are not shown."""
UNUSUAL_PAYERS = (Payer.STOPPED, Payer.JUST_PAID, Payer.EMPTY)


async def demo_accounts(engine: AsyncEngine, clock: Clock = system_clock) -> list[dict[str, Any]]:
    """Return accounts as `gridtalk demo accounts --json` shows them: amounts are decimal strings, energies numbers.

    None of them is stopped for arrears or cut off just now (those are in `demo_cases`).
    """
    outage = SqlOutage(engine, clock)
    left, shown = Counter(CHOICE), []
    for customer in build_population().customers:
        kind = (customer.kind, customer.account.region)
        if left[kind] == 0 or customer.payer in UNUSUAL_PAYERS:
            continue
        if await outage.outages_for_account(customer.account.account_no, clock()):
            continue
        described = await _describe(engine, clock, customer.account.account_no)
        if len(described["payments"]) >= PAYMENTS_SHOWN:
            left[kind] -= 1
            shown.append(described)
    return shown


async def demo_cases(engine: AsyncEngine, clock: Clock = system_clock) -> dict[str, list[str]]:
    """Return account numbers by situation: stopped, just_paid, debtor, prepaid_empty, in_fault, planned_soon ..."""
    customers, outage, now = build_population().customers, SqlOutage(engine, clock), clock()
    cases = {
        "stopped": _numbers(customers, Payer.STOPPED),
        "just_paid": _numbers(customers, Payer.JUST_PAID),
        "debtor": _numbers(customers, Payer.DEBTOR),
        "prepaid_empty": _numbers(customers, Payer.EMPTY),
        "in_fault": [],
        "planned_soon": [],
    }
    one_of_transformer = {customer.transformer.transformer_id: customer.account.account_no for customer in customers}
    for account_no in one_of_transformer.values():
        if any(found.kind == "fault" for found in await outage.outages_for_account(account_no, now)):
            cases["in_fault"].append(account_no)
        if await outage.planned(now, now + timedelta(days=7), account_no, None, None):
            cases["planned_soon"].append(account_no)
    async with reading(engine) as connection:
        query = select(tickets.c.account_no).where(tickets.c.is_demo).order_by(tickets.c.ticket_no)
        cases["with_ticket"] = list((await connection.execute(query)).scalars())
        tou = select(accounts.c.account_no).where(accounts.c.is_tou).limit(20)
        cases["tou"] = list((await connection.execute(tou)).scalars())
    return cases


def _numbers(customers: list[Customer], payer: Payer) -> list[str]:
    return [customer.account.account_no for customer in customers if customer.payer is payer]


async def _describe(engine: AsyncEngine, clock: Clock, account_no: str) -> dict[str, Any]:
    billing, month = SqlBilling(engine, clock), month_of(clock())
    account = await SqlProfile(engine, clock).find_account(account_no)
    balance = await billing.balance(account_no)
    bills = await billing.bills(account_no, add_months(month, -MONTHS_SHOWN), month)
    today = clock().date()
    payments = await billing.payments(account_no, today - timedelta(days=365), today)
    if account is None or balance is None:
        raise LookupError(f"demo account {account_no} is missing")
    return {
        **_registration(account),
        "balance": str(balance.balance),
        "bills": [_bill(bill) for bill in bills],
        "payments": [{"date": f"{payment.paid_at:%Y-%m-%d}", "amount": str(payment.amount)} for payment in payments],
    }


def _registration(account: Account) -> dict[str, str]:
    names = ("account_no", "name", "phone", "region", "address", "category")
    return {name: getattr(account, name) for name in names}


def _bill(bill: Bill) -> dict[str, Any]:
    energies = {"energy_kwh": bill.energy_kwh, "peak_kwh": bill.peak_kwh, "valley_kwh": bill.valley_kwh}
    return {"month": bill.month, "total": str(bill.total), **{name: int(kwh) for name, kwh in energies.items()}}
