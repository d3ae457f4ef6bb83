"""Reads data/tariffs/*.yml into a TariffBook. Every mistake of every file is reported at once, with file and key."""

from collections.abc import Hashable, Iterable, Mapping
from decimal import Decimal
from pathlib import Path

import yaml
from pydantic import ValidationError

from knowledge_base.errors import TariffFileInvalid, TariffFileMistake
from knowledge_base.tariffs import schema
from knowledge_base.tariffs.book import TariffBook
from knowledge_base.tariffs.table import (
    BusinessTable,
    CatalogueTable,
    FactorSeason,
    FreeQuota,
    LargeHousehold,
    Slot,
    SlotSeason,
    SmallCapacity,
    Table,
    TableLabel,
    Tier,
    TimeOfUse,
    VoltageBand,
)

TIER_NAMES = ("第一档", "第二档", "第三档", "第四档", "第五档")


class UniqueKeyLoader(yaml.SafeLoader):
    """Safe YAML that refuses a key written twice instead of keeping the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        keys = [key.value for key, _ in node.value]
        for key, _ in node.value:
            if keys.count(key.value) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"key {key.value!r} stands twice", key.start_mark)
        return super().construct_mapping(node, deep)


def load_tariffs(folder: Path) -> TariffBook:
    """Read every *.yml of a folder; TariffFileInvalid lists all mistakes."""
    paths = sorted(folder.glob("*.yml"))
    if not paths:
        raise TariffFileInvalid([TariffFileMistake(str(folder), "", "the folder has no .yml file")])
    mistakes: list[TariffFileMistake] = []
    tables: list[Table] = []
    file_of_region: dict[str, str] = {}
    for path in paths:
        try:
            entry = read_region(path)
        except TariffFileInvalid as error:
            mistakes.extend(error.mistakes)
            continue
        if entry.region in file_of_region:
            mistakes.append(TariffFileMistake(path.name, "region", f"also in {file_of_region[entry.region]}"))
        file_of_region[entry.region] = path.name
        tables.extend(build_tables(entry))
    if mistakes:
        raise TariffFileInvalid(mistakes)
    return TariffBook(tables)


def read_region(path: Path) -> schema.RegionFile:
    """Read and check one file; TariffFileInvalid lists its mistakes."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), UniqueKeyLoader)
        entry = schema.RegionFile.model_validate(content)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise TariffFileInvalid([TariffFileMistake(path.name, "", " ".join(str(error).split()))]) from error
    except ValidationError as error:
        raise TariffFileInvalid(
            [TariffFileMistake(path.name, dotted(fault["loc"]), fault["msg"]) for fault in error.errors()]
        ) from error
    mistakes = [TariffFileMistake(path.name, key, message) for key, message in entry.cross_checks()]
    if mistakes:
        raise TariffFileInvalid(mistakes)
    return entry


def dotted(location: Iterable[str | int]) -> str:
    """('catalogue', 0, 'tiers') -> 'catalogue[0].tiers'."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).removeprefix(".")


def build_tables(entry: schema.RegionFile) -> Iterable[Table]:
    """The frozen tables of a checked file."""
    bands = {name: VoltageBand(name, band.from_kv, band.below_kv) for name, band in entry.voltage_bands.items()}
    for catalogue in entry.catalogue:
        yield build_catalogue_table(entry.region, catalogue, bands)
    for business in entry.business:
        yield build_business_table(entry.region, business, bands)


def build_label(region: str, entry: schema.CatalogueEntry | schema.BusinessEntry) -> TableLabel:
    return TableLabel(
        name=entry.name,
        region=region,
        category=entry.category,
        document=entry.document,
        effective_from=entry.effective_from,
        effective_to=entry.effective_to,
        certainty=entry.certainty,
        band_certainty=entry.band_certainty,
        notes=entry.notes,
    )


def build_catalogue_table(
    region: str, entry: schema.CatalogueEntry, bands: Mapping[str, VoltageBand]
) -> CatalogueTable:
    quota = entry.free_quota
    return CatalogueTable(
        label=build_label(region, entry),
        bands=tuple(bands[name] for name in entry.tiers[0].prices),
        tiers=tuple(Tier(TIER_NAMES[n], tier.up_to_kwh, tier.prices) for n, tier in enumerate(entry.tiers)),
        seasons=tuple(SlotSeason(s.name, frozenset(s.months), s.hours, s.prices) for s in entry.seasons),
        slot_notes=entry.slot_notes,
        seasonal_notes=entry.seasonal_notes,
        large_household=build_large_household(entry.large_household),
        free_quota=None if quota is None else FreeQuota(quota.kwh_per_month, quota.notes),
    )


def build_large_household(entry: schema.LargeHouseholdEntry | None) -> LargeHousehold | None:
    return (
        None
        if entry is None
        else LargeHousehold(
            from_persons=entry.from_persons,
            counted_over_persons=entry.counted_over_persons,
            limit_increases=entry.limit_increases,
            notes=entry.notes,
            notes_from=tuple((later.persons, later.note) for later in entry.notes_from),
        )
    )


def build_business_table(region: str, entry: schema.BusinessEntry, bands: Mapping[str, VoltageBand]) -> BusinessTable:
    return BusinessTable(
        label=build_label(region, entry),
        bands=tuple(bands[name] for name in entry.transmission),
        transmission=entry.transmission,
        demand=entry.demand,
        capacity=entry.capacity,
        funds=entry.funds.price,
        funds_certainty=entry.funds.certainty,
        time_of_use=build_time_of_use(entry.time_of_use),
    )


def build_time_of_use(entry: schema.TimeOfUseEntry) -> TimeOfUse:
    small = entry.small_capacity
    return TimeOfUse(
        document=entry.document,
        published_to=entry.published_to,
        seasons=tuple(
            FactorSeason(s.name, frozenset(s.months), s.hours, resolve_factors(s.factors)) for s in entry.seasons
        ),
        small_capacity=None if small is None else SmallCapacity(small.below_kva, small.factors),
        capacity_note=entry.capacity_note,
        slot_notes=entry.slot_notes,
        notes=entry.notes,
    )


def resolve_factors(factors: Mapping[Slot, Decimal | schema.RelativeFactor]) -> dict[Slot, Decimal]:
    """Turn "peak plus 20 %" into a multiple of the energy price."""
    own = {slot: factor for slot, factor in factors.items() if isinstance(factor, Decimal)}
    stated_over = {
        slot: own[factor.over] * factor.times for slot, factor in factors.items() if not isinstance(factor, Decimal)
    }
    return own | stated_over
