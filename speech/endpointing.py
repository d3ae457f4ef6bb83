"""When does the caller begin, interrupt, and end? A pure state machine fed with probabilities and seconds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from speech.protocols import HintKind, Question

END_SILENCE_SECONDS: dict[HintKind, float] = {
    "yes_no": 0.3,
    "phrases": 0.35,
    "digits": 0.9,
    "amount": 0.6,
    "date": 0.6,
    "name": 0.6,
    "address": 0.8,
    "free": 0.45,
}
COMPLETE_SILENCE_SECONDS = 0.35
"""All digits that were asked for are heard: no need to wait for more."""
LONG_ENOUGH_SILENCE_SECONDS = 0.6
"""It may be the whole number already, or a longer one."""
DICTATING_SILENCE_SECONDS = 0.8
"""Somebody is in the middle of a number, whatever was asked."""
_SPOKEN_DIGITS = "0123456789零〇一幺二两三四五六七八九"
_IN_A_NUMBER = re.compile(rf"(?<![{_SPOKEN_DIGITS}])[{_SPOKEN_DIGITS}]{{3,9}}$")


@dataclass(frozen=True, slots=True)
class VoiceLimits:
    """Thresholds; seconds."""

    speech_above: float = 0.5
    silence_below: float = 0.35
    start_seconds: float = 0.09
    barge_in_seconds: float = 0.125
    longest_seconds: float = 20.0
    """An utterance is cut here: a noisy line must not keep the bot silent."""


class VoiceEvent(Enum):
    """What changed."""

    STARTED = "started"
    INSISTED = "insisted"
    """Long enough to interrupt a prompt."""
    ENDED = "ended"


def end_silence_seconds(question: Question) -> float:
    """Return how long a pause ends the answer to this question."""
    return END_SILENCE_SECONDS[question.hint.kind]


def pause_after(words: str, question: Question) -> float:
    """Return how long a pause ends the answer, given the words so far."""
    heard = sum(character in _SPOKEN_DIGITS for character in words)
    if question.max_digits and heard >= question.max_digits:
        return COMPLETE_SILENCE_SECONDS
    if question.min_digits and heard >= question.min_digits:
        return LONG_ENOUGH_SILENCE_SECONDS
    usual = end_silence_seconds(question)
    return max(usual, DICTATING_SILENCE_SECONDS) if _IN_A_NUMBER.search(words) else usual


class Endpointer:
    """Follows one caller's voice."""

    def __init__(self, limits: VoiceLimits | None = None) -> None:
        self.limits = limits or VoiceLimits()
        self.end_silence_seconds = END_SILENCE_SECONDS["free"]
        self.barge_in_seconds = self.limits.barge_in_seconds
        self.is_active = False
        self.voiced_seconds = 0.0
        """Speech in this utterance."""
        self.silent_seconds = 0.0
        """Since the last voiced step."""
        self._run_seconds = 0.0
        self._length_seconds = 0.0
        self._has_insisted = False

    def reset(self) -> None:
        """Forget the utterance."""
        self.is_active = self._has_insisted = False
        self.voiced_seconds = self.silent_seconds = self._run_seconds = self._length_seconds = 0.0

    def feed(self, probability: float, seconds: float) -> VoiceEvent | None:
        """Take one step of the detector."""
        is_voiced = probability > self.limits.speech_above
        if is_voiced:
            self._run_seconds += seconds
            self.silent_seconds = 0.0
        elif probability < self.limits.silence_below:
            self.silent_seconds += seconds
            self._run_seconds = 0.0
        return self._followed(is_voiced, seconds) if self.is_active else self._begun()

    def _begun(self) -> VoiceEvent | None:
        if self._run_seconds < self.limits.start_seconds:
            return None
        self.is_active = True
        self.voiced_seconds = self._length_seconds = self._run_seconds
        return VoiceEvent.STARTED

    def _followed(self, is_voiced: bool, seconds: float) -> VoiceEvent | None:
        self._length_seconds += seconds
        self.voiced_seconds += seconds if is_voiced else 0.0
        is_too_long = self._length_seconds >= self.limits.longest_seconds
        if self.silent_seconds >= self.end_silence_seconds - 1e-9 or is_too_long:
            self.is_active = self._has_insisted = False
            self._run_seconds = 0.0
            return VoiceEvent.ENDED
        if not self._has_insisted and self.voiced_seconds >= self.barge_in_seconds - 1e-9:
            self._has_insisted = True
            return VoiceEvent.INSISTED
        return None
