"""The page 工单: tickets in the caller's place, one with its steps, all as an Excel file; customers' numbers masked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from connectors.desk.render import mask_numbers
from connectors.errors import BadRequest
from connectors.requests import json_response
from console.downloads import file_response
from console.endpoints import Call, Endpoint
from console.quality_bodies import read_choice, read_text
from console.roles import TICKET_READ
from console.spreadsheet import KIND, Cell, Sheet, write_sheets
from console.tickets import STATUSES, VIEWS, PlacedTicket, TicketBoard, TicketFilter
from storage.clock import CHINA

_HEADS = (
    "工单号",
    "类别",
    "状态",
    "地区",
    "受理时间",
    "时限",
    "办结时间",
    "是否超期",
    "加急",
    "催办次数",
    "户号",
    "内容",
)
_MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class TicketsApi:
    """Serves tickets."""

    board: TicketBoard | None
    """None where the installation has no back end."""

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        return [
            Endpoint("GET", "/tickets", self.list, TICKET_READ, "rows"),
            Endpoint("GET", "/tickets/export", self.export, TICKET_READ, "rows", "ticket.export"),
            Endpoint("GET", r"/tickets/{id:\d+}", self.show, TICKET_READ, "rows", "ticket.read"),
        ]

    async def list(self, call: Call) -> web.Response:
        """List tickets: what is overdue first, then the newest."""
        page, size = call.page()
        found = await self._board().search(call.scope, _filter(call))
        items = found.items[(page - 1) * size : page * size]
        shown = {"items": [render_ticket(one) for one in items], "total": len(found.items), "counts": found.counts}
        return json_response({**shown, "kinds": list(found.kinds), "statuses": list(STATUSES), "is_cut": found.is_cut})

    async def show(self, call: Call) -> web.Response:
        """Show a ticket with its steps."""
        number = call.request.match_info["id"]
        call.did(f"ticket:{number[:20]}")
        found = await self._board().find(call.scope, number[:20])
        return json_response({"ticket": render_full(found)})

    async def export(self, call: Call) -> web.Response:
        """Return the tickets that fit as an Excel file."""
        found = await self._board().search(call.scope, _filter(call))
        call.did("tickets", count=len(found.items))
        rows = [_row(one) for one in found.items]
        content = await asyncio.to_thread(write_sheets, [Sheet("工单", _HEADS, rows)])
        return file_response(content, KIND, "tickets.xlsx")

    def _board(self) -> TicketBoard:
        if self.board is None:
            raise BadRequest("tickets_not_listed", "this installation has no back end of tickets", 409)
        return self.board


def _filter(call: Call) -> TicketFilter:
    query = call.request.query
    return TicketFilter(
        view=read_choice(query, "view", VIEWS, "open"),
        kind=read_text(query, "kind"),
        status=read_choice(query, "status", STATUSES),
        scope=read_text(query, "scope"),
        text=read_text(query, "query"),
        days=call.query_number("days", 30, _MOST_DAYS),
    )


def render_ticket(one: PlacedTicket) -> dict[str, Any]:
    """Return a ticket's line in a list."""
    ticket = one.ticket
    return {
        "ticket_no": ticket.ticket_no,
        "kind": ticket.kind,
        "status": ticket.status,
        "scope": one.scope,
        "summary": mask_numbers(ticket.summary),
        "account": f"****{ticket.account_no[-4:]}" if ticket.account_no else None,
        "created_at": ticket.created_at.timestamp(),
        "due_at": _seconds(ticket.due_at),
        "closed_at": _seconds(one.closed_at),
        "is_overdue": one.is_overdue,
        "is_urgent": ticket.is_urgent,
        "urged_count": ticket.urged_count,
    }


def render_full(one: PlacedTicket) -> dict[str, Any]:
    """Return a ticket with everything that staff need, names and numbers masked."""
    ticket = one.ticket
    name = ticket.person_name
    return {
        **render_ticket(one),
        "address": ticket.address,
        "phone": f"{ticket.phone[:3]}****{ticket.phone[-4:]}" if ticket.phone else None,
        "person_name": name[0] + "*" * (len(name) - 1) if name else None,
        "details": [{"name": key, "value": mask_numbers(value)} for key, value in ticket.details],
        "steps": [
            {"at": step.at.timestamp(), "status": step.status, "note": mask_numbers(step.note)} for step in ticket.steps
        ],
    }


def _row(one: PlacedTicket) -> Sequence[Cell]:
    shown = render_ticket(one)
    times = [_told(one.ticket.created_at), _told(one.ticket.due_at), _told(one.closed_at)]
    first = [shown["ticket_no"], shown["kind"], shown["status"], one.scope or "未知", *times]
    flags = ["是" if one.is_overdue else "否", "是" if one.ticket.is_urgent else "否", one.ticket.urged_count]
    return [*first, *flags, shown["account"], shown["summary"]]


def _told(moment: datetime | None) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}" if moment is not None else ""


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment is not None else None
