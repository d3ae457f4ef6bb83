"""The REST door, in the shape of Rasa's REST channel: one message in, a list of replies out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from bot.message import UserMessage
from connectors.answering import Answers, render_reply
from connectors.requests import json_response, read_body


class MessageMetadata(BaseModel):
    """`metadata` of a message; unknown keys are the client's own and are ignored."""

    model_config = ConfigDict(extra="ignore", strict=True)

    channel: Literal["phone", "wechat", "app"] = "app"
    region: str | None = Field(None, max_length=32)
    locale: str | None = Field(None, max_length=32)


class MessageBody(BaseModel):
    """The body of POST /webhooks/rest/webhook."""

    model_config = ConfigDict(extra="ignore", strict=True)

    sender: str = Field(min_length=1, max_length=256)
    message: str
    message_id: str | None = Field(None, min_length=1, max_length=256)
    metadata: MessageMetadata = Field(default_factory=MessageMetadata)


@dataclass(frozen=True, slots=True)
class RestChannel:
    """Serves POST /webhooks/rest/webhook."""

    assistant: Answers
    clock: Callable[[], datetime]

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of this door."""
        return [web.post("/webhooks/rest/webhook", self.receive)]

    async def receive(self, request: web.Request) -> web.Response:
        """Answer one message."""
        body = await read_body(request, MessageBody)
        message = UserMessage(
            text=body.message,
            sender_id=body.sender,
            channel=body.metadata.channel,
            message_id=body.message_id or "",
            region=body.metadata.region,
            received_at=self.clock().timestamp(),
        )
        replies = await self.assistant.answer(message)
        return json_response([render_reply(body.sender, reply) for reply in replies])
