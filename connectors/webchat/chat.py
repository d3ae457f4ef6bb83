"""What a window can do, whatever line it uses: say, send a picture or a voice message, be pushed to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from bot.message import UserMessage, checked_id, checked_text
from connectors.answering import Answers
from connectors.errors import BadRequest
from connectors.limits import RequestLimits
from connectors.webchat.hub import Hub
from connectors.webchat.log import ChatLog
from connectors.webchat.media import Medium, read_image, read_voice
from connectors.webchat.settings import WebChatSettings
from connectors.webchat.uploads import Uploads

_LOG = structlog.get_logger(__name__)
Recognise = Callable[[bytes], Awaitable[str]]
"""A WAV file in, what was said out; empty when nothing could be understood."""
KEPT_PICTURE = "图片已收到，转人工或建工单时会一并交给坐席。我还看不懂图片，请用文字说一下要办什么。"
NO_RECOGNITION = "语音已收到，但这里还没有开通语音识别，我听不了。请用文字说一下，或者转人工。"
NOT_UNDERSTOOD = "这段语音没有听清，请再说一遍，或者用文字告诉我。"
RECOGNITION_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Chat:
    """The one session model behind WebSocket, SSE and polling."""

    assistant: Answers
    log: ChatLog
    hub: Hub
    uploads: Uploads
    limits: RequestLimits
    settings: WebChatSettings
    clock: Callable[[], datetime]
    recognise: Recognise | None = None

    async def say(
        self, conversation_id: str, text: str, message_id: str, address: str, region: str | None = None
    ) -> None:
        """Let the bot answer one message; the same id makes one turn. The windows get the rest from the log."""
        await self.limits.check(self.settings.per_user, conversation_id, address)
        await self.limits.check(self.settings.per_address, address, address)
        checked_id("message_id", message_id)
        checked_text(text)
        await self._answer(conversation_id, text, message_id, region)

    async def send(self, conversation_id: str, kind: str, content: bytes, message_id: str, address: str) -> None:
        """Keep a picture or a voice message, show it, and answer it."""
        await self.limits.check(self.settings.uploads_per_user, conversation_id, address)
        checked_id("message_id", message_id)
        medium = await asyncio.to_thread(self._read, kind, content)
        name = await self.uploads.keep(conversation_id, message_id, medium)
        shown = {"kind": "upload", "media": medium.kind, "upload": name, "message_id": message_id}
        sizes = {"width": medium.width, "height": medium.height, "seconds": medium.seconds}
        await self.push(conversation_id, {**shown, **{key: size for key, size in sizes.items() if size}}, message_id)
        if medium.kind == "voice":
            await self._hear(conversation_id, medium, message_id)
        else:
            await self._notice(conversation_id, "image_kept", KEPT_PICTURE, message_id)

    async def push(self, conversation_id: str, note: Mapping[str, Any], key: str) -> bool:
        """Show something that is no answer of the bot (an agent's words, a state) once per key; say whether it is new.

        `note` has `kind` (agent | notice | upload | csat), mostly `text`, and what the kind needs.
        """
        is_new = await self.log.note(conversation_id, note, key)
        self.hub.wake(conversation_id)
        return is_new

    async def _answer(self, conversation_id: str, text: str, message_id: str, region: str | None) -> None:
        self.hub.notify(conversation_id, {"type": "typing", "message_id": message_id})
        now = self.clock().timestamp()
        message = UserMessage(text, conversation_id, "app", message_id, region, now)
        await self.assistant.answer(message)
        await self.log.last_id(conversation_id)  # gives the turn its place, for windows at other workers too
        self.hub.wake(conversation_id)

    async def _hear(self, conversation_id: str, medium: Medium, message_id: str) -> None:
        if self.recognise is None:
            await self._notice(conversation_id, "voice_not_heard", NO_RECOGNITION, message_id)
            return
        self.hub.notify(conversation_id, {"type": "typing", "message_id": message_id})
        try:
            async with asyncio.timeout(RECOGNITION_SECONDS):
                said = await self.recognise(medium.content)
        except Exception:  # the boundary to a recogniser: whatever fails there, the customer gets an answer
            _LOG.exception("a voice message could not be recognised")
            said = ""
        if said.strip():
            await self._answer(conversation_id, said.strip()[:2000], f"{message_id}.heard", None)
        else:
            await self._notice(conversation_id, "voice_unclear", NOT_UNDERSTOOD, message_id)

    async def _notice(self, conversation_id: str, code: str, text: str, message_id: str) -> None:
        note = {"kind": "reply", "code": code, "text": text, "answers": message_id}
        await self.push(conversation_id, note, f"{message_id}.{code}"[-256:])

    def _read(self, kind: str, content: bytes) -> Medium:
        if kind == "image":
            return read_image(content)
        if kind == "voice":
            return read_voice(content, self.settings.voice_seconds)
        raise BadRequest("bad_kind", "kind is image or voice")
