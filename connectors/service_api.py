"""What integrators and outside checks ask for beside talking: parse, tariffs, trackers, health, metrics, version."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, ConfigDict, Field

from bot.message import checked_id, checked_text
from connectors.errors import BadRequest
from connectors.openapi import openapi_document
from connectors.requests import json_response, read_body, read_json

LOOPBACK = frozenset({"127.0.0.1", "::1"})


class ServiceOperations(Protocol):
    """What the service interface is handed."""

    def parse(self, text: str, context: dict[str, Any] | None) -> Mapping[str, Any]:
        """Understand one sentence; the JSON of `gridtalk parse`."""
        ...

    def calculate_tariff(self, request: Any) -> Mapping[str, Any]:
        """Calculate a bill; raises knowledge_base errors that the server renders."""
        ...

    async def tracker(self, sender_id: str) -> Mapping[str, Any]:
        """Return a conversation's state."""
        ...

    def release(self) -> str:
        """Return the release id."""
        ...

    def is_ready(self) -> bool:
        """Say whether all models are loaded and data is there."""
        ...


class ParseContext(BaseModel):
    """`context` of a parse request."""

    model_config = ConfigDict(extra="ignore")

    last_user_text: str | None = Field(None, max_length=2000)
    last_intent: str | None = Field(None, max_length=128)
    last_topic: str | None = Field(None, max_length=256)
    active_flow: str | None = Field(None, max_length=128)
    requested_slot: str | None = Field(None, max_length=128)
    channel: str | None = Field(None, max_length=32)


class ParseBody(BaseModel):
    """The body of POST /model/parse."""

    text: str
    context: ParseContext | None = None


def tokens_of(setting: str | None) -> tuple[str, ...]:
    """Return the tokens of GRIDTALK_TOKEN: one, or during a rotation several, separated by commas."""
    return tuple(part.strip() for part in (setting or "").split(",") if part.strip())


def is_token(given: str, setting: str) -> bool:
    """Say whether this is one of the tokens, in a time that tells nothing of them."""
    equal = [hmac.compare_digest(given.encode(), token.encode()) for token in tokens_of(setting)]
    return any(equal)


@dataclass(frozen=True, slots=True)
class TokenGuard:
    """Guards machine access: a bearer token; in demo mode without one, loopback only."""

    token: str | None
    is_demo: bool

    def check(self, request: web.Request) -> None:
        """Raise BadRequest (401 or 403) unless the caller may."""
        if self.token is None:
            if self.is_demo and request.remote in LOOPBACK:
                return
            raise BadRequest("forbidden", "set GRIDTALK_TOKEN on the server to open this to machines", 403)
        given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        if not is_token(given, self.token):
            raise BadRequest("unauthorized", "send Authorization: Bearer <GRIDTALK_TOKEN>", 401)


@dataclass(frozen=True, slots=True)
class ServiceApi:
    """Serves the operations."""

    operations: ServiceOperations
    guard: TokenGuard
    demo_messages: Callable[[str | None], Awaitable[list[dict[str, str]]]] | None = None
    """Sent text messages by phone, in demo mode."""
    figures: Callable[[], bytes] = generate_latest
    """Figures in Prometheus' text format."""

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the service interface."""
        routes = [
            web.post("/model/parse", self.parse),
            web.post("/tariffs/calculate", self.calculate),
            web.get("/conversations/{sender}/tracker", self.tracker),
            web.get("/healthz", self.health),
            web.get("/readyz", self.readiness),
            web.get("/metrics", self.metrics),
            web.get("/version", self.version),
            web.get("/openapi.json", self.openapi),
        ]
        if self.demo_messages is not None:
            routes.append(web.get("/demo/sms", self.sms))
        return routes

    async def parse(self, request: web.Request) -> web.Response:
        """Understand one sentence."""
        self.guard.check(request)
        body = await read_body(request, ParseBody)
        context = body.context.model_dump() if body.context else None
        return json_response(self.operations.parse(checked_text(body.text), context))

    async def calculate(self, request: web.Request) -> web.Response:
        """Calculate a bill."""
        return json_response(self.operations.calculate_tariff(await read_json(request)))

    async def tracker(self, request: web.Request) -> web.Response:
        """Show a conversation."""
        self.guard.check(request)
        sender = checked_id("sender", request.match_info["sender"])
        return json_response(await self.operations.tracker(sender))

    async def health(self, _: web.Request) -> web.Response:
        """Say that the process lives."""
        return json_response({"status": "ok"})

    async def readiness(self, _: web.Request) -> web.Response:
        """Say whether messages can be answered."""
        is_ready = self.operations.is_ready()
        return json_response({"status": "ready" if is_ready else "starting"}, 200 if is_ready else 503)

    async def metrics(self, _: web.Request) -> web.Response:
        """Give Prometheus its figures."""
        body = await asyncio.to_thread(self.figures)  # files of other workers are read
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def version(self, _: web.Request) -> web.Response:
        """Name the release."""
        return json_response({"release": self.operations.release()})

    async def openapi(self, _: web.Request) -> web.Response:
        """Describe this interface."""
        return json_response(openapi_document())

    async def sms(self, request: web.Request) -> web.Response:
        """Show the text messages of the demo, oldest first."""
        if self.demo_messages is None or request.remote not in LOOPBACK:
            raise BadRequest("forbidden", "text messages of the demo are shown on this machine alone", 403)
        return json_response(await self.demo_messages(request.query.get("phone") or None))
