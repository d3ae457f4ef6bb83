"""Words that name a danger to people: where one is said, little is needed to take the sentence for a report of it."""

from collections.abc import Iterable
from typing import Final, Protocol

HAZARDOUS_SYMPTOMS: Final = frozenset({"断线", "冒烟", "着火", "打火", "漏电", "倒杆"})
"""Values of `fault_symptom` that endanger people."""


class Named(Protocol):
    """An entity, wherever it comes from."""

    @property
    def entity(self) -> str: ...
    @property
    def value(self) -> str: ...


def names_danger(values: Iterable[Named]) -> bool:
    """Say whether a hazardous symptom is among the values."""
    return any(value.entity == "fault_symptom" and value.value in HAZARDOUS_SYMPTOMS for value in values)
