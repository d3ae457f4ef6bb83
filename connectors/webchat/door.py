"""The chat window's door: sessions, messages, events, uploads, ratings. See docs/webchat.md for the protocol."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import orjson
import structlog
from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from bot.errors import StoreUnavailable
from connectors.errors import BadRequest
from connectors.requests import json_response, read_body
from connectors.webchat.assets import widget_response
from connectors.webchat.chat import Chat
from connectors.webchat.feed import STILL_THERE, Feed
from connectors.webchat.origins import Origins
from connectors.webchat.plain import PlainSocket
from connectors.webchat.records import RATING_TAGS, Rating, VisitorRecords
from connectors.webchat.socket import ChatMessage, ChatSocket
from connectors.webchat.visitors import Visitor, Visitors

_LOG = structlog.get_logger(__name__)
WATCH_SECONDS = 0.25
SWEEP_SECONDS = 3600.0
FINISH_SECONDS = 5.0
LONGEST_WAIT_SECONDS = 25.0
_STREAM_HEADERS = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store"}
_FILE_HEADERS = {
    "Cache-Control": "private, max-age=3600",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Content-Disposition": "inline",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


class SessionBody(BaseModel):
    """The body of POST /webchat/session."""

    model_config = ConfigDict(extra="ignore")

    token: str | None = Field(None, max_length=4096)
    login: str | None = Field(None, max_length=4096)


class ConsentBody(BaseModel):
    """The body of POST /webchat/consent."""

    version: str = Field(min_length=1, max_length=64)


class RatingBody(BaseModel):
    """The body of POST /webchat/csat."""

    model_config = ConfigDict(strict=True, extra="ignore")

    score: int = Field(ge=1, le=5)
    resolved: bool | None = None
    tags: list[str] = Field(default_factory=list, max_length=len(RATING_TAGS))
    comment: str | None = Field(None, max_length=500)


@dataclass(frozen=True, slots=True)
class WebChat:
    """Serves /webchat/*."""

    chat: Chat
    feed: Feed
    records: VisitorRecords
    visitors: Visitors
    origins: Origins
    plain: PlainSocket | None = None
    """In demo mode: a socket for unsigned senders."""

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of this door."""
        return [
            web.get("/webchat/widget.js", widget_response),
            web.post("/webchat/session", self.open_session),
            web.get("/webchat/ws", self.connect),
            web.get("/webchat/events", self.stream),
            web.get("/webchat/poll", self.poll),
            web.post("/webchat/messages", self.receive),
            web.post("/webchat/uploads", self.upload),
            web.get("/webchat/uploads/{name}", self.download),
            web.post("/webchat/consent", self.agree),
            web.post("/webchat/csat", self.rate),
            web.delete("/webchat/history", self.clear),
            web.options("/webchat/{path:.+}", self.origins.preflight),
        ]

    async def running(self, _: web.Application) -> AsyncIterator[None]:
        """Make the tables and look out for what other workers add, as long as the application runs."""
        for part in (self.chat.log, self.records, self.chat.uploads):
            await part.prepare()
        tasks = [asyncio.create_task(self._watch()), asyncio.create_task(self._sweep())]
        yield
        await self.chat.hub.finish(FINISH_SECONDS)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def keeping(self, _: web.Application) -> AsyncIterator[None]:
        """Look after the uploads alone, where the window is shut and other channels keep pictures."""
        await self.chat.uploads.prepare()
        sweeping = asyncio.create_task(self._sweep())
        yield
        sweeping.cancel()
        await asyncio.gather(sweeping, return_exceptions=True)

    async def closing(self, _: web.Application) -> None:
        """End all lines, so that the worker can stop; the windows connect again elsewhere."""
        self.chat.hub.close()

    async def open_session(self, request: web.Request) -> web.Response:
        """Give a visitor a fresh token, for his old conversation where he has one."""
        self.origins.check(request)
        address = self._address(request)
        await self.chat.limits.check(self.chat.settings.per_address, address, address)
        body = await read_body(request, SessionBody)
        visitor = self.visitors.welcome(body.token, body.login)
        return json_response(await self._session(visitor))

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Hold a window's WebSocket."""
        self.origins.check(request)
        if self.plain is not None and "sender" in request.query:
            return await self.plain.connect(request)
        socket = ChatSocket(self.chat, self.feed, self.visitors, self.chat.hub)
        return await socket.hold(request, self._address(request))

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Send what comes as server-sent events; `Last-Event-ID` names the last message that is there already."""
        visitor = self._visitor(request)
        last = _number(request.headers.get("Last-Event-ID")) or _asked_number(request, "last_event_id")
        response = web.StreamResponse(headers={**_STREAM_HEADERS, **self.origins.headers(request)})
        await response.prepare(request)
        with self.chat.hub.open(visitor.conversation_id) as window:
            try:
                async for frame in self.feed.frames(window, last):
                    await response.write(_sse(frame))
            except ConnectionError:
                pass  # the page went away
        return response

    async def poll(self, request: web.Request) -> web.Response:
        """Return what was missed; with `wait` the answer waits for something, 25 seconds at most."""
        visitor = self._visitor(request)
        last = _asked_number(request, "last_event_id")
        wait = min(float(_asked_number(request, "wait")), LONGEST_WAIT_SECONDS)
        with self.chat.hub.open(visitor.conversation_id) as window:
            events = [self.feed.render(event) for event in await self.feed.missed_or_wait(window, last, wait)]
            notices = window.take_notices()
        last = events[-1]["id"] if events else last
        return json_response({"events": events, "notices": notices, "last_event_id": last})

    async def receive(self, request: web.Request) -> web.Response:
        """Take one message; the answer comes as events."""
        visitor = self._visitor(request)
        body = await read_body(request, ChatMessage)
        conversation_id = visitor.conversation_id
        await self.chat.say(conversation_id, body.text, body.message_id, self._address(request), body.region)
        return json_response({"message_id": body.message_id, "accepted": True})

    async def upload(self, request: web.Request) -> web.Response:
        """Take a picture or a voice message: `?kind=image|voice&message_id=ID`, the body is the file."""
        visitor = self._visitor(request)
        message_id = request.query.get("message_id", "")
        content = await _read_bytes(request, self.chat.settings.image_bytes)
        kind, address = request.query.get("kind", ""), self._address(request)
        await self.chat.send(visitor.conversation_id, kind, content, message_id, address)
        return json_response({"message_id": message_id, "accepted": True})

    async def download(self, request: web.Request) -> web.Response:
        """Show an upload to who has the signed link."""
        name, until = request.match_info["name"], _number(request.query.get("until"))
        signed = self.visitors.is_link_signed(name, until, request.query.get("sign", ""))
        found = await self.chat.uploads.read(name) if signed else None
        if found is None:
            raise web.HTTPNotFound
        return web.Response(body=found[1], content_type=found[0], headers=_FILE_HEADERS)

    async def agree(self, request: web.Request) -> web.Response:
        """Record consent to a version of the policy."""
        visitor = self._visitor(request)
        body = await read_body(request, ConsentBody)
        await self.records.agree(visitor.conversation_id, body.version)
        return json_response({"consent": body.version})

    async def rate(self, request: web.Request) -> web.Response:
        """Keep a rating."""
        visitor = self._visitor(request)
        body = await read_body(request, RatingBody)
        if unknown := set(body.tags) - RATING_TAGS:
            raise BadRequest("bad_tag", f"{sorted(unknown)[0]!r} is none of {', '.join(sorted(RATING_TAGS))}")
        rating = Rating(body.score, body.resolved, tuple(dict.fromkeys(body.tags)), body.comment)
        await self.records.rate(visitor.conversation_id, rating)
        return json_response({"rating": rating.render()})

    async def clear(self, request: web.Request) -> web.Response:
        """Hide the history; an anonymous visitor goes on as somebody new, whom the bot does not know."""
        visitor = self._visitor(request)
        conversation_id = visitor.conversation_id
        await self.records.clear(conversation_id, await self.chat.log.last_id(conversation_id))
        self.chat.hub.notify(conversation_id, {"type": "cleared"})
        return json_response(await self._session(visitor if visitor.is_user else self.visitors.welcome(None, None)))

    async def _session(self, visitor: Visitor) -> dict[str, object]:
        token, ends = self.visitors.issue(visitor)
        consent, _ = await self.records.state(visitor.conversation_id)
        rating = await self.records.rating(visitor.conversation_id)
        settings = self.chat.settings
        return {
            "token": token,
            "expires_at": ends,
            "conversation": visitor.conversation_id,
            "is_user": visitor.is_user,
            "consent": consent,
            "rating": rating.render() if rating else None,
            "limits": {"image_bytes": settings.image_bytes, "voice_seconds": settings.voice_seconds},
            "recognises_voice": self.chat.recognise is not None,
        }

    def _visitor(self, request: web.Request) -> Visitor:
        self.origins.check(request)
        return self.visitors.read(request.headers.get("Authorization", "").removeprefix("Bearer ").strip())

    def _address(self, request: web.Request) -> str:
        return self.chat.settings.proxies.caller_of(request)

    async def _watch(self) -> None:
        """Wake the windows here for what another worker has written."""
        newest = await self.chat.log.newest_row()
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            here = self.chat.hub.conversations()
            try:
                newest, changed = await self.chat.log.changed_after(newest)
            except StoreUnavailable:
                continue
            for conversation_id in here & changed:
                self.chat.hub.wake(conversation_id)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                await self.chat.uploads.sweep()
            except StoreUnavailable:
                _LOG.warning("old uploads could not be deleted; tried again in an hour")


def _sse(frame: dict[str, object]) -> bytes:
    if frame is STILL_THERE:
        return b": still there\n\n"
    head = f"id: {frame['id']}\n" if frame["type"] == "event" else ""
    return f"{head}event: {frame['type']}\ndata: ".encode() + orjson.dumps(frame) + b"\n\n"


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 16 else 0


def _asked_number(request: web.Request, name: str) -> int:
    """Return a number of the query, 0 where it is not there. Raises BadRequest."""
    text = request.query.get(name)
    if text is not None and not re.fullmatch(r"[0-9]{1,15}", text):
        raise BadRequest("bad_number", f"{name} must be a whole number of at most 15 digits")
    return int(text or 0)


async def _read_bytes(request: web.Request, most: int) -> bytes:
    content = bytearray()
    async for part in request.content.iter_chunked(65_536):
        content += part
        if len(content) > most:
            raise BadRequest("body_too_large", f"a file may have {most} bytes", 413)
    return bytes(content)
