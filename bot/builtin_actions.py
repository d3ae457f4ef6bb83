"""Actions that belong to the engine itself: answers from knowledge, names of choices, call-back tickets.

They are rasa_sdk actions like any other, and are handed what they need.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.flow import Flow
from bot.hearing import is_follow_up
from bot.knowledge_voice import CERTAIN, SURE, Events, KnowledgeVoice

RegisterCallback = Callable[[Tracker, str], Awaitable[str]]
"""(tracker, idempotency key) -> ticket number."""


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
        found = self._voice.look_up(tracker, self._voice.question(tracker))
        return self._voice.say_found(dispatcher, tracker, found)


class ActionAnswerOrSuggest(Action):
    """The sentence was not understood: answer it from knowledge if that is sure, else say so."""

    def __init__(self, voice: KnowledgeVoice) -> None:
        self._voice = voice

    def name(self) -> str:
        """Name in flows."""
        return "action_answer_or_suggest"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Answer, or ask for other words."""
        found = self._voice.look_up(tracker, str(tracker.latest_message.get("text") or ""))
        if found.is_told:
            return self._voice.say_found(dispatcher, tracker, found)
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
        question = self._voice.whole_question(tracker)
        if not is_follow_up(self._voice.project, question):
            return self._voice.say_if_sure(dispatcher, tracker, question)
        leans = self._voice.project.domain.phrases.is_follow_up(question) or tracker.get_slot("last_topic")
        if leans:  # on what came before
            return [SlotSet("aside_answered", False)]
        return self._voice.say_if_sure(dispatcher, tracker, question, SURE)


class ActionAnswerIfCertain(Action):
    """The sentence was understood as something else: an article that answers it beyond doubt comes first."""

    needs_backends = False

    def __init__(self, voice: KnowledgeVoice) -> None:
        self._voice = voice

    def name(self) -> str:
        """Name in flows."""
        return "action_answer_if_certain"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `aside_answered`."""
        text = str(tracker.latest_message.get("text") or "")
        if self._voice.project.domain.phrases.is_elsewhere(text):
            return [SlotSet("aside_answered", False)]
        return self._voice.say_if_sure(dispatcher, tracker, text, CERTAIN)


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
        if not is_follow_up(self._voice.project, text):
            return self._voice.say_if_sure(dispatcher, tracker, text)
        found = self._voice.look_up(tracker, text)
        if not found.is_told:
            return [SlotSet("aside_answered", False)]
        return [*self._voice.say_found(dispatcher, tracker, found), SlotSet("aside_answered", True)]


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
        "action_answer_if_certain",
        "action_answer_if_sure",
        "action_answer_knowledge",
        "action_check_served",
        "action_answer_or_suggest",
        "action_name_options",
        "action_register_callback",
    }
)
