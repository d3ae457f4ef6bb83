"""The WeChat door over an assistant that answers as told, against the simulated side of WeChat."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer

from bot.message import Reply, UserMessage
from connectors.credentials import WeChatCredentials
from connectors.outbox.outbox import Outbox
from connectors.server import build_server
from connectors.service_api import TokenGuard
from connectors.wechat.assembly import build_wechat
from connectors.wechat.door import WeChat
from connectors.wechat.notices import Notices
from storage.database import Database, open_database
from tests.bot.talk import MovableClock
from tests.connectors.wechat.simulator import AES_KEY, APP_ID, OLD_AES_KEY, SECRET, TOKEN, WeChatSide


@dataclass
class ScriptedAssistant:
    """Echoes; one turn per message id, as the bot's assistant does it."""

    turns: list[UserMessage] = field(default_factory=list)
    replies: dict[str, Sequence[Reply]] = field(default_factory=dict)
    slow: dict[str, float] = field(default_factory=dict)
    faults: list[Exception] = field(default_factory=list)
    _known: dict[str, Sequence[Reply]] = field(default_factory=dict)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def answer(self, message: UserMessage) -> Sequence[Reply]:
        async with self._lock:
            if message.message_id in self._known:
                return self._known[message.message_id]
            if self.faults:
                raise self.faults.pop(0)
            self.turns.append(message)
            await asyncio.sleep(self.slow.get(message.text, 0.0))
            said = self.replies.get(message.text, [Reply(f"答：{message.text}")])
            self._known[message.message_id] = said
            return said


@dataclass
class World:
    """Both sides."""

    wechat: WeChatSide
    door: WeChat
    assistant: ScriptedAssistant
    clock: MovableClock
    database: Database

    async def until(self, is_so: Callable[[], bool], seconds: float = 5.0) -> None:
        """Wait until something has happened."""
        async with asyncio.timeout(seconds):
            while not is_so():
                await asyncio.sleep(0.01)


Build = Callable[..., Awaitable[World]]


@asynccontextmanager
async def opened_world(folder: Path, settings: dict[str, Any], side: dict[str, Any], parts: dict[str, Any]) -> Any:
    """Serve the door and WeChat's API."""
    clock, assistant = MovableClock(), ScriptedAssistant()
    wechat = WeChatSide(lambda: clock().timestamp(), **side)
    async with AsyncExitStack() as stack:
        base = await stack.enter_async_context(wechat.serving())
        credentials = WeChatCredentials.model_validate(
            {
                "app_id": APP_ID,
                "app_secret": SECRET,
                "token": TOKEN,
                "encoding_aes_key": AES_KEY,
                "previous_encoding_aes_key": OLD_AES_KEY,
                "mode": wechat.mode,
                "api_base": base,
            }
            | settings
        )
        database = open_database(parts.pop("database_url", f"sqlite:///{folder / 'w.sqlite'}"))
        door = build_wechat(credentials, assistant, Outbox(database), clock, folder, **parts)
        notices = Notices(door.inbox.outbox, credentials.notices, TokenGuard("machine", is_demo=False).check)
        application = build_server([*door.routes(), *notices.routes()])
        application.cleanup_ctx.append(door.running)
        server = TestServer(application)
        await server.start_server()
        wechat.url = str(server.make_url("/webhooks/wechat/webhook"))
        yield World(wechat, door, assistant, clock, database)
        await server.close()
        await database.close()


@pytest.fixture
async def build(tmp_path: Path) -> AsyncIterator[Build]:
    """Build a world: `settings` of credentials.yml, `side` of the simulator, parts of the door."""
    async with AsyncExitStack() as stack:

        async def make(
            settings: dict[str, Any] | None = None, side: dict[str, Any] | None = None, **parts: Any
        ) -> World:
            return await stack.enter_async_context(opened_world(tmp_path, settings or {}, side or {}, parts))

        yield make


@pytest.fixture
async def world(build: Build) -> World:
    """Safe mode, XML."""
    return await build()
