"""One turn, one straight line: understand -> decide -> act -> reply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot import events as happened
from bot.commands import (
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
from bot.message import UserMessage
from bot.payload import parse_payload
from bot.project import Project
from bot.record import TurnRecord
from bot.responses import ResponseRenderer
from bot.run_stack import StackRunner
from bot.scope import build_scope
from nlu.understanding import Context, Intent, Understanding

SILENCE = Intent("silence", 1.0)


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
        understanding = self.understand(message.text, conversation, message.channel)
        decision = self.policy.decide(understanding, conversation)
        self._hear(record, understanding, decision)
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
            last_user_text=conversation.last_request_text or (latest.text if latest else None) or None,
            last_intent=conversation.last_request or (latest.intent if latest else None),
            last_topic=conversation.slots.get("last_topic"),
            active_flow=conversation.active_flow,
            requested_slot=conversation.requested_slot,
            channel=channel,
        )
        return self.nlu.parse(text, context)

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

    def _hear(self, record: TurnRecord, understanding: Understanding, decision: Decision) -> None:
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
            )
        )

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
                    record.say("utter_corrected")
                case ForgetSlot(slot):
                    record.set_slot(slot, None, "flow")
                    self.runner.moves.rewind(record, {slot})
                case UselessAnswer():
                    self.runner.questions.note_useless(record)
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
