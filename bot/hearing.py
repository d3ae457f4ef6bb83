"""What was heard, in its conversation: the questions about a message that the rules of `bot/decide.py` ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.conversation import Conversation, Frame
from bot.flow import CollectStep, Flow
from bot.project import Project
from bot.slot_values import SlotReader
from nlu.understanding import Intent, Understanding

HAZARD = "report_hazard"
ANSWERS = ("affirm", "deny", "correct")
CONTROLS = ("cancel", "repeat", "wait", "request_agent", "complain_bot", HAZARD, "goodbye")
"""Intents that are meant even where any text would answer the question."""
LIKELY_CHOICE = 0.4
"""Probability from which a sentence chooses one of the flows that it was asked about."""
SHORT_TEXT = 9
SHORTEST_ASIDE = 5
"""Characters; a shorter text is hardly a question of its own."""


def leading_request(understanding: Understanding, project: Project) -> Understanding:
    """Return the understanding without the yes, no or small talk that stands beside a request in one sentence."""
    if len(understanding.intents) < 2:
        return understanding
    wanted = tuple(intent for intent in understanding.intents if _is_wish(project.flow_for(intent.name)))
    if not wanted or wanted == understanding.intents:
        return understanding
    return replace(understanding, intent=wanted[0], intents=wanted)


def _is_wish(flow: Flow | None) -> bool:
    return flow is not None and (flow.kind != "pattern" or flow.id == "request_agent")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probabilities at which a policy changes its mind."""

    accept: float
    accept_small_talk: float
    clarify_below: float
    clarify_ratio: float
    switch_at: float
    hazard_at: float


@dataclass(frozen=True, slots=True)
class Hearing:
    """One message with everything that its meaning depends on."""

    understanding: Understanding
    conversation: Conversation
    project: Project
    reader: SlotReader
    thresholds: Thresholds

    @property
    def text(self) -> str:
        """What was said."""
        return self.understanding.text

    @property
    def intent(self) -> Intent:
        """The likeliest intent."""
        return self.understanding.intent

    @property
    def flow(self) -> Flow | None:
        """The flow that the intent starts."""
        return self.project.flow_for(self.intent.name)

    @property
    def request_at_hand(self) -> str:
        """The request that an answer belongs to."""
        return self.conversation.active_flow or self.conversation.running_flow or ""

    # --- what kind of message is it -----------------------------------------------------------------------------

    def is_hazard(self) -> bool:
        """Say whether a danger is reported that is not being dealt with already."""
        understanding = self.understanding
        if self.conversation.active_flow == HAZARD or self.project.flow_for(HAZARD) is None:
            return False
        named = [intent for intent in (understanding.intent, *understanding.intents) if intent.name == HAZARD]
        ranked = [intent for intent in understanding.intent_ranking if intent.name == HAZARD]
        return bool(named) and any(item.confidence >= self.thresholds.hazard_at for item in (*named, *ranked))

    def is_request(self) -> bool:
        """Say whether this surely is a request or a repair of its own."""
        return self.flow is not None and self.intent.confidence >= self.thresholds.switch_at

    def is_control(self) -> bool:
        """Say whether the customer surely steers the conversation."""
        return self.intent.name in CONTROLS and self.intent.confidence >= self.thresholds.switch_at

    def is_own(self) -> bool:
        """Say whether the intent is that of the flow at hand."""
        return self.intent.name in (self.conversation.active_flow, self.conversation.running_flow)

    def switches(self) -> bool:
        """Say whether the customer turns to something else."""
        flow = self.flow
        if flow is None or self.is_own() or self.intent.name in ANSWERS:
            return False
        return self.intent.confidence >= (
            self.thresholds.accept if flow.kind == "pattern" else self.thresholds.switch_at
        )

    def is_too_weak(self) -> bool:
        """Say whether the sentence was not understood well enough to act on it."""
        flow, thresholds = self.flow, self.thresholds
        if flow is None:
            return True
        return self.intent.confidence < (thresholds.accept if flow.kind != "pattern" else thresholds.accept_small_talk)

    def asks_back(self) -> bool:
        """Say whether this looks like a question."""
        return len(self.text) >= SHORTEST_ASIDE and self.project.domain.phrases.is_asking(self.text)

    def is_unknowing(self) -> bool:
        """Say whether the customer says that he does not know or have something."""
        return self.project.domain.phrases.is_unknowing(self.text)

    def is_follow_up(self) -> bool:
        """Say whether the text leans on what came before."""
        return is_follow_up(self.project, self.text)

    def is_nothing_but_value(self) -> bool:
        """Say whether a text is 「那……呢」 around values and hardly anything else."""
        rest = self.project.domain.phrases.inside_follow_up(self.text)
        if rest is None:
            return False
        said = sum(entity.end - entity.start for entity in self.understanding.entities)
        return said >= 0.7 * len(rest)

    def answers(self, slot: str, value: Any) -> bool:
        """Decide between an answer and a new request that happens to hold a fitting value."""
        reader, flow = self.reader, self.flow
        if self.is_own() or self.intent.name in ANSWERS or reader.is_exact(slot, self.text):
            return True
        if reader.is_yes_no(slot):
            return reader.answers_by_intent(slot, self.intent.name) or not self.is_control()
        if reader.takes_free_text(slot):
            return not self.is_control()
        if flow is None or (flow.kind == "pattern" and not self.is_control()) or not self.switches():
            return True
        covered = sum(entity.end - entity.start for entity in self.understanding.entities if entity.entity == slot)
        is_most = slot == "verification_code" or covered >= 0.5 * len(self.text)
        return is_most or self.text.strip() == str(value)

    # --- what values does it bring ------------------------------------------------------------------------------

    def volunteered(self) -> dict[str, Any]:
        """Return values for the flows that have the word, and what any message may name."""
        names: dict[str, None] = {}
        for frame in self.conversation.stack[-2:]:
            if not frame.interrupted:
                names.update(dict.fromkeys(slots_of(self.project.flows[frame.flow])))
        return self.reader.volunteered(names, self.understanding) | self.mentioned()

    def mentioned(self) -> dict[str, Any]:
        """Return what any message may name, such as a region."""
        return self.reader.mentioned(self.understanding)

    def values_for(self, flow: Flow) -> Mapping[str, Any]:
        """Return the values that a request for this flow brings along."""
        values = self.reader.volunteered(slots_of(flow), self.understanding)
        if flow.kind == "knowledge":
            values["question"] = self.text
        return values | self.mentioned()

    def all_values(self) -> dict[str, Any]:
        """Return every value, for a request that is not yet clear."""
        return {**self.reader.volunteered(self.project.domain.slots, self.understanding), "question": self.text}

    def alternatives(self, frame: Frame) -> dict[str, Any]:
        """Return values that may stand for the one that is asked for."""
        step = self.project.flows[frame.flow].steps.get(frame.step)
        names: Sequence[str] = step.alternatives if isinstance(step, CollectStep) else ()
        return self.reader.volunteered(names, self.understanding)

    def corrected(self, asked: str) -> dict[str, Any]:
        """Return the values that differ from those given before; empty when nothing is corrected."""
        values = self.volunteered()
        known = self.conversation.slots
        differs = any(name != asked and known.get(name) not in (None, value) for name, value in values.items())
        is_meant = self.intent.name == "correct" or not self.switches()
        return values if differs and is_meant else {}

    def last_given(self, asked: str) -> str | None:
        """Return the slot of this flow that was filled before the one that is asked for."""
        frame = self.conversation.top
        collected = self.project.flows[frame.flow].collected if frame else ()
        given = [name for name in collected if self.conversation.slots.get(name) is not None]
        before = [name for name in given if name != asked and not self.reader.is_yes_no(name)]
        return before[-1] if before else None

    def close_requests(self) -> list[str]:
        """Return service flows that are about as likely; empty when one is likeliest."""
        understanding, thresholds = self.understanding, self.thresholds
        ranking = [
            (flow.id, intent.confidence)
            for intent in understanding.intent_ranking[:4]
            if (flow := self.project.flow_for(intent.name)) is not None and flow.kind == "service"
        ]
        if len(understanding.intents) > 1 or len(ranking) < 2 or ranking[0][0] != self.intent.name:
            return []
        best, second = ranking[0][1], ranking[1][1]
        if best >= thresholds.clarify_below or second < thresholds.clarify_ratio * best:
            return []
        return [name for name, confidence in ranking if confidence >= thresholds.clarify_ratio * best][:3]

    def chosen(self, options: Sequence[str]) -> str | None:
        """Return the flow that the customer chooses from these: by place, by name, or by meaning."""
        flows = [self.project.flows[option] for option in options]
        place = self.project.domain.phrases.place_in_list(self.text)
        if place is not None and place < len(flows):
            return flows[place].id
        named = [flow.id for flow in flows if flow.name in self.text or (self.text in flow.name and len(self.text) > 1)]
        if len(named) == 1:
            return named[0]
        likely = [intent.name for intent in self.understanding.intent_ranking if intent.confidence >= LIKELY_CHOICE]
        known = [flow.id for flow in flows if flow.id in likely]
        return min(known, key=likely.index) if known else None


def slots_of(flow: Flow) -> tuple[str, ...]:
    """Return the slots that customers fill in this flow, the account of its verification included."""
    return (*flow.collected, "account_no") if flow.auth else flow.collected


def is_follow_up(project: Project, text: str) -> bool:
    """Say whether a text is so short or so worded that it leans on what came before."""
    return len(text) <= SHORT_TEXT or (len(text) <= 2 * SHORT_TEXT and project.domain.phrases.is_follow_up(text))
