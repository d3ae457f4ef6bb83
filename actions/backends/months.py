"""Arithmetic on billing months (账期), written YYYY-MM."""

from calendar import monthrange
from datetime import date, datetime, time

from storage.clock import CHINA


def month_of(moment: datetime) -> str:
    """Return the month of an aware moment on the wall clock in China."""
    return moment.astimezone(CHINA).strftime("%Y-%m")


def add_months(month: str, count: int) -> str:
    """Return the month `count` months later (earlier if negative)."""
    index = int(month[:4]) * 12 + int(month[5:]) - 1 + count
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def months_between(first: str, last: str) -> list[str]:
    """Return the months from `first` to `last`, both included; empty if `last` is earlier."""
    months = []
    while first <= last:
        months.append(first)
        first = add_months(first, 1)
    return months


def first_day(month: str) -> date:
    """Return the first day of the month."""
    return date(int(month[:4]), int(month[5:]), 1)


def last_day(month: str) -> date:
    """Return the last day of the month."""
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, monthrange(year, number)[1])


def start_of(day: date) -> datetime:
    """Return the first moment of a day in China."""
    return datetime.combine(day, time(), tzinfo=CHINA)
