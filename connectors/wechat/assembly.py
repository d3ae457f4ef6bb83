"""Put the WeChat door together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from connectors.answering import Answers
from connectors.credentials import WeChatCredentials
from connectors.outbox.letter import Letter, letter_key
from connectors.outbox.outbox import Outbox
from connectors.wechat.client import build_client
from connectors.wechat.contacts import Contacts
from connectors.wechat.door import CHANNEL, WeChat
from connectors.wechat.envelope import Envelopes
from connectors.wechat.inbox import Inbox
from connectors.wechat.reception import KeepPicture, Reception
from connectors.wechat.seal import build_seals
from connectors.wechat.sender import WeChatSender
from connectors.wechat.sound import Recognise
from storage.clock import Clock

HandedOver = Callable[[str, str], Awaitable[bool]]


def build_wechat(
    settings: WeChatCredentials,
    assistant: Answers,
    outbox: Outbox,
    clock: Clock,
    root: Path,
    *,
    recognise: Recognise | None = None,
    keep_picture: KeepPicture | None = None,
    was_handed_over: HandedOver | None = None,
) -> WeChat:
    """Return the door; add its `running` to the application."""
    seals = build_seals(settings.app_id, *settings.keys)
    contacts = Contacts(outbox.database, clock)
    client = build_client(settings, outbox.database)
    return WeChat(
        envelopes=Envelopes(settings.token.get_secret_value(), seals, settings.mode, clock),
        inbox=Inbox(outbox),
        reception=Reception(assistant, contacts, client, settings.scenes, clock, recognise, keep_picture),
        sender=WeChatSender(client, contacts, clock, root, settings.ai_mark, settings.notice),
        client=client,
        clock=clock,
        account=settings.app_id,
        shows_typing=settings.typing,
        was_handed_over=was_handed_over if settings.desk == "wechat" else None,
        menu=_menu(settings),
    )


def _menu(settings: WeChatCredentials) -> Letter | None:
    """The account's menu as a letter: its key is its content, so each change goes out once."""
    if not settings.menu:
        return None
    buttons = [button.model_dump(mode="json", exclude_none=True) for button in settings.menu]
    key = letter_key(CHANNEL, settings.app_id, "menu", str(buttons))
    return Letter(key, f"wechat-menu:{settings.app_id}", CHANNEL, "menu", {"buttons": buttons})
