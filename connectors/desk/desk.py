"""The agent desk put together, and what it does by itself: take in, look after, bring what was left behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

import structlog
from aiohttp import web
from prometheus_client import Gauge
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import BotError
from connectors.answering import Answers
from connectors.desk.callbacks import Callbacks
from connectors.desk.canned import CannedTexts
from connectors.desk.couriers import Courier, MailBox
from connectors.desk.delivery import Delivery
from connectors.desk.ending import Ending
from connectors.desk.front import DeskFront
from connectors.desk.line import Line
from connectors.desk.overview import Overview
from connectors.desk.pulse import Pulse
from connectors.desk.room import Room
from connectors.desk.talk import Talk
from connectors.desk.tickets import Tickets
from connectors.desk.transcript import Transcript
from connectors.desk.values import ONLINE, Viewer

_LOG = structlog.get_logger(__name__)
OPEN = Gauge("gridtalk_desk_sessions", "Conversations that were handed over and are not over", ["status"])
AGENTS = Gauge("gridtalk_desk_agents_online", "Agents who can take a conversation")
CALLBACKS = Gauge("gridtalk_desk_callbacks", "Call-backs that were promised and not made yet", ["state"])
LOOK_EVERY_SECONDS = 1.0
FORGET_EVERY_SECONDS = 3600.0
EVERYBODY = Viewer(0, "", is_supervisor=True)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An article that may answer."""

    title: str
    text: str
    id: str
    version: str
    document: str
    score: float


Suggest = Callable[[str, str | None], Sequence[Suggestion]]
"""(question, region) -> what the knowledge base has to say, best first."""


@dataclass(frozen=True, slots=True)
class Desk:
    """All parts of the desk."""

    room: Room
    line: Line
    talk: Talk
    ending: Ending
    callbacks: Callbacks
    canned: CannedTexts
    transcript: Transcript
    overview: Overview
    pulse: Pulse
    delivery: Delivery
    mail: MailBox
    couriers: dict[str, Courier]
    """By door; a door adds its own when it is built."""
    suggest: Suggest
    tickets: Tickets

    def front(self, assistant: Answers, door: str) -> DeskFront:
        """Return the bot as this door is to see it."""
        return DeskFront(assistant, self.talk, door, self.mail if door == "rest" else None)

    async def prepare(self) -> None:
        """Make the tables where they are not there."""
        await self.room.store.prepare()

    async def running(self, _: web.Application) -> AsyncIterator[None]:
        """Look after the desk as long as the application runs."""
        await self.prepare()
        task = asyncio.create_task(self._look_after())
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def look_after(self) -> None:
        """Do once what has to be done from time to time; every worker may do it."""
        await self.room.intake.take_new()
        await self.line.look_after_lost()
        await self.ending.look_after_waiting()
        await self.delivery.deliver_left_behind()

    async def _look_after(self) -> None:
        forgotten = 0.0
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            try:
                await self.look_after()
                await self._count()
                if self.room.now() - forgotten > FORGET_EVERY_SECONDS:
                    forgotten = self.room.now()
                    await self.mail.forget_old()
            except (BotError, SQLAlchemyError, OSError):
                _LOG.warning("the desk could not be looked after; tried again in a moment")
            except Exception:  # the boundary of a task that must never end
                _LOG.exception("the desk could not be looked after")

    async def _count(self) -> None:
        figures = await self.overview.figures(EVERYBODY)
        OPEN.labels("waiting").set(figures["waiting"])
        OPEN.labels("active").set(figures["active"])
        AGENTS.set(sum(one.state == ONLINE for one in await self.room.roster.all()))
        CALLBACKS.labels("open").set(figures["callbacks_open"])
        CALLBACKS.labels("overdue").set(figures["callbacks_overdue"])
