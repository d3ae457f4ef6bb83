"""The dashboard: figures of a period in the caller's place, and the same as an Excel file."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from connectors.desk.organisation import Organisation
from connectors.desk.values import is_within
from connectors.errors import BadRequest
from connectors.requests import json_response
from console.dashboard import Board, Period, Picture
from console.dashboard_views import render_picture, write_workbook
from console.downloads import file_response
from console.endpoints import Call, Endpoint
from console.quality_bodies import MOST_SECONDS, read_number, read_text
from console.roles import DASHBOARD_READ
from console.spreadsheet import KIND

_DAY = 24 * 3600.0
_MINUTE = 60.0
_SHOWN_DAYS, _MOST_DAYS = 7, 366


@dataclass(frozen=True, slots=True)
class DashboardApi:
    """Serves figures."""

    board: Board
    organisation: Organisation
    item_names: Mapping[int, str]

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        return [
            Endpoint("GET", "/dashboard", self.show, DASHBOARD_READ, "rows"),
            Endpoint("GET", "/dashboard/export", self.export, DASHBOARD_READ, "rows", "dashboard.export"),
        ]

    async def show(self, call: Call) -> web.Response:
        """Show the figures of a period and of the one before."""
        picture = await self._picture(call)
        return json_response(render_picture(picture, self.item_names))

    async def export(self, call: Call) -> web.Response:
        """Return the figures as an Excel file."""
        picture = await self._picture(call)
        call.did("dashboard", since=picture.period.since, until=picture.period.until, scope=picture.period.scope)
        content = await asyncio.to_thread(write_workbook, picture, self.item_names)
        return file_response(content, KIND, "dashboard.xlsx")

    async def _picture(self, call: Call) -> Picture:
        query = call.request.query
        at = self.board.clock().timestamp()
        until = read_number(query, "until", 0, MOST_SECONDS)
        until = _minute_after(at) if until is None else until
        since = read_number(query, "since", 0, MOST_SECONDS)
        since = until - _SHOWN_DAYS * _DAY if since is None else since
        if not 0 < until - since <= _MOST_DAYS * _DAY:
            raise BadRequest("invalid_query", f"since, until: at most {_MOST_DAYS} days")
        scope = read_text(query, "scope")
        if not self.organisation.has(scope) or not (is_within(scope, call.scope) or not scope):
            raise BadRequest("unknown_scope", "scope: a place of /organisation, in your own")
        return await self.board.picture(Period(call.scope, scope, since, until))


def _minute_after(at: float) -> float:
    """The end of this minute: who asks within it gets the same figures."""
    return (at // _MINUTE + 1) * _MINUTE
