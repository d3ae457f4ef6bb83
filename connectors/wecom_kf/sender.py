"""From a letter to WeCom: its key is the message's id there, so that a repetition is dropped by WeCom itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prometheus_client import Counter

from connectors.outbox.errors import SendDelayed, SendHeld, SendRefused
from connectors.outbox.letter import StoredLetter
from connectors.wechat.contacts import Contacts
from connectors.wechat.errors import ApiFailed, ApiUnreachable
from connectors.wechat.pictures import project_picture
from connectors.wecom_kf.client import WecomKfClient
from connectors.wecom_kf.pull import CONVERSATION_PREFIX
from connectors.wecom_kf.sessions import SessionState

ERRORS = Counter("gridtalk_wecom_kf_errors_total", "Error codes of WeCom's API", ["code"])
BUSY, TOKENS, KNOWN_ID, QUOTA, WRONG_STATE, RATE = -1, (40014, 42001), 95011, 95001, 95018, (45009, 45033)
_OURS_TO_TAKE = (SessionState.NEW, SessionState.ENDED)


@dataclass(frozen=True, slots=True)
class WecomKfSender:
    """Sends the letters of the channel `wecom_kf`."""

    client: WecomKfClient
    contacts: Contacts
    root: Path
    """Pictures of replies lie below."""

    async def send(self, letter: StoredLetter) -> None:
        """Send one letter. Raises what the outbox knows."""
        conversation_id = letter.letter.conversation_id
        counts = letter.letter.kind in ("text", "image")
        if counts and await self.contacts.spend(conversation_id, "reply") == "budget":
            raise SendHeld("budget")
        try:
            await self._call(letter)
        except ApiUnreachable as error:
            if counts:
                await self.contacts.give_back(conversation_id)
            raise SendDelayed("unreachable") from error
        except ApiFailed as error:
            await self._remedy(letter, error)

    async def _call(self, letter: StoredLetter) -> None:
        account, customer = _whom(letter)
        content = letter.letter.body
        match letter.letter.kind:
            case "text":
                body: dict[str, Any] = {"msgtype": "text", "text": {"content": str(content["text"])}}
            case "image":
                body = await self._picture(str(content["source"]))
            case "welcome":
                await self.client.welcome(str(content["code"]), letter.letter.key, str(content["text"]))
                return
            case "to_desk":
                await self.client.change_state(account, customer, SessionState.QUEUE)
                return
            case other:
                raise SendRefused(f"kind {other}")
        await self.client.send(account, customer, letter.letter.key, body)

    async def _picture(self, source: str) -> dict[str, Any]:
        """A picture of the project is uploaded; the address of one is said, and not fetched here."""
        if source.startswith("https://"):
            return {"msgtype": "text", "text": {"content": source}}
        picture = await project_picture(self.root, source)
        media_id = await self.client.upload_image(picture.name, picture.content, picture.content_type)
        return {"msgtype": "image", "image": {"media_id": media_id}}

    async def _remedy(self, letter: StoredLetter, error: ApiFailed) -> None:
        """Act on an error code; returns only where WeCom has the letter already."""
        ERRORS.labels(str(error.code)).inc()
        cause = str(error.code)
        if error.code == KNOWN_ID:
            return
        if letter.letter.kind == "welcome":
            raise SendRefused(cause) from error  # its code has been used or has run out
        if error.code == QUOTA:
            await self.contacts.used_up(letter.letter.conversation_id)
            raise SendHeld(cause) from error
        if error.code == BUSY or error.code in TOKENS:
            raise SendDelayed(cause, most_attempts=4) from error
        if error.code in RATE:
            raise SendDelayed(cause, 60.0) from error
        if error.code == WRONG_STATE and letter.letter.kind != "to_desk" and await self._took_over(letter):
            raise SendDelayed(cause, 0.0, most_attempts=3) from error
        raise SendRefused(cause) from error  # WRONG_STATE among them: a person has the conversation

    async def _took_over(self, letter: StoredLetter) -> bool:
        """Move a session that nobody has to the bot; say whether it was. One that waits for people is left to them."""
        account, customer = _whom(letter)
        try:
            if await self.client.state(account, customer) not in _OURS_TO_TAKE:
                return False
            await self.client.change_state(account, customer, SessionState.BOT)
        except (ApiFailed, ApiUnreachable):
            return False
        await self.contacts.give_back(letter.letter.conversation_id)
        return True


def _whom(letter: StoredLetter) -> tuple[str, str]:
    """Return account and customer."""
    account, _, customer = letter.letter.conversation_id.removeprefix(CONVERSATION_PREFIX).partition(":")
    return account, customer.removesuffix(":welcome")
