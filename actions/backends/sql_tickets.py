"""Tickets (工单) over SQL."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from actions.backends.boundary import change, look_up
from actions.backends.inserting import insert_new, next_number
from actions.backends.rows import local, ticket_of
from actions.backends.values import Ticket, TicketFields
from actions.backends.written_tables import tickets, urges
from actions.errors import KeyReused, NotFound
from storage.clock import Clock

ACCEPTED = "已受理"


class SqlTickets:
    """TicketBackend over the tables."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    async def create(self, kind: str, fields: TicketFields, idempotency_key: str) -> Ticket:
        """Open a ticket; the same key gives the same ticket. Raises KeyReused if the key was for another one."""
        at = self._clock()
        async with change(self._engine) as connection:
            row = await _find_by_key(connection, kind, fields, idempotency_key)
            if row is None:
                new = await _new_row(connection, kind, fields, at)
                await insert_new(connection, tickets, new | {"idempotency_key": idempotency_key})
                row = await _find_by_key(connection, kind, fields, idempotency_key)
        if row is None:
            raise KeyReused("the ticket number was given out twice", reason="key_reused")
        return ticket_of(row)

    async def find(self, ticket_no: str) -> Ticket | None:
        """Return a ticket, None if there is none."""
        async with look_up(self._engine) as connection:
            row = (await connection.execute(select(tickets).where(tickets.c.ticket_no == ticket_no))).one_or_none()
        return None if row is None else ticket_of(row)

    async def find_by_account(self, account_no: str) -> Sequence[Ticket]:
        """Return the account's tickets, newest first."""
        query = select(tickets).where(tickets.c.account_no == account_no)
        async with look_up(self._engine) as connection:
            rows = await connection.execute(query.order_by(tickets.c.created_at.desc(), tickets.c.ticket_no.desc()))
            return [ticket_of(row) for row in rows]

    async def urge(self, ticket_no: str, idempotency_key: str) -> Ticket:
        """Note that the customer is pressing (催办), once for a key; raises NotFound."""
        at = local(self._clock())
        async with change(self._engine) as connection:
            query = select(tickets).where(tickets.c.ticket_no == ticket_no).with_for_update()
            row = (await connection.execute(query)).one_or_none()
            if row is None:
                raise NotFound("there is no such ticket", reason="no_ticket")
            if await insert_new(connection, urges, {"idempotency_key": idempotency_key, "ticket_no": ticket_no}):
                steps = [*json.loads(row.steps), [at.isoformat(), row.status, "客户催办，已提醒处理人员"]]
                values = {"steps": json.dumps(steps, ensure_ascii=False), "urged_count": row.urged_count + 1}
                await connection.execute(update(tickets).where(tickets.c.ticket_no == ticket_no).values(values))
            return ticket_of((await connection.execute(query)).one())

    async def recent(self, since: datetime, region: str | None, before: str | None, limit: int) -> Sequence[Ticket]:
        """Return tickets opened since a moment with numbers below `before`, the highest number first."""
        query = select(tickets).where(tickets.c.created_at >= since, tickets.c.created_at <= self._clock())
        if region is not None:
            query = query.where(tickets.c.region == region)
        if before is not None:
            query = query.where(tickets.c.ticket_no < before)
        async with look_up(self._engine) as connection:
            rows = await connection.execute(query.order_by(tickets.c.ticket_no.desc()).limit(limit))
            return [ticket_of(row) for row in rows]


async def _find_by_key(
    connection: AsyncConnection, kind: str, fields: TicketFields, key: str
) -> Row[tuple[object, ...]] | None:
    query = select(tickets).where(tickets.c.idempotency_key == key)
    row = (await connection.execute(query)).one_or_none()
    if row is not None:
        same = query.where(tickets.c.fingerprint == _fingerprint(kind, fields))
        if (await connection.execute(same)).one_or_none() is None:
            raise KeyReused("this idempotency key was used for another ticket", reason="key_reused")
    return row


def _fingerprint(kind: str, fields: TicketFields) -> str:
    """The same for a repeated request; wording and promised time may differ between attempts."""
    return json.dumps([kind, fields.account_no, fields.address], ensure_ascii=False)


async def _new_row(connection: AsyncConnection, kind: str, fields: TicketFields, at: datetime) -> dict[str, object]:
    number = await next_number(connection, f"ticket {at:%y%m%d}")
    step = [local(at).isoformat(), ACCEPTED, "智能客服受理"]
    return {
        "ticket_no": f"{local(at):%y%m%d}{number:06d}",
        "fingerprint": _fingerprint(kind, fields),
        "kind": kind,
        "status": ACCEPTED,
        "created_at": at,
        "due_at": fields.due_at,
        "steps": json.dumps([step], ensure_ascii=False),
        "summary": fields.summary,
        "region": fields.region,
        "account_no": fields.account_no,
        "address": fields.address,
        "phone": fields.phone,
        "person_name": fields.person_name,
        "is_urgent": fields.is_urgent,
        "urged_count": 0,
        "details": json.dumps([list(pair) for pair in fields.details], ensure_ascii=False),
        "is_demo": False,
    }
