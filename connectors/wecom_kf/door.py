"""The address that WeCom calls: its signal is verified and written down; the messages are pulled and answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from connectors.outbox.letter import Letter, letter_key
from connectors.wechat.assembly import HandedOver
from connectors.wechat.backlog import Backlog
from connectors.wechat.door import SUCCESS, read_bounded, refused
from connectors.wechat.envelope import Envelopes
from connectors.wechat.errors import ApiFailed, ApiUnreachable, DeliveryRefused
from connectors.wechat.inbox import Inbox, Receipt
from connectors.wechat.reception import Reception
from connectors.wecom_kf.client import WecomKfClient
from connectors.wecom_kf.pull import CHANNEL, METADATA, Puller
from connectors.wecom_kf.sender import WecomKfSender
from connectors.wecom_kf.sessions import METADATA as SESSION_TABLES

_LOG = structlog.get_logger(__name__)
LOOK_EVERY_SECONDS = 2.0
SIGNAL = "kf_msg_or_event"


@dataclass(slots=True)
class WecomKf:
    """Serves the account's address."""

    envelopes: Envelopes
    inbox: Inbox
    reception: Reception
    puller: Puller
    sender: WecomKfSender
    client: WecomKfClient
    was_handed_over: HandedOver | None = None
    """Where WeCom's own desk takes over: whether this message's turn asked for a person."""
    _signalled: asyncio.Event = field(default_factory=asyncio.Event)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of this door."""
        return [web.get("/webhooks/wecom_kf/webhook", self.check), web.post("/webhooks/wecom_kf/webhook", self.receive)]

    async def running(self, _: web.Application) -> AsyncIterator[None]:
        """Pull, answer, and send, as long as the server runs."""
        await self.inbox.outbox.prepare()
        await self.inbox.prepare()
        await self.reception.contacts.prepare()
        await self.client.api.token.prepare()
        for tables in (METADATA, SESSION_TABLES):
            await self.puller.database.create_tables(tables)
        backlog = Backlog(self.inbox, CHANNEL, self._letters)
        loops = [
            asyncio.create_task(self.inbox.outbox.run(CHANNEL, self.sender.send)),
            asyncio.create_task(self._pull_and_answer(backlog)),
        ]
        yield
        await backlog.finish()
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        await self.client.close()

    async def check(self, request: web.Request) -> web.Response:
        """Return the opened echo, as the check of the address wants it."""
        try:
            return web.Response(text=self.envelopes.echo_sealed(request.query))
        except DeliveryRefused as error:
            return refused(error)

    async def receive(self, request: web.Request) -> web.Response:
        """Take a signal; whatever it is about is pulled."""
        try:
            delivery = self.envelopes.open(request.query, await read_bounded(request))
        except DeliveryRefused as error:
            return refused(error)
        account = delivery.fields.get("OpenKfId", "")
        if delivery.fields.get("Event") == SIGNAL and 0 < len(account) <= 128:
            await self.puller.signal(account, delivery.fields.get("Token", "")[:256])
            self._signalled.set()
        return web.Response(body=SUCCESS, content_type="text/plain")

    async def _pull_and_answer(self, backlog: Backlog) -> None:
        """Pull at every signal, and answer; what a dead worker left behind is answered, too."""
        while True:
            try:
                for receipt in await self.puller.pull_all():
                    backlog.take(receipt)
                await backlog.take_left_behind()
            except (ApiFailed, ApiUnreachable) as error:
                _LOG.warning("messages could not be pulled and will be", cause=type(error).__name__)
            except (SQLAlchemyError, OSError):
                _LOG.warning("the inbox cannot be read")
            try:
                async with asyncio.timeout(LOOK_EVERY_SECONDS):  # wait_for of Python 3.11 may swallow a cancellation
                    await self._signalled.wait()
            except TimeoutError:
                pass
            self._signalled.clear()

    async def _letters(self, receipt: Receipt) -> list[Letter]:
        return [*await self.reception.letters(receipt), *await self._to_desk(receipt)]

    async def _to_desk(self, receipt: Receipt) -> list[Letter]:
        """Return the letter that moves the session into WeCom's queue, behind the answer, where a person is wanted."""
        if self.was_handed_over is None:
            return []
        message_id = receipt.fields.get("MsgId") or receipt.key
        if not await self.was_handed_over(receipt.conversation_id, message_id):
            return []
        key = letter_key(CHANNEL, receipt.key, "to_desk")
        return [Letter(key, receipt.conversation_id, CHANNEL, "to_desk", {}, receipt.key)]
