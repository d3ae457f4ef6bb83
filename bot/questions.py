"""Questions of flows: fill quietly, ask, refuse useless values, ask in other words, give up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot import events as happened
from bot.conversation import Frame
from bot.flow import CollectStep
from bot.record import TurnRecord
from bot.scope import build_scope, default_value
from bot.stack_moves import StackMoves


@dataclass(frozen=True, slots=True)
class Questions:
    """Runs collect steps."""

    moves: StackMoves
    clock: Callable[[], datetime]

    def collect(self, record: TurnRecord, frame: Frame, step: CollectStep) -> bool:
        """Run a collect step; say whether the turn waits for the customer now."""
        self._fill_quietly(record, frame, step)
        slots = record.conversation.slots
        given = next((name for name in (step.slot, *step.alternatives) if slots.get(name) is not None), None)
        must_ask = step.ask_before_filling and frame.asked != step.slot
        if given is not None and not must_ask:
            refused = self._refusal(record, step)
            if refused is None:
                self.moves.advance(record, frame, step)
                return False
            record.set_slot(given, None, "flow")
            return self._ask(record, frame, step, refused, useless=frame.useless + 1)
        if given is None and step.optional:
            self.moves.advance(record, frame, step)
            return False
        return self._ask(record, frame, step, self._wording(record, frame, step), useless=frame.useless)

    @staticmethod
    def _wording(record: TurnRecord, frame: Frame, step: CollectStep) -> str:
        """Return how the question is asked now: after a mere yes, a piece, a useless answer, or for the first time."""
        wordings = (f"{step.utter}_{record.ask_as}", f"utter_{record.ask_as}") if record.ask_as else ()
        if frame.asked == step.slot and (said := next(filter(record.renderer.has, wordings), None)) is not None:
            return said
        is_again = frame.useless > 0 and record.renderer.has(step.utter_again)
        return step.utter_again if is_again else step.utter

    def refuse(self, record: TurnRecord) -> None:
        """The customer cannot give the value that is asked for: take the way that the flow has for this."""
        frame = record.conversation.top
        step = self.moves.step_of(frame) if frame else None
        if frame is None or not isinstance(step, CollectStep):
            return
        if step.on_deny is not None:
            self.moves.go(record, frame, step.on_deny)
        else:
            self.note_useless(record)

    def note_useless(self, record: TurnRecord) -> None:
        """The answer did not help: count it, so that the question is asked in other words."""
        frame = record.conversation.top
        if frame is not None and frame.asked is not None:
            self._note_asked(record, frame, frame.asked, frame.useless + 1)

    def _ask(self, record: TurnRecord, frame: Frame, step: CollectStep, utter: str, *, useless: int) -> bool:
        if useless >= step.attempts:
            self._give_up(record, frame, step)
            return False
        self._note_asked(record, frame, step.slot, useless)
        record.say(utter)
        return True

    def _give_up(self, record: TurnRecord, frame: Frame, step: CollectStep) -> None:
        if step.on_give_up is not None:
            self.moves.go(record, frame, step.on_give_up)
            return
        owner = record.conversation.service_frame or frame
        self.moves.cancel(record, owner if frame.called else frame)
        self.moves.start(record, "pattern_give_up")

    def _fill_quietly(self, record: TurnRecord, frame: Frame, step: CollectStep) -> None:
        """Use what was said earlier, or the default, before asking."""
        conversation = record.conversation
        if frame.asked or step.ask_before_filling or conversation.slots.get(step.slot) is not None:
            return
        if step.recall and step.slot in conversation.heard:
            record.set_slot(step.slot, conversation.heard[step.slot], "flow")
        elif step.default is not None:
            record.set_slot(step.slot, default_value(step.default, self.clock()), "flow")

    @staticmethod
    def _refusal(record: TurnRecord, step: CollectStep) -> str | None:
        scope = build_scope(record) if step.rejections else {}
        return next((item.utter for item in step.rejections if item.condition.holds(scope)), None)

    @staticmethod
    def _note_asked(record: TurnRecord, frame: Frame, slot: str, useless: int) -> None:
        record.note(happened.SlotAsked(timestamp=record.now(), frame=frame.number, slot=slot, useless=useless))
