"""The address that WeChat calls: verified, accepted once, answered within the platform's five seconds or pushed."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiohttp import web
from prometheus_client import Counter, Histogram
from sqlalchemy.exc import SQLAlchemyError

from connectors.outbox.letter import Letter, letter_key
from connectors.wechat.client import WeChatClient
from connectors.wechat.envelope import Delivery, Envelopes
from connectors.wechat.errors import ApiFailed, ApiUnreachable, DeliveryRefused
from connectors.wechat.inbox import PASSIVE, Inbox, Once, Receipt
from connectors.wechat.packet import Fields
from connectors.wechat.reception import Reception
from connectors.wechat.sender import CONVERSATION_PREFIX, WeChatSender
from storage.clock import Clock

_LOG = structlog.get_logger(__name__)
REFUSALS = Counter("gridtalk_wechat_refusals_total", "Deliveries that were not believed", ["reason"])
DECISIONS = Counter("gridtalk_wechat_decisions_total", "How deliveries were answered", ["decision"])
TURN_SECONDS = Histogram(
    "gridtalk_wechat_answer_seconds", "Time to an answer", buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 3, 4, 4.2, 5)
)
CHANNEL = "wechat"
MOST_BODY_BYTES = 256 * 1024
DECIDE_AFTER_SECONDS = 3.8
"""The platform hangs up after 5 s; an answer leaves by 4.2 s, the time for writing the decision included."""
LATEST_SECONDS = 4.1
TYPING_AFTER_SECONDS = 1.0
LOOK_EVERY_SECONDS = 2.0
FORGET_EVERY_SECONDS = 600.0
SUCCESS = b"success"
_OPENID = re.compile(r"[\x21-\x7e]{1,128}")


@dataclass(slots=True)
class WeChat:
    """Serves the account's address."""

    envelopes: Envelopes
    inbox: Inbox
    reception: Reception
    sender: WeChatSender
    client: WeChatClient
    clock: Clock
    account: str
    shows_typing: bool = True
    was_handed_over: Callable[[str, str], Awaitable[bool]] | None = None
    """Where WeChat's own desk takes over: whether this message's turn asked for a person."""
    menu: Letter | None = None
    _working: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _beside: set[asyncio.Task[None]] = field(default_factory=set)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of this door."""
        return [web.get("/webhooks/wechat/webhook", self.check), web.post("/webhooks/wechat/webhook", self.receive)]

    async def running(self, _: web.Application) -> AsyncIterator[None]:
        """Send the outbox's letters and look after deliveries that were left behind, as long as the server runs."""
        await self.prepare()
        if self.menu is not None:
            await self.inbox.outbox.put([self.menu])
        loops = [
            asyncio.create_task(self.inbox.outbox.run(CHANNEL, self.sender.send)),
            asyncio.create_task(self._look_after()),
        ]
        yield
        if self._working:  # turns that are under way are written before the worker ends
            await asyncio.wait(self._working.values(), timeout=5.0)
        for loop in (*loops, *self._beside):
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        await self.client.close()

    async def prepare(self) -> None:
        """Make the tables where they are not there."""
        await self.inbox.outbox.prepare()
        await self.inbox.prepare()
        await self.reception.contacts.prepare()
        await self.client.api.token.prepare()

    async def check(self, request: web.Request) -> web.Response:
        """Echo, as the check of the address wants it."""
        try:
            return web.Response(text=self.envelopes.echo(request.query))
        except DeliveryRefused as error:
            return refused(error)

    async def receive(self, request: web.Request) -> web.Response:
        """Answer one delivery."""
        started = time.monotonic()
        try:
            delivery = self.envelopes.open(request.query, await read_bounded(request))
            return await self._answer(delivery, started)
        except DeliveryRefused as error:
            return refused(error)

    async def _answer(self, delivery: Delivery, started: float) -> web.Response:
        receipt = _receipt(delivery, self.inbox.now())
        once = Once(self.account, delivery.nonce, delivery.digest, self.clock().timestamp())
        accepted = await _in_time(self.inbox.accept(receipt, once), started + LATEST_SECONDS)
        if accepted is None:
            return web.Response(status=503)  # nothing was accepted: the platform delivers again
        if accepted.decision is None:
            settled = await self._settle(accepted, started)
            accepted = settled or accepted
        TURN_SECONDS.observe(time.monotonic() - started)
        DECISIONS.labels(accepted.decision or "late").inc()
        return self._rendered(delivery, accepted)

    async def _settle(self, receipt: Receipt, started: float) -> Receipt | None:
        """Wait for the answers as long as the platform does, then decide how they go out."""
        work = self._work(receipt)
        await asyncio.wait({work}, timeout=started + DECIDE_AFTER_SECONDS - time.monotonic())
        if work.done() and not work.cancelled() and work.exception() is None:
            deciding = asyncio.create_task(self._decide_passive(receipt))
            decided = await _in_time(deciding, started + LATEST_SECONDS)
            if decided is None:
                self._beside_all(self._withdraw(deciding))
            return decided
        return await _in_time(self.inbox.decide_push(receipt.key), started + LATEST_SECONDS)

    async def _decide_passive(self, receipt: Receipt) -> Receipt:
        transfer = False
        if self.was_handed_over is not None and receipt.fields.get("MsgType") != "event":
            message_id = receipt.fields.get("MsgId") or receipt.key
            transfer = await self.was_handed_over(receipt.conversation_id, message_id)
        return await self.inbox.decide_passive(receipt.key, transfer=transfer)

    def _work(self, receipt: Receipt) -> asyncio.Task[None]:
        """Return the one task of this process that answers this delivery."""
        task = self._working.get(receipt.key)
        if task is None:
            task = self._working[receipt.key] = asyncio.create_task(self._answered(receipt))
            task.add_done_callback(lambda done: self._finished(receipt.key, done))
        return task

    async def _answered(self, receipt: Receipt) -> None:
        typing = asyncio.get_running_loop().call_later(TYPING_AFTER_SECONDS, self._show_typing, receipt)
        try:
            letters = await self.reception.letters(receipt)
        except Exception:  # the boundary of a turn: whatever went wrong, the delivery is not forgotten
            await self.inbox.try_again(receipt.key)
            raise
        finally:
            typing.cancel()
        await self.inbox.answer(receipt, letters)

    def _finished(self, key: str, task: asyncio.Task[None]) -> None:
        self._working.pop(key, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOG.error("a delivery was not answered and is tried again", cause=type(error).__name__)

    def _show_typing(self, receipt: Receipt) -> None:
        """Tell the customer that somebody writes, beside everything else: it never delays an answer."""
        if not self.shows_typing or receipt.fields.get("MsgType") == "event":
            return
        self._beside_all(self._type(receipt.conversation_id.removeprefix(CONVERSATION_PREFIX)))

    def _beside_all(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def _withdraw(self, deciding: asyncio.Task[Receipt]) -> None:
        """The decision came too late for the passive answer, and `success` was said: what it took is pushed."""
        await self.inbox.withdraw(await deciding)

    async def _type(self, openid: str) -> None:
        with contextlib.suppress(ApiFailed, ApiUnreachable, SQLAlchemyError):  # nobody misses it
            await self.client.typing(openid)

    async def _look_after(self) -> None:
        """Answer what a dead worker left behind, and forget what is old."""
        forgotten = time.monotonic()
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            try:
                await asyncio.gather(*(self._catch_up(receipt) for receipt in await self.inbox.left_behind(CHANNEL)))
                if time.monotonic() - forgotten > FORGET_EVERY_SECONDS:
                    forgotten = time.monotonic()
                    await self.inbox.forget_old(self.account, self.clock().timestamp())
            except (SQLAlchemyError, OSError):
                _LOG.warning("deliveries that were left behind cannot be read")

    async def _catch_up(self, receipt: Receipt) -> None:
        await asyncio.wait({self._work(receipt)})
        await self.inbox.decide_push(receipt.key)

    def _rendered(self, delivery: Delivery, receipt: Receipt) -> web.Response:
        if receipt.decision != PASSIVE or receipt.passive is None:
            return web.Response(body=SUCCESS, content_type="text/plain")
        body = self.envelopes.close(delivery, _passive_fields(receipt))
        kind = "application/json" if delivery.form == "json" else "application/xml"
        return web.Response(body=body, content_type=kind, charset="utf-8")


def refused(error: DeliveryRefused) -> web.Response:
    """Refuse without a detail."""
    REFUSALS.labels(error.reason).inc()
    _LOG.warning("a delivery was refused", reason=error.reason)
    return web.Response(status=error.status)


async def read_bounded(request: web.Request, most_bytes: int = MOST_BODY_BYTES) -> bytes:
    """Return the body. Raises DeliveryRefused where it is larger; no more than that is read."""
    body = bytearray()
    if (request.content_length or 0) > most_bytes:
        raise DeliveryRefused("too_large", 413)
    async for part in request.content.iter_chunked(64 * 1024):
        body += part
        if len(body) > most_bytes:
            raise DeliveryRefused("too_large", 413)
    return bytes(body)


async def _in_time(work: Awaitable[Receipt], deadline: float) -> Receipt | None:
    """Return the result by the deadline; None where it is not there, and it goes on being made."""
    task = asyncio.ensure_future(work)
    await asyncio.wait({task}, timeout=max(0.0, deadline - time.monotonic()))
    return task.result() if task.done() else None


def _receipt(delivery: Delivery, now: float) -> Receipt:
    """Return what identifies a delivery: MsgId, or for events sender, time, event and its key."""
    fields = delivery.fields
    openid = fields.get("FromUserName", "")
    if not _OPENID.fullmatch(openid) or not fields.get("MsgType"):
        raise DeliveryRefused("no_message", 400)
    if fields.get("MsgId"):
        key = letter_key("wechat", openid, "message", fields["MsgId"])
    else:
        parts = (fields.get("CreateTime", ""), fields.get("Event", ""), fields.get("EventKey", ""))
        key = letter_key("wechat", openid, fields["MsgType"], *parts)
    return Receipt(key, CHANNEL, f"{CONVERSATION_PREFIX}{openid}", fields, now)


def _passive_fields(receipt: Receipt) -> Fields:
    assert receipt.passive is not None
    created = receipt.fields.get("CreateTime", "")
    fields: dict[str, str | int | Fields] = {
        "ToUserName": receipt.fields["FromUserName"],
        "FromUserName": receipt.fields.get("ToUserName", ""),
        "CreateTime": int(created) if created.isascii() and created.isdigit() else int(receipt.created_at),
    }  # the message's own time: every repetition of a delivery gets the very same answer
    if receipt.passive.get("transfer"):
        return fields | {"MsgType": "transfer_customer_service"}
    return fields | {"MsgType": "text", "Content": str(receipt.passive["text"])}
