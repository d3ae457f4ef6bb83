"""The console over a desk with the small bot, served for real, with one account per role."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from aiohttp import CookieJar, web
from aiohttp.test_utils import TestClient, TestServer
from rasa_sdk import Action

from actions.backends.assembly import create_tables
from actions.backends.sql_tickets import SqlTickets
from connectors.limits import ProcessCounts
from connectors.server import build_server
from console.assembly import Console, ConsoleOptions, build_console
from console.knowledge_desk import KnowledgeDesk
from console.operations import Lent
from console.passwords import hash_password
from console.staff import NewStaff
from console.upkeep import Upkeep
from knowledge_base.assembly import load_knowledge
from knowledge_base.editing.book import ArticleBook
from knowledge_base.editing.office import ArticleOffice
from knowledge_base.editing.settings import load_editing_settings
from knowledge_base.live import KnowledgeBase
from storage.database import Database
from storage.engine import open_engine
from storage.secret import load_cipher
from tests.bot.conftest import actions  # noqa: F401 - the small bot's actions
from tests.connectors.desk.conftest import small_bot
from tests.connectors.desk.world import ROOT, World, build_world, fresh_postgres
from tests.knowledge_base.small_knowledge import NOW, VOCABULARY, write_articles

PASSWORD = "right-horse-7-battery"
ACCOUNTS = {
    "anna": NewStaff("anna", "安娜", "agent", must_change_password=False),
    "bert": NewStaff("bert", "伯特", "agent", must_change_password=False),
    "carl": NewStaff("carl", "卡尔", "agent", "江苏", must_change_password=False),
    "sue": NewStaff("sue", "苏", "supervisor", must_change_password=False),
    "adam": NewStaff("adam", "亚当", "admin", must_change_password=False),
    "audrey": NewStaff("audrey", "奥黛丽", "auditor", must_change_password=False),
    "edith": NewStaff("edith", "伊迪丝", "editor", must_change_password=False),
    "april": NewStaff("april", "四月", "approver", must_change_password=False),
    "theo": NewStaff("theo", "西奥", "trainer", must_change_password=False),
    "pia": NewStaff("pia", "皮娅", "privacy", must_change_password=False),
}
_HASHES = lru_cache(hash_password)
"""Eight accounts a test: one hash of their password is enough."""
Client = TestClient[web.Request, web.Application]


class Machine:
    """The clock of log-ins, that tests can move."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Browser:
    """One person's browser."""

    client: Client
    csrf: str = ""
    session: dict[str, Any] = field(default_factory=dict)

    async def log_in(self, name: str, password: str = PASSWORD, **more: Any) -> tuple[int, dict[str, Any]]:
        """Log in."""
        status, answer = await self.post("/login", {"name": name, "password": password, **more})
        if status == 200:
            self.csrf, self.session = answer["csrf"], answer
        return status, answer

    async def get(self, path: str) -> tuple[int, dict[str, Any]]:
        """Ask for something."""
        return await self.call("GET", path)

    async def post(self, path: str, body: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        """Do something."""
        return await self.call("POST", path, body if body is not None else {})

    async def call(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """Return status and JSON of a call; nothing where the answer is a file."""
        sent = {"X-CSRF-Token": self.csrf, **(headers or {})}
        response = await self.client.request(method, f"/console/api{path}", json=body, headers=sent)
        return response.status, await response.json() if response.content_type == "application/json" else {}


@dataclass(repr=False)  # asyncio represents what a fixture returns, and this one holds everything
class Office:
    """A console, its desk, its clocks, and browsers for whoever comes."""

    console: Console
    world: World
    server: TestServer
    machine: Machine
    tickets: SqlTickets
    clients: list[Client] = field(default_factory=list)
    knowledge: KnowledgeDesk | None = None

    async def browser(self, name: str = "") -> Browser:
        """Return a fresh browser, of somebody who is logged in where a name is given."""
        client: Client = TestClient(self.server, cookie_jar=CookieJar(unsafe=True))
        self.clients.append(client)
        made = Browser(client)
        if name:
            status, answer = await made.log_in(name)
            assert status == 200, answer
        return made


@pytest.fixture(params=["sqlite", "postgresql"])
async def office(
    request: pytest.FixtureRequest,
    actions: dict[str, Action],  # noqa: F811
    tmp_path: Path,
) -> AsyncIterator[Office]:
    """The console on SQLite and on PostgreSQL."""
    url = await fresh_postgres() if request.param == "postgresql" else None
    async for made in _open(actions, tmp_path, url):
        yield made


@pytest.fixture
async def small_office(actions: dict[str, Action], tmp_path: Path) -> AsyncIterator[Office]:  # noqa: F811
    """The console on SQLite alone."""
    async for made in _open(actions, tmp_path, None):
        yield made


def _knowledge(database: Database, folder: Path) -> KnowledgeDesk:
    """The small knowledge base, read when the first test asks for it; found by words alone."""

    @cache
    def knowledge() -> KnowledgeBase:
        write_articles(folder / "knowledge")
        (folder / "knowledge_synonyms.yml").write_text(dedent(VOCABULARY), encoding="utf-8")
        return load_knowledge(folder / "knowledge", calibration=ROOT / "models" / "retrieval.json")

    book = ArticleBook(database, lambda: knowledge().file_articles, lambda: knowledge().regions, lambda: NOW)
    office = ArticleOffice(book, knowledge, load_editing_settings(ROOT), lambda: NOW)
    return KnowledgeDesk(office, lambda: (knowledge(),))


async def _still(_: Upkeep) -> None:
    """Keep nothing up."""


async def _open(made_actions: dict[str, Action], folder: Path, url: str | None) -> AsyncIterator[Office]:
    world = await build_world(small_bot(folder / "project", made_actions), folder, made_actions, url)
    machine = Machine()
    engine = open_engine(f"sqlite:///{folder}/backends.sqlite")
    await create_tables(engine)
    tickets = SqlTickets(engine, world.talk.clock)
    database = world.talk.assistant.store.database
    knowledge = _knowledge(database, folder / "articles")
    lent = Lent(tickets, backends=Database(None, engine))
    options = ConsoleOptions(lambda: "test-release", "machine-token", is_demo=False, lent=lent, knowledge=knowledge)
    console = build_console(
        world.desk, database, load_cipher(), world.talk.clock, ProcessCounts(), ROOT, options, now=machine
    )
    await console.book.prepare()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("console.staff.hash_password", _HASHES)
        for new in ACCOUNTS.values():
            await console.book.add(new, PASSWORD)
    application = build_server([])
    application.add_subapp("/console/", console.application)
    server = TestServer(application)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Upkeep, "run", _still)  # a test that wants a chore done does it; none comes in between
        await server.start_server()
    office = Office(console, world, server, machine, tickets, knowledge=knowledge)
    yield office
    for client in office.clients:
        await client.session.close()
    await server.close()
    await engine.dispose()
    await world.close()
