"""What may stand in a file of data/tariffs: the pydantic edge. Prices and limits are quoted strings, never floats."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from knowledge_base.tariffs.table import Slot

EVERY_MONTH = tuple(range(1, 13))
YEARS = range(1980, 2201)
"""Of tables that anybody can be billed by."""
MOST_TIERS = 5
"""As many as have names."""
MOST_BANDS = 30
MOST_TABLES = 300


def require_text(number: object) -> object:
    """Refuse what YAML has already turned into a float or an integer."""
    if isinstance(number, int | float):
        raise ValueError(f"write the number in quotes, such as {str(number)!r}")
    if not isinstance(number, str):
        raise ValueError("write a number in quotes")
    return number


Number = Annotated[
    Decimal, BeforeValidator(require_text), Field(ge=0, lt=10**9, decimal_places=10, allow_inf_nan=False)
]
Certainty = Annotated[str, Field(pattern="^(官方原文|多源[2-9]|单源|推算)$")]
Text = Annotated[str, Field(min_length=1)]
Texts = Annotated[tuple[Text, ...], Field(max_length=50)]
Month = Annotated[int, Field(ge=1, le=12)]


class Entry(BaseModel):
    """A mapping in the file; unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class BandEntry(Entry):
    """A voltage band as written: its limits in kV."""

    from_kv: Number
    below_kv: Number | None = None


class TierEntry(Entry):
    """One tier as written: its upper limit in kWh a tier year, none for the last."""

    up_to_kwh: Number | None = None
    prices: dict[str, Number] = Field(min_length=1, max_length=MOST_BANDS)


class CatalogueSeasonEntry(Entry):
    """One season of a peak/valley table as written."""

    name: Text
    months: Annotated[tuple[Month, ...], Field(max_length=12)]
    hours: dict[Slot, Text]
    prices: dict[str, Annotated[tuple[dict[Slot, Number], ...], Field(max_length=MOST_TIERS)]] = Field(
        min_length=1, max_length=MOST_BANDS
    )

    @model_validator(mode="after")
    def check_slots(self) -> Self:
        for band, tiers in self.prices.items():
            if any(set(tier) != set(self.hours) for tier in tiers):
                raise ValueError(f"prices.{band}: the slots are not those of `hours`")
        return self


class NoteFromEntry(Entry):
    """A note that holds from a number of persons on."""

    persons: int
    note: Text


class LargeHouseholdEntry(Entry):
    """What a large household gets, as written."""

    from_persons: int | None = None
    counted_over_persons: int | None = None
    limit_increases: Annotated[tuple[Number, ...], Field(max_length=MOST_TIERS)] = ()
    notes: Texts
    notes_from: Annotated[tuple[NoteFromEntry, ...], Field(max_length=20)] = ()


class FreeQuotaEntry(Entry):
    """Free energy of poor households as written, kWh a month."""

    kwh_per_month: Number | None = None
    notes: Texts


class LabelEntry(Entry):
    """What both kinds of table have."""

    name: Text
    document: Text
    effective_from: date
    effective_to: date | None = None
    certainty: Certainty
    band_certainty: dict[str, Certainty] = {}
    notes: Texts = ()

    @model_validator(mode="after")
    def check_period(self) -> Self:
        if not all(day.year in YEARS for day in (self.effective_from, self.effective_to) if day is not None):
            raise ValueError(f"effective_from, effective_to: a year from {YEARS[0]} to {YEARS[-1]}")
        if self.effective_from.day != 1:
            raise ValueError("effective_from must be the first day of a month: bills are monthly")
        last = self.effective_to
        if last is not None and last.day != monthrange(last.year, last.month)[1]:
            raise ValueError("effective_to must be the last day of a month: bills are monthly")
        if last is not None and last < self.effective_from:
            raise ValueError("effective_to lies before effective_from")
        return self


class CatalogueEntry(LabelEntry):
    """One table of government prices as written."""

    category: Literal["居民阶梯", "居民峰谷", "居民合表", "居民充电桩", "农业"]
    tiers: tuple[TierEntry, ...] = Field(min_length=1, max_length=MOST_TIERS)
    seasons: tuple[CatalogueSeasonEntry, ...] = Field((), max_length=12)
    slot_notes: dict[Slot, Text] = {}
    seasonal_notes: Texts = ()
    large_household: LargeHouseholdEntry | None = None
    free_quota: FreeQuotaEntry | None = None

    @model_validator(mode="after")
    def check_tiers(self) -> Self:
        limits = [tier.up_to_kwh for tier in self.tiers[:-1]]
        if self.tiers[-1].up_to_kwh is not None or None in limits:
            raise ValueError("tiers: only the last tier is open, and it must be")
        if sorted({limit for limit in limits if limit}) != limits:
            raise ValueError("tiers: limits must rise")
        if any(set(tier.prices) != set(self.tiers[0].prices) for tier in self.tiers):
            raise ValueError("tiers: every tier must price the same voltage bands")
        return self

    @model_validator(mode="after")
    def check_seasons(self) -> Self:
        if self.category == "居民峰谷" and not self.seasons:
            raise ValueError("seasons: 居民峰谷 needs slot prices")
        check_year(self.seasons)
        for season in self.seasons:
            for band, tiers in season.prices.items():
                if len(tiers) != len(self.tiers):
                    raise ValueError(f"seasons: {season.name}.prices.{band}: one entry for each tier is needed")
        return self

    @model_validator(mode="after")
    def check_large_household(self) -> Self:
        rule = self.large_household
        if rule and rule.from_persons is not None and len(rule.limit_increases) != len(self.tiers) - 1:
            raise ValueError("large_household: limit_increases needs one figure for each limited tier")
        return self

    def bands_named(self) -> Mapping[str, str]:
        """Key -> band, for every place that names a voltage band."""
        named = {f"tiers.prices.{band}": band for band in self.tiers[0].prices}
        named |= {f"seasons.prices.{band}": band for season in self.seasons for band in season.prices}
        return named | {f"band_certainty.{band}": band for band in self.band_certainty}


class RelativeFactor(Entry):
    """A factor that the document states on top of another slot's."""

    over: Slot
    times: Number


class FactorSeasonEntry(Entry):
    """One season of a business timetable as written."""

    name: Text
    months: Annotated[tuple[Month, ...], Field(max_length=12)]
    hours: dict[Slot, Text]
    factors: dict[Slot, Number | RelativeFactor]

    @model_validator(mode="after")
    def check_slots(self) -> Self:
        for slot, factor in self.factors.items():
            if isinstance(factor, RelativeFactor) and not isinstance(self.factors.get(factor.over), Decimal):
                raise ValueError(f"factors.{slot}: {factor.over} has no figure of its own")
        if not set(self.hours) <= set(self.factors):
            raise ValueError("hours: a slot has hours but no factor")
        return self


class SmallCapacityEntry(Entry):
    """Another factor below a capacity in kVA."""

    below_kva: Number
    factors: dict[Slot, Number]


class TimeOfUseEntry(Entry):
    """A region's business time-of-use rules as written."""

    document: Text
    published_to: date | None = None
    seasons: tuple[FactorSeasonEntry, ...] = Field(min_length=1, max_length=12)
    small_capacity: SmallCapacityEntry | None = None
    capacity_note: Text | None = None
    slot_notes: dict[Slot, Text] = {}
    notes: Texts = ()

    @model_validator(mode="after")
    def check_seasons(self) -> Self:
        check_year(self.seasons)
        return self


class FundsEntry(Entry):
    """Government funds and surcharges as written, yuan/kWh."""

    price: Number
    certainty: Certainty


class BusinessEntry(LabelEntry):
    """One business table as written."""

    category: Literal["工商业单一制", "工商业两部制"]
    transmission: dict[str, Number] = Field(min_length=1, max_length=MOST_BANDS)
    demand: dict[str, Number] = {}
    capacity: dict[str, Number] = {}
    funds: FundsEntry
    time_of_use: TimeOfUseEntry

    @model_validator(mode="after")
    def check_basic_charges(self) -> Self:
        wanted = set(self.transmission) if self.category == "工商业两部制" else set()
        if set(self.demand) != wanted or set(self.capacity) != wanted:
            raise ValueError("demand, capacity: 两部制 prices them for every band of transmission, 单一制 for none")
        return self

    def bands_named(self) -> Mapping[str, str]:
        """Key -> band, for every place that names a voltage band."""
        named = {f"transmission.{band}": band for band in self.transmission}
        return named | {f"band_certainty.{band}": band for band in self.band_certainty}


class RegionFile(Entry):
    """One file: all tables of one region."""

    region: Annotated[Text, Field(max_length=32)]
    voltage_bands: dict[str, BandEntry] = Field(min_length=1, max_length=MOST_BANDS)
    catalogue: tuple[CatalogueEntry, ...] = Field((), max_length=MOST_TABLES)
    business: tuple[BusinessEntry, ...] = Field((), max_length=MOST_TABLES)

    def cross_checks(self) -> Iterable[tuple[str, str]]:
        """(key, mistake) for what only the whole file shows: unknown bands, overlapping periods."""
        yield from self._check_part("catalogue", self.catalogue)
        yield from self._check_part("business", self.business)

    def _check_part(self, part: str, entries: Sequence[CatalogueEntry | BusinessEntry]) -> Iterable[tuple[str, str]]:
        last_day: dict[str, date] = {}
        for place in sorted(range(len(entries)), key=lambda n: entries[n].effective_from):
            entry = entries[place]
            for key, band in entry.bands_named().items():
                if band not in self.voltage_bands:
                    yield (
                        f"{part}[{place}].{key}",
                        f"no voltage band of this name; there are {list(self.voltage_bands)}",
                    )
            if entry.effective_from <= last_day.get(entry.category, date.min):
                yield f"{part}[{place}].effective_from", f"overlaps another table of {entry.category}"
            last_day[entry.category] = entry.effective_to or date.max


def check_year(seasons: tuple[CatalogueSeasonEntry, ...] | tuple[FactorSeasonEntry, ...]) -> None:
    """Seasons, where there are any, must cover the twelve months, each once."""
    months = sorted(month for season in seasons for month in season.months)
    if seasons and tuple(months) != EVERY_MONTH:
        raise ValueError("seasons: the months 1 to 12 must each stand in exactly one season")
