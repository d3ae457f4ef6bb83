"""Run the dialogue stack until it waits for the customer.

One loop: look at the flow on top, do its step, go on. `collect` waits when its slot is empty; everything
else runs through.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot import events as happened
from bot.conversation import Frame
from bot.errors import UnendingFlow
from bot.flow import ActionStep, CallStep, CollectStep, LinkStep, SetSlotsStep
from bot.project import Project
from bot.questions import Questions
from bot.record import TurnRecord
from bot.run_action import ActionRunner
from bot.stack_moves import VERIFY, StackMoves
from bot.turn_times import turn_step

MAX_STEPS = 80


@dataclass(frozen=True, slots=True)
class StackRunner:
    """Runs flows. Holds no state: everything is in the record's conversation."""

    project: Project
    moves: StackMoves
    questions: Questions
    actions: ActionRunner

    async def run(self, record: TurnRecord) -> None:
        """Run steps until a question is open or nothing is left to do. Raises UnendingFlow."""
        for _ in range(MAX_STEPS):
            frame = record.conversation.top
            if frame is None:
                if not self._take_next(record):
                    return
                continue
            if record.listening or await self._run_step(record, frame):
                return
        raise UnendingFlow(f"more than {MAX_STEPS} steps in one turn at {record.conversation.active_flow}")

    def _take_next(self, record: TurnRecord) -> bool:
        """Start the next waiting request, or close the turn; say whether there is more to run."""
        conversation = record.conversation
        if conversation.deferred:
            request = conversation.deferred[0]
            record.note(happened.RequestTaken(timestamp=record.now(), flow=request.flow))
            record.say("utter_next_request", {"flow_name": self.project.flows[request.flow].name})
            self.moves.start(record, request.flow)
            for name, value in request.slots.items():
                record.set_slot(name, value, "customer")
            return True
        if record.completed_service and not record.listening:
            record.completed_service = False
            self.moves.start(record, "pattern_completed")
            return True
        return False

    async def _run_step(self, record: TurnRecord, frame: Frame) -> bool:
        """Run the step at which this flow stands; say whether the turn waits for the customer now."""
        flow = self.project.flows[frame.flow]
        if not frame.step:
            self.moves.go(record, frame, flow.first)
        step = flow.steps[frame.step]
        if step.id == flow.verify_at and self.moves.lacks_level(record.conversation, frame):
            record.set_slot("required_level", flow.auth, "flow")
            self.moves.start(record, VERIFY, called=True)
            return False
        if isinstance(step, CollectStep):
            return self.questions.collect(record, frame, step)
        if isinstance(step, ActionStep):
            await self._act(record, frame, step)
        elif isinstance(step, LinkStep):
            self._link(record, frame, step)
        else:
            if isinstance(step, SetSlotsStep):
                for name, value in step.values:
                    record.set_slot(name, value, "flow")
            self.moves.advance(record, frame, step)
            if isinstance(step, CallStep):
                self.moves.start(record, step.flow, called=True)
        return False

    async def _act(self, record: TurnRecord, frame: Frame, step: ActionStep) -> None:
        if step.action.startswith("utter_"):
            record.say(step.action)
            self.moves.advance(record, frame, step)
        elif step.action in ("action_cancel_flows", "action_cancel_all_flows"):
            self.moves.advance(record, frame, step)
            self.moves.cancel_service(record, everything=step.action == "action_cancel_all_flows")
        elif step.action == "action_note_useless":
            self.moves.advance(record, frame, step)
            self.questions.note_useless(record)
        elif step.action == "action_listen":
            self._listen(record, frame, step)
        elif await self._run_action(record, frame, step):
            self.moves.advance(record, frame, step)
        elif step.on_failure is not None:
            self.moves.go(record, frame, step.on_failure)
        else:
            self._fail(record, frame)

    async def _run_action(self, record: TurnRecord, frame: Frame, step: ActionStep) -> bool:
        with turn_step("action"):
            return await self.actions.run(record, step.action, f"{frame.number}.{step.id}")

    def _listen(self, record: TurnRecord, frame: Frame, step: ActionStep) -> None:
        """End the turn here; repairs that have nothing left to do leave the stack."""
        record.listening = True
        self.moves.advance(record, frame, step)
        while (top := record.conversation.top) and top.kind == "pattern" and top.step and not top.asked:
            self.moves.finish(record, top)

    def _fail(self, record: TurnRecord, frame: Frame) -> None:
        owner = record.conversation.service_frame if frame.called else frame
        self.moves.cancel(record, owner or frame)
        if frame.flow == "pattern_action_failed":
            record.say("utter_try_later")
        else:
            self.moves.start(record, "pattern_action_failed")

    def _link(self, record: TurnRecord, frame: Frame, step: LinkStep) -> None:
        """End this flow and start another; what both collect is taken along."""
        kept = dict(record.conversation.slots)
        self.moves.finish(record, frame)
        self.moves.start(record, step.flow)
        for name in self.project.flows[step.flow].collected:
            if kept.get(name) is not None:
                record.set_slot(name, kept[name], "flow")
