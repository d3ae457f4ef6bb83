"""The tariff book: all tables of all regions, and the way to the one that a bill needs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from knowledge_base.errors import TariffNotFound
from knowledge_base.tariffs.table import Table, VoltageBand
from knowledge_base.tariffs.voltage import find_band


@dataclass(frozen=True, slots=True)
class AvailableTable:
    """One table that can be asked for."""

    region: str
    category: str
    voltages: tuple[str, ...]
    name: str
    document: str
    effective_from: date
    effective_to: date | None
    certainty: str

    def __str__(self) -> str:
        return f"{self.region} {self.category} {period_of(self.effective_from, self.effective_to)}"


class TariffBook:
    """Finds tables by region, category, month and voltage; never changes after it is built."""

    def __init__(self, tables: Iterable[Table]) -> None:
        self._shelves: dict[str, dict[str, list[Table]]] = {}
        for table in sorted(tables, key=lambda t: t.label.effective_from):
            self._shelves.setdefault(table.label.region, {}).setdefault(table.label.category, []).append(table)

    @property
    def regions(self) -> tuple[str, ...]:
        return tuple(self._shelves)

    def categories(self, region: str) -> tuple[str, ...]:
        """The categories that have tables in a region; TariffNotFound for an unknown region."""
        return tuple(self._shelf(region))

    def tables_in_force(self, region: str, category: str, month: str) -> tuple[Table, ...]:
        """The tables of a category that hold in a month (YYYY-MM): none or one, as the loader refuses overlaps."""
        return tuple(t for t in self._tables(region, category) if t.label.is_in_force(month))

    def available(self, region: str | None = None) -> tuple[AvailableTable, ...]:
        """Everything that can be calculated, in one region or in all."""
        shelves = self._shelves.values() if region is None else [self._shelf(region)]
        return tuple(describe(table) for shelf in shelves for tables in shelf.values() for table in tables)

    def find(self, region: str, category: str, month: str, voltage: str) -> tuple[Table, VoltageBand]:
        """The table and band of a bill; TariffNotFound says which of the four keys has nothing, and what it has."""
        for table in self._tables(region, category):
            if table.label.is_in_force(month):
                return table, self._band(table, voltage)
        periods = [str(describe(table)) for table in self._tables(region, category)]
        raise TariffNotFound(f"no table for {region} {category} in {month}", periods)

    def _shelf(self, region: str) -> dict[str, list[Table]]:
        if region not in self._shelves:
            raise TariffNotFound(f"no tables for region {region!r}", self.regions)
        return self._shelves[region]

    def _tables(self, region: str, category: str) -> list[Table]:
        shelf = self._shelf(region)
        if category not in shelf:
            raise TariffNotFound(f"no tables for category {category!r} in {region}", tuple(shelf))
        return shelf[category]

    def _band(self, table: Table, voltage: str) -> VoltageBand:
        band = find_band(voltage, table.bands)
        if band is None:
            where = f"{table.label.region} {table.label.category}"
            raise TariffNotFound(f"no price for voltage {voltage!r} in {where}", [b.name for b in table.bands])
        return band


def describe(table: Table) -> AvailableTable:
    """A table's label and voltages, without its prices."""
    label = table.label
    return AvailableTable(
        region=label.region,
        category=label.category,
        voltages=tuple(band.name for band in table.bands),
        name=label.name,
        document=label.document,
        effective_from=label.effective_from,
        effective_to=label.effective_to,
        certainty=label.certainty,
    )


def period_of(first: date, last: date | None) -> str:
    """A period in words: from 2026-08-01, or from one day to another."""
    return f"from {first}" if last is None else f"from {first} to {last}"
