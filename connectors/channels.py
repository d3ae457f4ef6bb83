"""The doors that credentials.yml opens beside REST and the chat window."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, runtime_checkable

from aiohttp import web

from bot.assembly import Bot
from bot.assistant import Converses
from bot.events import HandedOver
from connectors.answering import Answers
from connectors.callback import CallbackChannel
from connectors.chatwoot.assembly import build_chatwoot
from connectors.chatwoot.client import TIMEOUT_SECONDS
from connectors.credentials import Credentials
from connectors.outbox.outbox import Outbox
from connectors.rest import RestChannel
from connectors.service_api import TokenGuard
from connectors.webchat.media import read_image
from connectors.webchat.uploads import Uploads
from connectors.wechat.assembly import build_wechat
from connectors.wechat.notices import Notices
from connectors.wechat.reception import KeepPicture
from connectors.wechat.sound import Recognise
from connectors.wecom_kf.assembly import build_wecom_kf

LEASE_MARGIN_SECONDS = 10.0
"""A letter is in hand longer than its one call may take; a dead worker's letter is free again after that."""


class Door(Protocol):
    """Something that serves requests."""

    def routes(self) -> list[web.RouteDef]:
        """Return its routes."""
        ...


@runtime_checkable
class Channel(Door, Protocol):
    """A door with work of its own beside its requests."""

    def running(self, _: web.Application) -> AsyncIterator[None]:
        """Do that work as long as the server runs."""
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What doors are handed beside their settings."""

    bot: Bot
    front: Callable[[str], Answers]
    """The bot as a door is to see it, with our own desk before it."""
    root: Path
    rest: RestChannel
    guard: TokenGuard
    uploads: Uploads
    recognise: Recognise | None = None


def build_channels(credentials: Credentials, around: Surroundings) -> list[Door]:
    """Return the doors that are configured. Each has an outbox of its own over the one table."""
    bot = around.bot

    async def was_handed_over(sender_id: str, message_id: str) -> bool:
        return await _handed_over(bot.assistant, sender_id, message_id)

    doors: list[Door] = []
    if (callback := credentials.callback) is not None:
        rest = replace(around.rest, assistant=around.front("callback"))
        outbox = Outbox(bot.conversations, lease_seconds=callback.timeout_seconds + LEASE_MARGIN_SECONDS)
        doors.append(CallbackChannel(rest, outbox, callback))
    if (settings := credentials.wechat) is not None:
        outbox = Outbox(bot.conversations)
        door = build_wechat(
            settings,
            around.front("wechat") if settings.desk == "own" else bot.assistant,
            outbox,
            bot.clock,
            around.root,
            recognise=around.recognise,
            keep_picture=_keep_picture(around.uploads),
            was_handed_over=was_handed_over,
        )
        doors += [door, Notices(outbox, settings.notices, around.guard.check)]
    if (account := credentials.wecom_kf) is not None:
        kf = build_wecom_kf(
            account,
            around.front("wecom_kf") if account.desk == "own" else bot.assistant,
            Outbox(bot.conversations),
            bot.clock,
            around.root,
            recognise=around.recognise,
            keep_picture=_keep_picture(around.uploads),
            was_handed_over=was_handed_over,
        )
        doors.append(kf)
    if (service := credentials.chatwoot) is not None:
        outbox = Outbox(bot.conversations, lease_seconds=2 * TIMEOUT_SECONDS + LEASE_MARGIN_SECONDS)
        doors.append(build_chatwoot(service, bot.assistant, outbox, bot.clock, was_handed_over))
    return doors


def _keep_picture(uploads: Uploads) -> KeepPicture:
    """Keep pictures as the chat window does: written anew, sealed, for so many days."""

    async def keep(conversation_id: str, message_id: str, content: bytes) -> None:
        await uploads.keep(conversation_id, message_id, await asyncio.to_thread(read_image, content))

    return keep


async def _handed_over(assistant: Converses, sender_id: str, message_id: str) -> bool:
    """Say whether this message's turn put the conversation into the queue for a person."""
    turns = await assistant.turns(sender_id)
    turn = next((turn for turn in reversed(turns) if turn.message_id == message_id), None)
    return turn is not None and any(isinstance(event, HandedOver) for event in turn.events)
