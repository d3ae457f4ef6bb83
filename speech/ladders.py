"""What happens when nothing was heard, or nothing understood, several times in a row: ask, offer keys, a person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Step(Enum):
    """The next thing to do."""

    ASK_AGAIN = "ask_again"
    OFFER_KEYS = "offer_keys"
    PERSON = "person"


_STEPS = (Step.ASK_AGAIN, Step.OFFER_KEYS, Step.PERSON)


@dataclass(slots=True)
class Ladders:
    """Two counters; whatever is understood sets both back."""

    no_inputs: int = 0
    no_matches: int = 0

    def no_input(self) -> Step:
        """Nothing was heard."""
        self.no_inputs += 1
        return _STEPS[min(self.no_inputs, len(_STEPS)) - 1]

    def no_match(self) -> Step:
        """Something was heard and not understood."""
        self.no_matches += 1
        return _STEPS[min(self.no_matches, len(_STEPS)) - 1]

    def understood(self) -> None:
        """Begin at the bottom again."""
        self.no_inputs = self.no_matches = 0
