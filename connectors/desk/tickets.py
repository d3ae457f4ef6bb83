"""Work orders that an agent makes in a session: once in the back end, once in the session."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from connectors.desk.delivery import Delivery
from connectors.desk.line import mine
from connectors.desk.room import Room
from connectors.desk.store import add_entry, change_session, lock_session, read_session
from connectors.desk.values import PENDING, SYSTEM, Draft, Entry, Viewer

CreateTicket = Callable[[str, Mapping[str, str | None], str], Awaitable[str]]
"""(kind, fields, idempotency key) -> ticket number. Raises ActionError."""
TOLD = "已为您建立工单{number}（{kind}），您可以凭工单号查询进度。"


@dataclass(frozen=True, slots=True)
class NewTicket:
    """What a work order is to say."""

    kind: str
    fields: Mapping[str, str | None]
    client_id: str | None = None
    """The same id makes one work order."""


@dataclass(frozen=True, slots=True)
class Tickets:
    """Makes work orders."""

    room: Room
    delivery: Delivery
    create_ticket: CreateTicket

    async def create(self, viewer: Viewer, session_id: int, ticket: NewTicket) -> tuple[str, Entry]:
        """Make a work order and tell the customer its number. Raises DeskConflict, NotInSight, ActionError."""
        session = await self.room.store.read(lambda link: mine(read_session(link, session_id), viewer))
        key = f"desk.{session_id}.{ticket.client_id or uuid.uuid4().hex}"
        fields = {"region": session.scope.split("/")[0] or None, **ticket.fields}
        number = await self.create_ticket(ticket.kind, fields, key)

        def note(connection: Connection) -> Entry:
            locked = lock_session(connection, session_id)
            text = TOLD.format(number=number, kind=ticket.kind)
            body = {"code": "ticket", "values": {"ticket_no": number, "kind": ticket.kind}, "text": text}
            entry = add_entry(
                connection, locked, Draft(SYSTEM, body, f"k:{key}", viewer.id, viewer.name, PENDING), self.room.at()
            )
            change_session(connection, locked)
            return entry

        entry = await self.room.store.write(note)
        await self.delivery.deliver_session(session_id)
        return number, entry
