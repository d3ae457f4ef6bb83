"""The address that Chatwoot calls: verified, written down, answered by the bot as long as no agent has the matter."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import MessageRefused
from bot.message import Reply, UserMessage
from connectors.answering import Answers, plain_text
from connectors.chatwoot.client import ChatwootClient
from connectors.chatwoot.event import CustomerSaid, Deliveries, read_event
from connectors.chatwoot.sender import ChatwootSender
from connectors.errors import BadRequest
from connectors.outbox.letter import Letter, letter_key
from connectors.requests import json_response
from connectors.wechat import texts
from connectors.wechat.backlog import Backlog
from connectors.wechat.door import read_bounded
from connectors.wechat.errors import DeliveryRefused
from connectors.wechat.inbox import PUSH, Inbox, Receipt
from storage.clock import Clock

_LOG = structlog.get_logger(__name__)
CHANNEL = "chatwoot"
CONVERSATION_PREFIX = "chatwoot:"
LOOK_EVERY_SECONDS = 2.0
MOST_GIVEN_UP = 3


@dataclass(frozen=True, slots=True)
class Chatwoot:
    """Serves the account's address. Add `running` to the application."""

    deliveries: Deliveries
    inbox: Inbox
    assistant: Answers
    client: ChatwootClient
    clock: Clock
    was_handed_over: Callable[[str, str], Awaitable[bool]]
    backlog: Backlog

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of this door."""
        return [web.post("/webhooks/chatwoot/webhook", self.receive)]

    async def running(self, _: web.Application) -> AsyncIterator[None]:
        """Answer and send, as long as the server runs."""
        await self.inbox.outbox.prepare()
        await self.inbox.prepare()
        sender = ChatwootSender(self.client)
        loops = [
            asyncio.create_task(self.inbox.outbox.run(CHANNEL, sender.send)),
            asyncio.create_task(self._look_after()),
        ]
        yield
        await self.backlog.finish()
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        await self.client.close()

    async def receive(self, request: web.Request) -> web.Response:
        """Take one event; a customer's message is written before this says so."""
        try:
            body = await read_bounded(request)
        except DeliveryRefused as error:
            raise BadRequest("body_too_large", "the body is too large", error.status) from error
        self.deliveries.check(request.headers, request.query, body)
        settings = self.deliveries.settings
        said = read_event(body, settings.account_id)
        if said is not None and (said.status == "pending" or (settings.takes_open and said.status == "open")):
            receipt = self._receipt(said)
            if await self.inbox.enter(receipt):
                self.backlog.take(receipt)
        return json_response({"status": "accepted"})

    async def letters(self, receipt: Receipt) -> Sequence[Letter]:
        """Return the bot's answers to a message, and the hand-over behind them where a person is wanted."""
        message_id = f"chatwoot-{receipt.fields['id']}"
        if receipt.attempts >= MOST_GIVEN_UP:
            return _rendered(receipt, [Reply(texts.FAILED)])
        if not receipt.fields["text"].strip():
            return _rendered(receipt, [Reply(texts.OTHER_KIND)])
        now, conversation = self.clock().timestamp(), receipt.conversation_id
        message = UserMessage(receipt.fields["text"], conversation, "app", message_id, None, now)
        try:
            replies = await self.assistant.answer(message)
        except MessageRefused:
            return _rendered(receipt, [Reply(texts.TOO_LONG)])
        letters = _rendered(receipt, replies)
        if await self.was_handed_over(conversation, message_id):
            letters.append(_letter(receipt, "status", "open", {"status": "open"}))
        return letters

    def _receipt(self, said: CustomerSaid) -> Receipt:
        account = self.deliveries.settings.account_id
        key = letter_key(CHANNEL, str(account), str(said.message_id))
        fields = {"id": str(said.message_id), "text": said.text}
        conversation = f"{CONVERSATION_PREFIX}{account}:{said.conversation_id}"
        return Receipt(key, CHANNEL, conversation, fields, self.inbox.now(), decision=PUSH)

    async def _look_after(self) -> None:
        """Answer what a dead worker left behind."""
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            try:
                await self.backlog.take_left_behind()
            except (SQLAlchemyError, OSError):
                _LOG.warning("the inbox cannot be read")


def _rendered(receipt: Receipt, replies: Sequence[Reply]) -> list[Letter]:
    return [_letter(receipt, "message", str(number), _content(reply)) for number, reply in enumerate(replies)]


def _letter(receipt: Receipt, kind: str, name: str, body: dict[str, Any]) -> Letter:
    key = letter_key(CHANNEL, receipt.key, kind, name)
    return Letter(key, receipt.conversation_id, CHANNEL, kind, body, receipt.key)


def _content(reply: Reply) -> dict[str, Any]:
    """A message as Chatwoot's API takes it; choices are buttons there."""
    if not reply.buttons:
        return {"content": plain_text(reply), "content_type": "text"}
    items = [{"title": button.title, "value": button.payload} for button in reply.buttons]
    return {"content": plain_text(reply), "content_type": "input_select", "content_attributes": {"items": items}}
