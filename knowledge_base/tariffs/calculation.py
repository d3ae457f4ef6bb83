"""What a calculation returns: lines rounded to the cent, their total, the table used, and notes for the customer."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from knowledge_base.tariffs.table import TableReference

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")
SHOWN_PLACES = Decimal("0.00000001")
"""Quantities that do not end (a third of a tier) are shown to eight places; amounts are made from the exact ones."""


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """One line of a bill."""

    name: str
    quantity: Decimal
    """Exact, in `unit`."""
    unit: str
    price: Decimal
    """Yuan per unit; for the power factor adjustment the rate."""
    amount: Decimal
    """Yuan, rounded half up to the cent."""


@dataclass(frozen=True, slots=True)
class Calculation:
    """A bill calculated from a tariff table; `total` is the sum of the rounded lines, in yuan."""

    total: Decimal
    lines: tuple[ChargeLine, ...]
    table: TableReference
    notes: tuple[str, ...]
    """Sentences that must go with the figure when it is told to a customer."""


class Charges(NamedTuple):
    """Lines and notes while a bill is being made."""

    lines: list[ChargeLine]
    notes: list[str]
    funds: Decimal = NOTHING
    """Yuan of government funds among the lines: the power factor adjustment leaves them out."""


def charge(name: str, quantity: Decimal, unit: str, price: Decimal) -> ChargeLine:
    """A line whose amount is quantity times price, rounded half up to the cent (away from zero where negative)."""
    return ChargeLine(name, quantity, unit, price, (quantity * price).quantize(CENT, ROUND_HALF_UP))


def render_calculation(calculation: Calculation) -> dict[str, object]:
    """The JSON of `gridtalk tariff calculate` and POST /tariffs/calculate; all figures are decimal strings."""
    return {
        "total": str(calculation.total),
        "lines": [render_line(line) for line in calculation.lines],
        "table": {
            "name": calculation.table.name,
            "document": calculation.table.document,
            "effective_from": calculation.table.effective_from.isoformat(),
        },
        "notes": list(calculation.notes),
    }


def render_line(line: ChargeLine) -> dict[str, str]:
    return {
        "name": line.name,
        "quantity": render_decimal(line.quantity),
        "unit": line.unit,
        "price": render_decimal(line.price),
        "amount": str(line.amount),
    }


def render_decimal(number: Decimal) -> str:
    """Plain notation without trailing zeros: 2520, 0.51, 33.33333333."""
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -8:
        number = number.quantize(SHOWN_PLACES, ROUND_HALF_UP)
    return f"{number.normalize():f}"
