"""Reads data/tariffs/*.yml into a TariffBook. Every mistake of every file is reported at once, with file and key."""

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
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
from knowledge_base.yaml_file import UniqueKeyLoader, line_of

PUBLISHED = "published"
KEY_PARTS = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
MOST_MISTAKES = 50
"""So many are told at once; who has mended them sees the others."""
TIER_NAMES = ("第一档", "第二档", "第三档", "第四档", "第五档")


class TariffLoader(UniqueKeyLoader):
    """Safe YAML without merge keys: whoever reads a table sees all that it says, and nobody can make it grow."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        """Build a mapping; yaml.YAMLError names the line of a merge key."""
        for key, _ in node.value:
            if key.value == "<<":
                raise yaml.constructor.ConstructorError(None, None, "<< is not allowed in tables", key.start_mark)
        return super().construct_mapping(node, deep)


def load_tariffs(folder: Path, published: Mapping[str, str] | None = None) -> TariffBook:
    """Read every *.yml of a folder; TariffFileInvalid lists all mistakes.

    `published`: region -> the text that takes the place of the region's file.
    """
    return TariffBook(table for source in read_sources(folder, published or {}) for table in build_tables(source.entry))


@dataclass(frozen=True, slots=True)
class RegionSource:
    """All tables of a region as written, and checked."""

    file: str
    """Name of the file; `published` where people published another text than the file's."""
    text: str
    entry: schema.RegionFile


def read_sources(folder: Path, published: Mapping[str, str]) -> list[RegionSource]:
    """Return what holds of every region: the published text, else the file. TariffFileInvalid lists all mistakes."""
    paths = sorted(folder.glob("*.yml"))
    if not paths:
        raise TariffFileInvalid([TariffFileMistake(str(folder), "", "the folder has no .yml file")])
    mistakes: list[TariffFileMistake] = []
    sources: dict[str, RegionSource] = {}
    for name, text in (*((path.name, None) for path in paths), *((PUBLISHED, text) for text in published.values())):
        try:
            source = read_region(folder / name) if text is None else parse_region(text, name)
        except TariffFileInvalid as error:
            mistakes.extend(error.mistakes)
            continue
        known = sources.get(source.entry.region)
        if known is not None and name != PUBLISHED:
            mistakes.append(TariffFileMistake(name, "region", f"also in {known.file}"))
        sources[source.entry.region] = source
    if mistakes:
        raise TariffFileInvalid(mistakes)
    return list(sources.values())


def read_region(path: Path) -> RegionSource:
    """Read and check one file; TariffFileInvalid lists its mistakes."""
    try:
        return parse_region(path.read_text(encoding="utf-8"), path.name)
    except UnicodeDecodeError as error:
        raise TariffFileInvalid([TariffFileMistake(path.name, "", str(error))]) from error


def parse_region(text: str, file: str) -> RegionSource:
    """Read and check the text of a file; TariffFileInvalid lists its mistakes with their lines."""
    try:
        entry = schema.RegionFile.model_validate(yaml.load(text, TariffLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 0
        raise TariffFileInvalid([TariffFileMistake(file, "", " ".join(str(error).split()), line)]) from error
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)[:MOST_MISTAKES]
        raise TariffFileInvalid([mistake_in(text, file, one["loc"], one["msg"]) for one in faults]) from error
    except (ValueError, TypeError, RecursionError) as error:  # dates that there are not, keys that are lists
        raise TariffFileInvalid([TariffFileMistake(file, "", str(error))]) from error
    found = list(entry.cross_checks())[:MOST_MISTAKES]
    if found:
        raise TariffFileInvalid([mistake_in(text, file, undotted(key), message) for key, message in found])
    return RegionSource(file, text, entry)


def mistake_in(text: str, file: str, location: Sequence[str | int], message: str) -> TariffFileMistake:
    """A mistake with the line where it stands."""
    return TariffFileMistake(file, dotted(location), message, line_of(text, location))


def dotted(location: Iterable[str | int]) -> str:
    """('catalogue', 0, 'tiers') -> 'catalogue[0].tiers'."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).removeprefix(".")


def undotted(key: str) -> list[str | int]:
    """'catalogue[0].tiers' -> ['catalogue', 0, 'tiers']."""
    return [int(number) if number else name for number, name in KEY_PARTS.findall(key)]


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
