"""One turn, one straight line: understand -> decide -> act -> reply."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from bot import events as happened
from bot.commands import (
    AskAs,
    CorrectSlots,
    Decision,
    DeferFlow,
    DropDigression,
    DropPattern,
    FillSlots,
    ForgetSlot,
    RefuseQuestion,
    StartFlow,
    UselessAnswer,
)
from bot.conversation import Conversation
from bot.errors import UnendingFlow
from bot.hearing import is_follow_up
from bot.message import Reading, UserMessage
from bot.payload import parse_payload
from bot.project import Project
from bot.reconsider import HAZARD
from bot.record import TurnRecord
from bot.refit import refit
from bot.responses import ResponseRenderer
from bot.run_stack import StackRunner
from bot.scope import build_scope
from bot.slot_values import overheard
from bot.turn_times import turn_step
from nlu.understanding import Context, Intent, Understanding

SILENCE = Intent("silence", 1.0)
RANKED = 5
"""Likeliest intents that are kept with a message: for whoever labels it later."""


class Understands(Protocol):
    """The NLU, as the engine needs it."""

    def parse(self, text: str, context: Context) -> Understanding:
        """Understand one sentence in its context."""
        ...


class Decides(Protocol):
    """A policy."""

    def decide(self, understanding: Understanding, conversation: Conversation) -> Decision:
        """Decide about one message."""
        ...


@runtime_checkable
class ChoosesReading(Protocol):
    """A policy that also looks at the other readings of what was spoken."""

    def doubts(self, understanding: Understanding, conversation: Conversation) -> bool:
        """Say whether another reading than the recognition's first may have been meant."""
        ...

    def choose(
        self, first: Understanding, others: Sequence[tuple[Reading, Understanding]], conversation: Conversation
    ) -> Understanding:
        """Return what was most likely meant of several readings."""
        ...


@dataclass(frozen=True, slots=True)
class TurnEngine:
    """Everything that one turn needs; it holds no state of any conversation."""

    project: Project
    nlu: Understands
    policy: Decides
    runner: StackRunner
    renderer: ResponseRenderer
    clock: Callable[[], datetime]

    async def take_turn(self, conversation: Conversation, message: UserMessage) -> TurnRecord:
        """Answer one message. The conversation is changed by the events of the returned record, in order."""
        record = TurnRecord(conversation, message, self.renderer, lambda: self._now(conversation))
        self._open_session(record)
        refit(record, self.project)
        with turn_step("understanding"):
            understanding = self._read(record)
        decision = self.policy.decide(understanding, conversation)
        self._hear(record, understanding, decision, message.text)
        self._apply(record, decision)
        try:
            await self.runner.run(record)
        except UnendingFlow:
            record.note(happened.ActionFailed(timestamp=record.now(), name="flow", cause="unending_flow"))
            self.runner.moves.cancel_everything(record)
            record.say("utter_try_later")
        if not record.replies:
            record.say("utter_acknowledged")
        return record

    def _read(self, record: TurnRecord) -> Understanding:
        """Understand what was said; of several readings the one that was meant becomes the message's text."""
        message, conversation = record.message, record.conversation
        for cut in message.cut:
            record.note(
                happened.ReplyCut(
                    timestamp=record.now(), message_id=cut.message_id, heard=cut.heard, unheard=cut.unheard
                )
            )
        understanding = self._understand_heard(message.text, record)
        policy = self.policy
        if (
            not message.readings
            or not isinstance(policy, ChoosesReading)
            or not policy.doubts(understanding, conversation)
        ):
            return understanding
        others = [(reading, self._understand_heard(reading.text, record)) for reading in message.readings]
        chosen = policy.choose(understanding, others, conversation)
        record.message = replace(message, text=chosen.text)
        return chosen

    def _understand_heard(self, text: str, record: TurnRecord) -> Understanding:
        understanding = self.understand(text, record.conversation, record.message.channel)
        return replace(understanding, heard=record.message.heard)

    async def take_back(
        self, conversation: Conversation, message: UserMessage, outcome: str, slots: Mapping[str, Any]
    ) -> TurnRecord:
        """Take a conversation back from a person, who may have learnt values; no message of the customer leads to it.

        outcome: returned (the open question is asked again) or closed (what was open is settled).
        """
        record = TurnRecord(conversation, message, self.renderer, lambda: self._now(conversation))
        refit(record, self.project)
        record.note(happened.HandedBack(timestamp=record.now(), outcome=outcome))
        for name, value in slots.items():
            if name in self.project.domain.slots:
                record.set_slot(name, value, "agent")
        if outcome != "returned":
            self.runner.moves.cancel_everything(record)
        if self.renderer.has(f"utter_agent_{outcome}"):
            record.say(f"utter_agent_{outcome}")
        try:
            await self.runner.run(record)
        except UnendingFlow:
            self.runner.moves.cancel_everything(record)
        return record

    def _now(self, conversation: Conversation) -> float:
        """Return the time, never before the last event: the clocks of two machines may differ."""
        return max(self.clock().timestamp(), conversation.last_at)

    def understand(self, text: str, conversation: Conversation, channel: str) -> Understanding:
        """Understand a text in the context of this conversation."""
        if not text:
            return Understanding(text, SILENCE, (SILENCE,), (SILENCE,), ())
        if (spelled_out := parse_payload(text)) is not None:
            return spelled_out
        latest = conversation.latest
        context = Context(
            last_user_text=self._spoken_of(conversation),
            last_intent=conversation.last_request or (latest.intent if latest else None),
            last_topic=conversation.slots.get("last_topic"),
            active_flow=conversation.active_flow,
            requested_slot=conversation.requested_slot,
            channel=channel,
        )
        return self.nlu.parse(text, context)

    def _spoken_of(self, conversation: Conversation) -> str | None:
        """Return the last request in its own words; one that leaned on what came before by its topic."""
        said = conversation.last_request_text or (conversation.latest.text if conversation.latest else "")
        topic = conversation.slots.get("last_topic")
        return str(topic) if topic and is_follow_up(self.project, said) else said or None

    def _open_session(self, record: TurnRecord) -> None:
        conversation, session = record.conversation, self.project.domain.session
        now = record.now()
        is_first = conversation.turns == 0 and not conversation.last_at
        if is_first or now - conversation.last_at > session.expiration_seconds:
            kept = dict(conversation.slots) if session.carry_over_slots else {}
            record.note(happened.SessionStarted(timestamp=now))
            for name, value in kept.items():
                record.set_slot(name, value, "flow")
        region = record.message.region
        slot = self.project.domain.slots.get("region")
        if region and slot and region in slot.values and conversation.slots.get("region") is None:
            record.set_slot("region", region, "flow")

    def _hear(self, record: TurnRecord, understanding: Understanding, decision: Decision, first_reading: str) -> None:
        record.note(
            happened.UserSaid(
                timestamp=record.now(),
                text=record.message.text,
                message_id=record.message.message_id,
                channel=record.message.channel,
                intent=decision.intent,
                confidence=round(understanding.intent.confidence, 4),
                intents=_effective_intents(understanding, decision),
                entities=understanding.entities,
                understood=decision.understood,
                reason=decision.reason,
                ranking=understanding.intent_ranking[:RANKED],
                heard=round(record.message.heard, 3),
                first_reading=first_reading if first_reading != record.message.text else "",
            )
        )
        for name, value in overheard(self.project.domain, record.message.text).items():
            record.set_slot(name, value, "flow")

    def _apply(self, record: TurnRecord, decision: Decision) -> None:
        for command in decision.commands:
            match command:
                case StartFlow(flow, slots, keep):
                    self._start(record, flow, slots, keep)
                case DeferFlow(flow, slots):
                    record.note(happened.RequestDeferred(timestamp=record.now(), flow=flow, slots=dict(slots)))
                case FillSlots(values):
                    self._fill(record, values)
                case CorrectSlots(values):
                    self._fill(record, values)
                    self.runner.moves.rewind(record, set(values))
                    if record.conversation.active_flow != HAZARD:  # where there is danger, only the advice counts
                        record.say("utter_corrected")
                case ForgetSlot(slot):
                    record.set_slot(slot, None, "flow")
                    self.runner.moves.rewind(record, {slot})
                case UselessAnswer():
                    self.runner.questions.note_useless(record)
                case AskAs(wording):
                    record.ask_as = wording
                case RefuseQuestion():
                    self.runner.questions.refuse(record)
                case DropPattern():
                    self.runner.moves.drop_pattern(record)
                case DropDigression():
                    self.runner.moves.drop_digression(record)

    def _start(self, record: TurnRecord, flow_id: str, slots: Any, keep: bool) -> None:
        flow = self.project.flows[flow_id]
        if flow.guard is not None and not flow.guard.holds(build_scope(record)):
            record.say("utter_flow_not_available", {"flow_name": flow.name})
            return
        self.runner.moves.make_room(record, flow)
        self.runner.moves.start(record, flow_id)
        if flow.kind == "knowledge" and not keep:
            for name in flow.collected:
                if name not in slots and name != "region":
                    record.set_slot(name, None, "flow")
        self._fill(record, slots)

    def _fill(self, record: TurnRecord, values: Any) -> None:
        for name, value in values.items():
            if name in self.project.domain.slots:
                record.set_slot(name, value, "customer")


def _effective_intents(understanding: Understanding, decision: Decision) -> tuple[Intent, ...]:
    names = {intent.name for intent in understanding.intents}
    if decision.intent in names:
        return understanding.intents
    return (Intent(decision.intent, understanding.intent.confidence),)
