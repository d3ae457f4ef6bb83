"""Tariff tables in the console: what holds, as people read it; versions in work; what they mean for customers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from aiohttp import web

from connectors.desk.errors import NotInSight
from connectors.errors import BadRequest
from connectors.requests import json_response
from console.endpoints import Call, Endpoint
from console.quality_bodies import read_choice, read_text
from console.roles import KNOWLEDGE_APPROVE, KNOWLEDGE_EDIT, KNOWLEDGE_READ
from console.tariff_bodies import CheckBody
from console.tariff_sight import (
    check_region,
    find_version,
    may_change,
    province_of,
    refusals,
    sees,
)
from console.tariff_views import (
    CURRENT,
    ENDED,
    FUTURE,
    render_change,
    render_mistake,
    render_preview,
    render_publication,
    render_row,
    render_table,
    render_version,
    state_of,
)
from knowledge_base.tariffs.editing.changes import Entry, entries_of
from knowledge_base.tariffs.editing.office import Shelf, Study, TariffOffice
from knowledge_base.tariffs.editing.preview import CustomerSum, add_up, compare_bill
from knowledge_base.tariffs.editing.values import DRAFT, REVIEW, STATES
from knowledge_base.tariffs.load import PUBLISHED
from knowledge_base.tariffs.request import MONTH, TariffRequest
from storage.clock import Clock

Customers = Callable[[str, str, str], Awaitable[list[tuple[str, TariffRequest]]]]
"""(region, category, month) -> names without persons, and their use as requests."""


@dataclass(frozen=True, slots=True)
class TariffApi:
    """Serves what there is to read."""

    office: TariffOffice
    clock: Clock
    customers: Customers | None
    """None where the back ends' customers cannot be read."""

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        read, version = KNOWLEDGE_READ, r"/tariffs/versions/{id:\d+}"
        return [
            Endpoint("GET", "/tariffs/regions", self.regions, read, "rows"),
            Endpoint("GET", "/tariffs/tables", self.tables, read, "rows"),
            Endpoint("GET", "/tariffs/table", self.table, read, "rows"),
            Endpoint("GET", "/tariffs/source", self.source, read, "rows"),
            Endpoint("POST", "/tariffs/check", self.check, KNOWLEDGE_EDIT, "nobody", "tariff.check", CheckBody),
            Endpoint("GET", "/tariffs/versions", self.versions, read, "rows"),
            Endpoint("GET", version, self.version, read, "rows"),
            Endpoint("GET", f"{version}/preview", self.preview, read, "rows"),
            Endpoint("GET", "/tariffs/publications", self.publications, read, "rows"),
        ]

    async def regions(self, call: Call) -> web.Response:
        """List regions: where their tables come from, and what is in work."""
        shelf, counts, at = await self._shelf(), await self.office.versions.counts(), self.clock().timestamp()
        items = []
        for region, source in sorted(shelf.sources.items()):
            if not sees(call, region):
                continue
            holding = await self.office.publications.holding(region, at)
            coming = await self.office.publications.coming(region, at)
            items.append(
                {
                    "region": region,
                    "origin": "published" if source.file == PUBLISHED else "file",
                    "file_changed": await self.office.has_newer_file(holding, region),
                    "holding": render_publication(holding),
                    "coming": render_publication(coming),
                    "draft": counts.get((region, DRAFT), 0),
                    "review": counts.get((region, REVIEW), 0),
                    "may_edit": KNOWLEDGE_EDIT in call.permissions and may_change(call, region),
                    "may_approve": KNOWLEDGE_APPROVE in call.permissions and may_change(call, region),
                }
            )
        has_customers = self.customers is not None
        return json_response({"items": items, "total": len(items), "has_customers": has_customers})

    async def tables(self, call: Call) -> web.Response:
        """List the tables that hold, will hold or held."""
        query, (page, size), today = call.request.query, call.page(), self.clock().date()
        region, category, words = (read_text(query, name) for name in ("region", "category", "q"))
        state = read_choice(query, "state", (CURRENT, FUTURE, ENDED))
        rows = [
            render_row(place, entry, today)
            for place, entry in self._entries(call, await self._shelf())
            if region in (None, "", place)
            and category in (None, "", entry.category)
            and state in (None, "", state_of(entry, today))
            and (not words or words in entry.name or words in entry.document)
        ]
        return json_response({"items": rows[(page - 1) * size : page * size], "total": len(rows)})

    async def table(self, call: Call) -> web.Response:
        """Show one table whole: as it holds, or in a version."""
        region, category, first = (self._needed(call, name) for name in ("region", "category", "from"))
        check_region(call, region)
        number = call.query_number("version", 0, 2_147_483_647) or None
        version = await self.office.versions.find(number) if number else None
        if number and (version is None or version.region != region):
            raise NotInSight("version")
        async with refusals():
            source = await self.office.shelf_at(version, region, self.clock())
        for entry in entries_of(source.entry):
            if entry.category == category and entry.effective_from.isoformat() == first:
                return json_response({"table": render_table(region, entry, self.clock().date())})
        raise NotInSight("table")

    async def source(self, call: Call) -> web.Response:
        """Show a region's tables as text."""
        region = self._needed(call, "region")
        check_region(call, region)
        async with refusals():
            source = await self.office.shelf_at(None, region, self.clock())
        origin = "published" if source.file == PUBLISHED else "file"
        return json_response({"region": region, "text": source.text, "origin": origin})

    async def check(self, call: Call) -> web.Response:
        """Say what is wrong with a text."""
        body: CheckBody = call.body
        mistakes = await asyncio.to_thread(self.office.mistakes, body.text)
        return json_response({"mistakes": [render_mistake(one) for one in mistakes]})

    async def versions(self, call: Call) -> web.Response:
        """List versions, newest first."""
        query, (page, size) = call.request.query, call.page()
        region, state = read_text(query, "region"), read_choice(query, "state", STATES)
        own = province_of(call.scope)
        regions = [region] if region else ([own] if own else None)
        if region and not sees(call, region):
            regions = []
        found, total = await self.office.versions.page(regions, state or "", page, size)
        return json_response({"items": [render_version(one) for one in found], "total": total})

    async def version(self, call: Call) -> web.Response:
        """Show one version: its text, its mistakes, what it changes, what was done to it."""
        version = await find_version(call, self.office)
        mistakes = await asyncio.to_thread(self.office.mistakes, version.text)
        changes = [] if mistakes else [render_change(one) for one in (await self._study(call)).changes]
        may = may_change(call, version.region)
        return json_response(
            {
                "version": {
                    **render_version(version),
                    "text": version.text,
                    "mistakes": [render_mistake(one) for one in mistakes],
                    "changes": changes,
                    "acts": [
                        {"at": one.at, "by": one.by, "act": one.act, "reason": one.reason}
                        for one in await self.office.versions.acts(version.id)
                    ],
                    "is_own": call.login is not None and call.staff.id in version.editors,
                    "may_edit": may and KNOWLEDGE_EDIT in call.permissions,
                    "may_approve": may and KNOWLEDGE_APPROVE in call.permissions,
                }
            }
        )

    async def preview(self, call: Call) -> web.Response:
        """Show what a version means for customers."""
        month = read_text(call.request.query, "month") or ""
        if month and not MONTH.fullmatch(month):
            raise BadRequest("invalid_query", "month: as 2026-11")
        async with refusals():
            study = await self._study(call, month)
        wanted = call.request.query.get("customers") == "1"
        sums = await self._sums(study) if wanted and self.customers is not None else {}
        return json_response(render_preview(study.months, study.bills, sums, study.warned))

    async def publications(self, call: Call) -> web.Response:
        """List what was decided for a region, newest first."""
        region = self._needed(call, "region")
        check_region(call, region)
        found, total = await self.office.publications.page(region, *call.page())
        return json_response({"items": [render_publication(one) for one in found], "total": total})

    async def _study(self, call: Call, month: str = "") -> Study:
        return await self.office.study(await find_version(call, self.office), self.clock(), month)

    async def _sums(self, study: Study) -> dict[str, CustomerSum]:
        assert self.customers is not None
        sums = {}
        for category, month in study.months.items():
            uses = await self.customers(study.source.entry.region, category, month)
            if uses:
                sums[category] = await asyncio.to_thread(_sum, study, category, uses)
        return sums

    async def _shelf(self) -> Shelf:
        async with refusals():
            return await self.office.shelf(self.clock())

    def _entries(self, call: Call, shelf: Shelf) -> Iterator[tuple[str, Entry]]:
        for region, source in sorted(shelf.sources.items()):
            if sees(call, region):
                found = sorted(entries_of(source.entry), key=lambda one: (one.category, one.effective_from))
                yield from ((region, entry) for entry in found)

    def _needed(self, call: Call, name: str) -> str:
        value = read_text(call.request.query, name)
        if not value:
            raise BadRequest("invalid_query", f"{name}: needed")
        return value


def _sum(study: Study, category: str, uses: list[tuple[str, TariffRequest]]) -> CustomerSum:
    bills = [compare_bill(study.old, study.new, name, use) for name, use in uses]
    return add_up(category, study.months[category], bills)
