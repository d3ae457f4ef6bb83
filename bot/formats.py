"""The formats of response templates: `{name:format}`. How a figure looks is decided once, in actions/wording.py.

The phone gets the same figures as digits; the speech normaliser turns them into Chinese words later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from string import Formatter
from typing import Any

from actions import wording

MISSING = "—"


def format_yuan(value: Any) -> str:
    """12.3 -> 12.30元; always two decimals."""
    return wording.yuan(_decimal(value))


def format_number(value: Any) -> str:
    """210.00 -> 210; at most two decimals."""
    return wording.number(_decimal(value))


def format_kwh(value: Any) -> str:
    """210.5 -> 210.5度."""
    return wording.kwh(_decimal(value))


def format_kw(value: Any) -> str:
    """8 -> 8千瓦."""
    return f"{format_number(value)}千瓦"


def format_percent(value: Any) -> str:
    """0.125 -> 12.5%."""
    return f"{format_number(_decimal(value) * 100)}%"


def format_price(value: Any) -> str:
    """0.5469 -> 0.5469元; as many decimals as the table has."""
    return wording.price(_decimal(value))


def format_month(value: Any) -> str:
    """2026-10 -> 2026年10月."""
    return wording.month(str(value))


def format_date(value: Any) -> str:
    """2026-11-20 -> 11月20日; 2026-11-09/2026-11-15 -> 11月9日到11月15日."""
    days = [date.fromisoformat(part[:10]) for part in str(value).split("/")]
    return "到".join(wording.day(day) for day in dict.fromkeys(days))


def format_datetime(value: Any) -> str:
    """2026-11-20T15:30:00+08:00 -> 11月20日15:30."""
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return wording.moment(moment)


def format_time(value: Any) -> str:
    """2026-11-20T15:30:00+08:00 or 15:30 -> 15:30."""
    text = str(value)
    return datetime.fromisoformat(text).strftime("%H:%M") if "T" in text else text[:5]


def format_account(value: Any) -> str:
    """3702000012345 -> 尾号2345: an account is named by its end alone."""
    return f"尾号{str(value)[-4:]}"


def format_phone(value: Any) -> str:
    """13812345678 -> 138****5678."""
    text = str(value)
    return f"{text[:3]}****{text[-4:]}" if len(text) >= 8 else "****"


def format_list(value: Any) -> str:
    """[停电, 账单] -> 停电、账单."""
    return (
        "、".join(str(item) for item in value)
        if isinstance(value, Iterable) and not isinstance(value, str)
        else str(value)
    )


FORMATS: dict[str, Callable[[Any], str]] = {
    "yuan": format_yuan,
    "number": format_number,
    "kwh": format_kwh,
    "kw": format_kw,
    "percent": format_percent,
    "price": format_price,
    "month": format_month,
    "date": format_date,
    "datetime": format_datetime,
    "time": format_time,
    "account": format_account,
    "phone": format_phone,
    "list": format_list,
}


class ValueFormatter(Formatter):
    """`{name:format}` with the formats above; a missing or unreadable value is a dash, never an error."""

    def get_value(self, key: int | str, args: Any, kwargs: Any) -> Any:
        return kwargs.get(str(key))

    def format_field(self, value: Any, format_spec: str) -> str:
        if value is None or value == "":
            return MISSING
        if not format_spec:
            return format_list(value)
        try:
            return FORMATS[format_spec](value)
        except (ValueError, TypeError, InvalidOperation, ArithmeticError):
            return str(value)


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value))
