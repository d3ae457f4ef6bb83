"""The record of one turn: events as they happen, each applied to the conversation at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot import events as happened
from bot.conversation import Conversation
from bot.events import Event
from bot.message import Reply, UserMessage
from bot.responses import ResponseRenderer


@dataclass(slots=True)
class TurnRecord:
    """Everything that one message leads to. Only `bot/turn.py` and the parts it runs write here."""

    conversation: Conversation
    message: UserMessage
    renderer: ResponseRenderer
    now: Callable[[], float]
    """Seconds since the epoch."""
    events: list[Event] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    listening: bool = False
    """The turn ends without asking the pending question again."""
    completed_service: bool = False
    ask_as: str = ""
    """How the question at hand is asked in this turn: nod | piece | remark; empty: as it stands in the flow."""

    def note(self, event: Event) -> None:
        """Append an event and apply it."""
        self.events.append(event)
        self.conversation.apply(event)

    def set_slot(self, name: str, value: Any, by: str) -> None:
        """Note a slot's value when it is a new one."""
        if self.conversation.slots.get(name) != value or by == "customer":
            self.note(happened.SlotSet(timestamp=self.now(), name=name, value=value, by=by))

    def say(self, response: str, values: Mapping[str, Any] | None = None, extra: Reply | None = None) -> None:
        """Say a response of the domain; `extra` brings buttons, an image or custom content of an action."""
        conversation = self.conversation
        reply = self.renderer.render(
            response,
            channel=self.message.channel,
            slots={**conversation.slots, "channel": self.message.channel},
            values=values or {},
            turn=conversation.turns,
        )
        if extra is not None:
            custom = {**reply.custom, **extra.custom}
            reply = Reply(reply.text, (*reply.buttons, *extra.buttons), extra.image or reply.image, custom)
        self.say_reply(reply, response)

    def say_reply(self, reply: Reply, response: str = "") -> None:
        """Say ready words."""
        if not (reply.text or reply.image or reply.custom):
            return
        self.replies.append(reply)
        self.note(
            happened.BotSaid(
                timestamp=self.now(),
                text=reply.text,
                response=response,
                buttons=tuple((button.title, button.payload) for button in reply.buttons),
                image=reply.image,
                custom=dict(reply.custom) or None,
            )
        )
