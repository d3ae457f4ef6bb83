"""The demo bills: month by month, computed by the calculator that is handed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

import numpy as np

from actions.backends.months import add_months, first_day, start_of
from actions.backends.values import Account, BillLine, TariffTable
from actions.demo.customer import Customer
from actions.demo.use import Hundredths, MonthOfUse

DUE_DAY = 25
"""Bills are issued on the first of the next month and due on this day of it."""
SHARP_OF_PEAK = {
    "山东": (0.43, 0.43, 0.6, 0.6, 0.6, 0.71, 0.71, 0.71, 0.4, 0.4, 0.4, 0.43),
    "蒙西": (0,) * 5 + (0.33,) * 3 + (0,) * 4,
}
DEEP_OF_VALLEY = {
    "山东": (0.33, 0.33, 0.6, 0.6, 0.6, 0, 0, 0, 0.6, 0.6, 0.6, 0.33),
    "蒙西": (0,) * 5 + (0.4,) * 3 + (0,) * 4,
}
"""The part of the peak (valley) hours that is sharp (deep) for business in each month, January first."""
DIVIDED_FROM = "2026-08"
"""Business tables are held from this month on; earlier bills use the nearest one and do not divide sharp and deep."""
AGENT_PRICES = {"山东": "0.4452", "江苏": "0.4386", "黑龙江": "0.4103", "蒙西": "0.3321"}
"""Invented energy prices with line loss and system cost, yuan/kWh; each month moves them by up to five percent."""
HOURS_A_MONTH = 730
LOAD_FACTOR = 0.55
"""Mean load against the month's highest, for the maximum demand."""
REACTIVE_SHARES = (0.3, 0.42, 0.5, 0.6)
"""Reactive against active energy; 0.48 means a power factor of 0.90."""


class BillCalculator(Protocol):
    """Computes one bill.

    `kwh`: energy and its parts peak, valley, flat, sharp, deep_valley; for business also agent_price (yuan/kWh), and
    where it counts max_demand_kw and reactive_kvarh. Returns the total in yuan, its lines, and the published table.
    """

    def __call__(
        self, account: Account, month: str, kwh: Mapping[str, Decimal], annual_to_date_kwh: Decimal
    ) -> tuple[Decimal, Sequence[BillLine], TariffTable]:
        """Compute the bill of one account and month."""


@dataclass(frozen=True, slots=True)
class DemoBill:
    """One computed bill with whole kWh; `total_cents` in hundredths of a yuan."""

    account: Account
    month: str
    total_cents: int
    kwh: Mapping[str, Decimal]
    annual_to_date: int
    start_reading: int
    end_reading: int
    lines: Sequence[BillLine]
    table: TariffTable


def issued_at(month: str) -> datetime:
    """Return when a month's bills are issued."""
    return start_of(first_day(add_months(month, 1)))


def due_date(month: str) -> date:
    """Return the last day on which a month's bill can be paid in time."""
    return first_day(add_months(month, 1)).replace(day=DUE_DAY)


def compute_bills(
    customers: Sequence[Customer],
    accounts: Sequence[Account],
    use: MonthOfUse,
    annual_to_date: Hundredths,
    readings: Hundredths,
    calculate_bill: BillCalculator,
) -> list[DemoBill]:
    """Compute one month's bills; `annual_to_date` and `readings` are whole kWh [customers] before the month."""
    totals = (use.totals // 100).tolist()
    bills = []
    for index, (customer, account) in enumerate(zip(customers, accounts, strict=True)):
        kwh = _energies(customer, account, use.month, totals[0][index], totals[1][index], totals[2][index])
        before, start = int(annual_to_date[index]), int(readings[index])
        total, lines, table = calculate_bill(account, use.month, kwh, Decimal(before))
        end = start + totals[0][index]
        cents = int(total.scaleb(2).to_integral_value())
        bills.append(DemoBill(account, use.month, cents, kwh, before, start, end, lines, table))
    return bills


def _energies(
    customer: Customer, account: Account, month: str, energy: int, peak: int, valley: int
) -> dict[str, Decimal]:
    """Split whole kWh into the parts of a bill; they add up to the energy."""
    sharp = deep = 0
    if account.category.startswith("工商业") and month >= DIVIDED_FROM:
        number = int(month[5:]) - 1
        sharp = int(peak * SHARP_OF_PEAK.get(account.region, (0,) * 12)[number])
        deep = int(valley * DEEP_OF_VALLEY.get(account.region, (0,) * 12)[number])
    parts = {"energy": energy, "peak": peak - sharp, "valley": valley - deep, "flat": energy - peak - valley}
    kwh = {name: Decimal(value) for name, value in (parts | {"sharp": sharp, "deep_valley": deep}).items()}
    if account.category.startswith("工商业"):
        kwh |= _business_quantities(customer, account, month, energy)
    return kwh


def _business_quantities(customer: Customer, account: Account, month: str, energy: int) -> dict[str, Decimal]:
    draw = np.random.default_rng((int(month.replace("-", "")), ord(account.region[0])))
    price = Decimal(AGENT_PRICES[account.region]) * (1 + Decimal(int(draw.integers(-500, 501))).scaleb(-4))
    quantities = {"agent_price": round(price, 4)}
    if account.basic_charge == "需量":
        quantities["max_demand_kw"] = Decimal(round(energy / HOURS_A_MONTH / LOAD_FACTOR))
    if account.power_factor_standard is not None:
        share = REACTIVE_SHARES[customer.meter_start_kwh % len(REACTIVE_SHARES)]
        quantities["reactive_kvarh"] = Decimal(int(energy * share))
    return quantities
