"""The entities of a model whose language has no parsers: what the network sees, with the annotated value or as said."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from nlu.hints import FoundValue
from nlu.surfaces import Surfaces
from nlu.tagging import Tagging
from nlu.understanding import Entity

_TAG_FLOOR: Final = 0.2
"""Least confidence of a span."""


class PlainEntities:
    """Stands where the Chinese contract has its `EntityMerger`."""

    def __init__(self, surfaces: Surfaces) -> None:
        self._surfaces = surfaces

    def merge(
        self,
        text: str,
        tagging: Tagging,
        found: Sequence[FoundValue],
        now: datetime,
        requested: str | None,
        likeliest: Sequence[str] = (),
    ) -> tuple[Entity, ...]:
        """Return the entities in the order of the text; what comes after `tagging` is for parsers: there are none."""
        del found, now, requested, likeliest
        return tuple(
            self._read(text, span.entity, span.start, span.end, span.confidence)
            for span in tagging.spans()
            if span.confidence >= _TAG_FLOOR
        )

    def _read(self, text: str, entity: str, start: int, end: int, sureness: float) -> Entity:
        surface = text[start:end]
        return Entity(entity, self._surfaces.exact_value_of(entity, surface) or surface, surface, start, end, sureness)
