"""The values in a sentence: where the network sees them, and what the parsers make of them.

The network knows which role a number or a word plays; the parsers know what it means. A number's borders are the
parser's, those of words the network's; an address is as long as either sees it. What the network does not see at all
is kept only if it can hardly be anything else, or is what the bot has just asked for.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from nlu.hints import FoundValue
from nlu.surfaces import Surfaces
from nlu.tagging import Tagging, TagSpan
from nlu.understanding import Entity

FREE_TEXT: Final = frozenset({"address", "person_name"})
"""Entities whose value is what was said."""
LISTED: Final = frozenset({"tariff_kind", "fault_symptom", "scope", "notice_kind", "channel_pay", "capacity_change"})
"""Entities of closed lists: their words mean other things, too."""
NUMBERS: Final = frozenset(
    {"account_no", "ticket_no", "phone", "month", "date", "time", "energy_kwh", "power_kw", "amount", "voltage"}
)
"""Entities that are worth nothing without a normal form."""
_TAG_FLOOR: Final = 0.4
_PARSER_FLOOR: Final = 0.6
_SUPPORT_FLOOR: Final = 0.25
"""Least confidences and least support of the network with which one of the two is believed."""
_WANTED_BONUS: Final = 0.2


Normalise = Callable[[str, str, datetime], str | None]


class EntityMerger:
    """Joins what the network and the parsers saw."""

    def __init__(self, surfaces: Surfaces, normalise: Normalise) -> None:
        self._surfaces = surfaces
        self._normalise = normalise

    def merge(
        self, text: str, tagging: Tagging, found: Sequence[FoundValue], now: datetime, requested: str | None
    ) -> tuple[Entity, ...]:
        """Return the entities in the order of the text, none overlapping another."""
        tagged = tagging.spans()
        candidates = [self._from_tag(text, span, found, now) for span in tagged]
        chosen = [entity for entity in candidates if entity is not None]
        for value in found:
            if any(value.entity == entity.entity and _overlap(value, entity) > 0 for entity in chosen):
                continue
            if value.entity == requested or _is_believed(value, tagging, tagged):
                bonus = _WANTED_BONUS if value.entity == requested else 0.0
                sureness = min(1.0, value.confidence + bonus)
                part = text[value.start : value.end]
                chosen.append(Entity(value.entity, value.value, part, value.start, value.end, sureness))
        return _without_overlaps(chosen)

    def _from_tag(self, text: str, span: TagSpan, found: Sequence[FoundValue], now: datetime) -> Entity | None:
        """Return what the network saw, with the help of a parser that saw the same; None if it means nothing."""
        same = [value for value in found if value.entity == span.entity and _overlap(value, span) > 0]
        start, end, sureness = span.start, span.end, span.confidence
        if same and span.entity in FREE_TEXT:
            start, end = min(start, *(value.start for value in same)), max(end, *(value.end for value in same))
        elif same:
            value = max(same, key=lambda candidate: candidate.confidence)
            sureness = max(sureness, value.confidence)
            if span.entity in NUMBERS:
                return Entity(span.entity, value.value, text[value.start : value.end], value.start, value.end, sureness)
        if sureness < _TAG_FLOOR:
            return None
        meaning = self._value_of(span.entity, text[start:end], now) or (same[0].value if same else None)
        return Entity(span.entity, meaning, text[start:end], start, end, sureness) if meaning else None

    def _value_of(self, entity: str, surface: str, now: datetime) -> str | None:
        if entity in FREE_TEXT:
            return surface.strip() if len(surface.strip()) > 1 else None
        if entity not in LISTED and entity not in NUMBERS:
            return self._surfaces.value_of(entity, surface) or surface
        return self._normalise(entity, surface, now) or self._surfaces.value_of(entity, surface)


def _is_believed(value: FoundValue, tagging: Tagging, tagged: Sequence[TagSpan]) -> bool:
    """Say whether a parser is believed alone: the network sees no other role there, and words need its support."""
    if value.confidence < _PARSER_FLOOR:
        return False
    for span in tagged:
        is_as_long = span.end - span.start >= value.end - value.start
        if span.entity != value.entity and is_as_long and _overlap(value, span) > 0 and span.confidence >= _TAG_FLOOR:
            return False
    needs_support = value.entity in LISTED or value.entity in FREE_TEXT
    return not needs_support or tagging.support(value.entity, value.start, value.end) >= _SUPPORT_FLOOR


def _overlap(one: FoundValue, other: TagSpan | Entity) -> int:
    return min(one.end, other.end) - max(one.start, other.start)


def _without_overlaps(entities: Sequence[Entity]) -> tuple[Entity, ...]:
    """Keep the longer of two that overlap, unless the shorter is much surer."""
    kept: list[Entity] = []
    for entity in sorted(entities, key=lambda one: (-round(one.confidence, 1), one.start - one.end, -one.confidence)):
        if all(entity.end <= other.start or other.end <= entity.start for other in kept):
            kept.append(entity)
    return tuple(sorted(kept, key=lambda entity: entity.start))
