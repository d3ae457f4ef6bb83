"""Which messages the bot did badly on, and why one thinks so: read from what happened, masked before it is kept."""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from bot.events import BotSaid, Event, FlowStarted, HandedOver, SlotAsked, SlotSet, UserSaid
from eval.history import UNANSWERED, HeldConversation, HeldTurn, region_of
from eval.personal import masked
from eval.quality.from_history import transcript_of
from eval.retrain.signals import NO_SIGNALS, Signals

REPEAT_SECONDS = 24 * 3600
NOVEL = "novel"
REASONS = (
    "fallback",
    "low_confidence",
    "small_margin",
    "unanswered",
    "handoff",
    "repeat_24h",
    "heard_badly",
    "thumbs_down",
    "quality",
    NOVEL,
)
"""Every cause, the plainest first; `novel.py` finds the last."""
TOPICAL = frozenset({"fallback", "unanswered", "low_confidence", "handoff", NOVEL})
"""Causes for which one thinks that the bot may not know what was asked."""
_UNKNOWN_INTENTS = frozenset({"out_of_scope", "nlu_fallback"})
_STEERING = frozenset(
    {"greet", "goodbye", "thank", "affirm", "deny", "cancel", "repeat", "wait", "chitchat", "request_agent", "ask_bot"}
)
"""Said alone these need no lesson, however unsure."""
_REQUESTS = frozenset({"service", "knowledge"})
"""Kinds of flows that a request begins."""
_PLACE_SLOTS = ("region", "address")
FindsScope = Callable[[Mapping[str, Any]], str]
"""Values of region and address -> place in the organisation tree; empty where nothing is known."""


@dataclass(frozen=True, slots=True)
class CaptureRules:
    """What counts as a weakness."""

    sure: float = 0.7
    """Confidence from which an intent is believed."""
    margin: float = 0.15
    """Lead of the likeliest intent over the second from which there is no doubt between them."""
    heard: float = 0.6
    """Confidence of the recognition from which its words are believed."""
    novel: float = 0.44
    """Strangeness (`novel.py`) from which an answered message is looked at."""
    unanswered: frozenset[str] = UNANSWERED
    """Names of the responses that are no answer."""


DEFAULT_RULES = CaptureRules()


@dataclass(frozen=True, slots=True)
class MarkedPiece:
    """What the bot found in a message; places in the masked text."""

    entity: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class WeakMessage:
    """One message that is worth a look."""

    conversation: str
    turn: int
    at: float
    channel: str
    region: str | None
    text: str
    """Masked."""
    intent: str
    confidence: float
    reasons: tuple[str, ...]
    """Some of REASONS; none where it was understood and answered, as far as one sees."""
    release: str
    margin: float = 1.0
    """Lead of the likeliest intent over the second."""
    ranking: tuple[tuple[str, float], ...] = ()
    """Likeliest intents with their confidence, best first."""
    entities: tuple[MarkedPiece, ...] = ()
    scope: str = ""
    """Where the customer is, in the organisation tree; empty where that is not known."""
    is_request: bool = False
    """It was understood and began something: its words, well heard, say what was wanted."""


async def capture(
    conversations: AsyncIterable[HeldConversation],
    rules: CaptureRules = DEFAULT_RULES,
    signals: Signals = NO_SIGNALS,
    scope_of: FindsScope = lambda known: str(known.get("region") or ""),
) -> list[WeakMessage]:
    """Return the weak messages of all conversations and the answered requests besides, in the order of time."""
    found: list[WeakMessage] = []
    last_of: dict[str, tuple[float, frozenset[str]]] = {}
    async for held in conversations:
        wants = frozenset(_intents(held)) - _STEERING - _UNKNOWN_INTENTS
        before = last_of.get(held.sender_id)
        again = before is not None and held.started_at - before[0] <= REPEAT_SECONDS and bool(wants & before[1])
        repeated = wants & before[1] if again and before is not None else frozenset()
        last_of[held.sender_id] = (held.ended_at, wants)
        found.extend(_looked_at(held, rules, repeated, signals, scope_of(_place(held))))
    return sorted(found, key=lambda weak: (weak.at, weak.conversation, weak.turn))


def _looked_at(
    held: HeldConversation, rules: CaptureRules, repeated: frozenset[str], signals: Signals, scope: str
) -> Iterator[WeakMessage]:
    """Return what `capture` wants of one conversation; `repeated`: intents of the same customer within a day."""
    region = None
    blamed = _blamed(held, signals)
    number = 0
    for turn, after in pairwise((*held.turns, None)):
        assert turn is not None
        region = region_of(turn.events) or region
        for said in turn.events:
            if isinstance(said, UserSaid):
                reasons = [*_reasons(said, turn, after, rules, repeated), *blamed.get(number, ())]
                number += 1
                is_request = _is_request(said, turn.events, rules)
                if (reasons or is_request) and said.text.strip() and not said.text.startswith("/"):
                    weak = _weak(held, turn, said, tuple(dict.fromkeys(reasons)), region, scope)
                    yield replace(weak, is_request=is_request)


def _weak(
    held: HeldConversation, turn: HeldTurn, said: UserSaid, reasons: tuple[str, ...], region: str | None, scope: str
) -> WeakMessage:
    hidden = masked(said.text, said.entities)
    places = [(one.entity, *hidden.place(one.start, one.end)) for one in said.entities]
    return WeakMessage(
        conversation=held.id,
        turn=turn.number,
        at=said.timestamp,
        channel=said.channel,
        region=region,
        text=hidden.text,
        intent=said.intent,
        confidence=said.confidence,
        reasons=reasons,
        release=turn.release,
        margin=_margin(said),
        ranking=tuple((intent.name, intent.confidence) for intent in said.ranking),
        entities=tuple(MarkedPiece(*place) for place in places),
        scope=scope,
    )


def _reasons(
    said: UserSaid, turn: HeldTurn, after: HeldTurn | None, rules: CaptureRules, repeated: frozenset[str]
) -> Iterator[str]:
    is_answer = said.intent in _STEERING or _was_asked(turn.events)
    if not said.understood or said.intent in _UNKNOWN_INTENTS:
        yield "fallback"
    elif said.confidence < rules.sure and not is_answer:
        yield "low_confidence"
    if _margin(said) < rules.margin and not is_answer:
        yield "small_margin"
    if any(isinstance(event, BotSaid) and event.response in rules.unanswered for event in turn.events):
        yield "unanswered"
    handed = [event for event in _events(turn, after) if isinstance(event, HandedOver)]
    if handed and said.intent != "request_agent":
        yield "handoff"
    if said.intent in repeated:
        yield "repeat_24h"
    if said.heard < rules.heard:
        yield "heard_badly"


def _is_request(said: UserSaid, events: Iterable[Event], rules: CaptureRules) -> bool:
    """An answer to a question of the bot is none: an address or a name is new each time."""
    if not said.understood or said.heard < rules.heard or said.intent in _STEERING | _UNKNOWN_INTENTS:
        return False
    started = (event for event in events if isinstance(event, FlowStarted))
    return any(event.flow_kind in _REQUESTS and not event.called for event in started)


def _blamed(held: HeldConversation, signals: Signals) -> dict[int, list[str]]:
    """Return further causes by the message's number in the conversation, from 0.

    A rating is of the whole conversation: its last request is looked at. A deduction names a turn of the transcript:
    the customer's last words up to there are looked at.
    """
    blamed: dict[int, list[str]] = {}
    said = [event for turn in held.turns for event in turn.events if isinstance(event, UserSaid)]
    if held.id in signals.thumbs_down:
        requests = [number for number, event in enumerate(said) if event.intent not in _STEERING]
        for number in requests[-1:]:
            blamed.setdefault(number, []).append("thumbs_down")
    if turns := signals.deductions.get(held.id):
        roles = [turn.role for turn in transcript_of(held).turns]
        for turn in turns:
            number = roles[:turn].count("customer") - 1
            if number >= 0:
                blamed.setdefault(number, []).append("quality")
    return blamed


def _margin(said: UserSaid) -> float:
    """Lead of the likeliest intent; 1 where no second one is known, as before messages kept their ranking."""
    ranked = [intent.confidence for intent in said.ranking[:2]]
    return ranked[0] - ranked[1] if len(ranked) == 2 else 1.0


def _was_asked(events: Iterable[Event]) -> bool:
    """Whether the turn stayed with the question that was open: an odd answer, not a new request."""
    return any(isinstance(event, SlotAsked) and event.useless > 0 for event in events)


def _events(turn: HeldTurn, after: HeldTurn | None) -> Iterator[Event]:
    yield from turn.events
    if after is not None:
        yield from after.events


def _intents(held: HeldConversation) -> Iterator[str]:
    return (event.intent for turn in held.turns for event in turn.events if isinstance(event, UserSaid))


def _place(held: HeldConversation) -> dict[str, Any]:
    """The last region and address of a conversation."""
    events = (event for turn in held.turns for event in turn.events)
    return {event.name: event.value for event in events if isinstance(event, SlotSet) and event.name in _PLACE_SLOTS}
