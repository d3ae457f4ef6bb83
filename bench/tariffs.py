"""Bills that the exact calculator works out in a second, on one core."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import count

from bench.figures import Extent, Figure, collect_figures
from bench.machine import on_one_core
from bench.server import ROOT
from bot.assembly import known_action_names
from bot.project import load_project
from knowledge_base.tariffs.calculator import calculate
from knowledge_base.tariffs.load import load_tariffs
from knowledge_base.tariffs.request import parse_tariff_request

HOUSEHOLDS = (
    {"region": "山东", "category": "居民阶梯", "month": "2026-08", "energy_kwh": 420, "annual_to_date_kwh": 2300},
    {
        "region": "山东",
        "category": "居民峰谷",
        "month": "2026-08",
        "energy_kwh": 400,
        "peak_kwh": 250,
        "valley_kwh": 150,
    },
    {"region": "江苏", "category": "居民阶梯", "month": "2026-07", "energy_kwh": 510, "annual_to_date_kwh": 2600},
    {"region": "江苏", "category": "居民阶梯", "month": "2026-07", "energy_kwh": 4300, "months": 12},
    {"region": "黑龙江", "category": "居民阶梯", "month": "2026-03", "energy_kwh": 230},
    {"region": "蒙西", "category": "居民阶梯", "month": "2026-03", "energy_kwh": 230},
)
BUSINESSES = (
    {
        "region": "山东",
        "category": "工商业两部制",
        "month": "2026-08",
        "voltage": "1-10千伏",
        "energy_kwh": 60000,
        "max_demand_kw": 400,
        "reactive_kvarh": 21000,
        "power_factor_standard": 0.9,
        "agent_price": 0.52,
    },
    {"region": "江苏", "category": "工商业单一制", "month": "2026-08", "energy_kwh": 3000, "agent_price": 0.55},
)
_UNIT = "bills/s"


def measure_tariffs(extent: Extent) -> list[Figure]:
    """Calculate households' bills, businesses' bills, and both from their JSON."""
    book = load_tariffs(ROOT / load_project(ROOT, actions=known_action_names()).config.knowledge.tariffs)
    households = [parse_tariff_request(body) for body in HOUSEHOLDS]
    businesses = [parse_tariff_request(body) for body in BUSINESSES]
    bodies = [*HOUSEHOLDS, *BUSINESSES]
    seconds = extent.choose(2.0, 0.1)
    with on_one_core():
        repeats = [
            {
                "households": _rate(lambda place: calculate(households[place], book), households, seconds),
                "businesses": _rate(lambda place: calculate(businesses[place], book), businesses, seconds),
                "mixed, read from JSON": _rate(
                    lambda place: calculate(parse_tariff_request(bodies[place]), book), bodies, seconds
                ),
            }
            for _ in range(extent.repeats)
        ]
    return collect_figures(dict.fromkeys(repeats[0], _UNIT), repeats)


def _rate(work: Callable[[int], object], items: Sequence[object], seconds: float) -> float:
    """Return how often a second the work is done, going round over the places of the items."""
    for place in range(len(items)):
        work(place)
    begin = time.perf_counter()
    for number in count(1):
        work(number % len(items))
        if (passed := time.perf_counter() - begin) >= seconds:
            return number / passed
    raise AssertionError("count() does not end")
