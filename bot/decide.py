"""From an understanding and a conversation to a decision: pure, and the reason is always given.

Read `FlowPolicy.decide` from top to bottom: the first rule that fits decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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
from bot.flow import CollectStep, Flow
from bot.project import Project
from bot.slot_values import SlotReader
from nlu.understanding import Intent, Understanding

HAZARD = "report_hazard"
VERIFY = "pattern_verify"
CLARIFY = "pattern_clarify"
_FOLLOW_UP = re.compile(r"^(那|要是|如果|假如|换成|要换|改成|还有|再)|呢[?？]?$")
_UNKNOWING = re.compile(r"不知道|不清楚|没有|不记得|忘了|忘记|找不到|记不|没带|不晓得|不懂|没收到|收不到")
_ASKING = re.compile(r"[吗么呢?？咋啥哪几谁]|怎么|怎样|如何|什么|多久|多少|为何|为什么|能不能|可不可以|可以|是不是|要不要|用不用|还用|不$")
_SHORT_TEXT = 9
SHORTEST_ASIDE = 5
"""Characters; a shorter text is hardly a question of its own."""


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
        waiting = conversation.top if conversation.top and conversation.top.asked else None
        is_exact = bool(waiting and waiting.asked and self.slot_reader.is_exact(waiting.asked, understanding.text))
        if not is_exact and (hazard := self._hazard(understanding, conversation)) is not None:
            return hazard
        if waiting is not None and waiting.asked is not None:
            return self._decide_while_asking(understanding, conversation, waiting, waiting.asked)
        return self._decide_openly(understanding, conversation)

    # --- rules -----------------------------------------------------------------------------------------------

    def _hazard(self, understanding: Understanding, conversation: Conversation) -> Decision | None:
        likely = {intent.name: intent.confidence for intent in (*understanding.intent_ranking, *understanding.intents)}
        if likely.get(HAZARD, 0.0) < self.hazard_at or conversation.active_flow == HAZARD:
            return None
        if understanding.intent.name != HAZARD and HAZARD not in {intent.name for intent in understanding.intents}:
            return None
        flow = self.project.flow_for(HAZARD)
        if flow is None:
            return None
        rest = [intent for intent in understanding.intents if intent.name != HAZARD]
        return Decision(
            (self._start(flow, understanding), *self._deferred(rest, understanding)), HAZARD, "a hazard comes first"
        )

    def _decide_while_asking(
        self, understanding: Understanding, conversation: Conversation, frame: Frame, slot: str
    ) -> Decision:
        if frame.flow == CLARIFY:
            return self._choose(understanding, conversation)
        intent = understanding.intent.name
        if (correction := self._correction(understanding, conversation, slot)) is not None:
            return correction
        value = self.slot_reader.answer(slot, understanding)
        if value is not None and self._is_answer(understanding, conversation, slot, value):
            values = {**self._volunteered(conversation, understanding), slot: value}
            named = intent if intent in ("affirm", "deny", "correct") else _request_at_hand(conversation)
            return Decision((FillSlots(values),), named, f"answers the question for {slot}")
        if (beneath := self._answer_beneath(understanding, conversation, frame)) is not None:
            return beneath
        if (alternative := self._alternative(understanding, conversation, frame)) is not None:
            return alternative
        if intent == "deny" or (_UNKNOWING.search(understanding.text) and not self._is_request(understanding)):
            return self._refusal(understanding, conversation, frame)
        if frame.kind == "pattern" and not frame.called:
            return self._drop_pattern(understanding, conversation)
        volunteered = self._volunteered(conversation, understanding)
        if volunteered and not self._switches(understanding, conversation):
            return Decision(
                (FillSlots(volunteered),), _request_at_hand(conversation), "gives other values of this flow"
            )
        if self._switches(understanding, conversation):
            return self._new_requests(understanding, conversation, "a digression")
        understood = intent in (conversation.active_flow, conversation.running_flow)
        if _ASKING.search(understanding.text) and len(understanding.text) >= SHORTEST_ASIDE:
            return Decision((*self._mentions(understanding), StartFlow("pattern_aside")), intent, "asks back", understood)
        return Decision((*self._mentions(understanding), UselessAnswer()), intent, f"no value for {slot}", understood)

    def _decide_openly(self, understanding: Understanding, conversation: Conversation) -> Decision:
        intent = understanding.intent
        if (again := self._same_again(understanding, conversation)) is not None:
            return again
        if intent.name in ("affirm", "deny", "correct"):
            return Decision((StartFlow(f"pattern_{intent.name}"),), intent.name, "nothing is being asked")
        flow = self.project.flow_for(intent.name)
        if flow is None or intent.confidence < (self.accept if flow.kind != "pattern" else self.accept_small_talk):
            return Decision((StartFlow("pattern_not_understood"),), intent.name, "confidence too low", False)
        if (options := self._close_options(understanding)) is not None:
            slots = {"clarify_options": options, "clarify_values": self._all_values(understanding)}
            return Decision((StartFlow(CLARIFY, slots),), intent.name, "two requests are about as likely")
        return self._new_requests(understanding, conversation, "a request")

    # --- parts ------------------------------------------------------------------------------------------------

    def _correction(self, understanding: Understanding, conversation: Conversation, asked: str) -> Decision | None:
        """A value that was given before is given anew, or is called wrong."""
        values = self._volunteered(conversation, understanding)
        known = {
            name: value
            for name, value in values.items()
            if name != asked and conversation.slots.get(name) not in (None, value)
        }
        is_said = understanding.intent.name == "correct"
        if known and (is_said or not self._switches(understanding, conversation)):
            return Decision((CorrectSlots(values),), "correct", f"corrects {', '.join(known)}")
        if not is_said:
            return None
        if self.slot_reader.answer(asked, understanding) is not None and not self.slot_reader.is_yes_no(asked):
            return None
        last = self._last_given(conversation, asked)
        if last is None:
            return None
        return Decision((ForgetSlot(last),), "correct", f"calls {last} wrong")

    def _is_answer(self, understanding: Understanding, conversation: Conversation, slot: str, value: Any) -> bool:
        """Decide between an answer and a new request that happens to hold a fitting value."""
        intent = understanding.intent
        if intent.name in ("affirm", "deny", "correct", conversation.active_flow, conversation.running_flow):
            return True
        if self.slot_reader.is_exact(slot, understanding.text):
            return True
        if self.slot_reader.is_yes_no(slot):
            return self.slot_reader.answers_by_intent(slot, intent.name) or not self._is_control(intent)
        if self.slot_reader.takes_free_text(slot):
            return not self._is_control(intent)
        flow = self.project.flow_for(intent.name)
        if flow is None or (flow.kind == "pattern" and not self._is_control(intent)):
            return True
        if not self._switches(understanding, conversation):
            return True
        covered = sum(entity.end - entity.start for entity in understanding.entities if entity.entity == slot)
        if slot == "verification_code" or covered >= 0.5 * len(understanding.text):
            return True
        return understanding.text.strip() == str(value)

    def _switches(self, understanding: Understanding, conversation: Conversation) -> bool:
        intent = understanding.intent
        if intent.name in (conversation.active_flow, conversation.running_flow, "affirm", "deny", "correct"):
            return False
        flow = self.project.flow_for(intent.name)
        if flow is None:
            return False
        return intent.confidence >= (self.accept if flow.kind == "pattern" else self.switch_at)

    def _is_request(self, understanding: Understanding) -> bool:
        flow = self.project.flow_for(understanding.intent.name)
        return flow is not None and understanding.intent.confidence >= self.switch_at

    def _is_control(self, intent: Intent) -> bool:
        controls = ("cancel", "repeat", "wait", "request_agent", "complain_bot", HAZARD, "goodbye")
        return intent.name in controls and intent.confidence >= self.switch_at

    def _alternative(self, understanding: Understanding, conversation: Conversation, frame: Frame) -> Decision | None:
        step = self.project.flows[frame.flow].steps.get(frame.step)
        names = step.alternatives if isinstance(step, CollectStep) else ()
        values = self.slot_reader.volunteered(names, understanding)
        if not values or self._switches(understanding, conversation):
            return None
        return Decision((FillSlots(values),), _request_at_hand(conversation), "gives what may stand for it")

    def _answer_beneath(self, understanding: Understanding, conversation: Conversation, top: Frame) -> Decision | None:
        """A value for the question beneath a knowledge question, such as the code that was awaited: that one goes on."""
        below = next((frame for frame in reversed(conversation.stack) if frame.asked and frame is not top), None)
        if (
            below is None
            or below.asked is None
            or top.kind == "service"
            or self.slot_reader.takes_free_text(below.asked)
        ):
            return None
        if self.slot_reader.is_yes_no(below.asked) or self._switches(understanding, conversation):
            return None
        value = self.slot_reader.answer(below.asked, understanding)
        if value is None:
            return None
        return Decision(
            (DropDigression(), FillSlots({below.asked: value})),
            conversation.active_flow or "",
            "answers the question before",
        )

    def _refusal(self, understanding: Understanding, conversation: Conversation, frame: Frame) -> Decision:
        if frame.kind == "pattern" and not frame.called:
            return Decision((DropPattern(),), "deny", "does not want this")
        return Decision((RefuseQuestion(),), "deny", "cannot give the value", understood=True)

    def _drop_pattern(self, understanding: Understanding, conversation: Conversation) -> Decision:
        beneath = next((frame for frame in reversed(conversation.stack[:-1]) if frame.asked), None)
        if beneath is not None and beneath.asked is not None:
            below = self._decide_while_asking(understanding, conversation, beneath, beneath.asked)
        else:
            below = self._decide_openly(understanding, conversation)
        return Decision((DropPattern(), *below.commands), below.intent, below.reason, below.understood)

    def _choose(self, understanding: Understanding, conversation: Conversation) -> Decision:
        options: list[str] = list(conversation.slots.get("clarify_options") or [])
        chosen = _chosen(understanding, [self.project.flows[name] for name in options])
        if chosen is None:
            if understanding.intent.name == "deny":
                return Decision((DropPattern(), StartFlow("pattern_rephrase")), "deny", "none of the choices")
            return self._drop_pattern(understanding, conversation)
        slots = {**(conversation.slots.get("clarify_values") or {}), **self._all_values(understanding)}
        own = {name: value for name, value in slots.items() if name in self._slots_of(self.project.flows[chosen])}
        return Decision((DropPattern(), StartFlow(chosen, own)), chosen, "chose one of the choices")

    def _same_again(self, understanding: Understanding, conversation: Conversation) -> Decision | None:
        """An elliptical follow-up or a correction of the last request, with a new value."""
        last = self.project.flows.get(conversation.last_request or "")
        if last is None or last.kind == "pattern":
            return None
        values = self.slot_reader.volunteered(self._slots_of(last), understanding)
        values |= self.slot_reader.mentioned(understanding)
        intent = understanding.intent
        is_correction = intent.name == "correct"
        is_weak = not self._is_request(understanding) and is_follow_up(understanding.text)
        if values and (is_correction or is_weak or _is_nothing_but_value(understanding)):
            return Decision((StartFlow(last.id, values, keep=True),), last.id, "the same request with another value")
        return None

    def _new_requests(self, understanding: Understanding, conversation: Conversation, reason: str) -> Decision:
        wanted = [intent for intent in understanding.intents if self.project.flow_for(intent.name)]
        first = wanted[0] if wanted else understanding.intent
        flow = self.project.flow_for(first.name)
        if flow is None:
            return Decision((UselessAnswer(),), first.name, "no flow for this", False)
        keep = conversation.last_request == flow.id and is_follow_up(understanding.text)
        start = self._start(flow, understanding, keep=keep)
        return Decision((start, *self._deferred(wanted[1:], understanding)), first.name, reason)

    def _deferred(self, intents: list[Intent], understanding: Understanding) -> tuple[Command, ...]:
        flows = [flow for intent in intents if (flow := self.project.flow_for(intent.name)) and flow.kind != "pattern"]
        flows += [
            flow
            for intent in intents
            if intent.name == "request_agent"
            and (flow := self.project.flow_for(intent.name))
            and flow.kind == "pattern"
        ]
        return tuple(DeferFlow(flow.id, self._own_values(flow, understanding)) for flow in flows)

    def _start(self, flow: Flow, understanding: Understanding, *, keep: bool = False) -> StartFlow:
        return StartFlow(flow.id, self._own_values(flow, understanding), keep)

    def _own_values(self, flow: Flow, understanding: Understanding) -> Mapping[str, Any]:
        values = self.slot_reader.volunteered(self._slots_of(flow), understanding)
        if flow.kind == "knowledge":
            values["question"] = understanding.text
        return values | self.slot_reader.mentioned(understanding)

    def _slots_of(self, flow: Flow) -> tuple[str, ...]:
        return (*flow.collected, "account_no") if flow.auth else flow.collected

    def _volunteered(self, conversation: Conversation, understanding: Understanding) -> dict[str, Any]:
        names: dict[str, None] = {}
        for frame in conversation.stack[-2:]:
            if not frame.interrupted:
                names.update(dict.fromkeys(self._slots_of(self.project.flows[frame.flow])))
        return self.slot_reader.volunteered(names, understanding) | self.slot_reader.mentioned(understanding)

    def _mentions(self, understanding: Understanding) -> tuple[Command, ...]:
        mentioned = self.slot_reader.mentioned(understanding)
        return (FillSlots(mentioned),) if mentioned else ()

    def _all_values(self, understanding: Understanding) -> dict[str, Any]:
        values = self.slot_reader.volunteered(self.project.domain.slots, understanding)
        return {**values, "question": understanding.text}

    def _close_options(self, understanding: Understanding) -> list[str] | None:
        ranking = [
            (flow.id, intent.confidence)
            for intent in understanding.intent_ranking[:4]
            if (flow := self.project.flow_for(intent.name)) is not None and flow.kind == "service"
        ]
        if len(understanding.intents) > 1 or len(ranking) < 2 or ranking[0][0] != understanding.intent.name:
            return None
        best, second = ranking[0][1], ranking[1][1]
        if best >= self.clarify_below or second < self.clarify_ratio * best:
            return None
        return [name for name, confidence in ranking if confidence >= self.clarify_ratio * best][:3]

    def _last_given(self, conversation: Conversation, asked: str) -> str | None:
        """The slot of this flow that was filled before the one that is asked for."""
        frame = conversation.top
        flow = self.project.flows[frame.flow] if frame else None
        collected = [name for name in (flow.collected if flow else ()) if conversation.slots.get(name) is not None]
        before = [name for name in collected if name != asked and not self.slot_reader.is_yes_no(name)]
        return before[-1] if before else None


def _request_at_hand(conversation: Conversation) -> str:
    """The request that an answer belongs to."""
    return conversation.active_flow or conversation.running_flow or ""


def is_follow_up(text: str) -> bool:
    """Say whether a text is so short or so worded that it leans on what came before."""
    return len(text) <= _SHORT_TEXT or (bool(_FOLLOW_UP.search(text)) and len(text) <= 2 * _SHORT_TEXT)


def _is_nothing_but_value(understanding: Understanding) -> bool:
    """Say whether a text is 「那……呢」 around values and hardly anything else."""
    text = understanding.text
    if not text.startswith("那") or "呢" not in text[-2:]:
        return False
    said = sum(entity.end - entity.start for entity in understanding.entities)
    return said >= 0.7 * len(re.sub(r"[那呢的么，,。？?\s]", "", text))


def _chosen(understanding: Understanding, flows: list[Flow]) -> str | None:
    text = understanding.text
    for words, place in ((("第一", "前者", "前面"), 0), (("第二", "后者", "后面"), 1), (("第三",), 2)):
        if any(word in text for word in words) and place < len(flows):
            return flows[place].id
    if text.strip() in ("1", "2", "3") and int(text) <= len(flows):
        return flows[int(text) - 1].id
    named = [flow.id for flow in flows if flow.name in text or (text in flow.name and len(text) >= 2)]
    if len(named) == 1:
        return named[0]
    likely = [intent.name for intent in understanding.intent_ranking]
    known = [flow.id for flow in flows if flow.id in likely[:3]]
    return min(known, key=likely.index) if known else None
