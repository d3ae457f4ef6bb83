"""The interface is as its document says: every served path is in it, and whatever is sent, answers conform."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import HealthCheck, settings
from schemathesis import GenerationMode

from bot.assembly import build_bot
from connectors.credentials import load_credentials
from connectors.demo import prepare_tables
from connectors.openapi import openapi_document
from connectors.serve import ServeOptions, build_application
from storage.clock import system_clock

ROOT = Path(__file__).parents[2]
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
CREDENTIALS = f"""
rest: {{}}
webchat: {{}}
callback: {{url: "http://127.0.0.1:9/nobody", secret: s}}
wechat: {{app_id: wx1, app_secret: s, token: t, encoding_aes_key: {KEY}, api_base: "http://127.0.0.1:9"}}
chatwoot: {{api_base: "http://127.0.0.1:9", account_id: 1, access_token: t, webhook_secret: s}}
wecom_kf: {{corp_id: ww1, secret: s, token: t, encoding_aes_key: {KEY}, api_base: "http://127.0.0.1:9"}}
"""
TOKEN = "a-token-for-machines"
ENDLESS = ("/webchat/events", "/webchat/ws", "/webhooks/rest/messages/{sender}")
"""Lines that stay open or wait: the tests of the chat window and of the desk hold them."""
OF_THE_STAFF = ("/console",)
"""The staff's pages and their API are no interface for others; their own tests describe them."""


class RealApplication:
    """The whole product in this process, every door open, on an event loop of its own."""

    def __init__(self, folder: Path) -> None:
        self.credentials = folder / "credentials.yml"
        self.credentials.write_text(CREDENTIALS, "utf-8")
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.application, self.server = self.do(self._open())
        self.url = str(self.server.make_url("")).rstrip("/")

    def do(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    async def _open(self) -> tuple[web.Application, TestServer]:
        await prepare_tables()
        self.bot = await build_bot(ROOT, system_clock)
        self.bot.ready.set()
        options = ServeOptions(ROOT, "127.0.0.1", 0, 1, True, TOKEN, load_credentials(self.credentials))
        application = build_application(self.bot, options)
        server = TestServer(application)
        await server.start_server()
        return application, server

    async def _shut(self) -> None:
        await self.server.close()
        await self.bot.close()

    def close(self) -> None:
        self.do(self._shut())
        self.loop.call_soon_threadsafe(self.loop.stop)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealApplication]:
    """The product over a fresh home."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRIDTALK_HOME", str(tmp_path_factory.mktemp("home")))
        made = RealApplication(tmp_path_factory.mktemp("settings"))
        yield made
        made.close()


@pytest.fixture(scope="module")
def session(real: RealApplication) -> dict[str, str]:
    """A visitor of the chat window who has said something."""
    opened = requests.post(f"{real.url}/webchat/session", json={}, timeout=10).json()
    bearer = {"Authorization": f"Bearer {opened['token']}"}
    said = {"text": "你好", "message_id": "m1"}
    assert requests.post(f"{real.url}/webchat/messages", json=said, headers=bearer, timeout=10).status_code == 200
    return bearer


REJECTED = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "428", "429"]
TAKEN = ["2xx", "3xx", "401", "403", "404", "409", "422", "429"]
CONFIG = {
    "checks": {
        "negative_data_rejection": {"expected-statuses": REJECTED},
        "positive_data_acceptance": {"expected-statuses": TAKEN},
    },
    "operations": [
        {"include-path": "/webchat/uploads", "checks": {"positive_data_acceptance": {"enabled": False}}},
        {"include-path-regex": "^/webhooks/(we|chatwoot)", "checks": {"positive_data_acceptance": {"enabled": False}}},
    ],
}
"""A body may be valid JSON and yet no picture, no bill that can be calculated, no signed delivery."""
schema = schemathesis.openapi.from_dict(openapi_document(), config=schemathesis.Config.from_dict(CONFIG))


@schema.exclude(path=list(ENDLESS)).parametrize()
@settings(max_examples=5, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_sent_the_answer_conforms(
    case: Any, real: RealApplication, session: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.webchat.door.LONGEST_WAIT_SECONDS", 0.01)
    schemes = [name for entry in case.operation.definition.raw.get("security", []) for name in entry]
    known = {"session": session, "token": {"Authorization": f"Bearer {TOKEN}"}}
    headers = next((known[name] for name in schemes if name in known), None)
    spoilt = {place.value for place, part in case.meta.components.items() if part.mode is GenerationMode.NEGATIVE}
    case.call_and_validate(base_url=real.url, headers=None if "header" in spoilt else headers, timeout=20)


def test_every_served_path_and_method_stands_in_the_document(real: RealApplication) -> None:
    described = {
        (method.upper(), path) for path, operations in openapi_document()["paths"].items() for method in operations
    }
    served = {
        (route.method, route.resource.canonical)
        for route in real.application.router.routes()
        if route.resource is not None and route.method not in ("HEAD", "OPTIONS")
    }
    assert {(m, p) for m, p in served if not p.startswith(OF_THE_STAFF)} - described == set()
    assert described - served == set()
