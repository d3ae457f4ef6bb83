"""What the caller's keys lead to: a choice, a number, a repetition, a person, or a word that this key means nothing."""

from __future__ import annotations

import asyncio

from speech.call_parts import CallParts
from speech.keypad import KeyOutcome, Keypad, KeyResult
from speech.protocols import Question
from speech.timers import Alarm


class KeyEntry:
    """Takes the keys of one call."""

    def __init__(self, parts: CallParts, question: Question) -> None:
        self._parts = parts
        self._keypad = Keypad(question)

    @property
    def is_collecting(self) -> bool:
        """Whether a number is being entered."""
        return self._keypad.is_collecting

    def expect(self, question: Question) -> None:
        """From now on keys answer this question."""
        self._parts.timers.clear(Alarm.KEYS)
        self._pause_recording(False)
        self._keypad = Keypad(question)

    def press(self, key: str) -> None:
        """Take one key; it interrupts what is being said."""
        parts = self._parts
        parts.record.count("keys")
        parts.timers.clear(Alarm.NO_INPUT, Alarm.FALSE_BARGE_IN)
        parts.fall_silent()
        parts.ladders.understood()
        self._take(self._keypad.press(key))

    def wait_over(self) -> None:
        """No further key came."""
        self._take(self._keypad.wait_over())

    def _take(self, result: KeyResult) -> None:
        parts, outcome = self._parts, result.outcome
        phrases = parts.settings.phrases
        self._pause_recording(outcome is KeyOutcome.MORE)
        parts.timers.clear(Alarm.KEYS)
        if outcome is KeyOutcome.MORE:
            parts.timers.set(Alarm.KEYS, asyncio.get_running_loop().time() + self._keypad.patience_seconds)
        elif outcome in (KeyOutcome.ENTERED, KeyOutcome.CHOSEN):
            parts.turns.take(result.text, "keys")
        elif outcome is KeyOutcome.PERSON:
            parts.turns.take(parts.settings.person_words, "keys")
        elif outcome is KeyOutcome.REPEAT:
            parts.prompter.repeat()
        elif outcome is KeyOutcome.CLEARED:
            parts.prompter.say_phrase(phrases.start_again)
        elif outcome is KeyOutcome.TOO_FEW:
            parts.prompter.say_phrase(phrases.too_few_digits)
        else:
            parts.prompter.say_phrase(phrases.no_such_key, phrases.keypad_hint(parts.turns.question))

    def _pause_recording(self, is_paused: bool) -> None:
        if self._parts.recording is not None:
            self._parts.recording.is_paused = is_paused
