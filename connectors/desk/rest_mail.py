"""What people said to a REST client's customer: GET /webhooks/rest/messages/{sender}, polled or waited for."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from connectors.desk.couriers import MailBox
from connectors.errors import BadRequest
from connectors.requests import json_response
from connectors.rest import RestChannel

LONGEST_WAIT_SECONDS = 25
MOST_ID = 2_000_000_000


@dataclass(frozen=True, slots=True)
class RestMail:
    """Serves what waits for a sender."""

    rest: RestChannel
    """Lets senders in as it does for their messages."""
    mail: MailBox

    def routes(self) -> list[web.RouteDef]:
        """Return the route of this door."""
        return [web.get("/webhooks/rest/messages/{sender}", self.read)]

    async def read(self, request: web.Request) -> web.Response:
        """Return what came after `after`, waiting up to `wait` seconds for it."""
        sender = request.match_info["sender"]
        await self.rest.let_in(request, sender)
        after = _number(request, "after", MOST_ID)
        wait = _number(request, "wait", LONGEST_WAIT_SECONDS)
        found = await self.mail.read_or_wait(sender, after, wait)
        return json_response({"messages": found, "last_id": found[-1]["id"] if found else after})


def _number(request: web.Request, name: str, most: int) -> int:
    text = request.query.get(name, "0")
    if not (text.isascii() and text.isdigit()) or int(text[:12]) > most:
        raise BadRequest("invalid_query", f"{name}: a number from 0 to {most}")
    return int(text)
