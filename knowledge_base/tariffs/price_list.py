"""The prices themselves, for answering in words: tiers, hours by season, basic charges, notes and the document."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from knowledge_base.tariffs.book import TariffBook
from knowledge_base.tariffs.table import (
    SLOT_NAMES,
    SLOTS,
    BusinessTable,
    CatalogueTable,
    Slot,
    TableReference,
    VoltageBand,
    needs_caveat,
)
from knowledge_base.tariffs.voltage import BELOW_ONE_KILOVOLT

CATEGORY_OF_KIND: Mapping[str, str] = {"一般工商业": "工商业单一制", "大工业": "工商业两部制", "充电桩": "居民充电桩"}
"""What customers call a category (entity `tariff_kind`) -> the category; other kinds bear the category's name."""


@dataclass(frozen=True, slots=True)
class TierPrice:
    """One tier; a flat price is a single tier without name and limits."""

    name: str
    over_kwh: Decimal
    """Lower limit, kWh a tier year."""
    up_to_kwh: Decimal | None
    price: Decimal
    """Yuan/kWh, without time of day."""


@dataclass(frozen=True, slots=True)
class SlotPrice:
    """One slot of one season: when, and at what price or at what multiple of the energy price."""

    season: str
    months: tuple[int, ...]
    slot: str
    """峰段, 谷段, ..."""
    hours: str | None
    """Clock times in words; None where they are not published."""
    tier: str
    """Name of the tier; empty where there is only one."""
    price: Decimal | None
    """Yuan/kWh of government tables."""
    factor: Decimal | None
    """Multiple of the agent price, for commerce and industry."""


@dataclass(frozen=True, slots=True)
class PriceList:
    """Everything a customer can be told about one category in one region, month and voltage band."""

    region: str
    category: str
    month: str
    voltage: str
    """The name of the band in the table."""
    table: TableReference
    certainty: str
    needs_caveat: bool
    """Whether 以当地供电公司公布为准 must be said with the prices."""
    tiers: tuple[TierPrice, ...]
    """Empty for commerce and industry, whose energy price changes every month."""
    slots: tuple[SlotPrice, ...]
    season: str | None
    """The season that the month lies in, as named in `slots`."""
    transmission: Decimal | None
    """Yuan/kWh."""
    demand: Decimal | None
    """Yuan/kW and month."""
    capacity: Decimal | None
    """Yuan/kVA and month."""
    funds: Decimal | None
    """Yuan/kWh."""
    household_notes: tuple[str, ...]
    """Large households and free quota."""
    notes: tuple[str, ...]

    def slots_of_season(self) -> tuple[SlotPrice, ...]:
        """The slots that hold in the month asked for."""
        return tuple(slot for slot in self.slots if slot.season == self.season)


def price_list(
    tariffs: TariffBook, *, region: str, tariff_kind: str, month: str, voltage: str | None = None
) -> PriceList:
    """The prices of a category or kind (居民阶梯, 大工业, ...) in a month (YYYY-MM); raises TariffNotFound."""
    category = CATEGORY_OF_KIND.get(tariff_kind, tariff_kind)
    table, band = tariffs.find(region, category, month, voltage or BELOW_ONE_KILOVOLT)
    if isinstance(table, BusinessTable):
        return list_business(table, band, month)
    return list_catalogue(table, band, month)


def list_catalogue(table: CatalogueTable, band: VoltageBand, month: str) -> PriceList:
    season = table.season_of(int(month[5:]))
    certainty = table.label.certainty_of(band.name)
    return PriceList(
        region=table.label.region,
        category=table.label.category,
        month=month,
        voltage=band.name,
        table=table.label.reference,
        certainty=certainty,
        needs_caveat=needs_caveat(certainty),
        tiers=tuple(tier_prices(table, band.name)),
        slots=tuple(catalogue_slots(table, band.name)),
        season=season.name if season else None,
        transmission=None,
        demand=None,
        capacity=None,
        funds=None,
        household_notes=tuple(household_notes(table)),
        notes=(*table.label.notes, *table.seasonal_notes, *table.slot_notes.values()),
    )


def household_notes(table: CatalogueTable) -> Iterable[str]:
    if table.large_household:
        yield from table.large_household.notes
        yield from (note for _, note in table.large_household.notes_from)
    if table.free_quota:
        yield from table.free_quota.notes


def tier_prices(table: CatalogueTable, band: str) -> Iterable[TierPrice]:
    over = Decimal(0)
    for tier in table.tiers:
        yield TierPrice(tier.name if table.limits else "", over, tier.up_to_kwh, tier.prices[band])
        over = tier.up_to_kwh or over


def catalogue_slots(table: CatalogueTable, band: str) -> Iterable[SlotPrice]:
    for season in table.seasons:
        for tier, prices in zip(table.tiers, season.prices.get(band, ()), strict=False):
            tier_name = tier.name if table.limits else ""
            for slot in in_order(prices):
                months = tuple(sorted(season.months))
                hours = season.hours[slot]
                yield SlotPrice(season.name, months, SLOT_NAMES[slot], hours, tier_name, prices[slot], None)


def list_business(table: BusinessTable, band: VoltageBand, month: str) -> PriceList:
    time_of_use = table.time_of_use
    published = time_of_use.published_to is None or month <= time_of_use.published_to.strftime("%Y-%m")
    certainty = table.label.certainty_of(band.name)
    return PriceList(
        region=table.label.region,
        category=table.label.category,
        month=month,
        voltage=band.name,
        table=table.label.reference,
        certainty=certainty,
        needs_caveat=needs_caveat(certainty) or needs_caveat(table.funds_certainty),
        tiers=(),
        slots=tuple(business_slots(table, hours_known=published)),
        season=time_of_use.season_of(int(month[5:])).name,
        transmission=table.transmission[band.name],
        demand=table.demand.get(band.name),
        capacity=table.capacity.get(band.name),
        funds=table.funds,
        household_notes=(),
        notes=(*table.label.notes, *time_of_use.notes, *time_of_use.slot_notes.values()),
    )


def business_slots(table: BusinessTable, *, hours_known: bool) -> Iterable[SlotPrice]:
    for season in table.time_of_use.seasons:
        for slot in in_order(season.factors):
            months = tuple(sorted(season.months))
            hours = season.hours.get(slot) if hours_known else None
            yield SlotPrice(season.name, months, SLOT_NAMES[slot], hours, "", None, season.factors[slot])


def in_order(slots: Mapping[Slot, Decimal]) -> Iterable[Slot]:
    """Dearest slot first."""
    return (slot for slot in SLOTS if slot in slots)
