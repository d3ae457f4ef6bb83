"""A small bot with people behind it: customers at several doors, agents, two clocks that tests can move."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.message import UserMessage
from bot.project import Project
from connectors.desk.assembly import build_desk
from connectors.desk.couriers import WindowCourier
from connectors.desk.desk import Desk, Suggestion
from connectors.desk.organisation import Organisation, load_organisation
from connectors.desk.settings import DeskSettings, load_desk_settings
from connectors.desk.store import DeskStore
from connectors.desk.values import Session, Viewer
from connectors.limits import ProcessCounts
from connectors.outbox.outbox import Outbox
from connectors.webchat.assembly import build_webchat
from connectors.webchat.door import WebChat
from connectors.webchat.settings import WebChatSettings
from storage.engine import parse_url
from storage.secret import load_cipher
from tests.bot.talk import Talk, build_talk
from tests.services import postgres_url

ROOT = Path(__file__).parents[3]
AGENT = Viewer(1, "王敏")
OTHER = Viewer(2, "李强")
CHIEF = Viewer(3, "赵芳", is_supervisor=True)
WANTS_A_PERSON = "request_agent@0.95: 转人工"


class Machine:
    """The machine's clock, that tests can move."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass(repr=False)  # asyncio represents what a fixture returns, and this one holds everything
class World:
    """One desk and its surroundings."""

    talk: Talk
    desk: Desk
    chat: WebChat
    machine: Machine
    tickets: list[tuple[str, Mapping[str, str | None], str]] = field(default_factory=list)

    async def say(self, words: str, sender: str = "customer-1", message_id: str = "", door: str = "rest") -> list[str]:
        """Say something through a door; a line with `: ` teaches the bot what it means."""
        told = self.talk.nlu.teach(words) if "@" in words else words
        front = self.desk.front(self.talk.assistant, door)
        message = UserMessage(told, sender, "wechat" if door == "wechat" else "app", message_id or uuid.uuid4().hex)
        return [reply.text for reply in await front.answer(message)]

    async def hand_over(self, sender: str = "customer-1", door: str = "rest") -> Session:
        """Ask for a person; return the session that waits then."""
        await self.say(WANTS_A_PERSON, sender, door=door)
        waiting = await self.desk.line.waiting(CHIEF)
        return next(one for one in waiting if one.conversation_id == sender)

    async def come(self, *agents: Viewer) -> None:
        """Let agents come on line."""
        for agent in agents:
            await self.desk.room.roster.choose(agent, "online")

    async def taken(self, agent: Viewer = AGENT, sender: str = "customer-1", door: str = "rest") -> Session:
        """Let an agent have this customer."""
        await self.come(agent)
        session = await self.hand_over(sender, door)
        return await self.desk.line.accept(agent, session.id)

    async def lines(self, session: Session) -> list[tuple[str, str]]:
        """Return (from, text or code) of a transcript."""
        page = await self.desk.transcript.read(session)
        return [(line["from"], line.get("code") or line["text"]) for line in page.entries]

    async def shown(self, sender: str) -> list[tuple[str, str]]:
        """Return (kind, text) of what a chat window shows."""
        events = await self.chat.chat.log.after(sender, 0)
        return [(event.kind, str(event.content.get("text", ""))) for event in events]

    async def letters(self) -> list[tuple[str, str]]:
        """Return (channel, text) of what waits in the outbox."""
        found: list[tuple[str, str]] = []

        async def send(letter: Any) -> None:
            found.append((letter.letter.channel, str(letter.letter.body.get("text"))))

        outbox = Outbox(self.desk.room.store.database)
        for channel in ("wechat", "wecom_kf", "callback"):
            await outbox.deliver(channel, send)
        return found

    async def close(self) -> None:
        """Let go of the database."""
        await self.talk.assistant.store.database.close()


@lru_cache(maxsize=1)
def _shipped() -> tuple[DeskSettings, Organisation]:
    """Read once: they are never changed."""
    return load_desk_settings(ROOT), load_organisation(ROOT)


def desk_over(talk: Talk, machine: Machine, tickets: list[Any], settings: DeskSettings | None = None) -> Desk:
    """Return a desk over a bot's database: one worker's."""
    database = talk.assistant.store.database
    shipped, organisation = _shipped()

    async def create_ticket(kind: str, fields: Mapping[str, str | None], key: str) -> str:
        tickets.append((kind, fields, key))
        return "261120000001"

    def suggest(question: str, region: str | None) -> Sequence[Suggestion]:
        return [Suggestion(question, "每年2160度以内是第一档。", "a1", "3", "发改价格", 0.9)]

    return build_desk(
        talk.assistant,
        database,
        talk.clock,
        settings or shipped,
        suggest=suggest,
        create_ticket=create_ticket,
        store=DeskStore(database, machine),
        organisation=organisation,
    )


async def build_world(project: Project, folder: Path, actions: Mapping[str, Any], url: str | None = None) -> World:
    """Return a world with a fresh database."""
    talk = await build_talk(project, folder, actions, url)
    machine, tickets = Machine(), list[Any]()
    desk = desk_over(talk, machine, tickets)
    await desk.prepare()
    assert talk.queue is not None
    talk.queue.outlook = desk.room.intake.outlook
    database = talk.assistant.store.database
    chat = build_webchat(
        desk.front(talk.assistant, "webchat"),
        database,
        talk.clock,
        load_cipher(),
        folder / "uploads",
        counts=ProcessCounts(),
        settings=WebChatSettings(),
    )
    for part in (chat.chat.log, chat.records, chat.chat.uploads):
        await part.prepare()
    await Outbox(database).prepare()
    desk.couriers["webchat"] = WindowCourier(chat.chat)
    return World(talk, desk, chat, machine, tickets)


async def fresh_postgres() -> str:
    """Make an empty database in the tests' PostgreSQL and return its address."""
    given, name = postgres_url(), f"desk_{uuid.uuid4().hex[:12]}"
    engine = create_async_engine(parse_url(given), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    await engine.dispose()
    return parse_url(given).set(database=name, drivername="postgresql").render_as_string(hide_password=False)
