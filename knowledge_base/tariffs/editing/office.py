"""Everything about one version that people look at before they decide: mistakes, changes, bills, warnings."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from knowledge_base.errors import TariffEditRefused, TariffFileInvalid, TariffFileMistake
from knowledge_base.tariffs.book import TariffBook
from knowledge_base.tariffs.editing.changes import TableChange, compare
from knowledge_base.tariffs.editing.preview import BillChange, affected_months, compare_bills, telling_month
from knowledge_base.tariffs.editing.publishing import TariffPublications
from knowledge_base.tariffs.editing.samples import Samples
from knowledge_base.tariffs.editing.store import TariffVersions
from knowledge_base.tariffs.editing.values import PUBLISHED as PUBLISHED_STATE
from knowledge_base.tariffs.editing.values import Publication, TariffVersion
from knowledge_base.tariffs.editing.warnings import Warned, warn
from knowledge_base.tariffs.load import PUBLISHED, RegionSource, build_tables, parse_region
from storage.database import Database

_DRAFT = "draft"
_parsed = lru_cache(maxsize=64)(parse_region)
"""A text is read once: people look at the same one again and again."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What holds at a moment."""

    sources: Mapping[str, RegionSource]
    """Region -> its tables."""

    @property
    def book(self) -> TariffBook:
        """All tables for the calculator."""
        return _book(self.sources.values())


@dataclass(frozen=True, slots=True)
class Study:
    """What a version would change."""

    source: RegionSource
    changes: tuple[TableChange, ...]
    months: Mapping[str, str]
    """Category -> the month whose bills are compared."""
    bills: tuple[BillChange, ...]
    warned: tuple[Warned, ...]
    old: TariffBook
    new: TariffBook


@dataclass(frozen=True, slots=True)
class TariffOffice:
    """Where tariff tables are worked on."""

    folder: Path
    """The project's files."""
    samples: Samples
    database: Database

    @property
    def versions(self) -> TariffVersions:
        """Versions in work."""
        return TariffVersions(self.database)

    @property
    def publications(self) -> TariffPublications:
        """What was decided."""
        return TariffPublications(self.database)

    async def shelf(self, now: datetime) -> Shelf:
        """Return what holds. Raises TariffFileInvalid."""
        overlay = await self.publications.overlay(now.timestamp())
        sources = await asyncio.to_thread(self._sources, overlay.texts)
        return Shelf({one.entry.region: one for one in sources})

    async def shelf_at(self, version: TariffVersion | None, region: str, now: datetime) -> RegionSource:
        """Return a region's tables: of a version, or as they hold. Raises TariffFileInvalid, TariffEditRefused."""
        if version is not None:
            return await asyncio.to_thread(_parsed, version.text, _DRAFT)
        found = (await self.shelf(now)).sources.get(region)
        if found is None:
            raise TariffEditRefused("no_table", f"no tables of {region!r}")
        return found

    async def shipped_hash(self, region: str) -> str:
        """Return the hash of a region's file in the project; empty: there is none."""
        shipped = {one.entry.region: one.text for one in await asyncio.to_thread(self._sources, {})}
        return hashlib.sha256(shipped[region].encode()).hexdigest() if region in shipped else ""

    async def has_newer_file(self, publication: Publication | None, region: str) -> bool:
        """Say whether the project got another file since people published over the one before."""
        if publication is None or not publication.version:
            return False
        return await self.shipped_hash(region) != publication.shipped_hash

    def mistakes(self, text: str) -> Sequence[TariffFileMistake]:
        """Return what is wrong with a text; call it in a thread."""
        try:
            _parsed(text, _DRAFT)
        except TariffFileInvalid as error:
            return error.mistakes
        return ()

    async def study(self, version: TariffVersion, now: datetime, month: str = "") -> Study:
        """Compare a version with what holds; a published one with what held before. Raises TariffFileInvalid."""
        shelf = await self.shelf(now)
        if version.state == PUBLISHED_STATE:
            shelf = Shelf({**shelf.sources, **await self._before(version)})
        return await asyncio.to_thread(self._study, version, shelf, now, month)

    async def _before(self, version: TariffVersion) -> dict[str, RegionSource]:
        """Return the region's tables as they held before a version was published."""
        base = await self.publications.find(version.base) if version.base else None
        former = await self.versions.find(base.version) if base is not None and base.version else None
        if former is not None:
            return {version.region: await asyncio.to_thread(_parsed, former.text, PUBLISHED)}
        shipped = await asyncio.to_thread(self._sources, {})
        return {one.entry.region: one for one in shipped if one.entry.region == version.region}

    def _study(self, version: TariffVersion, shelf: Shelf, now: datetime, month: str) -> Study:
        source = _parsed(version.text, _DRAFT)
        known = shelf.sources.get(version.region)
        changes = compare(known.entry if known is not None else None, source.entry)
        old, new = shelf.book, _book({**shelf.sources, version.region: source}.values())
        customers = self.samples.customers
        months = {
            category: month or telling_month(old, new, version.region, category, first, customers)
            for category, first in affected_months(changes, now.date()).items()
        }
        bills = tuple(
            bill
            for category, chosen in months.items()
            for bill in compare_bills(old, new, version.region, category, chosen, customers)
        )
        warned = warn(changes, source.entry, bills, self.samples.large_change_percent, now.date())
        return Study(source, changes, months, bills, warned, old, new)

    def _sources(self, texts: Mapping[str, str]) -> list[RegionSource]:
        """Read files and published texts; what was read before is not read again."""
        shipped = [_parsed(path.read_text(encoding="utf-8"), path.name) for path in sorted(self.folder.glob("*.yml"))]
        published = {region: _parsed(text, PUBLISHED) for region, text in texts.items()}
        left = [one for one in shipped if one.entry.region not in published]
        return [*left, *published.values()]


def _book(sources: Iterable[RegionSource]) -> TariffBook:
    return TariffBook(table for source in sources for table in build_tables(source.entry))
