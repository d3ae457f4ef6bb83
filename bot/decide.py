"""From an understanding and a conversation to a decision: pure, and the reason is always given.

Read `FlowPolicy.decide` from top to bottom: the first rule that fits decides. What the rules ask about a message stands
in `bot/hearing.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.commands import (
    Command,
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
from bot.conversation import Conversation, Frame
from bot.hearing import ANSWERS, HAZARD, Hearing, Thresholds, leading_request, slots_of
from bot.project import Project
from bot.slot_values import SlotReader
from nlu.understanding import Intent, Understanding

CLARIFY = "pattern_clarify"


@dataclass(frozen=True, slots=True)
class FlowPolicy:
    """Decides by the stack first, by the intents next. All thresholds are probabilities."""

    project: Project
    slot_reader: SlotReader
    accept: float = 0.30
    """Below this the sentence is not understood."""
    accept_small_talk: float = 0.45
    """The same for greetings, chat and the like: a sentence that was not understood often looks like them."""
    clarify_below: float = 0.55
    """Below this a close second intent is worth a question."""
    clarify_ratio: float = 0.6
    """How close the second must be to the first."""
    switch_at: float = 0.60
    """From here on another request wins over an answer that is only part of the sentence."""
    hazard_at: float = 0.35
    """A hazard is acted on early: a false alarm costs a question, a missed one a life."""

    def decide(self, understanding: Understanding, conversation: Conversation) -> Decision:
        """Return the decision about this message."""
        if not understanding.text:
            return Decision((StartFlow("pattern_silence"),), "silence", "nothing was said")
        understanding = leading_request(understanding, self.project)
        heard = Hearing(understanding, conversation, self.project, self.slot_reader, self._thresholds())
        frame = conversation.top
        asked = frame.asked if frame else None
        if asked is not None and self.slot_reader.is_exact(asked, understanding.text):
            pass  # nothing but a value of what is asked for: it can be nothing else
        elif heard.is_hazard():
            return _hazard(heard)
        if frame is not None and asked is not None:
            return _answer_or_else(heard, frame, asked)
        return _request_or_else(heard)

    def _thresholds(self) -> Thresholds:
        return Thresholds(
            accept=self.accept,
            accept_small_talk=self.accept_small_talk,
            clarify_below=self.clarify_below,
            clarify_ratio=self.clarify_ratio,
            switch_at=self.switch_at,
            hazard_at=self.hazard_at,
        )


def _hazard(heard: Hearing) -> Decision:
    rest = [intent for intent in heard.understanding.intents if intent.name != HAZARD]
    flow = heard.project.flows[HAZARD]
    start = StartFlow(flow.id, heard.values_for(flow))
    return Decision((start, *_deferred(heard, rest)), HAZARD, "a hazard comes first")


# --- a question is open ---------------------------------------------------------------------------------------------


def _answer_or_else(heard: Hearing, frame: Frame, asked: str) -> Decision:
    if frame.flow == CLARIFY:
        return _choice(heard)
    for rule in (_correction, _answer, _answer_beneath, _alternative, _refusal):
        if (decision := rule(heard, frame, asked)) is not None:
            return decision
    if frame.kind == "pattern" and not frame.called:
        return _leave_pattern(heard)
    if heard.switches():
        return _new_requests(heard, "a digression")
    values = heard.volunteered()
    given: tuple[Command, ...] = (FillSlots(values),) if values else ()
    if heard.asks_back():
        return Decision((*given, StartFlow("pattern_aside")), heard.intent.name, "asks back", heard.is_own())
    if given:
        return Decision(given, heard.request_at_hand, "gives other values of this flow")
    return Decision((UselessAnswer(),), heard.intent.name, f"no value for {asked}", heard.is_own())


def _correction(heard: Hearing, _: Frame, asked: str) -> Decision | None:
    """A value that was given before is given anew, or is called wrong."""
    if values := heard.corrected(asked):
        return Decision((CorrectSlots(values),), "correct", f"corrects {', '.join(values)}")
    is_answered = heard.reader.answer(asked, heard.understanding) is not None and not heard.reader.is_yes_no(asked)
    last = heard.last_given(asked)
    if heard.intent.name != "correct" or is_answered or last is None:
        return None
    return Decision((ForgetSlot(last),), "correct", f"calls {last} wrong")


def _answer(heard: Hearing, _: Frame, asked: str) -> Decision | None:
    value = heard.reader.answer(asked, heard.understanding)
    if value is None or not heard.answers(asked, value):
        return None
    named = heard.intent.name if heard.intent.name in ANSWERS else heard.request_at_hand
    return Decision((FillSlots({**heard.volunteered(), asked: value}),), named, f"answers the question for {asked}")


def _answer_beneath(heard: Hearing, frame: Frame, _: str) -> Decision | None:
    """A value for the question beneath a knowledge question, such as the code that was awaited: that one goes on."""
    below = next((other for other in reversed(heard.conversation.stack) if other.asked and other is not frame), None)
    if below is None or below.asked is None or frame.kind == "service" or heard.switches():
        return None
    if heard.reader.takes_free_text(below.asked) or heard.reader.is_yes_no(below.asked):
        return None
    value = heard.reader.answer(below.asked, heard.understanding)
    if value is None:
        return None
    commands = (DropDigression(), FillSlots({below.asked: value}))
    return Decision(commands, heard.conversation.active_flow or "", "answers the question before")


def _alternative(heard: Hearing, frame: Frame, _: str) -> Decision | None:
    values = heard.alternatives(frame)
    if not values or heard.switches():
        return None
    return Decision((FillSlots(values),), heard.request_at_hand, "gives what may stand for it")


def _refusal(heard: Hearing, frame: Frame, _: str) -> Decision | None:
    if heard.intent.name != "deny" and (not heard.is_unknowing() or heard.is_request()):
        return None
    if frame.kind == "pattern" and not frame.called:
        return Decision((DropPattern(),), "deny", "does not want this")
    return Decision((RefuseQuestion(),), "deny", "cannot give the value")


def _leave_pattern(heard: Hearing) -> Decision:
    """The customer goes past a repair: decide as if it were not there."""
    beneath = next((frame for frame in reversed(heard.conversation.stack[:-1]) if frame.asked), None)
    if beneath is not None and beneath.asked is not None:
        below = _answer_or_else(heard, beneath, beneath.asked)
    else:
        below = _request_or_else(heard)
    return Decision((DropPattern(), *below.commands), below.intent, below.reason, below.understood)


def _choice(heard: Hearing) -> Decision:
    slots = heard.conversation.slots
    chosen = heard.chosen(slots.get("clarify_options") or [])
    if chosen is None and heard.intent.name == "deny":
        return Decision((DropPattern(), StartFlow("pattern_rephrase")), "deny", "none of the choices")
    if chosen is None and (named := heard.mentioned()) and heard.is_follow_up():
        return Decision((FillSlots(named), UselessAnswer()), CLARIFY, "names a place, not a choice")
    if chosen is None:
        return _leave_pattern(heard)
    values = {**(slots.get("clarify_values") or {}), **heard.all_values()}
    wanted = slots_of(heard.project.flows[chosen])
    own = {name: value for name, value in values.items() if name in wanted}
    return Decision((DropPattern(), StartFlow(chosen, own)), chosen, "chose one of the choices")


# --- nothing is being asked -----------------------------------------------------------------------------------------


def _request_or_else(heard: Hearing) -> Decision:
    if (again := _same_again(heard)) is not None:
        return again
    intent = heard.intent.name
    if intent in ANSWERS:
        return Decision((StartFlow(f"pattern_{intent}"),), intent, "nothing is being asked")
    if heard.is_too_weak():
        return Decision((StartFlow("pattern_not_understood"),), intent, "confidence too low", False)
    if options := heard.close_requests():
        slots = {"clarify_options": options, "clarify_values": heard.all_values()}
        return Decision((StartFlow(CLARIFY, slots),), intent, "two requests are about as likely")
    return _new_requests(heard, "a request")


def _same_again(heard: Hearing) -> Decision | None:
    """An elliptical follow-up or a correction of the last request, with a new value."""
    last = heard.project.flows.get(heard.conversation.last_request or "")
    if last is None or last.kind == "pattern":
        return None
    values = heard.reader.volunteered(slots_of(last), heard.understanding) | heard.mentioned()
    is_weak = heard.is_follow_up() and not heard.is_request()
    if values and (heard.intent.name == "correct" or is_weak or heard.is_nothing_but_value()):
        return Decision((StartFlow(last.id, values, keep=True),), last.id, "the same request with another value")
    return None


def _new_requests(heard: Hearing, reason: str) -> Decision:
    wanted = [intent for intent in heard.understanding.intents if heard.project.flow_for(intent.name)]
    first = wanted[0] if wanted else heard.intent
    flow = heard.project.flow_for(first.name)
    if flow is None:
        return Decision((UselessAnswer(),), first.name, "no flow for this", False)
    keep = heard.conversation.last_request == flow.id and heard.is_follow_up()
    start = StartFlow(flow.id, heard.values_for(flow), keep)
    return Decision((start, *_deferred(heard, wanted[1:])), first.name, reason)


def _deferred(heard: Hearing, intents: Sequence[Intent]) -> tuple[Command, ...]:
    """Further requests of the sentence wait; a wish for a person comes last."""
    flows = [flow for intent in intents if (flow := heard.project.flow_for(intent.name)) is not None]
    requests = [flow for flow in flows if flow.kind != "pattern"]
    person = [flow for flow in flows if flow.id == "request_agent"]
    return tuple(DeferFlow(flow.id, heard.values_for(flow)) for flow in (*requests, *person))
