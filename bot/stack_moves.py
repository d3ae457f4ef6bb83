"""Moves on the dialogue stack: start, finish, cancel, resume, go to a step, rewind. Each is a few events."""

from __future__ import annotations

from dataclasses import dataclass

from bot import events as happened
from bot.conversation import Conversation, Frame
from bot.flow import END, CollectStep, Flow, Step
from bot.project import Project
from bot.record import TurnRecord
from bot.scope import build_scope

VERIFY = "pattern_verify"
TOPIC = "last_topic"
LAST_DONE = "last_done"
"""Slot with the name of the service that was finished last, until another request begins."""
CUSTOMER_CLASS = "customer_class"
ENGINE_SLOTS = frozenset(
    {
        "account_no",
        "verified_account",
        "verified_level",
        "region",
        CUSTOMER_CLASS,
        TOPIC,
        "channel",
        "question",
        LAST_DONE,
    }
)
"""They outlive the flow that set them."""


@dataclass(frozen=True, slots=True)
class StackMoves:
    """Moves flows on and off the stack. Holds no state: everything is in the record's conversation."""

    project: Project

    # --- on the stack -------------------------------------------------------------------------------------------

    def start(self, record: TurnRecord, flow_id: str, *, called: bool = False) -> None:
        """Push a flow; the service or knowledge flow beneath it is interrupted unless it called."""
        conversation = record.conversation
        flow = self.project.flows[flow_id]
        beneath = next((frame for frame in reversed(conversation.stack) if not frame.called), None)
        is_digression = not called and flow.kind != "pattern" and beneath is not None and beneath.kind != "pattern"
        if is_digression and beneath is not None and not beneath.interrupted:
            record.note(happened.FlowInterrupted(timestamp=record.now(), flow=beneath.flow, frame=beneath.number))
        if flow.kind != "pattern" and conversation.slots.get(LAST_DONE) is not None:
            record.set_slot(LAST_DONE, None, "flow")
        number = conversation.frames_made + 1
        record.note(
            happened.FlowStarted(timestamp=record.now(), flow=flow_id, frame=number, flow_kind=flow.kind, called=called)
        )

        if flow.kind == "service" and not called:
            self._set_topic(record, flow)

    def _set_topic(self, record: TurnRecord, flow: Flow) -> None:
        """From here on, questions that lean on what is spoken of lean on this flow (要带什么材料, while in 过户)."""
        if TOPIC in self.project.domain.slots:
            record.set_slot(TOPIC, flow.name, "flow")

    def make_room(self, record: TurnRecord, flow: Flow) -> None:
        """Before a request starts: repairs on top are over, and the same flow is not run twice at once."""
        if flow.kind == "pattern":
            return
        while (top := record.conversation.top) is not None and top.kind == "pattern" and not top.called:
            self.cancel(record, top)
        for frame in list(record.conversation.stack):
            if frame.flow == flow.id and frame in record.conversation.stack:
                self.cancel(record, frame)

    # --- off the stack ------------------------------------------------------------------------------------------

    def finish(self, record: TurnRecord, frame: Frame) -> None:
        """A flow has reached its end: clear its slots, go on with what is beneath it."""
        flow = self.project.flows[frame.flow]
        slots = set() if frame.called else self._own_slots([frame]) - flow.persisted_slots
        record.note(happened.FlowCompleted(timestamp=record.now(), flow=frame.flow, frame=frame.number))
        if flow.kind != "knowledge":
            self._clear(record, slots)
        record.completed_service |= flow.kind == "service"
        if flow.kind == "service" and LAST_DONE in self.project.domain.slots:
            record.set_slot(LAST_DONE, flow.name, "flow")
        beneath = record.conversation.top
        if beneath is None:
            return
        if frame.flow == VERIFY and self.lacks_level(record.conversation, beneath):
            self._give_up_unverified(record)
        elif not frame.called:
            self._resume(record, beneath)

    def _give_up_unverified(self, record: TurnRecord) -> None:
        """Nobody was verified: every request that needs it is given up, and what needs nothing goes on."""
        stack = record.conversation.stack
        for owner in [each for each in reversed(stack) if self.lacks_level(record.conversation, each)]:
            self.cancel(record, owner)
        if record.conversation.top is not None:
            self._resume(record, record.conversation.top)

    def cancel(self, record: TurnRecord, frame: Frame) -> None:
        """Give up a flow with everything that it called; its slots are cleared."""
        stack = record.conversation.stack
        place = stack.index(frame)
        above = place + 1
        while above < len(stack) and stack[above].called:
            above += 1
        doomed = list(reversed(stack[place:above]))
        slots = self._own_slots(doomed)
        for gone in doomed:
            record.note(happened.FlowCancelled(timestamp=record.now(), flow=gone.flow, frame=gone.number))
        self._clear(record, slots)

    def cancel_service(self, record: TurnRecord, *, everything: bool) -> None:
        """Give up the topmost service or knowledge flow, or all of them with what was deferred."""
        for frame in list(reversed(record.conversation.stack)):
            if frame.kind != "pattern" and frame in record.conversation.stack:
                self.cancel(record, frame)
                if not everything:
                    return
        while everything and record.conversation.deferred:
            flow = record.conversation.deferred[0].flow
            record.note(happened.RequestTaken(timestamp=record.now(), flow=flow))

    def cancel_everything(self, record: TurnRecord) -> None:
        """Empty the stack."""
        while record.conversation.stack:
            self.cancel(record, record.conversation.stack[0])

    def drop_pattern(self, record: TurnRecord) -> None:
        """Give up a repair that stands on top of the stack."""
        frame = record.conversation.top
        if frame is not None and frame.kind == "pattern" and not frame.called:
            self.cancel(record, frame)

    def drop_digression(self, record: TurnRecord) -> None:
        """Give up the topmost request and go back to the one beneath it."""
        frame = next((frame for frame in reversed(record.conversation.stack) if not frame.called), None)
        if frame is None:
            return
        self.cancel(record, frame)
        owner = next((frame for frame in reversed(record.conversation.stack) if not frame.called), None)
        if owner is not None and owner.interrupted:
            record.note(happened.FlowResumed(timestamp=record.now(), flow=owner.flow, frame=owner.number))
            self._restore(record, owner)

    def _resume(self, record: TurnRecord, beneath: Frame) -> None:
        owner = next((frame for frame in reversed(record.conversation.stack) if not frame.called), beneath)
        if not owner.interrupted:
            return
        record.note(happened.FlowResumed(timestamp=record.now(), flow=owner.flow, frame=owner.number))
        self._restore(record, owner)
        if not record.listening:
            record.say("utter_flow_resumed", {"flow_name": self.project.flows[owner.flow].name})

    # --- within a flow ------------------------------------------------------------------------------------------

    def advance(self, record: TurnRecord, frame: Frame, step: Step) -> None:
        """Go on after a step, by the first branch whose condition holds."""
        scope = build_scope(record) if step.branches else {}
        target = next(
            (branch.target for branch in step.branches if branch.condition is None or branch.condition.holds(scope)),
            step.following,
        )
        self.go(record, frame, target)

    def go(self, record: TurnRecord, frame: Frame, target: str) -> None:
        """Go to a step of the flow, or to its END."""
        if target == END:
            self.finish(record, frame)
        else:
            record.note(happened.StepReached(timestamp=record.now(), frame=frame.number, step=target))

    def rewind(self, record: TurnRecord, changed: set[str]) -> None:
        """Go back to the earliest question about a changed slot; forget only what depends on it."""
        for frame in record.conversation.stack[-2:]:
            flow = self.project.flows[frame.flow]
            steps = list(flow.steps.values())
            asked = [step for step in steps if isinstance(step, CollectStep)]
            first = next((step for step in asked if changed & {step.slot, *step.alternatives}), None)
            if first is None or not frame.step or steps.index(flow.steps[frame.step]) < steps.index(first):
                continue
            for step in asked[asked.index(first) + 1 :]:
                is_confirmation = self.project.domain.slots[step.slot].type == "bool"
                if (changed & set(step.depends_on) or is_confirmation) and step.slot not in changed:
                    record.set_slot(step.slot, None, "flow")
            self.go(record, frame, first.id)

    def step_of(self, frame: Frame) -> Step | None:
        """Return the step at which a flow stands."""
        return self.project.flows[frame.flow].steps.get(frame.step)

    def lacks_level(self, conversation: Conversation, frame: Frame) -> bool:
        """Say whether this flow needs a verification that the conversation does not have."""
        flow = self.project.flows[frame.flow]
        if flow.auth == 0 or frame.kind == "pattern":
            return False
        asked_for = conversation.slots.get("account_no")
        is_other = asked_for is not None and asked_for != conversation.slots.get("verified_account")
        return is_other or conversation.verified_level < flow.auth

    # --- slots --------------------------------------------------------------------------------------------------

    def _own_slots(self, frames: list[Frame]) -> set[str]:
        names: set[str] = set()
        for frame in frames:
            names |= set(frame.values) | set(self.project.flows[frame.flow].collected)
        return names - self._lasting_slots()

    def _lasting_slots(self) -> frozenset[str]:
        """Slots that outlive flows: the engine's own, and what verification keeps."""
        verify = self.project.flows.get(VERIFY)
        return ENGINE_SLOTS | (verify.persisted_slots if verify else frozenset())

    def _restore(self, record: TurnRecord, owner: Frame) -> None:
        """Set the slots of a flow again that a digression changed or cleared."""
        if owner.kind == "service":
            self._set_topic(record, self.project.flows[owner.flow])
        for name, value in list(owner.values.items()):
            if name not in self._lasting_slots():
                record.set_slot(name, value, "flow")

    @staticmethod
    def _clear(record: TurnRecord, names: set[str]) -> None:
        initial = record.conversation.initial_slots
        for name in sorted(names):
            if name in initial:
                record.set_slot(name, initial[name], "flow")
