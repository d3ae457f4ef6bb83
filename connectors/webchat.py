"""The chat window's door: JSON messages over a WebSocket, each answered on the same line.

In:  {"type": "message", "text": ..., "message_id": ...}
Out: {"type": "typing"}, {"type": "replies", "message_id": ..., "replies": [...]}, {"type": "error", "code", "message"}
The sender is named once, in the address: /webchat/ws?sender=ID.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import orjson
from aiohttp import WSMsgType, web
from pydantic import BaseModel, Field

from bot.errors import ConversationBusy, MessageRefused, StoreUnavailable
from bot.message import UserMessage, checked_id
from connectors.answering import Answers, render_reply
from connectors.errors import BadRequest
from connectors.requests import MAX_BODY_BYTES, parse_body

HEARTBEAT_SECONDS = 25.0


class ChatMessage(BaseModel):
    """One message from the window."""

    type: Literal["message"]
    text: str
    message_id: str = Field(min_length=1, max_length=256)
    region: str | None = Field(None, max_length=32)


@dataclass(frozen=True, slots=True)
class WebChat:
    """Serves GET /webchat/ws."""

    assistant: Answers
    clock: Callable[[], datetime]

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of this door."""
        return [web.get("/webchat/ws", self.connect)]

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        """Hold one window's connection; messages are answered in the order in which they come."""
        sender_id = checked_id("sender", request.query.get("sender", ""))
        self._check_origin(request)
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS, max_msg_size=MAX_BODY_BYTES)
        await socket.prepare(request)
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                await self._receive(socket, sender_id, frame.data)
        return socket

    async def _receive(self, socket: web.WebSocketResponse, sender_id: str, raw: str) -> None:
        try:
            message = parse_body(ChatMessage, orjson.loads(raw))
            await _send(socket, {"type": "typing"})
            replies = await self.assistant.answer(
                UserMessage(
                    text=message.text,
                    sender_id=sender_id,
                    channel="app",
                    message_id=message.message_id,
                    region=message.region,
                    received_at=self.clock().timestamp(),
                )
            )
        except orjson.JSONDecodeError:
            await _send(socket, {"type": "error", "code": "invalid_json", "message": "send JSON"})
        except (BadRequest, MessageRefused) as error:
            await _send(socket, {"type": "error", "code": error.code, "message": str(error)})
        except (ConversationBusy, StoreUnavailable) as error:
            await _send(socket, {"type": "error", "code": "try_again", "message": str(error)})
        else:
            rendered = [render_reply(sender_id, reply) for reply in replies]
            await _send(socket, {"type": "replies", "message_id": message.message_id, "replies": rendered})

    @staticmethod
    def _check_origin(request: web.Request) -> None:
        """A browser's page of another host may not talk in a customer's name."""
        origin = request.headers.get("Origin")
        if origin is not None and origin.split("://", 1)[-1] != request.host:
            raise BadRequest("foreign_origin", "this page may not open a chat here", 403)


async def _send(socket: web.WebSocketResponse, content: dict[str, Any]) -> None:
    if not socket.closed:
        await socket.send_str(orjson.dumps(content).decode())
