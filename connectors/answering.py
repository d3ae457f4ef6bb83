"""What every door shares: the assistant as it is seen from outside, and replies in the shape of Rasa's REST channel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from bot.message import Reply, UserMessage

CHANNELS = frozenset({"phone", "wechat", "app"})


class Answers(Protocol):
    """The bot, as a connector needs it."""

    async def answer(self, message: UserMessage) -> Sequence[Reply]:
        """Return the replies to one message."""
        ...


def render_reply(recipient_id: str, reply: Reply) -> dict[str, Any]:
    """Return one reply in the shape of Rasa's REST channel."""
    rendered: dict[str, Any] = {"recipient_id": recipient_id, "text": reply.text}
    if reply.buttons:
        rendered["buttons"] = [{"title": button.title, "payload": button.payload} for button in reply.buttons]
    if reply.image:
        rendered["image"] = reply.image
    if reply.custom:
        rendered["custom"] = dict(reply.custom)
    return rendered
