"""The power factor adjustment (力调): how far a month's power factor lies from its standard, and what that costs.

Source: (83)水电财字第215号《功率因数调整电费办法》, standards and percentages; the base, energy and basic charges
without government funds, is single-source. The steps below give every row of the document's three tables.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

HUNDREDTH = Decimal("0.01")
STANDARDS = (Decimal("0.90"), Decimal("0.85"), Decimal("0.80"))


class Step(NamedTuple):
    """A stretch of hundredths of power factor that each move the charge by the same percentage."""

    first: int
    last: int
    percent_each: Decimal


REDUCTIONS: dict[Decimal, Sequence[Step]] = {
    Decimal("0.90"): (Step(0, 5, Decimal("0.15")),),
    Decimal("0.85"): (Step(0, 5, Decimal("0.10")), Step(5, 9, Decimal("0.15"))),
    Decimal("0.80"): (Step(0, 10, Decimal("0.10")), Step(10, 12, Decimal("0.15"))),
}
"""Hundredths above the standard; beyond the last step nothing more is taken off."""
SURCHARGES: Sequence[Step] = (Step(0, 20, Decimal("0.5")), Step(20, 25, Decimal(1)), Step(25, 100, Decimal(2)))
"""Hundredths below the standard."""


def power_factor(energy_kwh: Decimal, reactive_kvarh: Decimal) -> Decimal:
    """The month's mean power factor from both meters, two places, rounded half up; 1.00 where neither moved."""
    if not energy_kwh and not reactive_kvarh:
        return Decimal("1.00")
    apparent = (energy_kwh * energy_kwh + reactive_kvarh * reactive_kvarh).sqrt()
    return (energy_kwh / apparent).quantize(HUNDREDTH, ROUND_HALF_UP)


def adjustment_percent(factor: Decimal, standard: Decimal) -> Decimal:
    """Per cent added (positive) or taken off (negative) at a power factor of two places."""
    hundredths = int((factor - standard) * 100)
    if hundredths >= 0:
        return -climb(hundredths, REDUCTIONS[standard])
    return climb(-hundredths, SURCHARGES)


def climb(hundredths: int, steps: Sequence[Step]) -> Decimal:
    """Add up the percentages of the steps that lie below so many hundredths."""
    return sum(
        (step.percent_each * (min(hundredths, step.last) - step.first) for step in steps if hundredths > step.first),
        Decimal(0),
    )
