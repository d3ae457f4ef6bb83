"""Digits from the keypad: how many, which key ends them, how long to wait. Pure; fed with keys and seconds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from speech.protocols import Question

NEXT_KEY_SECONDS = 4.0
UNASKED_NEXT_KEY_SECONDS = 2.5
UNASKED_MOST_DIGITS = 20
_UNASKED_WHOLE_NUMBER = 4
"""So many digits that nobody asked for are a number; fewer are a slip."""


class KeyOutcome(Enum):
    """What a key, or waiting, led to."""

    MORE = "more"
    ENTERED = "entered"
    """`text` is complete."""
    CHOSEN = "chosen"
    """`text` is the choice's words."""
    REPEAT = "repeat"
    PERSON = "person"
    CLEARED = "cleared"
    TOO_FEW = "too_few"
    NO_SUCH_KEY = "no_such_key"


@dataclass(frozen=True, slots=True)
class KeyResult:
    """An outcome with its text."""

    outcome: KeyOutcome
    text: str = ""


class Keypad:
    """Collects the keys of one answer."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._digits = ""
        self._choices = question.choices or (("是", "不是") if question.hint.kind == "yes_no" else ())

    @property
    def is_collecting(self) -> bool:
        """Whether an entry has begun."""
        return bool(self._digits)

    @property
    def expects_digits(self) -> bool:
        """Whether the question asks for a number."""
        return self._question.max_digits > 0

    @property
    def patience_seconds(self) -> float:
        """How long to wait for a further key."""
        return NEXT_KEY_SECONDS if self.expects_digits else UNASKED_NEXT_KEY_SECONDS

    def press(self, key: str) -> KeyResult:
        """Take one key."""
        if key == "*":
            return self._star()
        if key == self._question.finish_key:
            return self._finish()
        if not key.isdigit():
            return KeyResult(KeyOutcome.NO_SUCH_KEY)
        if not self._digits and not self.expects_digits and (chosen := self._choice(key)) is not None:
            return chosen
        self._digits += key
        if len(self._digits) >= (self._question.max_digits or UNASKED_MOST_DIGITS):
            return self._finish()
        return KeyResult(KeyOutcome.MORE)

    def wait_over(self) -> KeyResult:
        """No key came in time: what is there is all there is."""
        return self._finish()

    def _star(self) -> KeyResult:
        was_collecting, self._digits = self.is_collecting, ""
        return KeyResult(KeyOutcome.CLEARED if was_collecting else KeyOutcome.REPEAT)

    def _choice(self, key: str) -> KeyResult | None:
        place = int(key)
        if 1 <= place <= len(self._choices):
            return KeyResult(KeyOutcome.CHOSEN, self._choices[place - 1])
        return KeyResult(KeyOutcome.PERSON) if key == "0" else None

    def _finish(self) -> KeyResult:
        digits, self._digits = self._digits, ""
        least = self._question.min_digits if self.expects_digits else _UNASKED_WHOLE_NUMBER
        if digits and len(digits) >= least:
            return KeyResult(KeyOutcome.ENTERED, digits)
        return KeyResult(KeyOutcome.TOO_FEW if self.expects_digits and digits else KeyOutcome.NO_SUCH_KEY)
