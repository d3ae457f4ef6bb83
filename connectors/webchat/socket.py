"""The window's WebSocket: `hello` with the token first, then messages; everything that is shown comes back in order."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Literal

import orjson
from aiohttp import WSCloseCode, WSMessage, WSMsgType, web
from pydantic import BaseModel, ConfigDict, Field

from bot.errors import ConversationBusy, MessageRefused, StoreUnavailable
from connectors.errors import BadRequest, TooManyRequests
from connectors.requests import MAX_BODY_BYTES, parse_body
from connectors.sockets import send_json
from connectors.webchat.chat import Chat
from connectors.webchat.feed import STILL_THERE, Feed
from connectors.webchat.hub import Hub, OpenWindow
from connectors.webchat.visitors import Visitor, Visitors

HEARTBEAT_SECONDS = 25.0
HELLO_SECONDS = 10.0
MOST_WAITING = 50
BAD_TOKEN = 4401


class Hello(BaseModel):
    """The first frame."""

    model_config = ConfigDict(extra="ignore")

    type: Literal["hello"]
    token: str = Field(max_length=4096)
    last_event_id: int = Field(0, ge=0)


class ChatMessage(BaseModel):
    """One message from the window."""

    model_config = ConfigDict(extra="ignore")

    type: Literal["message"] = "message"
    text: str
    message_id: str = Field(min_length=1, max_length=256)
    region: str | None = Field(None, max_length=32)


@dataclass(frozen=True, slots=True)
class ChatSocket:
    """Holds one window's WebSocket from `hello` to its end."""

    chat: Chat
    feed: Feed
    visitors: Visitors
    hub: Hub

    async def hold(self, request: web.Request, address: str) -> web.WebSocketResponse:
        """Serve one connection."""
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS, max_msg_size=MAX_BODY_BYTES, compress=False)
        await socket.prepare(request)
        try:
            hello, visitor = await self._greet(socket)
        except BadRequest as error:
            await send_json(socket, _refusal(error.code, str(error)))
            await socket.close(code=BAD_TOKEN, message=error.code.encode())
            return socket
        except TimeoutError:
            await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"no hello")
            return socket
        with self.hub.open(visitor.conversation_id) as window:
            await self._converse(socket, window, hello.last_event_id, address)
        return socket

    async def _greet(self, socket: web.WebSocketResponse) -> tuple[Hello, Visitor]:
        async with asyncio.timeout(HELLO_SECONDS):
            frame = await socket.receive()
        if frame.type is not WSMsgType.TEXT:
            raise BadRequest("no_hello", "say hello first")
        hello = parse_body(Hello, _read_json(frame))
        return hello, self.visitors.read(hello.token)

    async def _converse(
        self, socket: web.WebSocketResponse, window: OpenWindow, last_event_id: int, address: str
    ) -> None:
        waiting: asyncio.Queue[ChatMessage | None] = asyncio.Queue()
        showing = asyncio.create_task(self._show(socket, window, last_event_id))
        self.hub.see_through(self._answer(socket, window.conversation_id, waiting, address))
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    await self._take(socket, frame, waiting)
        finally:
            showing.cancel()
            waiting.put_nowait(None)
            await asyncio.gather(showing, return_exceptions=True)

    async def _take(
        self, socket: web.WebSocketResponse, frame: WSMessage, waiting: asyncio.Queue[ChatMessage | None]
    ) -> None:
        """Queue a message, so that the line stays alive while one is being answered."""
        message_id = None
        try:
            content = _read_json(frame)
            message_id = content.get("message_id") if isinstance(content, dict) else None
            if waiting.qsize() >= MOST_WAITING:
                raise TooManyRequests("wait for the answers first", 1.0)
            waiting.put_nowait(parse_body(ChatMessage, content))
        except BadRequest as error:
            await send_json(socket, _refusal(error.code, str(error), message_id))

    async def _show(self, socket: web.WebSocketResponse, window: OpenWindow, last_event_id: int) -> None:
        await send_json(socket, {"type": "welcome"})
        async for frame in self.feed.frames(window, last_event_id):
            if frame is not STILL_THERE:
                await send_json(socket, frame)
        await socket.close(code=WSCloseCode.GOING_AWAY)

    async def _answer(
        self,
        socket: web.WebSocketResponse,
        conversation_id: str,
        waiting: asyncio.Queue[ChatMessage | None],
        address: str,
    ) -> None:
        """Answer one message after the other; what was taken is answered even when the line breaks."""
        while (message := await waiting.get()) is not None:
            try:
                await self.chat.say(conversation_id, message.text, message.message_id, address, message.region)
            except TooManyRequests as error:
                refusal = _refusal(error.code, str(error), message.message_id)
                await send_json(socket, {**refusal, "wait_seconds": round(error.wait_seconds, 1)})
            except (BadRequest, MessageRefused) as error:
                await send_json(socket, _refusal(error.code, str(error), message.message_id))
            except (ConversationBusy, StoreUnavailable) as error:
                await send_json(socket, _refusal("try_again", str(error), message.message_id))
            except Exception:
                await send_json(socket, _refusal("internal_error", "something went wrong here", message.message_id))
                raise


def _read_json(frame: WSMessage) -> Any:
    try:
        return orjson.loads(frame.data)
    except orjson.JSONDecodeError as error:
        raise BadRequest("invalid_json", "send JSON") from error


def _refusal(code: str, message: str, message_id: object = None) -> dict[str, Any]:
    refusal = {"type": "error", "code": code, "message": message}
    return {**refusal, "message_id": message_id} if message_id is not None else refusal
