"""Actions that belong to the engine itself: answers from knowledge, names of choices, call-back tickets.

They are rasa_sdk actions like any other, and are handed what they need.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.flow import Flow
from bot.hearing import is_follow_up
from bot.project import Project
from knowledge_base.answer import Answer, Finding, RegionNeeded

Events = list[dict[str, Any]]


class Answers(Protocol):
    """The knowledge base, as the engine needs it."""

    def find(self, question: str, *, region: str | None, at: datetime) -> Finding:
        """Find what answers a question."""
        ...


RegisterCallback = Callable[[Tracker, str], Awaitable[str]]
"""(tracker, idempotency key) -> ticket number."""


@dataclass(frozen=True, slots=True)
class KnowledgeVoice:
    """Says what the knowledge base found."""

    answers: Answers
    project: Project
    clock: Callable[[], datetime]

    def question(self, tracker: Tracker) -> str:
        """Return the question at hand: what the request was, not the answer to a question back."""
        return str(tracker.get_slot("question") or tracker.latest_message.get("text") or "")

    def is_elsewhere(self, tracker: Tracker) -> bool:
        """Say whether the question is about a place that is not served."""
        return self.project.domain.phrases.is_elsewhere(self.question(tracker))

    def look_up(self, tracker: Tracker, question: str) -> Finding:
        """Find an answer to a question; an elliptical one is completed by what came before."""
        region = tracker.get_slot("region")
        finding = self.answers.find(question, region=region, at=self.clock())
        topic = tracker.get_slot("last_topic")
        if topic and is_follow_up(self.project, question) and not (isinstance(finding, Answer) and finding.score > 0.9):
            completed = self.answers.find(f"{topic} {question}", region=region, at=self.clock())
            if completed.score > finding.score:
                return completed
        return finding

    def say_if_sure(self, dispatcher: CollectingDispatcher, tracker: Tracker, question: str) -> Events:
        """Answer a question only if an article surely does; `aside_answered` says whether one did."""
        finding = self.answers.find(question, region=tracker.get_slot("region"), at=self.clock())
        if not isinstance(finding, Answer):
            return [SlotSet("aside_answered", False)]
        return [*self.say(dispatcher, tracker, finding), SlotSet("aside_answered", True)]

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
        is_phone = tracker.get_slot("channel") == "phone"
        words = answer.voice if is_phone else answer.text
        dispatcher.utter_message(text=words, custom={} if answer.is_referral else {"sources": [source]})
        return [SlotSet("last_topic", answer.title), SlotSet("needs_region", False)]

    @staticmethod
    def suggest(dispatcher: CollectingDispatcher, questions: tuple[str, ...]) -> None:
        """Offer the nearest questions as buttons."""
        dispatcher.utter_message(response="utter_suggestions", nearest=list(questions[:3]))


class ActionAnswerKnowledge(Action):
    """Answer `slots.question` from the knowledge base, or offer the nearest questions."""

    def __init__(self, voice: KnowledgeVoice) -> None:
        self._voice = voice

    def name(self) -> str:
        """Name in flows."""
        return "action_answer_knowledge"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `needs_region` when the answer depends on an unknown region."""
        if self._voice.is_elsewhere(tracker):
            dispatcher.utter_message(response="utter_region_not_served")
            return [SlotSet("needs_region", False)]
        finding = self._voice.look_up(tracker, self._voice.question(tracker))
        if isinstance(finding, Answer):
            return self._voice.say(dispatcher, tracker, finding)
        if isinstance(finding, RegionNeeded):
            return [SlotSet("needs_region", True)]
        if finding.questions:
            self._voice.suggest(dispatcher, finding.questions)
        else:
            dispatcher.utter_message(response="utter_no_knowledge")
        return [SlotSet("needs_region", False)]


class ActionAnswerOrSuggest(Action):
    """The sentence was not understood: answer it from knowledge if that is sure, else say so."""

    def __init__(self, voice: KnowledgeVoice) -> None:
        self._voice = voice

    def name(self) -> str:
        """Name in flows."""
        return "action_answer_or_suggest"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Answer, or ask for other words."""
        finding = self._voice.look_up(tracker, str(tracker.latest_message.get("text") or ""))
        if isinstance(finding, Answer):
            return self._voice.say(dispatcher, tracker, finding)
        dispatcher.utter_message(response="utter_not_understood_once")
        return []


class ActionCheckServed(Action):
    """See whether a price question is about a place or a time for which there are no prices."""

    needs_backends = False

    def __init__(self, voice: KnowledgeVoice) -> None:
        self._voice = voice

    def name(self) -> str:
        """Name in flows."""
        return "action_check_served"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `not_served`: place | time | null."""
        if self._voice.is_elsewhere(tracker):
            return [SlotSet("not_served", "place")]
        is_to_come = self._voice.project.domain.phrases.is_to_come(self._voice.question(tracker))
        return [SlotSet("not_served", "time" if is_to_come else None)]


class ActionAnswerIfSure(Action):
    """A question that tables answer in general: an article that answers it in particular comes first."""

    needs_backends = False

    def __init__(self, voice: KnowledgeVoice) -> None:
        self._voice = voice

    def name(self) -> str:
        """Name in flows."""
        return "action_answer_if_sure"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `aside_answered`."""
        question = self._voice.question(tracker)
        if is_follow_up(self._voice.project, question):
            return [SlotSet("aside_answered", False)]
        return self._voice.say_if_sure(dispatcher, tracker, question)


class ActionAnswerAside(Action):
    """A question came instead of an answer: answer it if knowledge is sure."""

    def __init__(self, voice: KnowledgeVoice) -> None:
        self._voice = voice

    def name(self) -> str:
        """Name in flows."""
        return "action_answer_aside"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `aside_answered`."""
        text = str(tracker.latest_message.get("text") or "")
        return self._voice.say_if_sure(dispatcher, tracker, text)


class ActionNameOptions(Action):
    """Give the choices of a clarification their names."""

    def __init__(self, flows: dict[str, Flow]) -> None:
        self._flows = flows

    def name(self) -> str:
        """Name in flows."""
        return "action_name_options"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `clarify_names`."""
        options = tracker.get_slot("clarify_options") or []
        return [SlotSet("clarify_names", [self._flows[option].name for option in options if option in self._flows])]


class ActionRegisterCallback(Action):
    """Keep what could not be done as a ticket for a person to call back."""

    def __init__(self, register: RegisterCallback) -> None:
        self._register = register

    def name(self) -> str:
        """Name in flows."""
        return "action_register_callback"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `callback_ticket_no`."""
        ticket_no = await self._register(tracker, tracker.latest_message["idempotency_key"])
        return [SlotSet("callback_ticket_no", ticket_no)]


BUILTIN_ACTION_NAMES = frozenset(
    {
        "action_answer_aside",
        "action_answer_if_sure",
        "action_answer_knowledge",
        "action_check_served",
        "action_answer_or_suggest",
        "action_name_options",
        "action_register_callback",
    }
)
