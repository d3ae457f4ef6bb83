"""Which months the demo data have to cover at a given date, and what is missing."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from actions.backends.months import add_months, month_of, months_between

EDITION = 1
"""Raised whenever the generator makes other data: older data are then made anew."""
USE_MONTHS = 24
BILL_MONTHS = 14
BILL_MONTHS_NEEDED = 14
FARTHEST_TOP_UP = 12


class Step(Enum):
    """What has to be done."""

    NOTHING = "nothing"
    REFRESH = "refresh"
    """Outages of another day."""
    TOP_UP = "top_up"
    """Further months, and outages."""
    BUILD = "build"
    """Everything; customers that are there are kept."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a database holds; months are YYYY-MM."""

    edition: int
    first_month: str
    last_month: str
    first_bill_month: str
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """The step to take and the months that it makes."""

    step: Step
    use_months: tuple[str, ...]
    """Months of daily use to draw, the current one included."""
    bill_months: tuple[str, ...]
    """Months to bill; the current one is not over and has none."""
    coverage: Coverage
    """What the database holds afterwards."""


def plan_for(now: datetime, held: Coverage | None) -> Plan:
    """Compare what is held with what `now` needs."""
    current = month_of(now)
    if held is None or held.edition != EDITION or not _can_keep(held, current):
        first_bill = add_months(current, -BILL_MONTHS)
        first_use = min(f"{first_bill[:4]}-01", add_months(current, -USE_MONTHS))
        coverage = Coverage(EDITION, first_use, current, first_bill, now)
        return Plan(Step.BUILD, _months(first_use, current), _months(first_bill, add_months(current, -1)), coverage)
    last = max(held.last_month, current)
    coverage = Coverage(EDITION, held.first_month, last, held.first_bill_month, now)
    if current > held.last_month:
        new_use = _months(add_months(held.last_month, 1), current)
        return Plan(Step.TOP_UP, new_use, _months(held.last_month, add_months(current, -1)), coverage)
    step = Step.NOTHING if now.date() == held.as_of.astimezone(now.tzinfo).date() else Step.REFRESH
    return Plan(step, (), (), coverage)


def _can_keep(held: Coverage, current: str) -> bool:
    """Whether the months held reach back far enough, and not so far that a new start is cheaper."""
    reaches_back = held.first_bill_month <= add_months(current, -BILL_MONTHS_NEEDED)
    return reaches_back and current <= add_months(held.last_month, FARTHEST_TOP_UP)


def _months(first: str, last: str) -> tuple[str, ...]:
    return tuple(months_between(first, last))
