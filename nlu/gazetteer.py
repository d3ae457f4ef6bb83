"""The surfaces that a training set has annotated, told to the network as hints where no parser has a say.

A name that was seen as a song is likely one again; how likely the network learns by itself. In training a sentence
does not see the surfaces that it alone has, so that known and unknown names are mixed as they will be later.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from nlu.annotations import Span
from nlu.errors import ModelError
from nlu.examples import Example
from nlu.words import is_unparted

_FILE: Final = "gazetteer.json"
_LONGEST: Final = 24
"""Characters of a surface that is kept."""
_BEGINNING: Final = 3
"""Characters of a text that choose the surfaces to compare it with."""
_LEAST_SHARE: Final = 0.2
"""Part of a surface's occurrences that must be annotated; a common word that was once a title is none."""

Own = Mapping[tuple[str, str], int]
"""(surface, entity) -> how often a sentence itself has it."""


@dataclass(frozen=True, slots=True)
class KnownSpan:
    """A known surface in a text."""

    entity: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Surface, in lower case -> entity -> how often it was annotated."""

    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    _lengths: Mapping[str, tuple[int, ...]] = field(init=False, repr=False, compare=False)
    """How a surface begins -> the lengths of those that do, falling."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_lengths", _group_lengths(self.counts))

    def find(self, text: str, own: Sequence[Span] = ()) -> list[KnownSpan]:
        """Return the known surfaces from left to right, the longest first; `own`: spans that must not count."""
        if not self.counts:
            return []
        lowered = text.lower()
        hidden = Counter((lowered[span.start : span.end], span.entity) for span in own)
        found: list[KnownSpan] = []
        start = 0
        while start < len(lowered):
            span = self._longest_at(lowered, start, hidden)
            if span is not None:
                found.append(span)
            start = start + 1 if span is None else span.end
        return found

    def save(self, folder: Path) -> None:
        """Write gazetteer.json."""
        (folder / _FILE).write_text(json.dumps(self.counts, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")

    def _longest_at(self, text: str, start: int, hidden: Own) -> KnownSpan | None:
        if not _is_border(text, start):
            return None
        for end in self._likely_ends(text, start):
            known = self.counts.get(text[start:end])
            if known is None or not _is_border(text, end):
                continue
            left = {entity: count - hidden.get((text[start:end], entity), 0) for entity, count in known.items()}
            best = max(left, key=lambda entity: left[entity])
            if left[best] > 0:
                return KnownSpan(best, start, end)
        return None

    def _likely_ends(self, text: str, start: int) -> Iterator[int]:
        """Yield where surfaces that begin like the text at `start` would end, the longest first."""
        for size in range(_BEGINNING, 0, -1):
            for length in self._lengths.get(text[start : start + size], ()):
                if start + length <= len(text):
                    yield start + length


def build_gazetteer(examples: Sequence[Example]) -> Gazetteer:
    """Return the annotated surfaces that mostly, or at least often, are annotated where they stand."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for example in examples:
        for span in example.spans:
            surface = example.text[span.start : span.end].lower()
            if 0 < len(surface) <= _LONGEST:
                counts[surface][span.entity] += 1
    seen = _count_occurrences((example.text.lower() for example in examples), counts)
    kept = {surface: table for surface, table in counts.items() if table.total() >= _LEAST_SHARE * seen[surface]}
    return Gazetteer({surface: dict(table.most_common()) for surface, table in sorted(kept.items())})


def load_gazetteer(folder: Path) -> Gazetteer:
    """Read gazetteer.json; a model without one knows no surfaces."""
    path = folder / _FILE
    if not path.is_file():
        return Gazetteer()
    try:
        return Gazetteer(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, json.JSONDecodeError) as error:
        raise ModelError(f"{path} is broken ({error}); train a model with `gridtalk train`") from error


def _count_occurrences(texts: Iterable[str], surfaces: Mapping[str, object]) -> Counter[str]:
    seen: Counter[str] = Counter()
    for text in texts:
        for start in range(len(text)):
            for end in range(start + 1, min(len(text), start + _LONGEST) + 1):
                if text[start:end] in surfaces and _is_border(text, start) and _is_border(text, end):
                    seen[text[start:end]] += 1
    return seen


def _group_lengths(surfaces: Iterable[str]) -> dict[str, tuple[int, ...]]:
    lengths: dict[str, set[int]] = defaultdict(set)
    for surface in surfaces:
        lengths[surface[:_BEGINNING]].add(len(surface))
    return {beginning: tuple(sorted(group, reverse=True)) for beginning, group in lengths.items()}


def _is_border(text: str, place: int) -> bool:
    """Say whether no word of a script with blanks and no number goes on across `place`."""
    if not 0 < place < len(text):
        return True
    before, after = text[place - 1], text[place]
    is_inside = before.isalnum() and after.isalnum()
    return not is_inside or is_unparted(before) or is_unparted(after)
