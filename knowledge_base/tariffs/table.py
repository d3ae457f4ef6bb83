"""The values that a tariff is made of, frozen: bands, tiers, seasons, slots, and the two kinds of table.

Prices are yuan per kWh (basic charges: yuan per kW or kVA and month), energies kWh, tier limits kWh a tier year.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Slot = Literal["sharp", "peak", "flat", "valley", "deep_valley"]
SLOTS: tuple[Slot, ...] = ("sharp", "peak", "flat", "valley", "deep_valley")
SLOT_NAMES: Mapping[Slot, str] = {
    "sharp": "尖峰",
    "peak": "峰段",
    "flat": "平段",
    "valley": "谷段",
    "deep_valley": "深谷",
}
CATEGORIES = ("居民阶梯", "居民峰谷", "居民合表", "居民充电桩", "农业", "工商业单一制", "工商业两部制")
CAVEAT = "以当地供电公司公布为准"
"""The words that must go with every single-source or derived figure."""


@dataclass(frozen=True, slots=True)
class VoltageBand:
    """A voltage class of a price table, such as 1-10千伏: from_kv <= voltage < below_kv."""

    name: str
    from_kv: Decimal
    below_kv: Decimal | None
    """None: no upper end."""

    def holds(self, kilovolts: Decimal) -> bool:
        return self.from_kv <= kilovolts and (self.below_kv is None or kilovolts < self.below_kv)


@dataclass(frozen=True, slots=True)
class TableReference:
    """The table that a calculation or a price list comes from, as a customer is told it."""

    name: str
    document: str
    effective_from: date


@dataclass(frozen=True, slots=True)
class TableLabel:
    """What a table is called, where it comes from and when it holds."""

    name: str
    region: str
    category: str
    document: str
    effective_from: date
    """First day of a month."""
    effective_to: date | None
    """Last day of a month, inclusive; None: still in force."""
    certainty: str
    """官方原文, 多源n, 单源 or 推算; the last two need CAVEAT."""
    band_certainty: Mapping[str, str]
    """Bands whose prices are less certain than the table."""
    notes: tuple[str, ...]
    first_month: str = field(init=False)
    last_month: str = field(init=False)
    """YYYY-MM, so that a month is compared as it is written."""
    reference: TableReference = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reference", TableReference(self.name, self.document, self.effective_from))
        object.__setattr__(self, "first_month", self.effective_from.strftime("%Y-%m"))
        object.__setattr__(self, "last_month", (self.effective_to or date.max).strftime("%Y-%m"))

    def is_in_force(self, month: str) -> bool:
        """Month as YYYY-MM."""
        return self.first_month <= month <= self.last_month

    def certainty_of(self, band: str) -> str:
        return self.band_certainty.get(band, self.certainty)


@dataclass(frozen=True, slots=True)
class Tier:
    """One step (档) of a tier price."""

    name: str
    up_to_kwh: Decimal | None
    """Upper limit in kWh a tier year; None: open."""
    prices: Mapping[str, Decimal]
    """Band name -> price."""


@dataclass(frozen=True, slots=True)
class SlotSeason:
    """The months in which one set of hours holds, with the prices of a catalogue table."""

    name: str
    months: frozenset[int]
    hours: Mapping[Slot, str]
    """Clock times in words, for reading out."""
    prices: Mapping[str, tuple[Mapping[Slot, Decimal], ...]]
    """Band name -> for each tier, slot -> price."""


@dataclass(frozen=True, slots=True)
class LargeHousehold:
    """How the tier limits grow for a household of many (一户多人口)."""

    from_persons: int | None
    """None: the region's rule is not known; only the notes apply."""
    counted_over_persons: int | None
    """Where set, the increase counts once for each person above this number; else once."""
    limit_increases: tuple[Decimal, ...]
    """kWh a year for each limited tier."""
    notes: tuple[str, ...]
    notes_from: tuple[tuple[int, str], ...]
    """Notes that begin with a larger number of persons."""


@dataclass(frozen=True, slots=True)
class FreeQuota:
    """Free energy for the poor (低保, 五保), taken from the first tier."""

    kwh_per_month: Decimal | None
    """None: not known for this region, nothing is deducted."""
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CatalogueTable:
    """A price table fixed by government (目录电价): households, home charging, farms. A flat price is one open tier."""

    label: TableLabel
    bands: tuple[VoltageBand, ...]
    tiers: tuple[Tier, ...]
    seasons: tuple[SlotSeason, ...]
    """Empty where the price knows no time of day; otherwise the twelve months, each once."""
    slot_notes: Mapping[Slot, str]
    """Said when this slot has energy."""
    seasonal_notes: tuple[str, ...]
    """Said when the energy was priced by slots."""
    large_household: LargeHousehold | None
    free_quota: FreeQuota | None
    limits: tuple[Decimal, ...] = field(init=False)
    """The limits of all tiers but the last, kWh a year."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "limits", tuple(t.up_to_kwh for t in self.tiers if t.up_to_kwh is not None))

    def season_of(self, month_number: int) -> SlotSeason | None:
        return next((season for season in self.seasons if month_number in season.months), None)


@dataclass(frozen=True, slots=True)
class FactorSeason:
    """The months in which one set of hours and floating factors holds for commerce and industry."""

    name: str
    months: frozenset[int]
    hours: Mapping[Slot, str]
    factors: Mapping[Slot, Decimal]
    """Slot -> multiple of the energy price; a slot that is missing does not exist in these months."""


@dataclass(frozen=True, slots=True)
class SmallCapacity:
    """Other factors below a transformer capacity."""

    below_kva: Decimal
    factors: Mapping[Slot, Decimal]


@dataclass(frozen=True, slots=True)
class TimeOfUse:
    """How the energy price floats by time of day (分时) in one region and system."""

    document: str
    published_to: date | None
    """Hours are published up to here; None: until further notice."""
    seasons: tuple[FactorSeason, ...]
    small_capacity: SmallCapacity | None
    capacity_note: str | None
    """Said where the capacity decides and was not given."""
    slot_notes: Mapping[Slot, str]
    notes: tuple[str, ...]

    def season_of(self, month_number: int) -> FactorSeason:
        return next(season for season in self.seasons if month_number in season.months)


@dataclass(frozen=True, slots=True)
class BusinessTable:
    """Transmission price, basic charges, funds and floating of one system (单一制, 两部制)."""

    label: TableLabel
    bands: tuple[VoltageBand, ...]
    transmission: Mapping[str, Decimal]
    """Band name -> yuan/kWh."""
    demand: Mapping[str, Decimal]
    """Band name -> yuan/kW and month of maximum demand (需量); empty for 单一制."""
    capacity: Mapping[str, Decimal]
    """Band name -> yuan/kVA and month of transformer capacity (容量); empty for 单一制."""
    funds: Decimal
    """Government funds and surcharges, yuan/kWh."""
    funds_certainty: str
    time_of_use: TimeOfUse

    @property
    def has_basic_charge(self) -> bool:
        return bool(self.capacity)


Table = CatalogueTable | BusinessTable


def needs_caveat(certainty: str) -> bool:
    """Whether a figure of this certainty may only be said together with CAVEAT."""
    return certainty in ("单源", "推算")
