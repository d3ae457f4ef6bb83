"""Releases: what there is, how it was measured, what answers whom now; shadow, canary, promotion and going back.

A release answers customers everywhere: whoever changes one works for everywhere, and says why.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from bot.errors import ReleaseRefused
from bot.releases.alerts import ReleaseAlerts, WorkerBoard
from bot.releases.book import ReleaseBook
from bot.releases.figures import FigureBook
from bot.releases.judge import judge_canary
from bot.releases.make import measure_files
from bot.releases.manifest import BASE, ID_PATTERN, FlipRow
from bot.releases.moves import allowed_moves
from bot.releases.roll_back import KnowledgeHistory, roll_back
from bot.releases.settings import CanarySettings, load_canary_settings
from bot.releases.shadow import KINDS
from bot.releases.shadow_book import ShadowBook
from bot.releases.values import STATES, Release, Serving
from connectors.errors import BadRequest
from connectors.requests import json_response
from console.csv_table import render_csv
from console.downloads import file_response
from console.endpoints import Call, Endpoint
from console.errors import Forbidden
from console.release_bodies import AcknowledgeBody, CanaryBody, ReasonBody, RollBackBody
from console.release_views import (
    MOVE_HEADER,
    move_row,
    render_alert,
    render_difference,
    render_figures,
    render_judged,
    render_move,
    render_release,
    render_serving,
    render_verdict,
    render_worker,
)
from console.roles import EVERYWHERE, RELEASE_MANAGE, RELEASE_READ
from knowledge_base.editing.book import ArticleBook
from storage.clock import Clock
from storage.database import Database
from storage.home import home_folder

MOST_EXPORTED = 10_000
_STATUS = {"unknown_release": 404, "unknown_alert": 404, "invalid_reason": 400, "wrong_percent": 400}


@dataclass(frozen=True, slots=True)
class ReleaseApi:
    """Serves releases."""

    database: Database
    knowledge: KnowledgeHistory
    settings: CanarySettings
    root: Path
    home: Path
    clock: Clock

    async def prepare(self) -> None:
        """Make the tables where they are not there."""
        await self._book.prepare()

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        see, act, one = RELEASE_READ, RELEASE_MANAGE, "/releases/{id}"
        return [
            Endpoint("GET", "/releases", self.list, see, "nobody"),
            Endpoint("GET", one, self.show, see, "nobody"),
            Endpoint("GET", f"{one}/flips", self.flips, see, "nobody"),
            Endpoint("GET", f"{one}/shadow", self.shadowed, see, "nobody", "release.shadow.read"),
            Endpoint("GET", "/serving", self.serving, see, "nobody"),
            Endpoint("GET", "/release-moves", self.moves, see, "nobody"),
            Endpoint("GET", "/release-moves/export", self.export_moves, see, "nobody"),
            Endpoint("GET", "/release-alerts", self.alerts, see, "nobody"),
            Endpoint(
                "POST",
                r"/release-alerts/{id:\d+}/acknowledge",
                self.acknowledge,
                act,
                "nobody",
                "release.alert",
                AcknowledgeBody,
            ),
            Endpoint("POST", f"{one}/shadow", self.shadow, act, "nobody", "release.shadow", ReasonBody),
            Endpoint("POST", f"{one}/canary", self.canary, act, "nobody", "release.canary", CanaryBody),
            Endpoint("POST", f"{one}/stop", self.stop, act, "nobody", "release.stop", ReasonBody),
            Endpoint("POST", f"{one}/promote", self.promote, act, "nobody", "release.promote", ReasonBody),
            Endpoint("POST", "/rollback", self.roll_back, act, "nobody", "release.rollback", RollBackBody),
        ]

    # --- reading ------------------------------------------------------------------------------------------------

    async def list(self, call: Call) -> web.Response:
        """List the releases, newest first."""
        state = call.request.query.get("state", "")
        if state and state not in STATES:
            raise BadRequest("invalid_query", f"state: one of {', '.join(STATES)}")
        found, total = await self._book.page(state, *call.page())
        return json_response({"items": [render_release(one) for one in found], "total": total})

    async def show(self, call: Call) -> web.Response:
        """Show a release: its manifest, its gates, and what can be done with it."""
        release = await self._release(call)
        serving = await self._book.serving()
        size = (0, 0)
        if release.id != BASE:
            size = await asyncio.to_thread(measure_files, self._book.folder_of(release.id, self.root, self.home))
        shown = {"release": render_release(release), **render_verdict(release.gates)}
        return json_response({**shown, "files": size[0], "bytes": size[1], "allowed": allowed_moves(serving, release)})

    async def flips(self, call: Call) -> web.Response:
        """List sentences on which candidate and champion differ, those that are wrong now first."""
        release = await self._release(call)
        kind = _choice(call, "kind", ("fixed", "broken"))
        flips = release.gates.flips if release.gates is not None else ()
        found = sorted(flips, key=_worst_first)
        if kind:
            found = [flip for flip in found if flip.is_fixed == (kind == "fixed")]
        page, size = call.page()
        shown = found[(page - 1) * size : page * size]
        return json_response({"items": [flip.model_dump() for flip in shown], "total": len(found)})

    async def shadowed(self, call: Call) -> web.Response:
        """Show on what a candidate differed in the shadow; sentences (masked) to those who work for everywhere."""
        release = await self._release(call)
        call.did(f"release:{release.id}")
        kind = _choice(call, "kind", KINDS)
        book = ShadowBook(self.database)
        found, total = await book.page(release.id, kind, *call.page()) if call.scope == EVERYWHERE else ([], 0)
        shown = {"items": [render_difference(one) for one in found], "total": total}
        return json_response({**await book.counts(release.id), **shown})

    async def serving(self, _: Call) -> web.Response:
        """Show which release answers whom, what each worker has loaded, and how a canary does."""
        serving = await self._book.serving()
        workers = await WorkerBoard(self.database).read()
        shown = {"serving": render_serving(serving), "workers": [render_worker(one) for one in workers]}
        return json_response({**shown, "figures": await self._figures(serving), "at": self._at()})

    async def moves(self, call: Call) -> web.Response:
        """List what was done, newest first."""
        found, total = await self._book.moves(call.request.query.get("release", "")[:64], *call.page())
        return json_response({"items": [render_move(one) for one in found], "total": total})

    async def export_moves(self, call: Call) -> web.Response:
        """Give what was done as a table, newest first."""
        found, _ = await self._book.moves(call.request.query.get("release", "")[:64], 1, MOST_EXPORTED)
        table = render_csv(MOVE_HEADER, map(move_row, found))
        return file_response(table, "text/csv", "releases.csv", "utf-8")

    async def alerts(self, call: Call) -> web.Response:
        """List alerts, newest first."""
        is_open = call.request.query.get("open", "") == "1"
        page, size = call.page()
        found, total = await ReleaseAlerts(self.database, self.clock).page(is_open=is_open, page=page, size=size)
        return json_response({"items": [render_alert(one) for one in found], "total": total})

    # --- acts ---------------------------------------------------------------------------------------------------

    async def acknowledge(self, call: Call) -> web.Response:
        """Take care of an alert."""
        number = call.number("id")
        call.did(f"release-alert:{number}", note=call.body.note)
        try:
            alert = await ReleaseAlerts(self.database, self.clock).acknowledge(number, call.name)
        except ReleaseRefused as error:
            raise _refusal(error) from error
        return json_response({"alert": render_alert(alert)})

    async def shadow(self, call: Call) -> web.Response:
        """Let a release understand beside the stable one."""
        release = await self._to_be_moved(call)
        book, reason = self._book, call.body.reason
        if release.state != "shadow":
            await ShadowBook(self.database).forget(release.id)
        try:
            serving = await book.shadow(release.id, by=call.name, reason=reason)
        except ReleaseRefused as error:
            raise _refusal(error) from error
        return await self._moved(release.id, serving)

    async def canary(self, call: Call) -> web.Response:
        """Let a release answer a share of the customers."""
        release = await self._to_be_moved(call, percent=call.body.percent)
        body, now = call.body, await self.knowledge.revision()
        try:
            serving = await self._book.canary(
                release.id, body.percent, by=call.name, reason=body.reason, knowledge_revision=now
            )
        except ReleaseRefused as error:
            raise _refusal(error) from error
        return await self._moved(release.id, serving)

    async def stop(self, call: Call) -> web.Response:
        """Take a release out of shadow or canary."""
        release = await self._to_be_moved(call)
        try:
            serving = await self._book.stop(release.id, by=call.name, reason=call.body.reason)
        except ReleaseRefused as error:
            raise _refusal(error) from error
        return await self._moved(release.id, serving)

    async def promote(self, call: Call) -> web.Response:
        """Let the canary answer everybody from now on."""
        release = await self._to_be_moved(call)
        now = await self.knowledge.revision()
        try:
            serving = await self._book.promote(
                release.id, by=call.name, reason=call.body.reason, knowledge_revision=now
            )
        except ReleaseRefused as error:
            raise _refusal(error) from error
        return await self._moved(release.id, serving)

    async def roll_back(self, call: Call) -> web.Response:
        """End the canary, or go back to the release before."""
        body: RollBackBody = call.body
        _check_scope(call)
        call.did("release:rollback", to=body.to, with_knowledge=body.with_knowledge)
        try:
            done = await roll_back(
                self._book,
                self.knowledge,
                by=call.name,
                reason=body.reason,
                to=body.to,
                with_knowledge=body.with_knowledge,
            )
        except ReleaseRefused as error:
            raise _refusal(error) from error
        call.did(f"release:{done.left}")
        told = {"left": done.left, "knowledge_revision": done.knowledge_revision, "articles": list(done.articles)}
        return json_response({"serving": render_serving(done.serving), **told, "problem": done.problem})

    @property
    def _book(self) -> ReleaseBook:
        return ReleaseBook(self.database, self.clock)

    async def _release(self, call: Call) -> Release:
        name = call.request.match_info["id"]
        if re.fullmatch(ID_PATTERN, name) is None:
            raise BadRequest("unknown_release", "there is no such release", 404)
        try:
            return await self._book.release(name)
        except ReleaseRefused as error:
            raise _refusal(error) from error

    async def _to_be_moved(self, call: Call, **detail: object) -> Release:
        _check_scope(call)
        release = await self._release(call)
        call.did(f"release:{release.id}", reason=call.body.reason, **detail)
        return release

    async def _moved(self, name: str, serving: Serving) -> web.Response:
        release = await self._book.release(name)
        return json_response({"release": render_release(release), "serving": render_serving(serving)})

    async def _figures(self, serving: Serving) -> dict[str, object] | None:
        if not serving.mode:
            return None
        stable, candidate = await FigureBook(self.database).compare(serving, self.settings, self._at())
        judged = [render_judged(one) for one in judge_canary(stable, candidate, self.settings)]
        windows = {"window_minutes": self.settings.window_minutes, "least_turns": self.settings.least_turns}
        return {**windows, "stable": render_figures(stable), "candidate": render_figures(candidate), "limits": judged}

    def _at(self) -> float:
        return self.clock().timestamp()


def open_releases(database: Database, root: Path, clock: Clock) -> ReleaseApi:
    """Return the page's addresses over a project. Raises ReleaseInvalid for a canary.yml with mistakes."""
    articles = ArticleBook(database, clock=clock)
    return ReleaseApi(database, articles, load_canary_settings(root), root, home_folder(), clock)


def _check_scope(call: Call) -> None:
    if call.scope != EVERYWHERE:
        raise Forbidden("outside_scope", "a release answers customers everywhere: only who works for everywhere may")


def _choice(call: Call, name: str, known: tuple[str, ...]) -> str:
    value = call.request.query.get(name, "")
    if value and value not in known:
        raise BadRequest("invalid_query", f"{name}: one of {', '.join(known)}")
    return value


def _refusal(error: ReleaseRefused) -> BadRequest:
    return BadRequest(error.code, str(error), _STATUS.get(error.code, 409))


def _worst_first(flip: FlipRow) -> tuple[bool, str, str]:
    return flip.is_fixed, flip.wanted, flip.text
