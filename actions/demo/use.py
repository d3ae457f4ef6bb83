"""Daily use of all customers in one month: season, weekday, holidays, weather, chance; split into peak and valley.

Every month is drawn from a seed of its own, so that it is the same whenever it is made. A month sums to whole kWh.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from actions.demo.customer import Customer
from actions.demo.places import PLACES
from actions.demo.weather import Floats, daily_temperatures, spring_festival, workdays

Hundredths = NDArray[np.int64]
SEED = 95598
COOLING_FROM = 25.0
HEATING_BELOW = 8.0
BUSINESS_KINDS = ("workshop", "factory", "plant")
PUMPING = np.array((0.5, 0.5, 1.0, 1.6, 1.7, 1.5, 1.2, 1.1, 1.0, 1.0, 0.7, 0.5))
"""A farm's use by month, January first, against its base."""
SUNSHINE = np.array((0.25, 0.3, 0.4, 0.48, 0.52, 0.5, 0.45, 0.45, 0.42, 0.36, 0.27, 0.22))
"""The part of the daytime use that a roof's own PV covers, by month."""


@dataclass(frozen=True, slots=True)
class Habits:
    """What the customers tend to use, as arrays [customers]."""

    base_kwh: Floats
    cooling_kwh: Floats
    heating_kwh: Floats
    peak_share: Floats
    valley_share: Floats
    place_index: NDArray[np.int64]
    weekday_factor: Floats
    """Use on working days against the base; on other days `rest_factor`."""
    rest_factor: Floats
    festival_factor: Floats
    is_household: NDArray[np.bool_]
    is_charger: NDArray[np.bool_]
    is_farm: NDArray[np.bool_]
    has_pv: NDArray[np.bool_]
    is_divided: NDArray[np.bool_]
    """Peak, flat and valley are metered (business), not peak and valley alone."""


@dataclass(frozen=True, slots=True)
class MonthOfUse:
    """One month: `daily` is [3, customers, days] (energy, peak, valley), all hundredths of a kWh."""

    month: str
    daily: Hundredths

    @property
    def totals(self) -> Hundredths:
        """Sums over the month, [3, customers]; whole kWh."""
        sums: Hundredths = self.daily.sum(axis=2)
        return sums


def read_habits(customers: list[Customer]) -> Habits:
    """Collect the customers' habits into arrays."""
    kinds = np.array([customer.kind for customer in customers])
    industrial = np.isin(kinds, BUSINESS_KINDS)
    regions = [place.region for place in PLACES]
    return Habits(
        base_kwh=np.array([customer.base_kwh for customer in customers]),
        cooling_kwh=np.array([customer.cooling_kwh for customer in customers]),
        heating_kwh=np.array([customer.heating_kwh for customer in customers]),
        peak_share=np.array([customer.peak_share for customer in customers]),
        valley_share=np.array([customer.valley_share for customer in customers]),
        place_index=np.array([regions.index(customer.account.region) for customer in customers]),
        weekday_factor=np.where(industrial, 1.1, np.where(kinds == "shared", 1.2, 0.96)),
        rest_factor=np.where(industrial, 0.75, np.where(kinds == "shared", 0.4, 1.1)),
        festival_factor=np.where(industrial, 0.3, np.where(kinds == "household", 1.15, 0.5)),
        is_household=kinds == "household",
        is_charger=kinds == "charger",
        is_farm=kinds == "farm",
        has_pv=np.array([customer.account.has_pv for customer in customers]),
        is_divided=industrial | (kinds == "shop"),
    )


def draw_month(habits: Habits, month: str) -> MonthOfUse:
    """Draw one month's use of all customers."""
    draw = np.random.default_rng((SEED, int(month.replace("-", ""))))
    energy = _energy(habits, month, draw)
    shares = draw.normal(1.0, 0.07, energy.shape)
    peak = energy * np.clip(habits.peak_share[:, None] * shares, 0.08, 0.8)
    pv = np.where(habits.has_pv, SUNSHINE[int(month[5:]) - 1], 0.0)[:, None]
    valley = (energy - peak) * np.where(habits.is_divided, habits.valley_share / (1 - habits.peak_share), 1.0)[:, None]
    flat = energy - peak - valley
    peak_h, valley_h, flat_h = (_whole_sums(part) for part in (peak * (1 - pv), valley, flat))
    return MonthOfUse(month, np.stack((peak_h + valley_h + flat_h, peak_h, valley_h)))


def _energy(habits: Habits, month: str, draw: np.random.Generator) -> Floats:
    """Draw kWh [customers, days]."""
    weather = np.stack([daily_temperatures(place, month, SEED) for place in PLACES])[habits.place_index]
    size, days = weather.shape
    calendar = np.where(workdays(month)[None, :] > 0, habits.weekday_factor[:, None], habits.rest_factor[:, None])
    calendar = np.where(spring_festival(month)[None, :] > 0, habits.festival_factor[:, None], calendar)
    season = np.where(habits.is_farm, PUMPING[int(month[5:]) - 1], 1.0) * draw.lognormal(0.0, 0.1, size)
    energy = habits.base_kwh[:, None] * calendar * season[:, None]
    energy += habits.cooling_kwh[:, None] * np.maximum(weather - COOLING_FROM, 0.0)
    energy += habits.heating_kwh[:, None] * np.maximum(HEATING_BELOW - weather, 0.0)
    energy *= draw.lognormal(0.0, 0.15, (size, days))
    unusual = (draw.random(size) < 0.04) & habits.is_household
    energy[unusual] *= draw.uniform(1.5, 2.2, (int(unusual.sum()), 1))
    is_charging = draw.random((size, days)) < 0.45
    energy[habits.is_charger] *= np.where(is_charging[habits.is_charger], 1 / 0.45, 0.0)
    return energy


def _whole_sums(kwh: Floats) -> Hundredths:
    """Round to hundredths of a kWh; take less than one kWh from each row's largest day, so that the sum is whole."""
    hundredths = np.rint(kwh * 100).astype(np.int64)
    rest = hundredths.sum(axis=1) % 100
    rows = np.arange(len(hundredths))
    hundredths[rows, hundredths.argmax(axis=1)] -= rest
    hundredths[hundredths.min(axis=1) < 0] = 0
    return hundredths
