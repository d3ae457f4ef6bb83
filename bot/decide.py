"""From an understanding and a conversation to a decision: pure, and the reason is always given.

Read `FlowPolicy.decide` from top to bottom: the first rule that fits decides. What the rules ask about a message stands
in `bot/hearing.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.commands import (
    AskAs,
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
from bot.hearing import ANSWERS, IN_DANGER, Hearing, Thresholds, slots_of
from bot.message import Reading
from bot.pieces import go_on_with, number_in_pieces, remark
from bot.project import Project
from bot.readings import CLEAR, choose_reading
from bot.reconsider import HAZARD, QUESTION, mean, reconsider
from bot.slot_values import SlotReader
from bot.unsure import CONFIRM, CONFIRMED_FLOW, CONFIRMED_VALUES, RULE_OR_REQUEST, ask_first, confirming
from nlu.understanding import Intent, Understanding

CLARIFY = "pattern_clarify"
CANCEL = "pattern_cancel"
TOPIC = "last_topic"
SURE_REQUEST = 0.9
"""Probability from which a question is a request that changes something (能给我开张发票吗)."""


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

    reread_below: float = CLEAR
    """Words of which the recognition is less sure than this are looked at in its other readings, too."""
    confirm_below: float = 0.70
    """On words of which the recognition is less sure than this nothing is changed without asking first."""
    account_options: tuple[str, ...] = ()
    """Flows that are offered to who says an account number and nothing else; none: it is understood as it may be."""

    def decide(self, understanding: Understanding, conversation: Conversation) -> Decision:
        """Return the decision about this message."""
        decision = self._decide(understanding, conversation)
        is_clear = understanding.heard >= self.confirm_below
        return decision if is_clear else ask_first(decision, conversation, self.project)

    def doubts(self, understanding: Understanding, conversation: Conversation) -> bool:
        """Say whether another reading than the recognition's first may have been meant."""
        return understanding.heard < self.reread_below or self._was_refused(understanding, conversation)

    def _was_refused(self, understanding: Understanding, conversation: Conversation) -> bool:
        """Say whether it is the very number that was given before and led to nothing: it is asked for again."""
        asked = conversation.top.asked if conversation.top else None
        value = self.slot_reader.answer(asked, understanding) if asked is not None else None
        is_number = isinstance(value, str) and value.isdigit()
        return is_number and asked is not None and conversation.heard.get(asked) == value

    def choose(
        self, first: Understanding, others: Sequence[tuple[Reading, Understanding]], conversation: Conversation
    ) -> Understanding:
        """Return what was most likely meant of several readings."""
        asked = conversation.top.asked if conversation.top else None

        def answers(understanding: Understanding) -> bool:
            is_value = asked is not None and self.slot_reader.answer(asked, understanding) is not None
            return is_value and not self._was_refused(understanding, conversation)

        return choose_reading(first, others, answers)

    def _decide(self, understanding: Understanding, conversation: Conversation) -> Decision:
        if not understanding.text:
            return Decision((StartFlow("pattern_silence"),), "silence", "nothing was said")
        understanding = reconsider(understanding, conversation, self.project)
        heard = Hearing(understanding, conversation, self.project, self.slot_reader, self._thresholds())
        frame = conversation.top
        asked = frame.asked if frame else None
        if asked is not None and self.slot_reader.is_exact(asked, understanding.text):
            pass  # nothing but a value of what is asked for: it can be nothing else
        elif heard.is_hazard():
            return _hazard(heard)
        elif asked is not None and heard.intent.name == HAZARD and not heard.is_own():
            heard = replace(heard, understanding=mean(understanding, heard.request_at_hand))
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
            account_options=tuple(self.account_options),
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
    if frame.flow in (CONFIRM, RULE_OR_REQUEST):
        return _confirmed(heard, asked)
    for rule in (
        _presence,
        _replacing,
        _giving_up,
        _correction,
        _declining,
        go_on_with,
        number_in_pieces,
        _answer,
        _answer_beneath,
        _alternative,
        _refusal,
        remark,
    ):
        if (decision := rule(heard, frame, asked)) is not None:
            return decision
    if frame.kind == "pattern" and not frame.called:
        return _leave_pattern(heard)
    if heard.is_beside_danger():
        return Decision((StartFlow(IN_DANGER),), heard.intent.name, "more about the danger at hand", heard.is_own())
    if heard.switches():
        if heard.asks_weakly() or heard.remarks():
            return Decision((StartFlow("pattern_aside"),), QUESTION, "a question or a remark about what is at hand")
        return _new_requests(heard, "a digression")
    if heard.agrees() and not _said_last(heard, "affirm"):
        return Decision((AskAs("nod"),), "affirm", "agrees where a value is asked for")
    values = heard.volunteered()
    given: tuple[Command, ...] = (FillSlots(values),) if values else ()
    if heard.asks_back():
        is_question = heard.asks_weakly() or (heard.is_own() and heard.asks_surely())
        named = QUESTION if is_question else heard.intent.name
        return Decision((*given, StartFlow("pattern_aside")), named, "asks back", heard.is_own())
    if given:
        return Decision(given, heard.request_at_hand, "gives other values of this flow")
    return Decision((UselessAnswer(),), heard.intent.name, f"no value for {asked}", heard.is_own())


def _said_last(heard: Hearing, intent: str) -> bool:
    latest = heard.conversation.latest
    return latest is not None and latest.intent == intent


def _presence(heard: Hearing, _: Frame, asked: str) -> Decision | None:
    """「在呢」 after a silence: the question is asked again."""
    if not heard.is_present() or heard.reader.volunteered((asked,), heard.understanding):
        return None
    return Decision((), "affirm", "was silent and is there")


def _replacing(heard: Hearing, frame: Frame, _: str) -> Decision | None:
    """「不是查，我是要交电费」: the request at hand was the wrong one."""
    is_repair = frame.kind == "pattern" and not frame.called
    if is_repair or not heard.wants_another():
        return None
    instead = _new_requests(heard, "wants this instead")
    return Decision((DropDigression(), *instead.commands), instead.intent, instead.reason)


def _giving_up(heard: Hearing, frame: Frame, asked: str) -> Decision | None:
    """「不报了，取消吧」 that was taken for an answer."""
    is_repair = frame.kind == "pattern" and not frame.called
    if is_repair or heard.reader.is_yes_no(asked) or heard.reader.is_exact(asked, heard.text) or not heard.gives_up():
        return None
    return Decision((StartFlow("pattern_cancel"),), "cancel", "gives up")


def _declining(heard: Hearing, frame: Frame, asked: str) -> Decision | None:
    """「不用留了」: the value that is asked for is left out."""
    is_repair = frame.kind == "pattern" and not frame.called
    if is_repair or heard.reader.is_yes_no(asked) or not heard.is_declining():
        return None
    if heard.reader.takes_free_text(asked) or heard.reader.volunteered((asked,), heard.understanding):
        return None
    return Decision((RefuseQuestion(),), "deny", "leaves the value out")


def _correction(heard: Hearing, _: Frame, asked: str) -> Decision | None:
    """A value that was given before is given anew, or is called wrong."""
    if values := heard.corrected(asked):
        return Decision((CorrectSlots(values),), "correct", f"corrects {', '.join(values)}")
    is_answered = heard.reader.answer(asked, heard.understanding) is not None and not heard.reader.is_yes_no(asked)
    last = heard.last_given(asked)
    if heard.intent.name != "correct" or is_answered or last is None:
        return None
    if heard.says_again(last):
        return Decision((), "correct", f"says {last} again")
    if (told := heard.told_anew(last)) is not None:
        return Decision((CorrectSlots({last: told}),), "correct", f"puts {last} right in other words")
    return Decision((ForgetSlot(last),), "correct", f"calls {last} wrong")


def _answer(heard: Hearing, _: Frame, asked: str) -> Decision | None:
    value = heard.reader.answer(asked, heard.understanding)
    if value is None or not heard.answers(asked, value):
        return None
    return Decision(
        (FillSlots({**heard.volunteered(), asked: value}),),
        _name_of_answer(heard, asked, value),
        f"answers the question for {asked}",
    )


def _name_of_answer(heard: Hearing, asked: str, value: object) -> str:
    """Return the intent of an answer: a yes, a no, what was said of it, or that of the flow that asked."""
    if heard.intent.name in ANSWERS:
        return heard.intent.name
    if not heard.reader.is_yes_no(asked) or heard.reader.answers_by_intent(asked, heard.intent.name):
        return heard.intent.name if heard.reader.is_yes_no(asked) else heard.request_at_hand
    return "affirm" if value else "deny"


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
    is_other_request = heard.is_request() and not heard.is_own()
    if heard.intent.name != "deny" and (not heard.is_unknowing() or is_other_request):
        return None
    if frame.kind == "pattern" and not frame.called:
        return Decision((DropPattern(),), "deny", "does not want this")
    return Decision((RefuseQuestion(),), "deny", "cannot give the value")


def _leave_pattern(heard: Hearing) -> Decision:
    """The customer goes past a repair: decide as if it were not there.

    Who asks for something else where he was to say whether the business is given up has given it up.
    """
    at_hand = heard.conversation.top
    if at_hand is not None and at_hand.flow == CANCEL and heard.is_service() and heard.switches():
        instead = _new_requests(heard, "goes on to something else")
        return Decision((DropPattern(), DropDigression(), *instead.commands), instead.intent, instead.reason)
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


def _confirmed(heard: Hearing, asked: str) -> Decision:
    """The answer to 「您是说要……，对吗」."""
    slots, answer = heard.conversation.slots, heard.reader.answer(asked, heard.understanding)
    flow, values = slots.get(CONFIRMED_FLOW), slots.get(CONFIRMED_VALUES) or {}
    if answer is True and flow in heard.project.flows:
        return Decision((DropPattern(), StartFlow(str(flow), values)), str(flow), "was heard rightly")
    if answer is False:
        was_told = slots.get("aside_answered") and heard.conversation.running_flow == RULE_OR_REQUEST
        repair = "pattern_deny" if was_told else "pattern_rephrase"
        return Decision((DropPattern(), StartFlow(repair)), "deny", "was not heard rightly, or is not wanted")
    return _leave_pattern(heard)


# --- nothing is being asked -----------------------------------------------------------------------------------------


def _request_or_else(heard: Hearing) -> Decision:
    if (again := _same_again(heard)) is not None:
        return again
    if options := heard.account_options():
        slots = {"clarify_options": options, "clarify_values": heard.all_values()}
        return Decision((StartFlow(CLARIFY, slots),), heard.intent.name, "an account number and no request")
    intent = heard.intent.name
    if intent in ANSWERS:
        return Decision((StartFlow(f"pattern_{intent}"),), intent, "nothing is being asked")
    if heard.is_too_weak():
        return Decision((StartFlow("pattern_not_understood"),), intent, "confidence too low", False)
    if options := heard.close_requests():
        slots = {"clarify_options": options, "clarify_values": heard.all_values()}
        return Decision((StartFlow(CLARIFY, slots),), intent, "two requests are about as likely")
    return _rule_first(heard) or _new_requests(heard, "a request")


def _rule_first(heard: Hearing) -> Decision | None:
    """「发票能开我的名字吗」 may be a question about the rules or a request: nothing is begun without asking."""
    flow = heard.flow
    if flow is None or not flow.confirm_unsure or RULE_OR_REQUEST not in heard.project.flows:
        return None
    if not heard.asks_weakly(SURE_REQUEST):
        return None
    topic = {TOPIC: flow.name}  # 「那要带什么」 is about this business
    start = StartFlow(RULE_OR_REQUEST, confirming(flow, heard.values_for(flow)) | topic)
    return Decision((start,), QUESTION, "a question about the rules, or a request")


def _same_again(heard: Hearing) -> Decision | None:
    """An elliptical follow-up or a correction of the last request, with a new value."""
    last = heard.project.flows.get(heard.conversation.last_request or "")
    if last is None or last.kind == "pattern":
        return None
    values = heard.reader.volunteered(slots_of(last), heard.understanding) | heard.mentioned()
    is_weak = heard.is_follow_up() and not heard.is_request()
    is_for_others = last.kind == "knowledge" and heard.is_nothing_but_asker()
    if is_for_others or (values and (heard.intent.name == "correct" or is_weak or heard.is_nothing_but_value())):
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
