"""The bot as the doors see it where there is a desk: what a person has in hand goes to him, all else to the bot."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.message import Reply, UserMessage, checked_id
from connectors.answer_times import TIMES
from connectors.answering import Answers
from connectors.desk.couriers import MailBox
from connectors.desk.intake import DOOR
from connectors.desk.talk import Talk


@dataclass(frozen=True, slots=True)
class DeskFront:
    """Answers messages that come in through one door."""

    assistant: Answers
    talk: Talk
    door: str
    mail: MailBox | None = None
    """Where what people said waits for the customer's next message."""

    async def answer(self, message: UserMessage) -> Sequence[Reply]:
        """Return the replies to one message; none where it went to a person who has not answered yet."""
        checked_id("sender", message.sender_id)
        message = replace(message, message_id=message.message_id or uuid.uuid4().hex)
        checked_id("message_id", message.message_id)
        is_known = await self.talk.is_known(message.sender_id)
        taken = await self.talk.hear(message) if is_known else None
        if taken is not None:
            return taken
        token = DOOR.set(self.door)
        try:
            with TIMES.measured(self.door):
                replies = await self.assistant.answer(message)
        finally:
            DOOR.reset(token)
        if self.mail is None or not is_known:
            return replies
        return [*await self.mail.take(message.sender_id, message.message_id), *replies]
