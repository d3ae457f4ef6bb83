"""Put the WeCom door together."""

from __future__ import annotations

from pathlib import Path

from connectors.answering import Answers
from connectors.credentials import WecomKfCredentials
from connectors.outbox.outbox import Outbox
from connectors.wechat.assembly import HandedOver
from connectors.wechat.contacts import Contacts
from connectors.wechat.envelope import Envelopes
from connectors.wechat.inbox import Inbox
from connectors.wechat.reception import KeepPicture, Reception
from connectors.wechat.seal import build_seals
from connectors.wechat.sound import Recognise
from connectors.wecom_kf.client import build_client
from connectors.wecom_kf.door import WecomKf
from connectors.wecom_kf.pull import Puller
from connectors.wecom_kf.sender import WecomKfSender
from storage.clock import Clock


def build_wecom_kf(
    settings: WecomKfCredentials,
    assistant: Answers,
    outbox: Outbox,
    clock: Clock,
    root: Path,
    recognise: Recognise | None = None,
    keep_picture: KeepPicture | None = None,
    was_handed_over: HandedOver | None = None,
) -> WecomKf:
    """Return the door; add its `running` to the application."""
    seals = build_seals(settings.corp_id, *settings.keys)
    contacts, inbox = Contacts(outbox.database, clock), Inbox(outbox)
    client = build_client(settings, outbox.database)
    return WecomKf(
        envelopes=Envelopes(settings.token.get_secret_value(), seals, "safe", clock),
        inbox=inbox,
        reception=Reception(assistant, contacts, client, {}, clock, recognise, keep_picture),
        puller=Puller(client, outbox.database, inbox.now),
        sender=WecomKfSender(client, contacts, root),
        client=client,
        was_handed_over=was_handed_over if settings.desk == "wecom" else None,
    )
