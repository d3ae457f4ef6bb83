"""Work orders (工单) of the utility's back end as staff follow them: in one's place, with their time limits.

The back end knows provinces; where a ticket lies below that is read from its address, so the newest are read in pieces,
sorted out here, and kept for some seconds.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from actions.backends.values import Ticket
from actions.errors import BackendError, BackendRejected
from connectors.desk.errors import NotInSight
from connectors.desk.organisation import Organisation
from connectors.desk.service_level import Kept, count_kept
from connectors.desk.values import is_within
from connectors.errors import BadRequest
from storage.clock import Clock

CLOSED = frozenset({"已完成", "已关闭"})
STATUSES = ("已受理", "已派单", "处理中", "已完成", "已关闭")
PIECE = 200
MOST = 10_000
KEPT_SECONDS = 10.0
VIEWS = ("open", "overdue", "closed", "all")


class TicketReader(Protocol):
    """What is asked of the back end."""

    async def find(self, ticket_no: str) -> Ticket | None:
        """Return a ticket, None if there is none."""
        ...

    async def recent(self, since: datetime, region: str | None, before: str | None, limit: int) -> Sequence[Ticket]:
        """Return tickets, the highest number first."""
        ...


@dataclass(frozen=True, slots=True)
class PlacedTicket:
    """A ticket with where it lies and whether its time has passed."""

    ticket: Ticket
    scope: str
    closed_at: datetime | None
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """Which tickets are wanted."""

    view: str = "all"
    kind: str = ""
    status: str = ""
    scope: str = ""
    text: str = ""
    """Number, account number, or words of the summary."""
    days: int = 30


@dataclass(frozen=True, slots=True)
class TicketPage:
    """What was found."""

    items: Sequence[PlacedTicket]
    """In order: what is overdue first, then the newest."""
    counts: dict[str, int]
    """By view, under all other filters."""
    kinds: Sequence[str]
    is_cut: bool
    """More tickets than are looked at."""


@dataclass(slots=True)
class TicketBoard:
    """Reads tickets for staff."""

    backend: TicketReader
    organisation: Organisation
    clock: Clock
    now: Callable[[], float] = time.monotonic
    kept: dict[tuple[str | None, int], tuple[float, list[Ticket]]] = field(default_factory=dict)
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def search(self, own_scope: str, wanted: TicketFilter) -> TicketPage:
        """Return the tickets in one's place that fit. Raises BadRequest where the back end does not tell them."""
        region = (own_scope or wanted.scope).partition("/")[0] or None
        read = await self._recent(region, wanted.days)
        seen = [one for one in map(self.placed, read) if is_within(one.scope, own_scope)]
        kinds = sorted({one.ticket.kind for one in seen})
        fitting = [one for one in seen if _fits(one, wanted)]
        counts = {view: sum(_is_in(one, view) for one in fitting) for view in VIEWS}
        items = [one for one in fitting if _is_in(one, wanted.view)]
        items.sort(key=lambda one: one.ticket.ticket_no, reverse=True)
        items.sort(key=lambda one: not one.is_overdue)
        return TicketPage(items, counts, kinds, len(read) >= MOST)

    async def find(self, own_scope: str, ticket_no: str) -> PlacedTicket:
        """Return one ticket. Raises NotInSight, BadRequest."""
        try:
            ticket = await self.backend.find(ticket_no)
        except BackendError as error:
            raise _refusal(error) from error
        placed = None if ticket is None else self.placed(ticket)
        if placed is None or not is_within(placed.scope, own_scope):
            raise NotInSight("ticket")
        return placed

    async def kept_promises(self, own_scope: str, scope: str, since: float, until: float) -> Kept | None:
        """Count the time limits that fell in `[since, until)`; None where the back end does not tell."""
        at = self.clock().timestamp()
        days = min(366, int((at - since) // 86_400) + 60)
        try:
            read = await self._recent((own_scope or scope).partition("/")[0] or None, max(days, 1))
        except BadRequest:
            return None
        placed = [one for one in map(self.placed, read) if is_within(one.scope, own_scope)]
        due = [
            (one.ticket.due_at.timestamp(), one.closed_at.timestamp() if one.closed_at is not None else None)
            for one in placed
            if one.ticket.due_at is not None and is_within(one.scope, scope)
        ]
        return count_kept([pair for pair in due if since <= pair[0] < until], at)

    def placed(self, ticket: Ticket) -> PlacedTicket:
        """Say where a ticket lies, when it was closed, and whether it is late."""
        scope = self.organisation.scope_of({"region": ticket.region, "address": ticket.address})
        closed_at = next((step.at for step in ticket.steps if step.status in CLOSED), None)
        if closed_at is None and ticket.status in CLOSED:
            closed_at = ticket.steps[-1].at if ticket.steps else ticket.created_at
        late = ticket.due_at is not None and (closed_at or self.clock()) > ticket.due_at
        return PlacedTicket(ticket, scope, closed_at, late)

    async def _recent(self, region: str | None, days: int) -> list[Ticket]:
        async with self._reading:
            key = (region, days)
            found = self.kept.get(key)
            if found is not None and found[0] > self.now():
                return found[1]
            self.kept = {one: kept for one, kept in self.kept.items() if kept[0] > self.now()}
            read = await self._read(region, days)
            self.kept[key] = (self.now() + KEPT_SECONDS, read)
            return read

    async def _read(self, region: str | None, days: int) -> list[Ticket]:
        since, before, read = self.clock() - timedelta(days=days), None, list[Ticket]()
        try:
            while len(read) < MOST:
                piece = await self.backend.recent(since, region, before, PIECE)
                read += piece
                if len(piece) < PIECE:
                    break
                before = piece[-1].ticket_no
        except BackendError as error:
            raise _refusal(error) from error
        return read


def _refusal(error: BackendError) -> BadRequest:
    """A back end that was never asked for lists, or one that is away."""
    if isinstance(error, BackendRejected):
        return BadRequest("tickets_not_listed", "the back end does not list tickets", 409)
    return BadRequest("tickets_away", "the back end does not answer; try again", 503)


def _fits(one: PlacedTicket, wanted: TicketFilter) -> bool:
    ticket, text = one.ticket, wanted.text.strip().lower()
    if (wanted.kind and ticket.kind != wanted.kind) or (wanted.status and ticket.status != wanted.status):
        return False
    if not is_within(one.scope, wanted.scope):
        return False
    looked_at = (ticket.ticket_no, ticket.account_no or "", ticket.summary.lower())
    return not text or any(text in part for part in looked_at)


def _is_in(one: PlacedTicket, view: str) -> bool:
    if view == "overdue":
        return one.is_overdue and one.closed_at is None
    if view in ("open", "closed"):
        return (one.closed_at is None) == (view == "open")
    return True
