"""What the caller's voice leads to: an interruption, a turn, a question to say it again, or nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from speech.call_parts import CallParts
from speech.call_record import TurnTimes
from speech.endpointing import end_silence_seconds, pause_after
from speech.ladders import Step
from speech.listener import UtteranceHeard
from speech.protocols import Recognition, Replies
from speech.readback import Readback, Verdict
from speech.timers import Alarm

_MOST_READ_BACKS = 3
_PATIENT_AFTER = 2
_PATIENT_SECONDS = 0.5
"""After two false interruptions a voice must last this long: the line echoes."""
Deliver = Callable[[Replies], None]
AwaitInput = Callable[[], None]


class Hearing:
    """Decides about voice and words."""

    def __init__(self, parts: CallParts, *, deliver: Deliver, await_input: AwaitInput) -> None:
        """deliver: speak replies that waited; await_input: wait for the caller as before."""
        self._parts = parts
        self._deliver = deliver
        self._await_input = await_input
        self._readback: Readback | None = None
        self._read_backs = 0
        """For the question at hand."""

    def interrupt(self) -> None:
        """The caller insists: fall silent, and listen whether words come."""
        parts = self._parts
        if not parts.listener.can_recognize or not parts.prompter.speaker.is_interruptible:
            return
        parts.prompter.cut()
        parts.record.count("barge_ins")
        due = asyncio.get_running_loop().time() + parts.settings.false_barge_in_seconds
        parts.timers.set(Alarm.FALSE_BARGE_IN, due)

    def follow_words(self, text: str) -> None:
        """Words come: nobody is silent, and no noise has interrupted; a number may be complete."""
        parts = self._parts
        parts.timers.clear(Alarm.FALSE_BARGE_IN, Alarm.NO_INPUT)
        parts.listener.endpointer.end_silence_seconds = pause_after(text, parts.turns.question)

    def resume(self) -> None:
        """The interruption was none."""
        parts = self._parts
        parts.timers.clear(Alarm.FALSE_BARGE_IN)
        parts.record.count("false_barge_ins")
        if parts.record.counts["false_barge_ins"] >= _PATIENT_AFTER:
            parts.listener.endpointer.barge_in_seconds = _PATIENT_SECONDS
        parts.prompter.resume()

    def hear(self, heard: UtteranceHeard) -> None:
        """An utterance has ended."""
        parts, words = self._parts, heard.recognition
        parts.timers.clear(Alarm.FALSE_BARGE_IN, Alarm.HELD_REPLY)
        parts.listener.endpointer.end_silence_seconds = end_silence_seconds(parts.turns.question)
        is_understood = bool(words.text) and words.confidence >= parts.settings.least_confidence
        if is_understood and not self._is_back_channel(words):
            self._hear_turn(heard)
        elif parts.prompter.has_cut:
            self.resume()
        elif (replies := parts.turns.release()) is not None:
            self._deliver(replies)
        elif not parts.turns.is_busy and not parts.prompter.is_speaking:
            self._not_understood(heard.voiced_seconds)

    def _is_back_channel(self, words: Recognition) -> bool:
        """「嗯」 while the bot speaks or works; after a question it is an answer."""
        parts = self._parts
        is_busy = parts.prompter.has_cut or parts.prompter.is_speaking or parts.turns.is_busy
        return is_busy and words.text in parts.settings.back_channels and parts.turns.question.hint.kind != "yes_no"

    def _hear_turn(self, heard: UtteranceHeard) -> None:
        parts, words = self._parts, heard.recognition
        parts.fall_silent()
        parts.ladders.understood()
        parts.timers.clear(Alarm.NO_INPUT)
        if self._is_read_back(words):
            return
        readback, self._readback = self._readback, None
        parts.turns.take(
            readback.digits if readback is not None else words.text,
            "speech",
            since=heard.last_voiced_at,
            voiced_seconds=heard.voiced_seconds,
            confidence=words.confidence,
            alternatives=words.alternatives,
            times=TurnTimes(heard.ended_at - heard.last_voiced_at, heard.recognized_at - heard.ended_at),
        )

    def forget_number(self) -> None:
        """The question has changed, or keys were pressed: no number waits to be confirmed."""
        self._readback = None
        self._read_backs = 0

    def _is_read_back(self, words: Recognition) -> bool:
        """Read a doubtful number back, or take the answer to that; False: the words are the caller's turn."""
        question, phrases = self._parts.turns.question, self._parts.settings.phrases
        if self._readback is not None:
            verdict = self._readback.hear(words.text)
            if verdict is Verdict.DENIED:
                self._readback = None
                self._parts.prompter.say_phrase(phrases.say_number_again)
                return True
            if verdict is Verdict.CORRECTED and self._read_backs < _MOST_READ_BACKS:
                self._read_back()
                return True
            self._readback = self._readback if verdict in (Verdict.CONFIRMED, Verdict.CORRECTED) else None
            return False
        digits = words.text if words.text.isdigit() else ""
        is_whole = question.min_digits <= len(digits) <= question.max_digits
        is_doubtful = words.least_confidence < self._parts.settings.sure_of_digits and not question.is_sensitive
        is_enough = self._read_backs >= _MOST_READ_BACKS  # the bot asks, or goes on with what there is
        if not digits or not question.max_digits or not is_whole or not is_doubtful or is_enough:
            return False
        self._readback = Readback(digits)
        self._read_back()
        return True

    def _read_back(self) -> None:
        assert self._readback is not None
        self._read_backs += 1
        number = "，".join(self._readback.groups)
        self._parts.prompter.say_phrase(self._parts.settings.phrases.read_back.format(number=number))

    def _not_understood(self, voiced_seconds: float) -> None:
        parts, phrases = self._parts, self._parts.settings.phrases
        if voiced_seconds < parts.settings.least_voiced_seconds:
            self._await_input()
            return
        parts.record.count("no_matches")
        step = parts.ladders.no_match()
        if step is Step.ASK_AGAIN:
            parts.prompter.say_phrase(phrases.not_heard)
        elif step is Step.OFFER_KEYS:
            parts.prompter.say_phrase(phrases.not_heard_again, phrases.keypad_hint(parts.turns.question))
        else:
            parts.ladders.understood()
            parts.prompter.say_phrase(phrases.to_person)
            parts.turns.take(parts.settings.person_words, "speech")
