"""The state of one conversation: a fold over its events, and nothing else.

`apply` is the only way in which it changes, so replaying the events gives the same state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot import events as happened
from bot.events import Event

BY_CUSTOMER = "customer"
PASSING_RESPONSES = frozenset({"utter_take_your_time", "utter_silence_once", "utter_silence_again"})
"""Words that nobody wants to hear again when asking for a repetition."""


@dataclass(slots=True)
class Frame:
    """One flow on the dialogue stack."""

    number: int
    flow: str
    kind: str
    """service | knowledge | pattern."""
    step: str = ""
    asked: str | None = None
    """Slot whose value this flow waits for."""
    useless: int = 0
    """Answers to this question that did not help."""
    called: bool = False
    """It serves the flow beneath it and ends with it."""
    interrupted: bool = False
    filled: int = 0
    """Values that the customer gave to this flow: what a cancellation would throw away."""
    values: dict[str, Any] = field(default_factory=dict)
    """Slots as set while this flow had the word: cleared with it, and set again when it goes on after a digression."""


@dataclass(slots=True)
class DeferredRequest:
    """A second request of one sentence, with the slot values that came with it."""

    flow: str
    slots: Mapping[str, Any]


@dataclass(slots=True)
class Conversation:
    """What is known now. Read it freely; change it by `apply` alone."""

    sender_id: str
    initial_slots: Mapping[str, Any]
    slots: dict[str, Any] = field(default_factory=dict)
    stack: list[Frame] = field(default_factory=list)
    deferred: list[DeferredRequest] = field(default_factory=list)
    latest: happened.UserSaid | None = None
    said_last: list[happened.BotSaid] = field(default_factory=list)
    """What the bot said since the customer's last message."""
    said_before: list[happened.BotSaid] = field(default_factory=list)
    """What the bot said in the turn before, passing words left out."""
    heard: dict[str, Any] = field(default_factory=dict)
    """Values that the customer gave in this session, by slot, the latest last, whatever became of them."""
    last_request: str | None = None
    """The latest request with a flow of its own (service or knowledge)."""
    last_request_text: str = ""
    misses: int = 0
    silences: int = 0
    angers: int = 0
    handed_over: bool = False
    turns: int = 0
    frames_made: int = 0
    last_at: float = 0.0

    def __post_init__(self) -> None:
        self.slots = dict(self.initial_slots)

    @property
    def top(self) -> Frame | None:
        """The flow that has the word."""
        return self.stack[-1] if self.stack else None

    @property
    def active_flow(self) -> str | None:
        """The topmost service flow."""
        return next((frame.flow for frame in reversed(self.stack) if frame.kind == "service"), None)

    @property
    def running_flow(self) -> str | None:
        """The flow that has the word: of whatever kind, beneath what it called."""
        return next((frame.flow for frame in reversed(self.stack) if not frame.called), None)

    @property
    def service_frame(self) -> Frame | None:
        """The topmost service flow's frame."""
        return next((frame for frame in reversed(self.stack) if frame.kind == "service"), None)

    @property
    def has_work(self) -> bool:
        """Say whether the customer gave values that a cancellation of the topmost request would throw away."""
        frame = self.service_frame
        if frame is None:
            return False
        place = self.stack.index(frame)
        called = self.stack[place + 1 :]
        return frame.filled > 0 or any(above.filled for above in called if above.called)

    @property
    def requested_slot(self) -> str | None:
        """The slot whose value the bot waits for."""
        return next((frame.asked for frame in reversed(self.stack) if frame.asked), None)

    @property
    def verified_level(self) -> int:
        """0 nobody, 1 stated or bound account, 2 verified identity."""
        return int(self.slots.get("verified_level") or 0)

    def frame(self, number: int) -> Frame | None:
        """Return the frame with this number, or None when it has left the stack."""
        return next((frame for frame in self.stack if frame.number == number), None)

    def apply(self, event: Event) -> None:
        """Change the state as this event says."""
        self.last_at = event.timestamp
        change = _CHANGES.get(type(event))
        if change is not None:
            change(self, event)

    def apply_all(self, events: Iterable[Event]) -> None:
        """Apply the events in order."""
        for event in events:
            self.apply(event)


def _start_session(conversation: Conversation, _: happened.SessionStarted) -> None:
    fresh = Conversation(conversation.sender_id, conversation.initial_slots)
    for name in ("slots", "stack", "deferred", "latest", "said_last", "said_before", "heard", "last_request"):
        setattr(conversation, name, getattr(fresh, name))
    conversation.last_request_text = ""
    conversation.misses = conversation.silences = conversation.angers = 0
    conversation.handed_over = False


def _hear(conversation: Conversation, event: happened.UserSaid) -> None:
    conversation.turns += 1
    conversation.latest = event
    if any(said.response not in PASSING_RESPONSES for said in conversation.said_last):
        conversation.said_before = conversation.said_last
    conversation.said_last = []
    conversation.silences = 0 if event.text else conversation.silences + 1
    if event.text:
        conversation.misses = 0 if event.understood else conversation.misses + 1
    if event.intent == "complain_bot":
        conversation.angers += 1


def _say(conversation: Conversation, event: happened.BotSaid) -> None:
    conversation.said_last.append(event)


def _cut(conversation: Conversation, event: happened.ReplyCut) -> None:
    """What nobody heard was not said: it is not repeated, and nothing leans on it."""
    if conversation.latest is not None and conversation.latest.message_id == event.message_id:
        conversation.said_last = [said for said, heard in heard_parts(conversation.said_last, event.heard) if heard]


def heard_parts(said: Sequence[happened.BotSaid], heard: str) -> list[tuple[happened.BotSaid, str]]:
    """Return each thing that was said with the part of it that was heard; blanks are not spoken and do not count."""
    parts, left = [], sum(not character.isspace() for character in heard)
    for one in said:
        spoken = [place for place, character in enumerate(one.text) if not character.isspace()]
        is_whole = left >= len(spoken)
        parts.append((one, one.text if is_whole and spoken else one.text[: spoken[left]] if spoken else ""))
        left = max(0, left - len(spoken))
    return parts


def _set_slot(conversation: Conversation, event: happened.SlotSet) -> None:
    conversation.slots[event.name] = event.value
    frame = conversation.top
    if frame is not None:
        frame.values[event.name] = event.value
        frame.filled += event.by == BY_CUSTOMER and event.value is not None
    if event.by == BY_CUSTOMER and event.value is not None:
        conversation.heard.pop(event.name, None)  # the latest stands last
        conversation.heard[event.name] = event.value


def _push(conversation: Conversation, event: happened.FlowStarted) -> None:
    conversation.stack.append(Frame(event.frame, event.flow, event.flow_kind, called=event.called))
    conversation.frames_made = max(conversation.frames_made, event.frame)
    if event.flow_kind != "pattern":
        conversation.last_request = event.flow
        conversation.last_request_text = conversation.latest.text if conversation.latest else ""


def _move(conversation: Conversation, event: happened.StepReached) -> None:
    if frame := conversation.frame(event.frame):
        frame.step, frame.asked, frame.useless = event.step, None, 0


def _ask(conversation: Conversation, event: happened.SlotAsked) -> None:
    if frame := conversation.frame(event.frame):
        frame.asked, frame.useless = event.slot, event.useless


def _pop(conversation: Conversation, event: happened.FlowEvent) -> None:
    frame = conversation.frame(event.frame)
    if frame is not None and frame.called and (place := conversation.stack.index(frame)) > 0:
        caller = conversation.stack[place - 1]
        caller.values |= frame.values
        caller.filled += frame.filled
    conversation.stack = [frame for frame in conversation.stack if frame.number != event.frame]


def _interrupt(conversation: Conversation, event: happened.FlowInterrupted) -> None:
    if frame := conversation.frame(event.frame):
        frame.interrupted = True


def _resume(conversation: Conversation, event: happened.FlowResumed) -> None:
    if frame := conversation.frame(event.frame):
        frame.interrupted = False


def _defer(conversation: Conversation, event: happened.RequestDeferred) -> None:
    conversation.deferred.append(DeferredRequest(event.flow, event.slots))


def _take(conversation: Conversation, _: happened.RequestTaken) -> None:
    conversation.deferred = conversation.deferred[1:]


def _hand_over(conversation: Conversation, _: happened.HandedOver) -> None:
    conversation.handed_over = True


def _hand_back(conversation: Conversation, _: happened.HandedBack) -> None:
    conversation.handed_over = False
    conversation.misses = conversation.silences = conversation.angers = 0
    conversation.said_last = []


_CHANGES: dict[type[Event], Callable[[Conversation, Any], None]] = {
    happened.SessionStarted: _start_session,
    happened.UserSaid: _hear,
    happened.BotSaid: _say,
    happened.ReplyCut: _cut,
    happened.SlotSet: _set_slot,
    happened.FlowStarted: _push,
    happened.StepReached: _move,
    happened.SlotAsked: _ask,
    happened.FlowCompleted: _pop,
    happened.FlowCancelled: _pop,
    happened.FlowInterrupted: _interrupt,
    happened.FlowResumed: _resume,
    happened.RequestDeferred: _defer,
    happened.RequestTaken: _take,
    happened.HandedOver: _hand_over,
    happened.HandedBack: _hand_back,
}
