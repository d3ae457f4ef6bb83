"""The figures of a table as written, each with its path: what a form shows and changes, and what a comparison names.

An entry is the plain content of one table (dicts, lists, quoted numbers), as YAML gives it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from knowledge_base.errors import TariffEditRefused

KeyPath = tuple[str | int, ...]
PRICE, LIMIT, PER_KW, PER_KVA, TIMES = "元/千瓦时", "千瓦时/年", "元/千瓦·月", "元/千伏安·月", "倍"
PER_MONTH = "千瓦时/月"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a table."""

    path: KeyPath
    kind: str
    """tier_limit | tier_price | slot_price | limit_increase | free_quota | transmission | demand | capacity | funds |
    factor | small_factor."""
    value: str
    unit: str
    tier: int | None = None
    """From 1; None where the table has one tier."""
    band: str = ""
    season: str = ""
    slot: str = ""
    """sharp | peak | ..."""


def figures_of(entry: Mapping[str, Any]) -> list[Figure]:
    """Return every figure of a table, in the order in which people read it."""
    return [*_tiers(entry), *_seasons(entry), *_household(entry), *_business(entry), *_factors(entry)]


def with_figures(entry: Mapping[str, Any], changes: Sequence[tuple[KeyPath, str]]) -> dict[str, Any]:
    """Return a copy of a table with other figures. Raises TariffEditRefused for a path that is none of its figures."""
    known = {figure.path for figure in figures_of(entry)}
    copied: dict[str, Any] = _copied(entry)
    for path, value in changes:
        if path not in known:
            raise TariffEditRefused("unknown_figure", f"no figure at {'.'.join(map(str, path))}")
        place: Any = copied
        for part in path[:-1]:
            place = place[part]
        place[path[-1]] = value
    return copied


def _copied(content: Any) -> Any:
    """Return a copy without shared parts: YAML's anchors are one object in many places."""
    if isinstance(content, Mapping):
        return {key: _copied(value) for key, value in content.items()}
    return [_copied(value) for value in content] if isinstance(content, list) else content


def _tiers(entry: Mapping[str, Any]) -> Iterator[Figure]:
    tiers = entry.get("tiers", [])
    for place, tier in enumerate(tiers):
        number = place + 1 if len(tiers) > 1 else None
        if tier.get("up_to_kwh") is not None:
            yield Figure(("tiers", place, "up_to_kwh"), "tier_limit", tier["up_to_kwh"], LIMIT, number)
        for band, price in tier["prices"].items():
            yield Figure(("tiers", place, "prices", band), "tier_price", price, PRICE, number, band)


def _seasons(entry: Mapping[str, Any]) -> Iterator[Figure]:
    for place, season in enumerate(entry.get("seasons", [])):
        for band, tiers in season["prices"].items():
            for tier, prices in enumerate(tiers):
                number = tier + 1 if len(tiers) > 1 else None
                for slot, price in prices.items():
                    path = ("seasons", place, "prices", band, tier, slot)
                    yield Figure(path, "slot_price", price, PRICE, number, band, season["name"], slot)


def _household(entry: Mapping[str, Any]) -> Iterator[Figure]:
    for place, more in enumerate((entry.get("large_household") or {}).get("limit_increases", [])):
        yield Figure(("large_household", "limit_increases", place), "limit_increase", more, LIMIT, place + 1)
    free = (entry.get("free_quota") or {}).get("kwh_per_month")
    if free is not None:
        yield Figure(("free_quota", "kwh_per_month"), "free_quota", free, PER_MONTH)


def _business(entry: Mapping[str, Any]) -> Iterator[Figure]:
    for kind, unit in (("transmission", PRICE), ("demand", PER_KW), ("capacity", PER_KVA)):
        for band, price in entry.get(kind, {}).items():
            yield Figure((kind, band), kind, price, unit, band=band)
    if "funds" in entry:
        yield Figure(("funds", "price"), "funds", entry["funds"]["price"], PRICE)


def _factors(entry: Mapping[str, Any]) -> Iterator[Figure]:
    floating = entry.get("time_of_use", {})
    for place, season in enumerate(floating.get("seasons", [])):
        for slot, factor in season["factors"].items():
            path: KeyPath = ("time_of_use", "seasons", place, "factors", slot)
            is_relative = isinstance(factor, Mapping)
            value = factor["times"] if is_relative else factor
            yield Figure(
                (*path, "times") if is_relative else path, "factor", value, TIMES, season=season["name"], slot=slot
            )
    for slot, factor in (floating.get("small_capacity") or {}).get("factors", {}).items():
        yield Figure(("time_of_use", "small_capacity", "factors", slot), "small_factor", factor, TIMES, slot=slot)
