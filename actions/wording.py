"""How amounts, dates and numbers are written for customers: the one place where this is decided.

Responses use these forms by name (`{total:yuan}`, bot/formats.py); actions use them for the pieces of lists that a
template cannot repeat: bill lines, payments, causes, price slots.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
UNITS = {"千瓦时": "度"}


def yuan(amount: Decimal) -> str:
    """12.3 -> 12.30元."""
    return f"{amount.quantize(CENT, ROUND_HALF_UP)}元"


def number(value: Decimal) -> str:
    """210.00 -> 210; at most two decimals."""
    return f"{value.quantize(CENT, ROUND_HALF_UP).normalize():f}"


def kwh(energy: Decimal) -> str:
    """210.5 -> 210.5度."""
    return f"{number(energy)}度"


def price(value: Decimal) -> str:
    """0.54690 -> 0.5469元."""
    return f"{value.normalize():f}元"


def day(value: date) -> str:
    """2026-11-20 -> 11月20日."""
    return f"{value.month}月{value.day}日"


def full_day(value: date) -> str:
    """2026-08-01 -> 2026年8月1日."""
    return f"{value.year}年{day(value)}"


def moment(value: datetime) -> str:
    """2026-11-20 15:30 -> 11月20日15:30."""
    return f"{day(value.date())}{value:%H:%M}"


def month(value: str) -> str:
    """2026-10 -> 2026年10月."""
    return f"{value[:4]}年{int(value[5:7])}月"


def charge_line(name: str, quantity: Decimal, unit: str, unit_price: Decimal, amount: Decimal) -> str:
    """第一档电量 180度×0.5469元＝98.44元."""
    return f"{name} {number(quantity)}{UNITS.get(unit, unit)}×{price(unit_price)}＝{yuan(amount)}"


def as_lines(pieces: Iterable[str]) -> str:
    """One piece a line, each with a dot before it."""
    return "\n".join(f"· {piece}" for piece in pieces)


def in_a_row(pieces: Iterable[str]) -> str:
    """Pieces in one sentence."""
    return "，".join(pieces)
