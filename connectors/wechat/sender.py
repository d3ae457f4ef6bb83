"""From a letter to a call of the API: within the budget, and every error code answered as the table says."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from prometheus_client import Counter, Gauge

from connectors.credentials import MenuButton, NoticeTemplate
from connectors.outbox.errors import SendDelayed, SendHeld, SendRefused
from connectors.outbox.letter import StoredLetter
from connectors.wechat.client import Texts, WeChatClient
from connectors.wechat.contacts import Contacts
from connectors.wechat.error_codes import Remedy, remedy_for
from connectors.wechat.errors import ApiFailed, ApiUnreachable
from connectors.wechat.pictures import project_picture
from connectors.wechat.split import MOST_BYTES, split_text
from storage.clock import Clock

_LOG = structlog.get_logger(__name__)
ERRORS = Counter("gridtalk_wechat_errors_total", "Error codes of WeChat's API", ["code"])
OFF = Gauge("gridtalk_wechat_off", "1 while sending stands still: configuration, permission, quota", ["cause"])
CONVERSATION_PREFIX = "wechat:"
NOTICE_PREFIX = "wechat-notice:"
"""Notices have an order of their own: an answer that is held keeps none of them waiting."""
NO_CHOICES_CODE = 40200
"""Accounts that are not verified may not send a msgmenu."""
PAUSE_SECONDS = 60.0
PERMISSION_PAUSE_SECONDS = 600.0
_STUBBORN = 100_000
"""Attempts of a letter that waits for an operator."""


@dataclass(slots=True)
class WeChatSender:
    """Sends the letters of the channel `wechat`."""

    client: WeChatClient
    contacts: Contacts
    clock: Clock
    root: Path
    """Pictures of replies lie below."""
    marks_ai: bool = True
    notice: NoticeTemplate | None = None
    elapsed: Callable[[], float] = time.monotonic
    _paused_until: dict[str, float] = field(default_factory=dict)

    async def send(self, letter: StoredLetter) -> None:
        """Send one letter. Raises what the outbox knows."""
        self._check_pause()
        if letter.letter.kind in ("menu", "notice"):
            await (self._send_menu(letter) if letter.letter.kind == "menu" else self._send_announced(letter))
            return
        conversation_id = letter.letter.conversation_id
        refusal = await self.contacts.spend(conversation_id, str(letter.letter.body.get("purpose", "answer")))
        if refusal == "unreachable":
            raise SendRefused(refusal)
        if refusal == "budget":
            raise SendHeld(refusal)
        if refusal == "over_time" and self.notice is not None:
            await self._send_notice(letter)
            return
        try:
            await self._send_body(letter)
        except ApiUnreachable as error:
            await self.contacts.give_back(conversation_id)
            raise SendDelayed("unreachable") from error
        except ApiFailed as error:
            await self.contacts.give_back(conversation_id)
            await self._remedy(letter, error)

    async def _send_body(self, letter: StoredLetter) -> None:
        openid = letter.letter.conversation_id.removeprefix(CONVERSATION_PREFIX)
        body = await self._body(letter)
        await self.client.send(openid, body | self._mark(letter))

    async def _body(self, letter: StoredLetter) -> dict[str, Any]:
        content = letter.letter.body
        match letter.letter.kind:
            case "text":
                return _text(str(content["text"]))
            case "image":
                return await self._picture(str(content["source"]))
            case "card":
                article = {name: content.get(name, "") for name in ("title", "description", "url", "picurl")}
                return {"msgtype": "news", "news": {"articles": [article]}}
            case "choices":
                choices = [{"id": item["id"], "content": item["title"]} for item in content["choices"]]
                menu = {"head_content": content["head"], "list": choices, "tail_content": content.get("tail", "")}
                return {"msgtype": "msgmenu", "msgmenu": menu}
            case other:
                raise SendRefused(f"kind {other}")

    async def _picture(self, source: str) -> dict[str, Any]:
        """A picture of the project is uploaded; one of an address is shown by WeChat itself, and not fetched here."""
        if source.startswith("https://"):
            return {"msgtype": "news", "news": {"articles": [{"title": "图片", "picurl": source, "url": source}]}}
        picture = await project_picture(self.root, source)
        media_id = await self.client.upload_image(picture.name, picture.content, picture.content_type)
        return {"msgtype": "image", "image": {"media_id": media_id}}

    def _mark(self, letter: StoredLetter) -> dict[str, Any]:
        return {"aimsgcontext": {"is_ai_msg": 1}} if self.marks_ai and letter.letter.body.get("ai") else {}

    async def _remedy(self, letter: StoredLetter, error: ApiFailed) -> None:
        """Act on an error code; returns only where the letter counts as sent."""
        ERRORS.labels(str(error.code)).inc()
        cause = str(error.code)
        if error.code == NO_CHOICES_CODE and letter.letter.kind == "choices":
            await self._send_pieces(letter, MOST_BYTES)
            return
        match remedy_for(error.code):
            case Remedy.RETRY:
                raise SendDelayed(cause, most_attempts=4) from error
            case Remedy.NEW_TOKEN:
                raise SendDelayed(cause, 30.0) from error
            case Remedy.CONFIGURATION | Remedy.NO_PERMISSION | Remedy.PAUSE_DAY | Remedy.PAUSE_MINUTE:
                raise self._pause(error) from error
            case Remedy.UNREACHABLE:
                await self.contacts.lost(letter.letter.conversation_id)
                raise SendRefused(cause) from error
            case Remedy.SHORTEN if letter.letter.kind == "text":
                await self._send_pieces(letter, MOST_BYTES // 2)
            case Remedy.NOTICE if self.notice is not None:
                await self._send_notice(letter)
            case Remedy.HOLD:
                await self.contacts.used_up(letter.letter.conversation_id)
                raise SendHeld(cause) from error
            case Remedy.IGNORE:
                return
            case _:
                raise SendRefused(cause) from error

    def _pause(self, error: ApiFailed) -> SendDelayed:
        """Let all sending stand still for a while, and tell the operator."""
        remedy = remedy_for(error.code)
        seconds = {
            Remedy.NO_PERMISSION: PERMISSION_PAUSE_SECONDS,
            Remedy.PAUSE_DAY: self._seconds_to_midnight(),
        }.get(remedy, PAUSE_SECONDS)
        self._paused_until[remedy.value] = self.elapsed() + seconds
        OFF.labels(remedy.value).set(1)
        # the text of 40164 names the address from which we called: the operator needs it for the allow-list
        _LOG.error("WeChat does not let us send", code=error.code, said=error.message, pause_seconds=seconds)
        return SendDelayed(str(error.code), seconds, _STUBBORN)

    def _check_pause(self) -> None:
        for cause, until in list(self._paused_until.items()):
            if (left := until - self.elapsed()) > 0:
                raise SendDelayed(cause, left, _STUBBORN)
            del self._paused_until[cause]
            OFF.labels(cause).set(0)

    def _seconds_to_midnight(self) -> float:
        now = self.clock()
        midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=5, microsecond=0)
        return (midnight - now).total_seconds()

    async def _send_pieces(self, letter: StoredLetter, most_bytes: int) -> None:
        openid = letter.letter.conversation_id.removeprefix(CONVERSATION_PREFIX)
        text = _as_text(letter)
        try:
            for piece in split_text(text, most_bytes):
                await self.client.send(openid, _text(piece) | self._mark(letter))
        except (ApiFailed, ApiUnreachable) as error:
            raise SendDelayed("pieces", most_attempts=3) from error

    async def _send_notice(self, letter: StoredLetter) -> None:
        """Bring an answer outside the 48 hours."""
        form, text = self.notice, _as_text(letter)
        assert form is not None
        short = text if len(text) <= form.most_characters else text[: form.most_characters - 1] + "…"
        openid = letter.letter.conversation_id.removeprefix(CONVERSATION_PREFIX)
        await self._notify(openid, form.kind, form.template_id, {form.keyword: short}, form.url)

    async def _send_announced(self, letter: StoredLetter) -> None:
        """Send what another system announces; it counts against no budget."""
        content = letter.letter.body
        openid = letter.letter.conversation_id.removeprefix(NOTICE_PREFIX)
        values = {str(name): str(value) for name, value in content["values"].items()}
        await self._notify(openid, content["kind"], content["template_id"], values, content.get("url"))

    async def _notify(self, openid: str, kind: str, template_id: str, values: Texts, url: str | None) -> None:
        try:
            await self.client.send_notice(openid, kind, template_id, values, url)
        except ApiUnreachable as error:
            raise SendDelayed("unreachable") from error
        except ApiFailed as error:
            ERRORS.labels(str(error.code)).inc()
            match remedy_for(error.code):
                case Remedy.RETRY | Remedy.NEW_TOKEN:
                    raise SendDelayed(str(error.code), most_attempts=4) from error
                case Remedy.CONFIGURATION | Remedy.PAUSE_DAY | Remedy.PAUSE_MINUTE:
                    raise self._pause(error) from error
                case _:
                    raise SendRefused(f"notice {error.code}") from error

    async def _send_menu(self, letter: StoredLetter) -> None:
        buttons = [MenuButton.model_validate(button) for button in letter.letter.body["buttons"]]
        try:
            await self.client.create_menu(buttons)
        except ApiUnreachable as error:
            raise SendDelayed("unreachable") from error
        except ApiFailed as error:
            raise SendRefused(str(error.code)) from error


def _text(text: str) -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": text}}


def _as_text(letter: StoredLetter) -> str:
    content = letter.letter.body
    if letter.letter.kind == "choices":
        return "\n".join([content["head"], *(f"· {item['title']}" for item in content["choices"])])
    return str(content.get("text") or content.get("title") or "您有一条新消息")
