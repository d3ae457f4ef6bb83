"""The REST door's callback variant, in the shape of Rasa's: taken at once, answered by posts to a fixed address.

Every reply is a letter of the outbox, one signed post each, in order; what the receiver does not take is tried again by
cause. The address comes from the operator, never from a caller.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass

import orjson
import structlog
from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, web

from connectors.answering import render_reply
from connectors.credentials import CallbackCredentials
from connectors.outbox.errors import SendDelayed, SendRefused
from connectors.outbox.letter import Letter, StoredLetter, letter_key
from connectors.outbox.outbox import Outbox
from connectors.requests import json_response, read_body
from connectors.rest import MessageBody, RestChannel

_LOG = structlog.get_logger(__name__)
CHANNEL = "callback"
REFUSED = frozenset({400, 409, 410, 413, 415, 422})
"""The receiver understood the post and will never take it."""
BUSY = frozenset({408, 425, 429})
OPERATOR_SECONDS = 60.0
"""Another answer below 500 (a redirect, 401, 404 ...) says that address or key are wrong: once a minute, for a day."""
MOST_ATTEMPTS, MOST_OPERATOR_ATTEMPTS = 60, 1440
"""With the outbox's back-off five hours, and a day."""
LONGEST_WAIT_SECONDS = 3600.0


@dataclass(slots=True)
class CallbackChannel:
    """Serves POST /webhooks/callback/webhook. Add `running` to the application."""

    rest: RestChannel
    """Reads messages and lets them in as REST does."""
    outbox: Outbox
    settings: CallbackCredentials
    _session: ClientSession | None = None

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of this door."""
        return [web.post("/webhooks/callback/webhook", self.receive)]

    async def running(self, _: web.Application) -> AsyncIterator[None]:
        """Post what waits, as long as the server runs."""
        await self.outbox.prepare()
        self._session = ClientSession(timeout=ClientTimeout(total=self.settings.timeout_seconds))
        posting = asyncio.create_task(self.outbox.run(CHANNEL, self.send))
        yield
        posting.cancel()
        await asyncio.gather(posting, return_exceptions=True)
        await self._session.close()

    async def receive(self, request: web.Request) -> web.Response:
        """Answer one message by posts; the turn is made, and its replies are written, before this says so."""
        body = await read_body(request, MessageBody)
        message = await self.rest.admitted(request, body, body.message_id or uuid.uuid4().hex)
        replies = await self.rest.assistant.answer(message)
        letters = [
            Letter(
                key=letter_key(CHANNEL, message.sender_id, message.message_id, str(number)),
                conversation_id=message.sender_id,
                channel=CHANNEL,
                kind="reply",
                body={**render_reply(message.sender_id, reply), "message_id": message.message_id, "number": number},
            )
            for number, reply in enumerate(replies)
        ]
        await self.outbox.put(letters)
        return json_response({"status": "accepted", "message_id": message.message_id})

    async def send(self, letter: StoredLetter) -> None:
        """Post one reply. Raises what the outbox knows."""
        content = orjson.dumps(dict(letter.letter.body))
        seal = hmac.new(self.settings.secret.get_secret_value().encode(), content, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": letter.letter.key,
            "X-Gridtalk-Signature": f"sha256={seal}",
        }
        assert self._session is not None
        post = self._session.post(self.settings.url, data=content, headers=headers, allow_redirects=False)
        try:
            async with post as response:
                _check(response)
        except (ClientError, TimeoutError, OSError) as error:
            raise SendDelayed("unreachable", most_attempts=MOST_ATTEMPTS) from error


def _check(response: ClientResponse) -> None:
    """Raise what an answer means for the letter; nothing where it was taken."""
    status = response.status
    if 200 <= status < 300:
        return
    cause = f"status {status}"
    if status in REFUSED:
        raise SendRefused(cause)
    if status >= 500 or status in BUSY:
        raise SendDelayed(cause, _wait(response.headers.get("Retry-After", "")), MOST_ATTEMPTS)
    _LOG.error("the callback address does not take replies: check its address and key", status=status)
    raise SendDelayed(cause, OPERATOR_SECONDS, MOST_OPERATOR_ATTEMPTS)


def _wait(retry_after: str) -> float | None:
    seconds = retry_after.strip()
    return min(float(seconds), LONGEST_WAIT_SECONDS) if seconds.isascii() and seconds.isdigit() else None
