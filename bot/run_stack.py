"""Run the dialogue stack until it waits for the customer.

One loop: look at the flow on top, do its step, go on. `collect` waits when its slot is empty; everything else runs through.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot import events as happened
from bot.conversation import Conversation, Frame
from bot.errors import UnendingFlow
from bot.flow import END, ActionStep, CallStep, CollectStep, Flow, LinkStep, SetSlotsStep, Step
from bot.project import Project
from bot.record import TurnRecord
from bot.run_action import ActionRunner

MAX_STEPS = 80
VERIFY = "pattern_verify"
ENGINE_SLOTS = frozenset(
    {"account_no", "verified_account", "verified_level", "region", "last_topic", "channel", "question"}
)


@dataclass(frozen=True, slots=True)
class StackRunner:
    """Runs flows. Holds no state: everything is in the record's conversation."""

    project: Project
    actions: ActionRunner
    clock: Callable[[], datetime]

    async def run(self, record: TurnRecord) -> None:
        """Run steps until a question is open or nothing is left to do."""
        for _ in range(MAX_STEPS):
            frame = record.conversation.top
            if frame is None:
                if not self._take_deferred(record):
                    return
                continue
            if record.listening:
                return
            if await self._run_step(record, frame):
                return
        raise UnendingFlow(f"more than {MAX_STEPS} steps in one turn at {record.conversation.active_flow}")

    # --- starting and ending ------------------------------------------------------------------------------------

    def start(self, record: TurnRecord, flow_id: str, *, called: bool = False) -> None:
        """Push a flow; the service or knowledge flow beneath it is interrupted unless it called."""
        conversation = record.conversation
        flow = self.project.flows[flow_id]
        beneath = next((frame for frame in reversed(conversation.stack) if not frame.called), None)
        if not called and beneath and flow.kind != "pattern" and beneath.kind != "pattern" and not beneath.interrupted:
            record.note(
                happened.FlowInterrupted(timestamp=record.now(), flow=beneath.flow, frame=beneath.number)
            )
        record.note(
            happened.FlowStarted(
                timestamp=record.now(),
                flow=flow_id,
                frame=conversation.frames_made + 1,
                flow_kind=flow.kind,
                called=called,
            )
        )

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

    def cancel_everything(self, record: TurnRecord) -> None:
        """Empty the stack."""
        while record.conversation.stack:
            self.cancel(record, record.conversation.stack[0])

    def make_room(self, record: TurnRecord, flow: Flow) -> None:
        """Before a request starts: repairs on top are over, and the same flow is not run twice at once."""
        if flow.kind == "pattern":
            return
        while (top := record.conversation.top) is not None and top.kind == "pattern" and not top.called:
            self.cancel(record, top)
        for frame in list(record.conversation.stack):
            if frame.flow == flow.id and frame in record.conversation.stack:
                self.cancel(record, frame)

    def drop_pattern(self, record: TurnRecord) -> None:
        """Give up a repair that stands on top of the stack."""
        frame = record.conversation.top
        if frame is not None and frame.kind == "pattern" and not frame.called:
            self.cancel(record, frame)

    def _finish(self, record: TurnRecord, frame: Frame) -> None:
        flow = self.project.flows[frame.flow]
        slots = set() if frame.called else self._own_slots([frame]) - flow.persisted_slots
        record.note(happened.FlowCompleted(timestamp=record.now(), flow=frame.flow, frame=frame.number))
        if flow.kind != "knowledge":
            self._clear(record, slots)
        record.completed_service |= flow.kind == "service"
        beneath = record.conversation.top
        if beneath is None:
            return
        if frame.flow == VERIFY and self._lacks_level(record.conversation, beneath):
            self.cancel(record, beneath)
        elif not frame.called:
            self._resume(record, beneath)

    def _resume(self, record: TurnRecord, beneath: Frame) -> None:
        owner = next((frame for frame in reversed(record.conversation.stack) if not frame.called), beneath)
        if not owner.interrupted:
            return
        record.note(happened.FlowResumed(timestamp=record.now(), flow=owner.flow, frame=owner.number))
        if not record.listening:
            record.say("utter_flow_resumed", {"flow_name": self.project.flows[owner.flow].name})

    def _take_deferred(self, record: TurnRecord) -> bool:
        """Start the next waiting request, or close the turn; say whether there is more to run."""
        conversation = record.conversation
        if conversation.deferred:
            request = conversation.deferred[0]
            record.note(happened.RequestTaken(timestamp=record.now(), flow=request.flow))
            record.say("utter_next_request", {"flow_name": self.project.flows[request.flow].name})
            self.start(record, request.flow)
            for name, value in request.slots.items():
                record.set_slot(name, value, "customer")
            return True
        if record.completed_service and not record.listening:
            record.completed_service = False
            self.start(record, "pattern_completed")
            return True
        return False

    # --- steps ----------------------------------------------------------------------------------------------------

    async def _run_step(self, record: TurnRecord, frame: Frame) -> bool:
        """Run the step at which this flow stands; say whether the turn waits for the customer now."""
        flow = self.project.flows[frame.flow]
        if not frame.step:
            self._go(record, frame, flow.first)
        step = flow.steps[frame.step]
        if step.id == flow.verify_at and self._lacks_level(record.conversation, frame):
            record.set_slot("required_level", flow.auth, "flow")
            self.start(record, VERIFY, called=True)
            return False
        if isinstance(step, CollectStep):
            return self._collect(record, frame, step)
        if isinstance(step, ActionStep):
            await self._act(record, frame, step)
            return False
        if isinstance(step, SetSlotsStep):
            for name, value in step.values:
                record.set_slot(name, value, "flow")
        if isinstance(step, LinkStep):
            self._link(record, frame, step)
            return False
        self._advance(record, frame, step)
        if isinstance(step, CallStep):
            self.start(record, step.flow, called=True)
        return False

    def _collect(self, record: TurnRecord, frame: Frame, step: CollectStep) -> bool:
        self._fill_quietly(record, frame, step)
        slots = record.conversation.slots
        given = next((name for name in (step.slot, *step.alternatives) if slots.get(name) is not None), None)
        is_open = given is None and not step.optional
        if given is not None and step.ask_before_filling and frame.asked != step.slot:
            is_open = True
        if given is not None and not is_open and (refused := self._rejected(record, step)) is not None:
            record.set_slot(given, None, "flow")
            return self._ask(record, frame, step, refused, useless=frame.useless + 1)
        if is_open:
            utter = step.utter
            if frame.useless and record.renderer.has(step.utter_again):
                utter = step.utter_again
            return self._ask(record, frame, step, utter, useless=frame.useless)
        self._advance(record, frame, step)
        return False

    def _ask(self, record: TurnRecord, frame: Frame, step: CollectStep, utter: str, *, useless: int) -> bool:
        if useless >= step.attempts:
            self._give_up(record, frame, step)
            return False
        record.note(
            happened.SlotAsked(timestamp=record.now(), frame=frame.number, slot=step.slot, useless=useless)
        )
        record.say(utter)
        return True

    def _give_up(self, record: TurnRecord, frame: Frame, step: CollectStep) -> None:
        if step.on_give_up is not None:
            self._go_or_finish(record, frame, step.on_give_up)
            return
        owner = record.conversation.service_frame or frame
        self.cancel(record, owner if frame.called else frame)
        self.start(record, "pattern_give_up")

    def refuse(self, record: TurnRecord) -> None:
        """The customer cannot give the value that is asked for: take the way that the flow has for this."""
        frame = record.conversation.top
        step = self._current_step(frame)
        if frame is None or not isinstance(step, CollectStep):
            return
        if step.on_deny is not None:
            self._go_or_finish(record, frame, step.on_deny)
        else:
            self.note_useless(record)

    def note_useless(self, record: TurnRecord) -> None:
        """The answer did not help: count it, so that the question is asked in other words."""
        frame = record.conversation.top
        if frame is not None and frame.asked is not None:
            record.note(
                happened.SlotAsked(
                    timestamp=record.now(), frame=frame.number, slot=frame.asked, useless=frame.useless + 1
                )
            )

    async def _act(self, record: TurnRecord, frame: Frame, step: ActionStep) -> None:
        if step.action.startswith("utter_"):
            record.say(step.action)
            self._advance(record, frame, step)
            return
        if step.action in ("action_cancel_flows", "action_cancel_all_flows"):
            self._advance(record, frame, step)
            self._cancel_service(record, everything=step.action == "action_cancel_all_flows")
            return
        if step.action == "action_listen":
            record.listening = True
            self._advance(record, frame, step)
            while (top := record.conversation.top) and top.kind == "pattern" and not top.asked and top.step:
                self._finish(record, top)
            return
        if await self.actions.run(record, step.action, f"{frame.number}.{step.id}"):
            self._advance(record, frame, step)
        elif step.on_failure is not None:
            self._go_or_finish(record, frame, step.on_failure)
        else:
            self._fail(record, frame)

    def _fail(self, record: TurnRecord, frame: Frame) -> None:
        owner = record.conversation.service_frame if frame.called else frame
        self.cancel(record, owner or frame)
        if frame.flow == "pattern_action_failed":
            record.say("utter_try_later")
        else:
            self.start(record, "pattern_action_failed")

    def _cancel_service(self, record: TurnRecord, *, everything: bool) -> None:
        for frame in list(reversed(record.conversation.stack)):
            if frame.kind != "pattern" and frame in record.conversation.stack:
                self.cancel(record, frame)
                if not everything:
                    return
        if everything:
            while record.conversation.deferred:
                flow = record.conversation.deferred[0].flow
                record.note(happened.RequestTaken(timestamp=record.now(), flow=flow))

    def _link(self, record: TurnRecord, frame: Frame, step: LinkStep) -> None:
        kept = dict(record.conversation.slots)
        self._finish(record, frame)
        self.start(record, step.flow)
        for name in self.project.flows[step.flow].collected:
            if kept.get(name) is not None:
                record.set_slot(name, kept[name], "flow")

    # --- ways on --------------------------------------------------------------------------------------------------

    def _advance(self, record: TurnRecord, frame: Frame, step: Step) -> None:
        scope = self.scope(record)
        target = next(
            (branch.target for branch in step.branches if branch.condition is None or branch.condition.holds(scope)),
            step.following,
        )
        self._go_or_finish(record, frame, target)

    def _go_or_finish(self, record: TurnRecord, frame: Frame, target: str) -> None:
        if target == END:
            self._finish(record, frame)
        else:
            self._go(record, frame, target)

    def _go(self, record: TurnRecord, frame: Frame, step: str) -> None:
        record.note(happened.StepReached(timestamp=record.now(), frame=frame.number, step=step))

    def scope(self, record: TurnRecord) -> dict[str, Any]:
        """Return what conditions can read."""
        conversation = record.conversation
        service = conversation.service_frame
        return {
            **{f"slots.{name}": value for name, value in conversation.slots.items()},
            "channel": record.message.channel,
            "misses": conversation.misses,
            "silences": conversation.silences,
            "angers": conversation.angers,
            "has_flow": service is not None,
            "has_work": service is not None and service.filled > 0,
            "has_question": conversation.requested_slot is not None,
            "handed_over": conversation.handed_over,
        }

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
            self._go(record, frame, first.id)

    def _current_step(self, frame: Frame | None) -> Step | None:
        return self.project.flows[frame.flow].steps.get(frame.step) if frame else None

    def _lacks_level(self, conversation: Conversation, frame: Frame) -> bool:
        flow = self.project.flows[frame.flow]
        if flow.auth == 0 or frame.kind == "pattern":
            return False
        asked_for = conversation.slots.get("account_no")
        is_other = asked_for is not None and asked_for != conversation.slots.get("verified_account")
        return is_other or conversation.verified_level < flow.auth

    def _fill_quietly(self, record: TurnRecord, frame: Frame, step: CollectStep) -> None:
        """Use what was said earlier, or the default, before asking."""
        conversation = record.conversation
        if frame.asked or step.ask_before_filling or conversation.slots.get(step.slot) is not None:
            return
        if step.recall and step.slot in conversation.heard:
            record.set_slot(step.slot, conversation.heard[step.slot], "flow")
        elif step.default is not None:
            record.set_slot(step.slot, default_value(step.default, self.clock()), "flow")

    def _rejected(self, record: TurnRecord, step: CollectStep) -> str | None:
        scope = self.scope(record)
        return next((item.utter for item in step.rejections if item.condition.holds(scope)), None)

    def _own_slots(self, frames: list[Frame]) -> set[str]:
        names: set[str] = set()
        for frame in frames:
            names |= frame.touched | set(self.project.flows[frame.flow].collected)
        return names - ENGINE_SLOTS

    def _clear(self, record: TurnRecord, names: set[str]) -> None:
        initial = record.conversation.initial_slots
        for name in sorted(names):
            if name in initial:
                record.set_slot(name, initial[name], "flow")


def default_value(default: str, now: datetime) -> str:
    """Return the value of a named default, or the literal itself."""
    today = now.date()
    if default == "today":
        return today.isoformat()
    if default == "yesterday":
        return (today - timedelta(days=1)).isoformat()
    if default == "this_month":
        return f"{today:%Y-%m}"
    if default == "previous_month":
        return f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"
    return default


def guard_holds(flow: Flow, scope: dict[str, Any]) -> bool:
    """Say whether a flow may start now."""
    return flow.guard is None or flow.guard.holds(scope)
