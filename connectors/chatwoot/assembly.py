"""Put the Chatwoot door together."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence

from connectors.answering import Answers
from connectors.chatwoot.client import ChatwootClient
from connectors.chatwoot.door import CHANNEL, Chatwoot
from connectors.chatwoot.event import Deliveries
from connectors.chatwoot.settings import ChatwootCredentials
from connectors.outbox.letter import Letter
from connectors.outbox.outbox import Outbox
from connectors.wechat.backlog import Backlog
from connectors.wechat.inbox import Inbox, Receipt
from storage.clock import Clock


def build_chatwoot(
    settings: ChatwootCredentials,
    assistant: Answers,
    outbox: Outbox,
    clock: Clock,
    was_handed_over: Callable[[str, str], Awaitable[bool]],
    wall: Callable[[], float] = time.time,
) -> Chatwoot:
    """Return the door; add its `running` to the application."""
    inbox = Inbox(outbox)

    async def letters(receipt: Receipt) -> Sequence[Letter]:
        return await door.letters(receipt)

    backlog = Backlog(inbox, CHANNEL, letters)
    client, deliveries = ChatwootClient(settings), Deliveries(settings, wall)
    door = Chatwoot(deliveries, inbox, assistant, client, clock, was_handed_over, backlog)
    return door
