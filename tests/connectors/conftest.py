"""The doors over the small bot of tests/bot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.tracker import render_tracker
from connectors.limits import ProcessCounts
from connectors.page import DemoPage
from connectors.rest import RestChannel
from connectors.server import build_server
from connectors.service_api import ServiceApi, TokenGuard
from connectors.webchat.assembly import build_webchat
from connectors.webchat.door import WebChat
from connectors.webchat.settings import WebChatSettings
from knowledge_base.tariffs.calculation import render_calculation
from knowledge_base.tariffs.calculator import calculate
from knowledge_base.tariffs.load import load_tariffs
from knowledge_base.tariffs.request import parse_tariff_request
from nlu.understanding import Context, render_understanding
from storage.secret import load_cipher
from tests.bot.conftest import actions, project, talk  # noqa: F401 - fixtures of the small bot
from tests.bot.talk import Talk

ROOT = Path(__file__).parents[2]
Client = TestClient[web.Request, web.Application]


class SmallOperations:
    """The service operations over the small bot and the real tariff tables."""

    def __init__(self, talk: Talk) -> None:  # noqa: F811
        self._talk = talk
        self._tariffs = load_tariffs(ROOT / "data" / "tariffs")

    def parse(self, text: str, context: dict[str, Any] | None) -> Any:
        return render_understanding(self._talk.nlu.parse(text, Context(**(context or {}))))

    def calculate_tariff(self, request: Any) -> Any:
        return render_calculation(calculate(parse_tariff_request(request), self._tariffs))

    async def tracker(self, sender_id: str) -> Any:
        assistant = self._talk.assistant
        return render_tracker(await assistant.conversation(sender_id), await assistant.turns(sender_id), "r")

    def release(self) -> str:
        return "test-release"

    def is_ready(self) -> bool:
        return True


LOGIN_KEY = "a-key-of-the-host-application-32b"


@pytest.fixture
def chat(talk: Talk, tmp_path: Path) -> WebChat:  # noqa: F811
    """The chat window's door over the small bot."""
    return build_webchat(
        talk.assistant,
        talk.assistant.store.database,
        talk.clock,
        load_cipher(),
        tmp_path / "uploads",
        counts=ProcessCounts(),
        settings=WebChatSettings(frozenset({"https://example.com"}), {"k1": LOGIN_KEY}),
        is_demo=True,
    )


@pytest.fixture
async def client(talk: Talk, chat: WebChat) -> AsyncIterator[Client]:  # noqa: F811
    """A client of a running server."""

    async def messages(phone: str | None) -> list[dict[str, str]]:
        return [{"phone": phone or "", "text": "验证码482913", "sent_at": "2026-11-20T10:00:00+08:00"}]

    service = ServiceApi(SmallOperations(talk), TokenGuard(None, is_demo=True), messages)
    doors = [RestChannel(talk.assistant, talk.clock), chat, service, DemoPage(True)]
    server = build_server([route for door in doors for route in door.routes()], [chat.origins.middleware("/webchat/")])
    server.cleanup_ctx.append(chat.running)
    server.on_shutdown.append(chat.closing)
    async with TestClient(TestServer(server)) as made:
        yield made
