"""New tariff tables in the console: drafted, sent to review, published by a second person, rolled back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, time

from aiohttp import web

from connectors.requests import json_response
from console.endpoints import Call, Endpoint
from console.roles import KNOWLEDGE_APPROVE, KNOWLEDGE_EDIT
from console.tariff_bodies import (
    ActBody,
    CancelBody,
    CopyBody,
    DraftBody,
    PublishBody,
    ReasonedBody,
    RollBackBody,
    SaveBody,
)
from console.tariff_sight import check_acknowledged, check_region, find_seen, person_of, refusals
from console.tariff_views import render_mistake, render_publication, render_version
from knowledge_base.errors import TariffEditRefused, TariffFileInvalid
from knowledge_base.tariffs.editing.copying import NewTable, with_copy
from knowledge_base.tariffs.editing.office import TariffOffice
from knowledge_base.tariffs.editing.publishing import refuse_own
from knowledge_base.tariffs.editing.values import TariffVersion
from storage.clock import CHINA, Clock


@dataclass(frozen=True, slots=True)
class TariffEditingApi:
    """Serves what changes tables."""

    office: TariffOffice
    clock: Clock

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        one = r"/tariffs/versions/{id:\d+}"
        acts: list[tuple[str, str, Callable[[Call], Awaitable[web.StreamResponse]], str, str, type]] = [
            ("POST", "/tariffs/versions", self.draft, KNOWLEDGE_EDIT, "tariff.draft", DraftBody),
            ("POST", "/tariffs/versions/copy", self.copy, KNOWLEDGE_EDIT, "tariff.draft", CopyBody),
            ("PUT", one, self.save, KNOWLEDGE_EDIT, "tariff.save", SaveBody),
            ("POST", f"{one}/submit", self.submit, KNOWLEDGE_EDIT, "tariff.submit", ActBody),
            ("POST", f"{one}/withdraw", self.withdraw, KNOWLEDGE_EDIT, "tariff.withdraw", ActBody),
            ("POST", f"{one}/discard", self.discard, KNOWLEDGE_EDIT, "tariff.discard", ReasonedBody),
            ("POST", f"{one}/refuse", self.refuse, KNOWLEDGE_APPROVE, "tariff.refuse", ReasonedBody),
            ("POST", f"{one}/publish", self.publish, KNOWLEDGE_APPROVE, "tariff.publish", PublishBody),
            ("POST", "/tariffs/roll-back", self.roll_back, KNOWLEDGE_APPROVE, "tariff.roll_back", RollBackBody),
            ("POST", "/tariffs/cancel", self.cancel, KNOWLEDGE_APPROVE, "tariff.cancel", CancelBody),
        ]
        return [
            Endpoint(method, path, act, permission, "rows", audit, body)
            for method, path, act, permission, audit, body in acts
        ]

    async def draft(self, call: Call) -> web.Response:
        """Keep a new text of a region's tables; it may still have mistakes."""
        body: DraftBody = call.body
        check_region(call, body.region, changes=True)
        made = await self.office.versions.make(body.region, body.text, body.note, person_of(call), self._at())
        return self._made(call, made)

    async def copy(self, call: Call) -> web.Response:
        """Make a draft from a table that holds: a copy from another day on, with other prices."""
        body: CopyBody = call.body
        check_region(call, body.region, changes=True)
        new = NewTable(
            effective_from=body.effective_from,
            effective_to=body.effective_to,
            name=body.name,
            document=body.document,
            certainty=body.certainty,
            notes=tuple(body.notes),
            figures=tuple((tuple(one.path), one.value) for one in body.figures),
        )
        async with refusals():
            source = await self.office.shelf_at(None, body.region, self.clock())
            text = await asyncio.to_thread(with_copy, source, body.category, body.copied_from, new)
        made = await self.office.versions.make(body.region, text, body.note, person_of(call), self._at())
        return self._made(call, made)

    async def save(self, call: Call) -> web.Response:
        """Change a draft."""
        body: SaveBody = call.body
        seen = await find_seen(call, self.office)
        async with refusals():
            saved = await self.office.versions.save(seen, body.text, body.note, person_of(call), self._at())
        return await self._told(saved)

    async def submit(self, call: Call) -> web.Response:
        """Send a draft to review; one with mistakes is not taken."""
        seen = await find_seen(call, self.office)
        async with refusals():
            await self._check(seen)
            return await self._told(await self.office.versions.submit(seen, person_of(call), self._at()))

    async def withdraw(self, call: Call) -> web.Response:
        """Take a version back out of review."""
        seen = await find_seen(call, self.office)
        async with refusals():
            return await self._told(await self.office.versions.withdraw(seen, person_of(call), self._at()))

    async def discard(self, call: Call) -> web.Response:
        """Drop a draft."""
        seen, reason = await find_seen(call, self.office), call.body.reason
        call.did(call.object, reason=reason)
        async with refusals():
            return await self._told(await self.office.versions.discard(seen, person_of(call), self._at(), reason))

    async def refuse(self, call: Call) -> web.Response:
        """Send a version back to who wrote it."""
        seen, reason = await find_seen(call, self.office), call.body.reason
        call.did(call.object, reason=reason)
        async with refusals():
            return await self._told(await self.office.versions.refuse(seen, person_of(call), self._at(), reason))

    async def publish(self, call: Call) -> web.Response:
        """Let a version hold; every warning must have been acknowledged."""
        body: PublishBody = call.body
        seen, person = await find_seen(call, self.office), person_of(call)
        day = body.live_from
        live_from = datetime.combine(day, time(), CHINA).timestamp() if day is not None else self._at()
        call.did(call.object, reason=body.reason, acknowledged=body.acknowledge, live_from=live_from)
        async with refusals():
            refuse_own(seen, person)
            study = await self.office.study(seen, self.clock())
            check_acknowledged(study.warned, body.acknowledge)
            shipped = await self.office.shipped_hash(seen.region)
            decided = await self.office.publications.publish(seen, person, self._at(), live_from, body.reason, shipped)
        found = await self.office.versions.find(seen.id)
        version = render_version(found) if found is not None else None
        return json_response({"version": version, "publication": render_publication(decided)})

    async def roll_back(self, call: Call) -> web.Response:
        """Let what held before hold again, at once."""
        body: RollBackBody = call.body
        check_region(call, body.region, changes=True)
        call.did(f"tariffs:{body.region}", version=body.version, reason=body.reason)
        async with refusals():
            decided = await self.office.publications.roll_back(
                body.region, body.version, person_of(call), self._at(), body.reason
            )
        return json_response({"publication": render_publication(decided)})

    async def cancel(self, call: Call) -> web.Response:
        """Call off what would hold later."""
        body: CancelBody = call.body
        check_region(call, body.region, changes=True)
        call.did(f"tariffs:{body.region}", reason=body.reason)
        async with refusals():
            decided = await self.office.publications.cancel(body.region, person_of(call), self._at(), body.reason)
        return json_response({"publication": render_publication(decided)})

    async def _check(self, version: TariffVersion) -> None:
        mistakes = await asyncio.to_thread(self.office.mistakes, version.text)
        if mistakes:
            raise TariffFileInvalid(list(mistakes))
        source = await self.office.shelf_at(version, version.region, self.clock())
        if source.entry.region != version.region:
            raise TariffEditRefused("wrong_region", f"the text is of {source.entry.region}, not {version.region}")

    async def _told(self, version: TariffVersion) -> web.Response:
        return json_response({"version": render_version(version)})

    def _made(self, call: Call, version: TariffVersion) -> web.Response:
        call.did(f"tariff_version:{version.id}", region=version.region, number=version.number)
        mistakes = self.office.mistakes(version.text)
        shown = {**render_version(version), "mistakes": [render_mistake(one) for one in mistakes]}
        return json_response({"version": shown}, 201)

    def _at(self) -> float:
        return self.clock().timestamp()
