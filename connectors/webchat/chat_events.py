"""What a window shows as values, and how they look on the line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.events import HandedBack, HandedOver, SlotAsked, UserSaid
from bot.message import Reply
from bot.store import StoredTurn

PER_PLACE = 100
"""Ids per place: the customer's words and at most 99 replies."""
FORMS = frozenset({"account_no", "phone"})
"""Slots for which the window offers a form instead of the plain line."""


@dataclass(frozen=True, slots=True)
class ChatEvent:
    """One message of the window."""

    id: int
    kind: str
    """customer | reply | agent | notice | upload | csat."""
    at: float
    """Seconds since the epoch."""
    content: Mapping[str, Any] = field(default_factory=dict)

    def render(self) -> dict[str, Any]:
        """Return the message as it goes out."""
        return {"type": "event", "id": self.id, "kind": self.kind, "at": self.at, **self.content}


def events_of_turn(turn: StoredTurn, place: int, at: float) -> list[ChatEvent]:
    """Return the customer's words and the replies of a turn; silence is not shown."""
    events = []
    said = next((event for event in turn.events if isinstance(event, UserSaid)), None)
    if said is not None and said.text:
        events.append(ChatEvent(place * PER_PLACE, "customer", at, {"text": said.text, "message_id": turn.message_id}))
    asked = next((event.slot for event in reversed(turn.events) if isinstance(event, SlotAsked)), None)
    is_handed_over = any(isinstance(event, HandedOver) for event in turn.events)
    for number, reply in enumerate(turn.replies[: PER_PLACE - 1], start=1):
        is_last = number == len(turn.replies)
        content = _render_reply(reply, asked if is_last else None)
        if is_last and is_handed_over:
            content["state"] = "waiting_for_agent"
        elif is_last and any(isinstance(event, HandedBack) for event in turn.events):
            content["state"] = "with_bot"
        if is_last:
            content["answers"] = turn.message_id
        events.append(ChatEvent(place * PER_PLACE + number, "reply", at, content))
    return events


def _render_reply(reply: Reply, asked: str | None) -> dict[str, Any]:
    content: dict[str, Any] = {"text": reply.text}
    if reply.buttons:
        content["buttons"] = [{"title": button.title, "payload": button.payload} for button in reply.buttons]
    if reply.image:
        content["image"] = reply.image
    if reply.custom:
        content["custom"] = dict(reply.custom)
    if asked in FORMS:
        content["form"] = asked
    return content
