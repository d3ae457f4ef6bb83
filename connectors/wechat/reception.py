"""From a delivery to its answers: what was said goes to the bot, what cannot be read gets an honest word."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import structlog
from prometheus_client import Counter

from bot.errors import MessageRefused, StoreUnavailable
from bot.message import Reply, UserMessage
from connectors.answering import Answers
from connectors.credentials import Scene
from connectors.errors import BadRequest
from connectors.outbox.letter import Letter
from connectors.wechat import texts
from connectors.wechat.api import Media
from connectors.wechat.contacts import Contacts
from connectors.wechat.errors import ApiFailed, ApiUnreachable, SoundUnusable
from connectors.wechat.inbox import Receipt
from connectors.wechat.render import render_letters
from connectors.wechat.sound import Recognise, decode_sound
from storage.clock import Clock

_LOG = structlog.get_logger(__name__)
NOTICES = Counter("gridtalk_wechat_notices_total", "Results of template messages, as WeChat reports them", ["status"])
SCENE_PREFIX = "qrscene_"
CLICKS = frozenset({"CLICK", "scancode_waitmsg"})
MOST_GIVEN_UP = 3
KeepPicture = Callable[[str, str, bytes], Awaitable[None]]
"""Keeps a picture of a conversation's message. Raises BadRequest for what is none, and StoreUnavailable."""


class FetchesMedia(Protocol):
    """Fetches what a customer has sent."""

    async def media(self, media_id: str) -> Media:
        """Return the file. Raises ApiFailed or ApiUnreachable."""
        ...


@dataclass(frozen=True, slots=True)
class Reception:
    """Answers deliveries; running one twice gives the same answers and one turn."""

    assistant: Answers
    contacts: Contacts
    media: FetchesMedia
    scenes: Mapping[str, Scene]
    clock: Clock
    recognise: Recognise | None = None
    keep_picture: KeepPicture | None = None

    async def letters(self, receipt: Receipt) -> list[Letter]:
        """Return the answers to a delivery; none where nothing is to be said. Raises BotError to be tried again."""
        fields = receipt.fields
        if receipt.attempts >= MOST_GIVEN_UP:
            return self._said(receipt, texts.FAILED)
        if fields.get("MsgType") == "event":
            return await self._event(receipt, fields.get("Event", ""))
        is_click = bool(fields.get("bizmsgmenuid"))
        contact = await self.contacts.heard(receipt.conversation_id, is_message=not is_click)
        match fields.get("MsgType"):
            case "text" if fields.get("Content", "").strip():
                return await self._turn(receipt, fields["Content"], contact.region)
            case "voice":
                return await self._voice(receipt, contact.region)
            case "location" if fields.get("Label", "").strip():
                return await self._turn(receipt, fields["Label"], contact.region)
            case "image":
                return self._said(receipt, await self._picture(receipt))
            case _:
                return self._said(receipt, texts.OTHER_KIND)

    async def _event(self, receipt: Receipt, event: str) -> list[Letter]:
        key = receipt.fields.get("EventKey", "")
        if event == "unsubscribe":
            await self.contacts.lost(receipt.conversation_id)
            return []
        if event == "TEMPLATESENDJOBFINISH":
            NOTICES.labels("success" if receipt.fields.get("Status") == "success" else "failed").inc()
            return []
        if event in ("subscribe", "SCAN"):
            return await self._arrival(receipt, event, self.scenes.get(key.removeprefix(SCENE_PREFIX)))
        if event in CLICKS and key:
            contact = await self.contacts.heard(receipt.conversation_id, is_message=False)
            return await self._turn(receipt, key, contact.region)
        return []

    async def _arrival(self, receipt: Receipt, event: str, scene: Scene | None) -> list[Letter]:
        region = scene.region if scene else None
        contact = await self.contacts.heard(receipt.conversation_id, is_message=False, region=region)
        if scene is not None and scene.say is not None:
            return await self._turn(receipt, scene.say, contact.region)
        return self._said(receipt, texts.WELCOME) if event == "subscribe" else []

    async def _voice(self, receipt: Receipt, region: str | None) -> list[Letter]:
        """The platform's own `Recognition` is being withdrawn; it counts only where there is none of ours."""
        if self.recognise is None:
            heard = receipt.fields.get("Recognition", "").strip()
            return await self._turn(receipt, heard, region) if heard else self._said(receipt, texts.NO_RECOGNITION)
        try:
            sound = await self._sound(receipt)
        except (ApiFailed, ApiUnreachable, SoundUnusable) as error:
            _LOG.warning("a voice message could not be used", cause=type(error).__name__)
            return self._said(receipt, texts.SOUND_UNUSABLE)
        heard = (await self.recognise(sound)).strip()
        return await self._turn(receipt, heard, region) if heard else self._said(receipt, texts.NOT_HEARD)

    async def _picture(self, receipt: Receipt) -> str:
        """Keep a picture, written anew and sealed; return what is said about it. Its address is never fetched."""
        media_id = receipt.fields.get("MediaId")
        if self.keep_picture is None or not media_id:
            return texts.PICTURE
        try:
            content = (await self.media.media(media_id)).content
            await self.keep_picture(receipt.conversation_id, receipt.fields.get("MsgId") or receipt.key, content)
        except (ApiFailed, ApiUnreachable, BadRequest, StoreUnavailable) as error:
            _LOG.warning("a picture could not be kept", cause=type(error).__name__)
            return texts.PICTURE_LOST
        return texts.PICTURE_KEPT

    async def _sound(self, receipt: Receipt) -> bytes:
        """Return a WAV, of the 16 kHz recording where there is one and it can be had."""
        wide, narrow = receipt.fields.get("MediaId16K"), receipt.fields.get("MediaId")
        if wide:
            try:
                return await decode_sound((await self.media.media(wide)).content)
            except (ApiFailed, ApiUnreachable, SoundUnusable):
                if not narrow:
                    raise
        if not narrow:
            raise SoundUnusable("no media id")
        return await decode_sound((await self.media.media(narrow)).content)

    async def _turn(self, receipt: Receipt, text: str, region: str | None) -> list[Letter]:
        message = UserMessage(
            text=text,
            sender_id=receipt.conversation_id,
            channel="wechat",
            message_id=receipt.fields.get("MsgId") or receipt.key,
            region=region,
            received_at=self.clock().timestamp(),
        )
        try:
            replies = await self.assistant.answer(message)
        except MessageRefused as error:
            return self._said(receipt, texts.TOO_LONG if error.code == "message_too_long" else texts.OTHER_KIND)
        return render_letters(replies, receipt.channel, receipt.conversation_id, receipt.key)

    @staticmethod
    def _said(receipt: Receipt, text: str) -> list[Letter]:
        return render_letters([Reply(text)], receipt.channel, receipt.conversation_id, receipt.key, is_generated=False)
