"""What every door shares: the assistant as it is seen from outside, and replies in the shape of Rasa's REST channel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from bot.message import Reply, UserMessage
from connectors.errors import BadRequest

CHANNELS = frozenset({"phone", "wechat", "app"})
SIGNED_PREFIX = "web:"
"""Conversations of the chat window: only its signed tokens open them."""
VERIFIED_PREFIXES = ("wechat:", "wecom_kf:", "chatwoot:", "phone:")
"""Conversations of other platforms and of calls: only their own doors speak in them."""


class Answers(Protocol):
    """The bot, as a connector needs it."""

    async def answer(self, message: UserMessage) -> Sequence[Reply]:
        """Return the replies to one message."""
        ...


def check_sender(sender_id: str) -> None:
    """Refuse a bare id that only a signed token may name. Raises BadRequest (403)."""
    if sender_id.startswith(SIGNED_PREFIX):
        raise BadRequest("reserved_sender", "a sender of the chat window needs its token: see /webchat/session", 403)
    if sender_id.startswith(VERIFIED_PREFIXES):
        raise BadRequest("reserved_sender", "only the door of this platform or line speaks for its customers", 403)


def plain_text(reply: Reply) -> str:
    """Return the words for a channel that shows texts alone; a page that the window would link to is named."""
    page = reply.custom.get("outage_map")
    if not isinstance(page, dict) or not str(page.get("url", "")).startswith("https://"):
        return reply.text
    return f"{reply.text}\n{page.get('title') or '停电地图'}：{page['url']}"


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
