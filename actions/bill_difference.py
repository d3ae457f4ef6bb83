"""Why one bill differs from another: causes whose amounts add up exactly to the difference.

With B the earlier bill, A the later one, P = B's yuan per kWh, T(table, kWh, peak share, year to date) the calculator:
  days      P x (B's kWh on A's days - B's kWh)
  volume    P x (A's kWh - B's kWh on A's days)
  tier      T(B's table, A's kWh, B's share, A's year to date) - P x A's kWh
  peak      T(B's table, A's kWh, A's share, A's year to date) - the one before
  price     T(A's table, ...) - the one before
  other     A - the one before: nothing where the calculator gives A's bill again
Business bills cannot be recalculated from the bill alone: there basic charge and power factor stand for themselves,
and the rest of the difference is the price (the month's purchase price and the hours of use).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from actions.backends.values import Bill

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")
ROUNDING = Decimal("0.05")
WATT_HOUR = Decimal("0.001")
BASIC_CHARGE = "基本电费"
POWER_FACTOR = "功率因数"


@dataclass(frozen=True, slots=True)
class Use:
    """What a household's bill is calculated from."""

    energy_kwh: Decimal
    peak_kwh: Decimal
    annual_to_date_kwh: Decimal


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause of a difference; `name`: days | volume | tier | peak | price | basic_charge | power_factor | other."""

    name: str
    amount: Decimal
    """Yuan; positive makes the bill dearer."""


Recalculate = Callable[[str, Use], Decimal | None]
"""(month of the table, use) -> total; None where it cannot be calculated."""


def explain_difference(bill: Bill, base: Bill, recalculate: Recalculate) -> tuple[Cause, ...]:
    """Causes from `base` to `bill`, largest first; they add up to bill.total - base.total."""
    causes = explain_household(bill, base, recalculate) or explain_by_lines(bill, base)
    return tuple(sorted((cause for cause in causes if cause.amount), key=lambda cause: -abs(cause.amount)))


def explain_household(bill: Bill, base: Bill, recalculate: Recalculate) -> list[Cause] | None:
    """Causes by recalculation; None where a table is missing or there is nothing to compare with."""
    if not base.energy_kwh:
        return None
    share = base.peak_kwh / base.energy_kwh
    same_share = (bill.energy_kwh * share).quantize(WATT_HOUR, ROUND_HALF_UP)
    volume_only = Use(bill.energy_kwh, same_share, bill.annual_to_date_kwh)
    own_use = Use(bill.energy_kwh, bill.peak_kwh, bill.annual_to_date_kwh)
    by_tier = recalculate(base.month, volume_only)
    by_peak = recalculate(base.month, own_use)
    by_price = recalculate(bill.month, own_use)
    if by_tier is None or by_peak is None or by_price is None:
        return None
    days, volume, even = explain_volume(bill, base, base.total)
    others = [
        Cause("tier", by_tier - even),
        Cause("peak", by_peak - by_tier),
        Cause("price", by_price - by_peak),
        Cause("other", bill.total - by_price),
    ]
    return [days, *fold_rounding(volume, others)]


def fold_rounding(volume: Cause, others: Sequence[Cause]) -> list[Cause]:
    """Cents that come from rounding go to the volume: they are no cause of their own."""
    noise = sum((cause.amount for cause in others if abs(cause.amount) < ROUNDING), NOTHING)
    return [Cause(volume.name, volume.amount + noise), *(cause for cause in others if abs(cause.amount) >= ROUNDING)]


def explain_by_lines(bill: Bill, base: Bill) -> list[Cause]:
    """Causes by the lines of both bills."""
    basic = sum_of(bill, BASIC_CHARGE) - sum_of(base, BASIC_CHARGE)
    factor = sum_of(bill, POWER_FACTOR) - sum_of(base, POWER_FACTOR)
    fixed = [Cause("basic_charge", basic), Cause("power_factor", factor)]
    difference = bill.total - base.total
    if not base.energy_kwh:
        return [*fixed, Cause("volume", difference - basic - factor)]
    variable = base.total - sum_of(base, BASIC_CHARGE) - sum_of(base, POWER_FACTOR)
    days, volume, _ = explain_volume(bill, base, variable)
    rest = difference - basic - factor - days.amount - volume.amount
    return [*fixed, days, volume, Cause("price", rest)]


def explain_volume(bill: Bill, base: Bill, base_amount: Decimal) -> tuple[Cause, Cause, Decimal]:
    """Days, volume, and what the use of `bill` costs at the mean price of `base`."""
    price = base_amount / base.energy_kwh
    days = round_cent(base_amount * length(bill) / length(base) - base_amount)
    even = round_cent(price * bill.energy_kwh)
    return Cause("days", days), Cause("volume", even - base_amount - days), even


def sum_of(bill: Bill, word: str) -> Decimal:
    """Amount of the lines whose name holds the word."""
    return sum((line.amount for line in bill.lines if word in line.name), NOTHING)


def length(bill: Bill) -> int:
    """Days of the bill's period."""
    return (bill.period_end - bill.period_start).days + 1


def round_cent(amount: Decimal) -> Decimal:
    """Half up to the cent."""
    return amount.quantize(CENT, ROUND_HALF_UP)
