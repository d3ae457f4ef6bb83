"""What was heard, in its conversation: the questions about a message that the rules of `bot/decide.py` ask."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.conversation import Conversation, Frame
from bot.flow import CollectStep, Flow
from bot.project import Project
from bot.reconsider import HAZARD, OUT_OF_SCOPE, QUESTION
from bot.slot_values import SlotReader, overheard
from nlu.hazards import names_danger
from nlu.understanding import Intent, Understanding

HAZARD_IN_ANSWER = 0.97
"""Probability of a danger that no word names, where the sentence answers what was asked."""
SURELY_NOT_OURS = 0.8
"""Probability from which a text that names nobody's business is none of ours, rather than not understood."""
LONGEST_PIECE = 8
"""Signs of a piece that goes on with a value; a longer one is a value of its own."""
LONGEST_ASKER = 6
"""Signs in which a follow-up names nothing but who asks (我家里用的)."""
SURELY_ASKED = 0.9
"""Probability from which words without a sign of a question ask the articles in the middle of a flow."""
WEAK_ASIDE = 0.8
"""Probability below which a question in the middle of a flow is no request for another service."""
ANSWERS = ("affirm", "deny", "correct")
CONTROLS = ("cancel", "repeat", "wait", "request_agent", "complain_bot", HAZARD, "goodbye")
"""Intents that are meant even where any text would answer the question."""
ENDINGS = ("goodbye", "ask_bot")
"""Repairs that lose something, or say much, where they were not meant."""
REMARKS = ("greet", "thank", "ask_bot")
"""Intents that answer no question, if the text is short."""
LONGEST_REMARK = 16
LONGEST_NAME = 20
"""Signs of a text that may be nothing but a name or a number."""
LIKELY_CHOICE = 0.4
"""Probability from which a sentence chooses one of the flows that it was asked about."""
CUSTOMER_CLASS = "customer_class"
"""Slot that tells for whom a question is asked."""
IN_DANGER = "pattern_in_danger"
"""The flow for words in the middle of a danger that answer nothing."""
OF_DANGER = ("query_outage", "query_ticket", "urge_ticket")
"""Intents of questions that, in the middle of a danger, are about that danger (这线上有没有电, 啥时候来人)."""
SHORTEST_RETELLING = 6
"""Characters; a shorter correction of a story says only that it was wrong."""
SHORT_TEXT = 9
SHORTEST_ASIDE = 5
"""Characters; a shorter text is hardly a question of its own."""
_ACCOUNT_ALONE = re.compile(
    r"^(?:[\s，,。:：]|我的?|我们?家的?|这是|户号|户头|号码|号|是|为)*(?:\d[\s-]?){10}(?:(?:\d[\s-]?){3})?[\s。.，,]*$"
)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probabilities at which a policy changes its mind."""

    accept: float
    accept_small_talk: float
    clarify_below: float
    clarify_ratio: float
    switch_at: float
    hazard_at: float
    account_options: tuple[str, ...] = ()


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
        least = HAZARD_IN_ANSWER if self._may_answer() else self.thresholds.hazard_at
        return bool(named) and any(item.confidence >= least for item in (*named, *ranked))

    def _may_answer(self) -> bool:
        """Say whether an answer is awaited that this may well be: a danger then needs more than odd words."""
        frame = self.conversation.top
        asked = frame.asked if frame else None
        if asked is None or names_danger(self.understanding.entities):
            return False
        is_told = self.reader.takes_free_text(asked) and not self.reader.is_yes_no(asked)
        return is_told or asked in self.reader.volunteered((asked,), self.understanding)

    def is_request(self) -> bool:
        """Say whether this surely is a request or a repair of its own."""
        return self.flow is not None and self.intent.confidence >= self.thresholds.switch_at

    def is_service(self) -> bool:
        """Say whether this is about a business."""
        return self.flow is not None and self.flow.kind == "service"

    def is_control(self) -> bool:
        """Say whether the customer surely steers the conversation."""
        return self.intent.name in CONTROLS and self.intent.confidence >= self.thresholds.switch_at

    def is_own(self) -> bool:
        """Say whether the intent is that of the flow at hand."""
        return self.intent.name in (self.conversation.active_flow, self.conversation.running_flow)

    def switches(self) -> bool:
        """Say whether the customer turns to something else."""
        flow = self.flow
        if flow is None or self.is_own() or self.intent.name in ANSWERS or self.is_babble() or self.is_bare_name():
            return False
        is_light = flow.kind == "pattern" and self.intent.name not in ENDINGS
        return self.intent.confidence >= (self.thresholds.accept if is_light else self.thresholds.switch_at)

    def is_too_weak(self) -> bool:
        """Say whether the sentence was not understood well enough to act on it."""
        flow, thresholds = self.flow, self.thresholds
        if flow is None or self.is_babble():
            return True
        return self.intent.confidence < (thresholds.accept if flow.kind != "pattern" else thresholds.accept_small_talk)

    def is_babble(self) -> bool:
        """Say whether a text is unlike any request and names no other's business: it was not understood."""
        is_other = self.intent.name == OUT_OF_SCOPE and self.intent.confidence < SURELY_NOT_OURS
        return is_other and not self.project.domain.phrases.is_foreign(self.text)

    def is_bare_name(self) -> bool:
        """Say whether a text that seems to be none of ours asks nothing and names no other's business (a company)."""
        phrases = self.project.domain.phrases
        is_other = self.intent.name == OUT_OF_SCOPE and not phrases.is_foreign(self.text)
        return is_other and len(self.text) <= LONGEST_NAME and not phrases.is_asking(self.text)

    def wants_another(self) -> bool:
        """Say whether the customer says that he was taken to want the wrong thing, and what he wants instead."""
        flow = self.flow
        if flow is None or flow.kind == "pattern" or self.is_own():
            return False
        is_likely = self.intent.confidence >= self.thresholds.accept
        return is_likely and self.project.domain.phrases.is_replacing(self.text)

    def asks_back(self) -> bool:
        """Say whether this looks like a question."""
        return len(self.text) >= SHORTEST_ASIDE and self.project.domain.phrases.is_asking(self.text)

    def asks_surely(self) -> bool:
        """Say whether this surely is a question, whatever its intent."""
        return len(self.text) >= SHORTEST_ASIDE and self.project.domain.phrases.is_questioning(self.text)

    def agrees(self) -> bool:
        """Say whether the text begins with a yes, and nothing speaks for another request."""
        return self.intent.name == "affirm" or (self.is_own() and self.reader.begins_with_yes(self.text))

    def asks_weakly(self, below: float = WEAK_ASIDE) -> bool:
        """Say whether this is a question that merely resembles a request for another service."""
        flow = self.flow
        is_service = flow is not None and flow.kind == "service" and len(self.understanding.intents) == 1
        return is_service and self.intent.confidence < below and self.asks_surely()

    def remarks(self) -> bool:
        """Say whether a text that seemed to ask the articles asks nothing: it tells more of what is at hand."""
        is_weak = self.intent.name == QUESTION and self.intent.confidence < SURELY_ASKED
        return is_weak and len(self.understanding.intents) == 1 and not self.asks_back()

    def asks_beside_the_point(self, slot: str) -> bool:
        """Say whether the value was guessed into a sentence that means something else or asks something."""
        if not self.reader.is_guess(slot, self.understanding):
            return False
        return self.asks_surely() or (self.switches() and self.intent.confidence >= self.thresholds.switch_at)

    def is_declining(self) -> bool:
        """Say whether the customer leaves out the value that is asked for."""
        return self.project.domain.phrases.is_declining(self.text)

    def gives_up(self) -> bool:
        """Say whether the customer gives up what is being handled, although the sentence was taken for an answer."""
        return not self.switches() and self.project.domain.phrases.is_cancelling(self.text)

    def is_present(self) -> bool:
        """Say whether somebody who was silent says that he is there."""
        return self.conversation.silences > 0 and self.project.domain.phrases.is_present(self.text)

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
        if self.project.domain.is_mention(rest):
            return True
        said = sum(entity.end - entity.start for entity in self.understanding.entities)
        return said >= 0.7 * len(rest)

    def is_nothing_but_asker(self) -> bool:
        """Say whether a text is 「那我家里用的呢」: the request before, for whom it names."""
        rest = self.project.domain.phrases.inside_follow_up(self.text)
        is_short = rest is not None and len(rest) <= LONGEST_ASKER and not self.understanding.entities
        return is_short and CUSTOMER_CLASS in overheard(self.project.domain, self.text)

    def answers(self, slot: str, value: Any) -> bool:
        """Decide between an answer and a new request that happens to hold a fitting value."""
        reader, flow = self.reader, self.flow
        if reader.is_exact(slot, self.text):
            return True
        if self.asks_beside_the_point(slot):
            return False
        if reader.takes_free_text(slot):
            return not (self.is_control() or self.speaks_of_else())
        if self.is_own() or self.intent.name in ANSWERS:
            return True
        if reader.is_yes_no(slot):
            return reader.answers_by_intent(slot, self.intent.name) or not self.is_control()
        if flow is None or (flow.kind == "pattern" and not self.is_control()) or not self.switches():
            return True
        covered = sum(entity.end - entity.start for entity in self.understanding.entities if entity.entity == slot)
        is_most = slot == "verification_code" or covered >= 0.5 * len(self.text)
        return is_most or self.text.strip() == str(value)

    def speaks_of_else(self) -> bool:
        """Say whether a short text is a remark or a question of its own where any text would answer."""
        if len(self.text) > LONGEST_REMARK or self.is_own():
            return False
        is_sure = self.switches() and self.intent.confidence >= self.thresholds.switch_at
        return is_sure and (self.intent.name in REMARKS or self.asks_surely())

    # --- what values does it bring ------------------------------------------------------------------------------

    def volunteered(self) -> dict[str, Any]:
        """Return values for the flows that have the word, and what any message may name."""
        names: dict[str, None] = {}
        for frame in self.conversation.stack[-2:]:
            if not frame.interrupted:
                names.update(dict.fromkeys(slots_of(self.project.flows[frame.flow])))
        asked = self.conversation.top.asked if self.conversation.top else None
        values = self._joined(self.reader.volunteered(names, self.understanding))
        if asked in values and self.reader.is_guess(asked, self.understanding):
            del values[asked]
        return values | self.mentioned()

    def _joined(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return the values with later pieces joined to what was given before (三号楼, once the street is known)."""
        for name, value in values.items():
            right = self.reader.put_right({name: self.conversation.slots.get(name)}, str(value))
            values |= right if len(str(value)) <= LONGEST_PIECE else {}
        return values

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
        known = self.conversation.slots
        if self.intent.name == "correct" and (right := self.reader.put_right(self._given(), self.text)):
            return right
        values = self.volunteered()
        differs = any(
            name != asked and known.get(name) not in (None, value) and not str(value).startswith(f"{known[name]}")
            for name, value in values.items()
        )
        is_meant = self.intent.name == "correct" or not self.switches()
        return values if differs and is_meant else {}

    def _given(self) -> dict[str, Any]:
        """Return the values that the flows with the word collected so far."""
        names = {name for frame in self.conversation.stack[-2:] for name in slots_of(self.project.flows[frame.flow])}
        return {name: value for name, value in self.conversation.slots.items() if name in names}

    def last_given(self, asked: str) -> str | None:
        """Return the slot that the customer filled last in the flows with the word; not the one that is asked for."""
        given = self._given()
        said = [name for name in self.conversation.heard if given.get(name) is not None]
        before = [name for name in said if name != asked and not self.reader.is_yes_no(name)]
        return before[-1] if before else None

    def pieces(self, asked: str) -> dict[str, str]:
        """Return a value given before with the piece that the text adds or changes (三单元, after an address)."""
        slots = self.project.domain.slots
        if asked not in slots or slots[asked].parts or not self.project.domain.phrases.is_piece(self.text):
            return {}
        return self.reader.put_right(self._given(), self.text)

    def says_again(self, slot: str) -> bool:
        """Say whether a value is insisted on that was understood rightly the first time."""
        return self.volunteered().get(slot, None) == self.conversation.slots.get(slot)

    def told_anew(self, slot: str) -> str | None:
        """Return a story with what was put right in it added; None where there is no story or nothing was added."""
        is_story = slot in self.project.domain.slots and self.project.domain.slots[slot].is_told
        if not is_story or len(self.text) < SHORTEST_RETELLING:
            return None
        return f"{self.conversation.slots.get(slot)}；{self.text}"

    def is_beside_danger(self) -> bool:
        """Say whether somebody in danger says what answers nothing: he gets advice, not near questions."""
        if self.conversation.active_flow != HAZARD or IN_DANGER not in self.project.flows:
            return False
        flow = self.flow
        is_elsewhere = self.switches() and flow is not None and flow.kind != "knowledge"
        if is_elsewhere and self.intent.name in OF_DANGER and self.asks_surely():
            return True
        return not (is_elsewhere or self.volunteered() or self.agrees())

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

    def account_options(self) -> list[str]:
        """Return the flows to offer where an account number was said and nothing else."""
        if not _ACCOUNT_ALONE.match(self.text):
            return []
        return [name for name in self.thresholds.account_options if name in self.project.flows]

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
