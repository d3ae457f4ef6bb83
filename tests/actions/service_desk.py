"""One action at a time on the real back ends with the demo data, with the replies that a customer would get."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.backends.assembly import build_sql_backends
from actions.catalogue import build_actions
from actions.demo.dataset import ensure_demo_data
from actions.demo.listing import demo_cases
from actions.promises import load_promises
from actions.services import Services
from actions.sms import DemoSms
from actions.verification import Verification
from bot.demo_bills import DemoBills
from bot.load_domain import load_domain
from bot.message import Reply
from bot.responses import ResponseRenderer
from bot.source import Mistakes, load_sources
from bot.tariff_desk import TariffDesk
from knowledge_base.tariffs.load import load_tariffs
from storage.clock import CHINA, build_clock
from storage.engine import open_engine
from storage.secret import Cipher

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=CHINA)
SENDER = "app:test"
BOOK = load_tariffs(ROOT / "data" / "tariffs")


@dataclass
class Done:
    """What an action came to."""

    slots: dict[str, Any]
    replies: list[Reply]
    responses: list[str]

    @property
    def text(self) -> str:
        """All words of the replies."""
        return "\n".join(reply.text for reply in self.replies)


@dataclass
class ServiceDesk:
    """Runs actions; `cases` are account numbers by situation."""

    services: Services
    sms: DemoSms
    cases: dict[str, list[str]]
    renderer: ResponseRenderer
    slots: dict[str, Any] = field(default_factory=dict)
    _steps: int = 0

    async def act(self, action: str, text: str = "", *, channel: str = "app", key: str = "", **slots: Any) -> Done:
        """Run an action with these slots (entities of the same name are taken from `entities`)."""
        entities = slots.pop("entities", [])
        request = slots.pop("request", text)
        self._steps += 1
        known = {**self.slots, **slots, "channel": channel}
        latest = {
            "text": text,
            "entities": entities,
            "idempotency_key": key or f"key{self._steps}",
            "last_request_text": request,
        }
        tracker = Tracker.from_dict({"sender_id": SENDER, "slots": known, "latest_message": latest})
        dispatcher = CollectingDispatcher()
        events = await build_actions(self.services)[action].run(dispatcher, tracker, {})
        changed = {str(event["name"]): event.get("value") for event in events}
        replies = [self._render(message, {**known, **changed}, channel) for message in dispatcher.messages]
        return Done(changed, replies, [str(message.get("response")) for message in dispatcher.messages])

    def _render(self, message: dict[str, Any], slots: dict[str, Any], channel: str) -> Reply:
        values = {name: value for name, value in message.items() if name not in ("text", "buttons", "custom")}
        reply = self.renderer.render(str(message["response"]), channel=channel, slots=slots, values=values, turn=0)
        return Reply(reply.text, reply.buttons, reply.image, message.get("custom") or reply.custom)


@lru_cache(maxsize=1)
def build_renderer() -> ResponseRenderer:
    """The project's own responses."""
    mistakes = Mistakes()
    sources = load_sources([ROOT / "domain.yml", *sorted(ROOT.glob("domain/*.yml"))], ROOT, mistakes)
    return ResponseRenderer(load_domain(sources, mistakes))


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the demo data of NOW, made once."""
    path = tmp_path_factory.mktemp("service_desk") / "backends.sqlite"

    async def build() -> None:
        engine = open_engine(f"sqlite:///{path}", cipher=Cipher(bytes(32)))
        await ensure_demo_data(engine, NOW, DemoBills(BOOK))
        await engine.dispose()

    asyncio.run(build())
    return path


@pytest.fixture(scope="session")
def cases(demo_file: Path) -> dict[str, list[str]]:
    """Account numbers of the demo by situation, looked up once."""

    async def look_up() -> dict[str, list[str]]:
        engine = open_engine(f"sqlite:///{demo_file}", cipher=Cipher(bytes(32)))
        found = await demo_cases(engine, build_clock(NOW, elapsed_seconds=lambda: 0.0))
        await engine.dispose()
        return found

    return asyncio.run(look_up())


@pytest_asyncio.fixture
async def desk(demo_file: Path, cases: dict[str, list[str]], tmp_path: Path) -> AsyncIterator[ServiceDesk]:
    """A desk over a copy of the demo data, at 2026-11-21 09:30."""
    shutil.copy(demo_file, tmp_path / "backends.sqlite")
    engine = open_engine(f"sqlite:///{tmp_path}/backends.sqlite", cipher=Cipher(bytes(32)))
    clock = build_clock(NOW, elapsed_seconds=lambda: 0.0)
    backends, sms = build_sql_backends(engine, clock), DemoSms(engine, clock)
    services = Services(
        billing=backends.billing,
        outage=backends.outage,
        profile=backends.profile,
        tickets=backends.tickets,
        verification=Verification(backends.profile, sms, engine, clock),
        tariffs=TariffDesk(BOOK),
        promises=load_promises(ROOT / "data" / "promises.yml"),
        clock=clock,
    )
    yield ServiceDesk(services, sms, cases, build_renderer())
    await engine.dispose()
