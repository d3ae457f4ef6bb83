"""How the demo customers pay: in time, late, in advance, or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from actions.backends.months import add_months
from actions.demo.bills import DemoBill, issued_at
from actions.demo.customer import Customer, Payer
from actions.demo.use import SEED

CHANNELS = ("网上国网", "微信", "支付宝", "银行", "营业厅")
WEST_CHANNELS = ("蒙电e家", "微信", "支付宝", "银行", "营业厅")
CHANNEL_WEIGHTS = (0.35, 0.28, 0.22, 0.1, 0.05)
MONTHS_OWED = {Payer.DEBTOR: 2, Payer.STOPPED: 4, Payer.JUST_PAID: 4, Payer.EMPTY: 3}
"""How many of the last months' bills are (or were until this morning) unpaid."""
TOP_UP_STEP_CENTS = 5000
Cents = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class DemoPayment:
    """One payment, perhaps in the future: readers see it when their clock gets there."""

    payment_no: str
    account_no: str
    paid_at: datetime
    cleared_at: datetime
    amount_cents: int
    channel: str


class Payers:
    """Pays the bills month by month; keeps what the prepaid accounts hold."""

    def __init__(self, customers: Sequence[Customer], held_cents: Cents, now: datetime) -> None:
        self._customers = customers
        self._held = held_cents.copy()
        self._now = now
        self._current = f"{now:%Y-%m}"

    def pay(self, bills: Sequence[DemoBill]) -> tuple[list[DemoPayment], list[datetime | None]]:
        """Pay one month's bills; returns the payments, and for each bill the moment when it is paid."""
        month = bills[0].month
        draw = np.random.default_rng((SEED + 1, int(month.replace("-", ""))))
        delays, minutes = draw.integers(0, 17, len(bills)), draw.integers(8 * 60, 22 * 60, len(bills))
        channels = draw.choice(len(CHANNELS), len(bills), p=CHANNEL_WEIGHTS)
        payments: list[DemoPayment] = []
        paid: list[datetime | None] = []
        for index, (customer, bill) in enumerate(zip(self._customers, bills, strict=True)):
            time_of_day = timedelta(minutes=int(minutes[index]))
            moment = self._moment(customer, bill, int(delays[index]), time_of_day)
            amount = self._amount(customer, index, bill.total_cents, moment is not None)
            if moment is not None and amount:
                payments.append(_payment(bill, index, moment, amount, int(channels[index])))
            paid.append(issued_at(month) if customer.account.is_prepaid and self._held[index] >= 0 else moment)
        return payments, paid

    def _moment(self, customer: Customer, bill: DemoBill, delay_days: int, time_of_day: timedelta) -> datetime | None:
        """Return when the customer pays for this bill; None if never."""
        owed = MONTHS_OWED.get(customer.payer, 0)
        is_owed = owed > 0 and bill.month >= add_months(self._current, -owed)
        if is_owed and customer.payer is Payer.JUST_PAID and bill.month < self._current:
            return self._now - timedelta(hours=2)
        if is_owed and customer.payer is not Payer.JUST_PAID:
            return None
        if customer.account.is_prepaid:
            return issued_at(bill.month) - timedelta(days=1 + delay_days % 6) + time_of_day
        late = 22 if customer.payer is Payer.LATE else 0
        return issued_at(bill.month) + timedelta(days=delay_days + late) + time_of_day

    def _amount(self, customer: Customer, index: int, bill_cents: int, is_paying: bool) -> int:
        """Return what is paid, in cents: a bill, or for prepaid accounts a round sum that lasts a month more."""
        if not customer.account.is_prepaid:
            return bill_cents
        self._held[index] -= bill_cents
        held = int(self._held[index])
        if not is_paying or held >= bill_cents:
            return 0
        top_up = -(-(2 * bill_cents - held) // TOP_UP_STEP_CENTS) * TOP_UP_STEP_CENTS
        self._held[index] += top_up
        return top_up


def _payment(bill: DemoBill, index: int, moment: datetime, amount_cents: int, channel: int) -> DemoPayment:
    names = WEST_CHANNELS if bill.account.region == "蒙西" else CHANNELS
    delay = timedelta(hours=18) if names[channel] == "银行" else timedelta(minutes=3 + index % 15)
    number = f"{bill.month.replace('-', '')}{index:06d}{bill.total_cents % 10_000:04d}"
    return DemoPayment(number, bill.account.account_no, moment, moment + delay, amount_cents, names[channel])
