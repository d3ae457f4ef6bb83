"""The REST door, in the shape of Rasa's REST channel: one message in, a list of replies out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import orjson
from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from bot.errors import ConversationBusy, MessageRefused, StoreUnavailable
from bot.message import UserMessage, checked_id, checked_text
from connectors.answering import Answers, check_sender, render_reply
from connectors.credentials import RestCredentials, RestLimits
from connectors.limits import Limit, Proxies, RequestLimits
from connectors.login import HostLogin
from connectors.requests import json_response, read_body
from connectors.section import limit_of

_STREAM_HEADERS = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store"}


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
class RestSettings:
    """Who may ask REST, and how often."""

    login: HostLogin = field(default_factory=HostLogin)
    proxies: Proxies = field(default_factory=Proxies)
    per_user: Limit | None = None
    per_address: Limit | None = None


def rest_settings(told: RestCredentials, proxies: Iterable[str]) -> RestSettings:
    """Return the settings that `credentials.yml` tells."""
    limits = told.limits or RestLimits()
    return RestSettings(
        login=HostLogin({kid: key.get_secret_value() for kid, key in told.login_keys.items()}),
        proxies=Proxies.named(proxies),
        per_user=limit_of(limits.per_user, "sender"),
        per_address=limit_of(limits.per_address, "rest-address"),
    )


@dataclass(frozen=True, slots=True)
class RestChannel:
    """Serves POST /webhooks/rest/webhook."""

    assistant: Answers
    clock: Callable[[], datetime]
    limits: RequestLimits | None = None
    settings: RestSettings = field(default_factory=RestSettings)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of this door."""
        return [web.post("/webhooks/rest/webhook", self.receive)]

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """Answer one message; as server-sent events where the client accepts them."""
        body = await read_body(request, MessageBody)
        message = await self.admitted(request, body, body.message_id or "")
        if "text/event-stream" in request.headers.get("Accept", ""):
            return await self._stream(request, message)
        replies = await self.assistant.answer(message)
        return json_response([render_reply(body.sender, reply) for reply in replies])

    async def admitted(self, request: web.Request, body: MessageBody, message_id: str) -> UserMessage:
        """Return the message of a sender who may say it. Raises BadRequest."""
        await self.let_in(request, body.sender)
        return UserMessage(
            text=body.message,
            sender_id=body.sender,
            channel=body.metadata.channel,
            message_id=message_id,
            region=body.metadata.region,
            received_at=self.clock().timestamp(),
        )

    async def let_in(self, request: web.Request, sender_id: str) -> None:
        """Let in who may speak for this sender and does not ask too often. Raises BadRequest."""
        check_sender(sender_id)
        self.settings.login.check_sender(request, sender_id)
        if self.limits is not None:
            address = self.settings.proxies.caller_of(request)
            await self.limits.check(self.settings.per_address, address, address)
            await self.limits.check(self.settings.per_user, sender_id, address)

    async def _stream(self, request: web.Request, message: UserMessage) -> web.StreamResponse:
        """Send `typing` at once, then each `reply`, then `done`; what fails is an `error` with its code."""
        checked_id("sender", message.sender_id)
        checked_text(message.text)
        response = web.StreamResponse(headers=_STREAM_HEADERS)
        await response.prepare(request)
        await response.write(_event("typing", {}))
        try:
            replies = await self.assistant.answer(message)
        except (ConversationBusy, StoreUnavailable) as error:
            await response.write(_event("error", {"code": "try_again", "message": str(error)}))
        except MessageRefused as error:
            await response.write(_event("error", {"code": error.code, "message": str(error)}))
        else:
            for reply in replies:
                await response.write(_event("reply", render_reply(message.sender_id, reply)))
        await response.write(_event("done", {}))
        return response


def _event(name: str, content: dict[str, Any]) -> bytes:
    return f"event: {name}\ndata: ".encode() + orjson.dumps(content) + b"\n\n"
