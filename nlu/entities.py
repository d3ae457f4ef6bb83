"""The values in a sentence: where the network sees them, and what the parsers make of them.

The network knows which role a number or a word plays; the parsers know what it means. A number's borders are the
parser's, those of words the network's; an address is as long as either sees it. What the network does not see at all
is kept only if it can hardly be anything else, or is what the bot has just asked for.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from nlu.hints import FoundValue
from nlu.pinyin_input import Spelled
from nlu.surfaces import Surfaces
from nlu.tagging import Tagging, TagSpan
from nlu.understanding import Entity
from nlu.values import find_spoken_of
from nlu.values.address_form import clean_address, is_pause, trim_address

FREE_TEXT: Final = frozenset({"address", "person_name"})
"""Entities whose value is what was said."""
LISTED: Final = frozenset({"tariff_kind", "fault_symptom", "scope", "notice_kind", "channel_pay", "capacity_change"})
"""Entities of closed lists: their words mean other things, too."""
NUMBERS: Final = frozenset(
    {"account_no", "ticket_no", "phone", "month", "date", "time", "energy_kwh", "power_kw", "amount", "voltage"}
)
"""Entities that are worth nothing without a normal form."""
ASKED_WITH: Final[Mapping[str, frozenset[str]]] = {
    "tariff_kind": frozenset({"query_tariff", "calculate_bill", "compare_tou", "apply_tou", "ask_knowledge"}),
    "fault_symptom": frozenset({"report_outage", "report_hazard"}),
    "scope": frozenset({"report_outage", "report_hazard", "query_outage", "urge_ticket"}),
    "notice_kind": frozenset({"subscribe_notice"}),
    "channel_pay": frozenset({"pay_bill", "query_payment_record"}),
    "capacity_change": frozenset({"apply_capacity_change"}),
    "address": frozenset(
        {
            "report_outage",
            "report_hazard",
            "query_outage",
            "report_theft",
            "urge_ticket",
            "find_business_hall",
            "apply_new_connection",
            "apply_ev_charger",
            "apply_pv",
        }
    ),
    "person_name": frozenset({"transfer_account", "update_contact", "manage_personal_data", "cancel_account"}),
}
"""Requests in which the words of a list mean just that, so that they need no further support."""
READABLE: Final = FREE_TEXT | LISTED | NUMBERS
"""All entities of the contract."""
_TAG_FLOOR: Final = 0.4
_PARSER_FLOOR: Final = 0.6
_SUPPORT_FLOOR: Final = 0.25
"""Least confidences and least support of the network with which one of the two is believed."""
_SURE_WORD: Final = 0.9
_SURE_SUPPORT_FLOOR: Final = 0.1
"""Confidence of a parser for a word of a list that the words around it bear out."""
_SURE_PLACE: Final = 0.7
"""Confidence of a parser for a place with its district or number, and for a name that is introduced as one."""
_UNMISTAKABLE: Final = 0.97
"""From here on a number is what its unit or its letters say, whatever the network takes it for."""
_ROLE_MARGIN: Final = 0.2
"""So much surer a parser must be to be believed against the network's role."""
_MUST_SPEAK_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "report_outage": ("fault_symptom",),
    "report_hazard": ("fault_symptom",),
    "subscribe_notice": ("notice_kind",),
    "apply_capacity_change": ("capacity_change",),
}
"""Requests that say which one is meant, so that a loose reading is better than none."""
_ASKED_FLOOR: Final = 0.45
_ASKED_SUPPORT_FLOOR: Final = {"address": 0.0, "person_name": 0.02} | dict.fromkeys(LISTED, 0.1)
"""The same where the request is one that speaks of such a value."""
_WANTED_BONUS: Final = 0.2


Normalise = Callable[[str, str, datetime], str | None]


class EntityMerger:
    """Joins what the network and the parsers saw."""

    def __init__(self, surfaces: Surfaces, normalise: Normalise) -> None:
        self._surfaces = surfaces
        self._normalise = normalise

    def merge(
        self,
        text: str,
        tagging: Tagging,
        found: Sequence[FoundValue],
        now: datetime,
        requested: str | None,
        likeliest: Sequence[str] = (),
    ) -> tuple[Entity, ...]:
        """Return the entities in the order of the text, none overlapping another.

        `requested`: the slot that was asked for. `likeliest`: the requests that the network rather sees.
        """
        candidates = [(span, self._from_tag(text, span, found, now)) for span in tagging.spans()]
        chosen = list(dict.fromkeys(entity for _, entity in candidates if entity is not None))
        seen: list[Entity | TagSpan] = [*chosen, *(span for span, entity in candidates if entity is None)]
        for value in found:
            if any(value.entity == entity.entity and _overlap(value, entity) > 0 for entity in chosen):
                continue
            if value.entity == requested or _is_believed(value, tagging, seen, likeliest):
                bonus = _WANTED_BONUS if value.entity == requested else 0.0
                chosen.append(_read_by_rule(value, text, min(1.0, value.confidence + bonus)))
        for entity in _MUST_SPEAK_OF.get(likeliest[0], ()) if likeliest else ():
            if not any(one.entity == entity for one in chosen):
                chosen.extend(_read_by_rule(value, text, value.confidence) for value in find_spoken_of(text, entity))
        return _join_addresses(text, _without_overlaps(chosen))

    def _from_tag(self, text: str, span: TagSpan, found: Sequence[FoundValue], now: datetime) -> Entity | None:
        """Return what the network saw, with the help of a parser that saw the same; None if it means nothing."""
        same = [value for value in found if value.entity == span.entity and _overlap(value, span) > 0]
        start, end, sureness = span.start, span.end, span.confidence
        if same and span.entity in FREE_TEXT:
            best = max(same, key=lambda candidate: candidate.confidence)
            if span.entity == "person_name" and best.confidence >= _SURE_PLACE:
                return _read_by_rule(best, text, max(sureness, best.confidence))
            start, end = min(start, *(value.start for value in same)), max(end, *(value.end for value in same))
            start, end = _without_numbers(start, end, found)
        elif same:
            value = max(same, key=lambda candidate: (candidate.confidence, _overlap(candidate, span)))
            sureness = max(sureness, value.confidence)
            is_within = value.start <= start and end <= value.end
            if span.entity in NUMBERS or is_within or value.confidence >= _SURE_WORD > span.confidence:
                return _read_by_rule(value, text, sureness)
        if sureness < _TAG_FLOOR or (span.entity in NUMBERS and end - start < 2):
            return None
        if span.entity == "address":
            start, end = trim_address(text, start, end)
        meaning = self._value_of(span.entity, text[start:end], now) or (same[0].value if same else None)
        return Entity(span.entity, meaning, text[start:end], start, end, sureness) if meaning else None

    def _value_of(self, entity: str, surface: str, now: datetime) -> str | None:
        if entity in FREE_TEXT:
            meaning = clean_address(surface) if entity == "address" else surface.strip()
            return meaning if len(meaning) > 1 else None
        if entity not in LISTED and entity not in NUMBERS:
            return self._surfaces.value_of(entity, surface) or surface
        normal = self._normalise(entity, surface, now)
        return normal or (self._surfaces.value_of(entity, surface) if entity in LISTED else None)


def _read_by_rule(value: FoundValue, text: str, sureness: float) -> Entity:
    """Return what a parser saw, as it saw it."""
    start, end = value.start, value.end
    if value.entity != "address":
        return Entity(value.entity, value.value, text[start:end], start, end, sureness)
    start, end = trim_address(text, start, end)
    return Entity(value.entity, clean_address(text[start:end]), text[start:end], start, end, sureness)


def _join_addresses(text: str, entities: Sequence[Entity]) -> tuple[Entity, ...]:
    """Join addresses that were said in pieces, with nothing but pauses between them."""
    joined: list[Entity] = []
    for entity in entities:
        before = joined[-1] if joined else entity
        is_same = before.entity == entity.entity == "address" and before is not entity
        if is_same and is_pause(text[before.end : entity.start]):
            surface = text[before.start : entity.end]
            sureness = max(before.confidence, entity.confidence)
            joined[-1] = Entity("address", clean_address(surface), surface, before.start, entity.end, sureness)
        else:
            joined.append(entity)
    return tuple(joined)


def _is_believed(
    value: FoundValue, tagging: Tagging, seen: Sequence[Entity | TagSpan], likeliest: Sequence[str]
) -> bool:
    """Say whether a parser is believed alone: the network sees no other role there, and words need its support."""
    is_asked = not ASKED_WITH.get(value.entity, frozenset()).isdisjoint(likeliest[:1])
    if value.confidence < (_ASKED_FLOOR if is_asked else _PARSER_FLOOR):
        return False
    if value.confidence < _UNMISTAKABLE and any(_takes_its_place(entity, value) for entity in seen):
        return False
    if value.entity not in LISTED | FREE_TEXT or (value.entity in FREE_TEXT and value.confidence >= _SURE_PLACE):
        return True
    if is_asked and tagging.support(value.entity, value.start, value.end) >= _ASKED_SUPPORT_FLOOR[value.entity]:
        return True
    if value.confidence >= _SURE_WORD and not ASKED_WITH.get(value.entity, frozenset()).isdisjoint(likeliest):
        return True
    floor = _SURE_SUPPORT_FLOOR if value.confidence >= _SURE_WORD else _SUPPORT_FLOOR
    return tagging.support(value.entity, value.start, value.end) >= floor


def _takes_its_place(entity: Entity | TagSpan, value: FoundValue) -> bool:
    """Say whether the network sees another role there, over the whole stretch, and is about as sure as the parser.

    It has to be surer where what it sees cannot be read as that.
    """
    is_as_long = entity.end - entity.start >= value.end - value.start
    margin = _ROLE_MARGIN if isinstance(entity, Entity) else 0.0
    is_sure = entity.confidence >= max(_TAG_FLOOR, value.confidence - margin)
    return entity.entity != value.entity and is_as_long and is_sure and _overlap(value, entity) > 0


def _without_numbers(start: int, end: int, found: Sequence[FoundValue]) -> tuple[int, int]:
    """Take a day or an hour off the beginning of a place (周六泉山区)."""
    for value in found:
        if value.entity in ("date", "time", "month") and value.start <= start < value.end < end:
            start = value.end
    return start, end


def _overlap(one: FoundValue, other: TagSpan | Entity) -> int:
    return min(one.end, other.end) - max(one.start, other.start)


def _without_overlaps(entities: Sequence[Entity]) -> tuple[Entity, ...]:
    """Keep the longer of two that overlap, unless the shorter is much surer."""
    kept: list[Entity] = []
    for entity in sorted(entities, key=lambda one: (-round(one.confidence, 1), one.start - one.end, -one.confidence)):
        if all(entity.end <= other.start or other.end <= entity.start for other in kept):
            kept.append(entity)
    return tuple(sorted(kept, key=lambda entity: entity.start))


def as_said(entities: Sequence[Entity], text: str) -> tuple[Entity, ...]:
    """Return entities that were read in the repaired text with the words of the original; names stay as said."""
    return tuple(_as_said(entity, text[entity.start : entity.end]) for entity in entities)


def as_typed(entities: Sequence[Entity], text: str, spelled: Spelled) -> tuple[Entity, ...]:
    """Return entities that were read in spelled-out pinyin with the places and the letters of what was typed."""
    if spelled.starts is None:
        return tuple(entities)
    places = [spelled.typed(entity.start, entity.end) for entity in entities]
    return tuple(
        replace(entity, start=start, end=start + len(text[start:end].rstrip()), text=text[start:end].rstrip())
        for entity, (start, end) in zip(entities, places, strict=True)
    )


def _as_said(entity: Entity, surface: str) -> Entity:
    if surface == entity.text:
        return entity
    value = entity.value
    if entity.entity in FREE_TEXT:
        value = clean_address(surface) if entity.entity == "address" else surface
    return replace(entity, text=surface, value=value)
