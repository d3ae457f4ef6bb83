"""What the parsers found, or the gazetteer, told to the network: one number a character, in the numbering of the tags.

The network then need not learn what a number looks like, only what it stands for here.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol


class FoundPlace(Protocol):
    """Where something was found."""

    @property
    def entity(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


class FoundValue(FoundPlace, Protocol):
    """What a parser found (nlu/values)."""

    @property
    def value(self) -> str: ...
    @property
    def confidence(self) -> float: ...


def mark_values(text: str, found: Sequence[FoundPlace], tags: Mapping[str, int]) -> list[int]:
    """Return, for each character, the number of the tag that was found for it, 0 for none; the last one counts."""
    marks = [0] * len(text)
    for value in found:
        inside = tags.get("I-" + value.entity)
        if inside is not None:
            marks[value.start : value.end] = [inside] * (value.end - value.start)
            marks[value.start] = tags["B-" + value.entity]
    return marks


def align_marks(marks: Sequence[int], offsets: Sequence[tuple[int, int]]) -> list[int]:
    """Return the mark of each token; 0 for tokens that stand for no text."""
    return [marks[start] if end > start else 0 for start, end in offsets]
