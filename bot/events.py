"""Everything that happens in a conversation, in the past tense, frozen, append-only.

State is a fold over these events (`bot/conversation.py`); only `bot/turn.py` appends them.
`render_event` and `parse_event` are each other's inverse; the `event` names are part of the public interface.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar

from nlu.understanding import Entity, Intent


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened."""

    timestamp: float
    """Seconds since the epoch, by the set clock."""
    kind: ClassVar[str] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStarted(Event):
    """A new session began: what was known before is forgotten."""

    kind: ClassVar[str] = "session_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSaid(Event):
    """The customer said something (or nothing: empty text)."""

    kind: ClassVar[str] = "user"
    text: str
    message_id: str
    channel: str
    intent: str
    """The intent after the context was used."""
    confidence: float
    intents: tuple[Intent, ...] = ()
    entities: tuple[Entity, ...] = ()
    understood: bool = True
    reason: str = ""
    """Which rule decided, for the one who asks why."""
    ranking: tuple[Intent, ...] = ()
    """The likeliest intents, best first, before the context was used."""
    heard: float = 1.0
    """How sure the recognition was of the words, 0 to 1; 1 where they were typed."""
    first_reading: str = ""
    """What the recognition thought likelier, where another of its readings was meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BotSaid(Event):
    """The bot said something, worded for the channel."""

    kind: ClassVar[str] = "bot"
    text: str
    response: str = ""
    buttons: tuple[tuple[str, str], ...] = ()
    image: str | None = None
    custom: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyCut(Event):
    """The customer interrupted what the bot was saying: of that reply only `heard` was heard."""

    kind: ClassVar[str] = "reply_cut"
    message_id: str
    """Of the message that the reply answered."""
    heard: str
    unheard: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotSet(Event):
    """A slot has a new value (null: it was cleared)."""

    kind: ClassVar[str] = "slot"
    name: str
    value: Any
    by: str = "flow"
    """customer | flow | action | agent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowStarted(Event):
    """A flow was pushed on the stack."""

    kind: ClassVar[str] = "flow_started"
    flow: str
    frame: int
    flow_kind: str
    called: bool = False
    """Started by the flow beneath it, which goes on afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReached(Event):
    """A flow on the stack stands at a step."""

    kind: ClassVar[str] = "step"
    frame: int
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotAsked(Event):
    """A flow asked for a slot; `useless` counts the answers so far that did not help."""

    kind: ClassVar[str] = "slot_asked"
    frame: int
    slot: str
    useless: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowEvent(Event):
    """Something happened to a flow on the stack."""

    flow: str
    frame: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowCompleted(FlowEvent):
    """A flow reached its end and left the stack."""

    kind: ClassVar[str] = "flow_completed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowCancelled(FlowEvent):
    """A flow was given up and left the stack."""

    kind: ClassVar[str] = "flow_cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowInterrupted(FlowEvent):
    """A flow was paused by a digression."""

    kind: ClassVar[str] = "flow_interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowResumed(FlowEvent):
    """A paused flow goes on."""

    kind: ClassVar[str] = "flow_resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestDeferred(Event):
    """A second request of the same sentence waits for its turn."""

    kind: ClassVar[str] = "request_deferred"
    flow: str
    slots: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestTaken(Event):
    """The first waiting request has its turn."""

    kind: ClassVar[str] = "request_taken"
    flow: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRan(Event):
    """An action was done."""

    kind: ClassVar[str] = "action"
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionFailed(Event):
    """An action could not be done."""

    kind: ClassVar[str] = "action_failed"
    name: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver(Event):
    """The conversation was put into the queue for a person."""

    kind: ClassVar[str] = "handoff"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedBack(Event):
    """A person gave the conversation back to the bot."""

    kind: ClassVar[str] = "handback"
    outcome: str
    """returned (the bot goes on where it stopped) | closed (the matter is settled)."""


EVENT_CLASSES: tuple[type[Event], ...] = (
    SessionStarted,
    UserSaid,
    BotSaid,
    ReplyCut,
    SlotSet,
    FlowStarted,
    StepReached,
    SlotAsked,
    FlowCompleted,
    FlowCancelled,
    FlowInterrupted,
    FlowResumed,
    RequestDeferred,
    RequestTaken,
    ActionRan,
    ActionFailed,
    HandedOver,
    HandedBack,
)
_CLASS_BY_KIND = {event_class.kind: event_class for event_class in EVENT_CLASSES}
_FIELDS = {event_class: tuple(field.name for field in fields(event_class)) for event_class in EVENT_CLASSES}
_ENTITY_FIELDS = tuple(field.name for field in fields(Entity))


def render_event(event: Event) -> dict[str, Any]:
    """Return the event as JSON values, `event` and `timestamp` first."""
    rendered: dict[str, Any] = {"event": event.kind}
    for name in _FIELDS[type(event)]:
        rendered[name] = _render_value(getattr(event, name))
    return rendered


def parse_event(rendered: dict[str, Any]) -> Event:
    """Return the event that `render_event` rendered. Raises KeyError for an unknown kind."""
    event_class = _CLASS_BY_KIND[rendered["event"]]
    values = {name: rendered[name] for name in _FIELDS[event_class] if name in rendered}
    if event_class is UserSaid:
        values["intents"] = tuple(Intent(**intent) for intent in values["intents"])
        values["entities"] = tuple(Entity(**entity) for entity in values["entities"])
        values["ranking"] = tuple(Intent(**intent) for intent in values.get("ranking", ()))
    if event_class is BotSaid:
        values["buttons"] = tuple((title, payload) for title, payload in values["buttons"])
    return event_class(**values)


def _render_value(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Entity):
        return {name: getattr(value, name) for name in _ENTITY_FIELDS}
    if isinstance(value, Intent):
        return {"name": value.name, "confidence": round(value.confidence, 4)}
    if isinstance(value, tuple):
        return [_render_value(item) for item in value]
    return value
