"""Weather and calendar of the demo cities: what everybody's use has in common."""

from calendar import monthrange
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from actions.backends.months import first_day
from actions.demo.places import Place

Floats = NDArray[np.float64]
SPRING_FESTIVALS = (
    *((2023, 1, 22), (2024, 2, 10), (2025, 1, 29), (2026, 2, 17), (2027, 2, 6)),
    *((2028, 1, 26), (2029, 2, 13), (2030, 2, 3), (2031, 1, 23), (2032, 2, 11)),
)
"""First day of the lunar year; in years outside the table a day in early February stands for it."""
MEMORY = 0.7
"""How much of a day's deviation from the mean temperature stays until the next day."""
DEVIATION = 2.4
"""Typical change of that deviation from day to day, degrees."""


def daily_temperatures(place: Place, month: str, seed: int) -> Floats:
    """Return the month's mean temperature of each day [days], in degrees Celsius; the same for the same seed."""
    days = monthrange(int(month[:4]), int(month[5:]))[1]
    draw = np.random.default_rng((seed, int(month.replace("-", "")), int(place.account_prefix)))
    steps = draw.normal(0.0, DEVIATION, days + 10)
    deviations = np.zeros(days + 10)
    for day in range(1, days + 10):
        deviations[day] = MEMORY * deviations[day - 1] + steps[day]
    middles = np.array(place.temperatures)[[(int(month[5:]) + shift) % 12 for shift in (-2, -1, 0)]]
    positions = (np.arange(days) + 0.5) / days
    means = np.interp(positions, (-0.5, 0.5, 1.5), middles)
    temperatures: Floats = means + deviations[10:]
    return temperatures


def workdays(month: str) -> Floats:
    """Return 1.0 for a working day and 0.0 for a weekend or holiday, [days]."""
    return np.array([float(day.weekday() < 5 and not is_holiday(day)) for day in days_of(month)])


def spring_festival(month: str) -> Floats:
    """Return 1.0 for the seven days of the Spring Festival, else 0.0, [days]."""
    return np.array([float(is_spring_festival(day)) for day in days_of(month)])


def days_of(month: str) -> list[date]:
    """Return the days of a month."""
    start = first_day(month)
    return [start + timedelta(days=index) for index in range(monthrange(start.year, start.month)[1])]


def is_spring_festival(day: date) -> bool:
    """Whether the day is one of the seven days from New Year's Eve on."""
    known = [date(*parts) for parts in SPRING_FESTIVALS if parts[0] == day.year]
    new_year = known[0] if known else date(day.year, 2, 5)
    return 0 <= (day - new_year).days + 1 < 7


def is_holiday(day: date) -> bool:
    """Whether the day is a public holiday: Spring Festival, Labour Day, National Day, New Year."""
    fixed = (day.month == 10 and day.day <= 7) or (day.month == 5 and day.day <= 3) or (day.month, day.day) == (1, 1)
    return fixed or is_spring_festival(day)
