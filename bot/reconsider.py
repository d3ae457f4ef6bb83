"""What the turn of speech and the conversation leave no doubt about, whatever the network thought: pure, and early.

Each rule is about sentences that a small classifier takes for something else because they lean on what came before.
"""

from __future__ import annotations

from dataclasses import replace

from bot.conversation import Conversation
from bot.flow import Flow
from bot.phrases import Phrases
from bot.project import Project
from nlu.hazards import names_danger
from nlu.understanding import Entity, Intent, Understanding

HAZARD = "report_hazard"
QUESTION = "ask_knowledge"
OUT_OF_SCOPE = "out_of_scope"
FAULT = "fault_symptom"
SURELY_DANGER = 0.9
"""Probability of a danger that no word of another, denied one takes away."""
GREETING = "greet"
PERSON = "request_agent"
SURE = 0.99
"""Probability of what the words leave no doubt about."""


def reconsider(understanding: Understanding, conversation: Conversation, project: Project) -> Understanding:
    """Return the understanding with the intents that are meant."""
    understanding = _without_denied(understanding, project)
    return _leading_request(_reconsider_intent(understanding, conversation, project), project)


def _without_denied(understanding: Understanding, project: Project) -> Understanding:
    """Return the understanding without faults that are none (没冒烟，就是没电; 火星人), nor a danger made of them."""
    text, phrases = understanding.text, project.domain.phrases
    left = tuple(entity for entity in understanding.entities if not _is_no_fault(entity, text, phrases))
    is_harmless = phrases.is_harmless(text)
    if len(left) == len(understanding.entities) and not is_harmless:
        return understanding
    understanding = replace(understanding, entities=left)
    other = next((intent for intent in understanding.intent_ranking if intent.name != HAZARD), None)
    is_danger = names_danger(left) or (understanding.intent.confidence >= SURELY_DANGER and not is_harmless)
    if understanding.intent.name != HAZARD or is_danger or other is None:
        return understanding
    return mean(understanding, other.name, other.confidence)


def _is_no_fault(entity: Entity, text: str, phrases: Phrases) -> bool:
    return entity.entity == FAULT and phrases.is_no_fault(text, entity.start)


def mean(understanding: Understanding, name: str, confidence: float | None = None) -> Understanding:
    """Return the understanding with this intent alone, as sure as the one that it replaces if nothing else is said.

    A danger is ruled out.
    """
    rest = tuple(intent for intent in understanding.intent_ranking if intent.name not in (name, HAZARD))
    meant = Intent(name, understanding.intent.confidence if confidence is None else confidence)
    return replace(understanding, intent=meant, intents=(meant,), intent_ranking=(meant, *rest))


def _reconsider_intent(understanding: Understanding, conversation: Conversation, project: Project) -> Understanding:
    text, phrases = understanding.text, project.domain.phrases
    if phrases.is_hailing(text) or (conversation.handed_over and phrases.is_awaiting(text)):
        wanted = PERSON if conversation.handed_over else GREETING
        return mean(understanding, wanted, SURE) if project.flow_for(wanted) is not None else understanding
    if understanding.intent.name == HAZARD:
        is_place_alone = project.domain.is_mention(phrases.inside_follow_up(text))  # 那蒙西呢
        return mean(understanding, QUESTION) if is_place_alone or phrases.is_hypothetical(text) else understanding
    if understanding.intent.name != OUT_OF_SCOPE:
        return understanding
    if phrases.is_foreign(text):
        return mean(understanding, OUT_OF_SCOPE)
    if phrases.is_acknowledging(text):
        return mean(understanding, "affirm")
    return mean(understanding, QUESTION) if _leans_on_request(text, conversation, project) else understanding


def _leans_on_request(text: str, conversation: Conversation, project: Project) -> bool:
    """Say whether a text that seemed to be none of ours asks about what is being spoken of."""
    spoken_of = project.flows.get(conversation.active_flow or conversation.last_request or "")
    is_spoken_of = conversation.slots.get("last_topic") is not None
    is_spoken_of = is_spoken_of or (spoken_of is not None and spoken_of.kind != "pattern")
    is_ours = is_spoken_of and project.flow_for(QUESTION) is not None
    phrases = project.domain.phrases
    return is_ours and (phrases.is_questioning(text) or phrases.is_follow_up(text))


def _leading_request(understanding: Understanding, project: Project) -> Understanding:
    """Return the understanding without the yes, no or small talk that stands beside a request in one sentence."""
    if len(understanding.intents) < 2:
        return understanding
    wanted = tuple(intent for intent in understanding.intents if _is_wish(project.flow_for(intent.name)))
    if not wanted or wanted == understanding.intents:
        return understanding
    return replace(understanding, intent=wanted[0], intents=wanted)


def _is_wish(flow: Flow | None) -> bool:
    return flow is not None and (flow.kind != "pattern" or flow.id == "request_agent")
