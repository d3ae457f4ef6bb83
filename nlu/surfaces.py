"""How people say the values of closed lists: `一直跳` -> 跳闸, learnt from the annotations.

A surface that was never seen takes the value of the nearest one, if it is near enough.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from nlu.errors import ModelError
from nlu.examples import TrainingSet

_FILE: Final = "surfaces.json"
_NEAR: Final = 0.5
ANY_ENTITY: Final = "*"
"""Where the synonyms stand, which belong to no entity."""


@dataclass(frozen=True, slots=True)
class Surfaces:
    """Entity -> surface -> value."""

    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def value_of(self, entity: str, surface: str) -> str | None:
        """Return the value of a surface, or none where nothing near it was ever annotated."""
        known = self.values.get(entity)
        if not known:
            return None
        exact = known.get(surface.lower())
        return exact if exact is not None else _nearest(known, surface.lower())

    def exact_value_of(self, entity: str, surface: str) -> str | None:
        """Return the value of a surface that was annotated or has a synonym, upper and lower case alike."""
        lowered = " ".join(surface.lower().split())
        found = self.values.get(entity, {}).get(lowered)
        if found is None or found == lowered:
            return self.values.get(ANY_ENTITY, {}).get(lowered)
        return found

    def save(self, folder: Path) -> None:
        """Write surfaces.json."""
        (folder / _FILE).write_text(json.dumps(self.values, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def load_surfaces(folder: Path) -> Surfaces:
    """Read surfaces.json as `Surfaces.save` wrote it."""
    try:
        return Surfaces(json.loads((folder / _FILE).read_text(encoding="utf-8")))
    except (OSError, json.JSONDecodeError) as error:
        raise ModelError(
            f"{folder}: {_FILE} is missing or broken ({error}); train a model with `gridtalk train`"
        ) from error


def build_surfaces(training_set: TrainingSet) -> Surfaces:
    """Return the most frequent value of each annotated surface; an entity without any value has none."""
    votes: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    bare: list[tuple[str, str]] = []
    for example in training_set.examples:
        for span in example.spans:
            surface = example.text[span.start : span.end].lower()
            value = span.value or training_set.synonyms.get(example.text[span.start : span.end])
            if value is None:
                bare.append((span.entity, surface))
            else:
                votes[span.entity][surface][value] += 1
    for entity, surface in bare:
        if entity in votes:
            votes[entity][surface][surface] += 1
    synonyms = {surface.lower(): value for surface, value in sorted(training_set.synonyms.items())}
    tables: dict[str, dict[str, str]] = {ANY_ENTITY: synonyms} if synonyms else {}
    return Surfaces(
        tables
        | {
            entity: {surface: counts.most_common(1)[0][0] for surface, counts in sorted(table.items())}
            for entity, table in sorted(votes.items())
        }
    )


def _nearest(known: Mapping[str, str], surface: str) -> str | None:
    """Compare by shared characters and pairs (Dice); long common beginnings count by their pairs."""
    wanted = _pieces(surface)
    best, value = 0.0, None
    for other, candidate in known.items():
        pieces = _pieces(other)
        likeness = 2 * len(wanted & pieces) / (len(wanted) + len(pieces))
        if likeness > best:
            best, value = likeness, candidate
    return value if best >= _NEAR else None


def _pieces(surface: str) -> frozenset[str]:
    letters: Iterable[str] = surface
    return frozenset(letters) | {surface[place : place + 2] for place in range(len(surface) - 1)}
