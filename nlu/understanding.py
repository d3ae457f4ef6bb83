"""The vocabulary of the understanding: what goes into the pipeline and what comes out.

Places are code points of the original text, end exclusive, whatever was repaired on the way.
"""

from dataclasses import dataclass
from typing import NotRequired, TypedDict


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing that a sentence may want."""

    name: str
    confidence: float
    """Calibrated probability, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One value that was said."""

    entity: str
    value: str
    """The normal form of `intents.yml`; the text itself where no normal form is known."""
    text: str
    start: int
    end: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Act:
    """What a sentence does in the conversation (`acts.py` lists what there is)."""

    name: str
    confidence: float
    """Probability, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Context:
    """What came before the sentence; everything may be missing."""

    last_user_text: str | None = None
    last_intent: str | None = None
    last_topic: str | None = None
    active_flow: str | None = None
    """The service flow that is running."""
    requested_slot: str | None = None
    """The slot that the bot has just asked for."""
    channel: str | None = None


NO_CONTEXT = Context()


@dataclass(frozen=True, slots=True)
class Understanding:
    """All that was understood of one sentence."""

    text: str
    intent: Intent
    intents: tuple[Intent, ...]
    """The requests that the sentence makes, in the order in which they are to be handled; at least one."""
    intent_ranking: tuple[Intent, ...]
    """The likeliest intents, best first, as if there were one request."""
    entities: tuple[Entity, ...]
    act: Act | None = None
    """None where the model knows no acts."""
    heard: float = 1.0
    """How sure the recognition was of the words, 0 to 1, where somebody told; 1 where they were typed."""


class IntentJson(TypedDict):
    """An intent or an act on the wire."""

    name: str
    confidence: float


class EntityJson(TypedDict):
    """An entity on the wire."""

    entity: str
    value: str
    text: str
    start: int
    end: int
    confidence: float


class UnderstandingJson(TypedDict):
    """The line that `gridtalk parse` writes and `/model/parse` returns."""

    text: str
    intent: IntentJson
    intents: list[IntentJson]
    intent_ranking: list[IntentJson]
    entities: list[EntityJson]
    act: IntentJson | None


class ContextJson(TypedDict):
    """The `context` that a client may send; all keys optional."""

    last_user_text: NotRequired[str | None]
    last_intent: NotRequired[str | None]
    last_topic: NotRequired[str | None]
    active_flow: NotRequired[str | None]
    requested_slot: NotRequired[str | None]
    channel: NotRequired[str | None]


def render_understanding(understanding: Understanding) -> UnderstandingJson:
    """Return the contract's JSON object; confidences have four decimals."""
    return {
        "text": understanding.text,
        "intent": _render_intent(understanding.intent),
        "intents": [_render_intent(intent) for intent in understanding.intents],
        "intent_ranking": [_render_intent(intent) for intent in understanding.intent_ranking],
        "entities": [_render_entity(entity) for entity in understanding.entities],
        "act": None if understanding.act is None else _render_intent(understanding.act),
    }


def parse_context(given: ContextJson | None) -> Context:
    """Return the context that a client sent; unknown keys are ignored, empty strings count as missing."""
    given = given or {}
    return Context(
        last_user_text=given.get("last_user_text") or None,
        last_intent=given.get("last_intent") or None,
        last_topic=given.get("last_topic") or None,
        active_flow=given.get("active_flow") or None,
        requested_slot=given.get("requested_slot") or None,
        channel=given.get("channel") or None,
    )


def _render_intent(intent: Intent | Act) -> IntentJson:
    return {"name": intent.name, "confidence": round(intent.confidence, 4)}


def _render_entity(entity: Entity) -> EntityJson:
    return {
        "entity": entity.entity,
        "value": entity.value,
        "text": entity.text,
        "start": entity.start,
        "end": entity.end,
        "confidence": round(entity.confidence, 4),
    }
