"""Asks the knowledge base in a conversation, and says what was found.

A question that leans on what came before is asked whole: the topic at hand with the words that were said instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.hearing import is_follow_up
from bot.project import Project
from bot.stack_moves import CUSTOMER_CLASS
from knowledge_base.answer import Answer, Finding, RegionNeeded, Suggestions
from knowledge_base.ellipsis import Completed

Events = list[dict[str, Any]]
SURE = 0.6
"""Score from which a text of a few characters is a question of its own."""
CERTAIN = 0.7
"""Score from which an article is the answer though something speaks against it."""
BEYOND_DOUBT = 0.97
"""Score from which words that lean on nothing need no topic."""
CLEARLY = 0.12
"""By how much a question made whole must score above its bare words where these may be a question of their own."""


class Answers(Protocol):
    """The knowledge base, as the engine needs it."""

    def find(self, question: str, *, region: str | None, at: datetime, customer_class: str | None = None) -> Finding:
        """Find what answers a question."""
        ...

    def complete(self, words: str, topic: str) -> Completed:
        """Return the whole question that words after a topic stand for."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """What a question came to in its conversation."""

    finding: Finding
    is_same: bool = False
    """Asked for other customers or another place, and it is the article that was said last: it holds for them, too."""
    is_uncovered: bool = False
    """Asked for other customers or another place, and nothing is known for them."""

    @property
    def is_told(self) -> bool:
        """Say whether there is something to tell."""
        return isinstance(self.finding, Answer) or self.is_uncovered


@dataclass(frozen=True, slots=True)
class KnowledgeVoice:
    """Says what the knowledge base found."""

    answers: Answers
    project: Project
    clock: Callable[[], datetime]

    def question(self, tracker: Tracker) -> str:
        """Return the question at hand: what the request was, not the answer to a question back."""
        return str(tracker.get_slot("question") or tracker.latest_message.get("text") or "")

    def whole_question(self, tracker: Tracker) -> str:
        """Return the question at hand for whom or where the latest words say (蒙西呢 after 黑龙江居民电费怎么收)."""
        question, words = self.question(tracker), str(tracker.latest_message.get("text") or "")
        completed = self.answers.complete(words, question)
        return completed.question if words != question and completed.is_for_others else question

    def is_elsewhere(self, tracker: Tracker) -> bool:
        """Say whether the question is about a place that is not served."""
        question, words = self.question(tracker), str(tracker.latest_message.get("text") or "")
        is_replaced = words != question and self.answers.complete(words, question).is_for_others  # 那山东的呢
        return self.project.domain.phrases.is_elsewhere(words if is_replaced else question)

    def look_up(self, tracker: Tracker, question: str) -> Found:
        """Find an answer to a question; an elliptical one is completed by what came before."""
        is_answer_back = bool(tracker.slots.get("needs_region"))  # the message was the region that was asked for
        words = question if is_answer_back else str(tracker.latest_message.get("text") or question)
        topics = list(self._topics(tracker, question, words))
        if not topics or not is_follow_up(self.project, words):
            return Found(self._find(tracker, question))
        whole = [self.answers.complete(words, topic) for topic in topics]
        found = [(self._find(tracker, each.question), each) for each in whole]
        best, completed = max(found, key=lambda pair: _rank(pair[0]))
        bare = self._find(tracker, words if words == question or whole[0].is_for_others else question)
        if whole[0].is_for_others and not self._is_service(topics[0]):
            return self._for_others(tracker, bare, best, completed)
        least = CERTAIN if self._is_service(topics[0]) else SURE
        return Found(self._better(words, bare, best, least))

    def _topics(self, tracker: Tracker, question: str, words: str) -> Iterator[str]:
        """What may be spoken of: the last answer's topic, and the question that goes on with other words."""
        if topic := tracker.get_slot("last_topic"):
            yield str(topic)
        if question != words and is_follow_up(self.project, words):
            yield question

    def _is_service(self, topic: str) -> bool:
        return any(flow.name == topic for flow in self.project.flows.values())

    def _for_others(self, tracker: Tracker, bare: Finding, best: Finding, completed: Completed) -> Found:
        """The question before, for other customers or another place: made whole it comes first."""
        if isinstance(best, Answer) and (best.score >= CERTAIN or self._is_to_the_point(tracker, best, completed)):
            return Found(best, is_same=best.title == tracker.get_slot("last_topic"))
        if isinstance(best, RegionNeeded) or (isinstance(bare, Answer) and bare.score > BEYOND_DOUBT):
            return Found(best if isinstance(best, RegionNeeded) else bare)
        return Found(Suggestions((), best.score), is_uncovered=True)

    def _is_to_the_point(self, tracker: Tracker, answer: Answer, completed: Completed) -> bool:
        """Say whether the topic alone leads to the same answer: the new words have not led away from it."""
        region = tracker.slots.get("region")
        asked = completed.topic, region, completed.customer_class or tracker.slots.get(CUSTOMER_CLASS)
        alone = self.answers.find(asked[0], region=asked[1], at=self.clock(), customer_class=asked[2])
        return answer.score >= SURE and _topic_of(alone) == answer.topic

    def _better(self, words: str, bare: Finding, best: Finding, least: float) -> Finding:
        """Words that may stand alone give way only to what is clearly likelier, and only if they ask something."""
        if isinstance(bare, Answer) and bare.score > BEYOND_DOUBT:
            return bare
        is_asking = self.project.domain.phrases.is_asking(words)
        if is_asking and not isinstance(best, Suggestions) and best.score >= bare.score + CLEARLY:
            return best
        if not isinstance(bare, Answer) or _topic_of(best) == bare.topic:
            return max(bare, best, key=_rank) if is_asking else bare
        if bare.score >= least or (least < CERTAIN and not isinstance(best, Answer)):
            return bare
        return Suggestions((bare.title, *((best.title,) if isinstance(best, Answer) else ())), bare.score)

    def say_if_sure(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, question: str, answer_from: float = 0.0
    ) -> Events:
        """Answer a question only if an article surely does; `aside_answered` says whether one did."""
        finding = self._find(tracker, question)
        if not isinstance(finding, Answer) or finding.score < answer_from:
            return [SlotSet("aside_answered", False)]
        return [*self.say(dispatcher, tracker, finding), SlotSet("aside_answered", True)]

    def _find(self, tracker: Tracker, question: str) -> Finding:
        """Ask the articles with what is known of the customer; a project without these slots knows nothing."""
        region, customer_class = tracker.slots.get("region"), tracker.slots.get(CUSTOMER_CLASS)
        found = self.answers.find(question, region=region, at=self.clock(), customer_class=customer_class)
        if customer_class is None:
            return found
        anyones = self.answers.find(question, region=region, at=self.clock())
        if _topic_of(anyones) == _topic_of(found):
            return found
        # For others the question is about something else: what is left may be beside the point, so the class is named.
        named = f"{question} {customer_class}"
        own = self.answers.find(named, region=region, at=self.clock(), customer_class=customer_class)
        if not isinstance(own, Suggestions) and own.score >= found.score - CLEARLY:
            return own
        return found if found.score >= anyones.score - CLEARLY else anyones

    def say_found(self, dispatcher: CollectingDispatcher, tracker: Tracker, found: Found) -> Events:
        """Say the answer, or ask back, or offer near questions, or say that nothing is known."""
        finding = found.finding
        if isinstance(finding, Answer):
            if found.is_same:
                dispatcher.utter_message(response="utter_holds_alike")
            return self.say(dispatcher, tracker, finding)
        if isinstance(finding, RegionNeeded):
            return [SlotSet("needs_region", True)]
        if found.is_uncovered:
            dispatcher.utter_message(response="utter_not_covered")
        elif finding.questions:
            self.suggest(dispatcher, finding.questions)
        else:
            dispatcher.utter_message(response="utter_no_knowledge")
        return [SlotSet("needs_region", False)]

    @staticmethod
    def say(dispatcher: CollectingDispatcher, tracker: Tracker, answer: Answer) -> Events:
        """Say an answer with its source; a referral is no answer and has none."""
        source = {
            "id": answer.article_id,
            "version": answer.version,
            "title": answer.title,
            "document": answer.document,
            "score": round(answer.score, 4),
        }
        channel = tracker.get_slot("channel")
        custom: dict[str, Any] = {} if answer.is_referral else {"sources": [source]}
        if answer.card is not None and channel == "wechat":
            custom["article_card"] = asdict(answer.card)
        dispatcher.utter_message(text=answer.voice if channel == "phone" else answer.text, custom=custom)
        return [SlotSet("last_topic", answer.title), SlotSet("needs_region", False)]

    @staticmethod
    def suggest(dispatcher: CollectingDispatcher, questions: tuple[str, ...]) -> None:
        """Offer the nearest questions as buttons."""
        dispatcher.utter_message(response="utter_suggestions", nearest=list(questions[:3]))


def _topic_of(finding: Finding) -> str | None:
    return None if isinstance(finding, Suggestions) else finding.topic


def _rank(finding: Finding) -> tuple[bool, float]:
    """What can be told, or can be after one question, before what cannot; then by probability."""
    return not isinstance(finding, Suggestions), finding.score
