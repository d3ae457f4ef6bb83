"""Tickets over HTTP: each method is one operation of the contract."""

from collections.abc import Sequence
from datetime import datetime

from actions.backends.http_client import BackendClient
from actions.backends.values import Ticket, TicketFields


class HttpTickets:
    """TicketBackend of a remote system."""

    def __init__(self, client: BackendClient) -> None:
        self._client = client

    async def create(self, kind: str, fields: TicketFields, idempotency_key: str) -> Ticket:
        """Open a ticket; the same key gives the same ticket."""
        result: Ticket = await self._client.call(
            "tickets.create", kind=kind, fields=fields, idempotency_key=idempotency_key
        )
        return result

    async def find(self, ticket_no: str) -> Ticket | None:
        """Return a ticket, None if there is none."""
        result: Ticket | None = await self._client.call("tickets.find", ticket_no=ticket_no)
        return result

    async def find_by_account(self, account_no: str) -> Sequence[Ticket]:
        """Return the account's tickets, newest first."""
        result: Sequence[Ticket] = await self._client.call("tickets.find_by_account", account_no=account_no)
        return result

    async def urge(self, ticket_no: str, idempotency_key: str) -> Ticket:
        """Note that the customer is pressing (催办), once for a key."""
        result: Ticket = await self._client.call("tickets.urge", ticket_no=ticket_no, idempotency_key=idempotency_key)
        return result

    async def recent(self, since: datetime, region: str | None, before: str | None, limit: int) -> Sequence[Ticket]:
        """Return tickets opened since a moment with numbers below `before`, the highest number first."""
        result: Sequence[Ticket] = await self._client.call(
            "tickets.recent", since=since, region=region, before=before, limit=limit
        )
        return result
