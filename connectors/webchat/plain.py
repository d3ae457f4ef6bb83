"""The demo's plain socket: whoever names a sender is that sender. For trials on this machine, never outside the demo.

In:  {"type": "message", "text": ..., "message_id": ...}
Out: {"type": "typing"}, {"type": "replies", "message_id": ..., "replies": [...]}, {"type": "error", "code", "message"}
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from aiohttp import WSMsgType, web

from bot.errors import ConversationBusy, MessageRefused, StoreUnavailable
from bot.message import UserMessage, checked_id
from connectors.answering import Answers, check_sender, render_reply
from connectors.errors import BadRequest
from connectors.requests import MAX_BODY_BYTES, parse_body
from connectors.webchat.socket import HEARTBEAT_SECONDS, ChatMessage


@dataclass(frozen=True, slots=True)
class PlainSocket:
    """Answers /webchat/ws?sender=ID."""

    assistant: Answers
    clock: Callable[[], datetime]

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        """Hold one connection; messages are answered in the order in which they come."""
        sender_id = checked_id("sender", request.query.get("sender", ""))
        check_sender(sender_id)
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
            now = self.clock().timestamp()
            replies = await self.assistant.answer(
                UserMessage(message.text, sender_id, "app", message.message_id, message.region, now)
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


async def _send(socket: web.WebSocketResponse, content: dict[str, Any]) -> None:
    if not socket.closed:
        await socket.send_str(orjson.dumps(content).decode())
