"""The vocabulary of measuring: a figure is one quantity over all repeats, a result all figures of a benchmark."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

from bench.machine import Load

MEGABYTE = 1_000_000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Figure:
    """One quantity, measured once in every repeat."""

    name: str
    unit: str
    values: tuple[float, ...]
    """In the order of the repeats; at least one."""
    note: str = ""

    @property
    def median(self) -> float:
        """The middle of the repeats."""
        return float(median(self.values))


@dataclass(frozen=True, slots=True)
class Result:
    """What one benchmark found."""

    name: str
    load_before: Load
    """What else kept the machine busy when it began."""
    seconds: float
    figures: tuple[Figure, ...]
    skipped: str = ""
    """What this machine lacks, if there are no figures for that."""
    failed: str = ""
    """What went wrong, if there are no figures for that."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured: everything, or (`--quick`) just enough to see that it works."""

    is_quick: bool = False

    def choose(self, full: T, quick: T) -> T:
        """Return one of two sizes."""
        return quick if self.is_quick else full

    @property
    def repeats(self) -> int:
        """How often every quantity is measured."""
        return self.choose(3, 1)


Measure = Callable[[Extent], Sequence[Figure]]
"""A benchmark. Raises NotMeasurable where the machine lacks something, another BenchError where it went wrong."""


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least `share` (0 to 1) of the values do not exceed (nearest rank)."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def collect_figures(unit_of: Mapping[str, str], repeats: Sequence[Mapping[str, float]], note: str = "") -> list[Figure]:
    """Turn one mapping a repeat into one figure a name; `unit_of` gives names, units and the order."""
    return [
        Figure(name, unit, tuple(repeat[name] for repeat in repeats), note)
        for name, unit in unit_of.items()
        if all(name in repeat for repeat in repeats)
    ]
