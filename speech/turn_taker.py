"""Turns on their way to the bot and back: one at a time, timed, with words for the caller while he waits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from speech.call_record import MASKED, CallerLine, CallRecord, TurnTimes
from speech.call_settings import CallSettings
from speech.prompter import Prompter
from speech.protocols import CallerTurn, CutPrompt, Question, Reading, Replies, Respond, SpokenReply, TurnKind
from speech.saying import Saying
from speech.timers import Alarm, Timers

_LOG = structlog.get_logger(__name__)
_NOBODY_WAITS_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Answered:
    """The bot has replied to a turn."""

    replies: Replies
    message_id: str


@dataclass(slots=True)
class _Waiting:
    """When a turn ended, and when its reply was there, in loop time."""

    line: CallerLine
    since: float
    delivered_at: float = 0.0


class TurnTaker:
    """Asks the bot for one call."""

    def __init__(
        self,
        respond: Respond,
        settings: CallSettings,
        prompter: Prompter,
        record: CallRecord,
        timers: Timers,
        clock: Callable[[], datetime],
        tell: Callable[[Answered], None],
    ) -> None:
        self._respond = respond
        self._settings = settings
        self._prompter = prompter
        self._record = record
        self._timers = timers
        self._clock = clock
        self._tell = tell
        self._pending: asyncio.Task[None] | None = None
        self._next: tuple[CallerTurn, _Waiting] | None = None
        self._held: Answered | None = None
        self._spoken_for: dict[str, _Waiting] = {}
        self._asked_at = 0.0
        self._number = 0
        self.question = Question()
        """What the caller was asked last."""

    @property
    def is_busy(self) -> bool:
        """Whether the bot works on a turn, or its reply waits for the caller to finish speaking."""
        return self._pending is not None or self._held is not None

    @property
    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def take(
        self,
        text: str,
        kind: TurnKind,
        *,
        since: float | None = None,
        voiced_seconds: float = 0.0,
        confidence: float = 1.0,
        alternatives: tuple[Reading, ...] = (),
        times: TurnTimes | None = None,
    ) -> None:
        """Let the bot answer; of what comes while it works the latest waits, the rest it does not hear.

        since: loop time when the caller had finished.
        """
        self._number += 1
        waits_since = since if since is not None else self._now
        end = self._prompter.position_seconds - (self._now - waits_since)
        shown = MASKED if self.question.is_sensitive and text else text
        line = CallerLine(
            shown, kind, self._clock(), max(end - voiced_seconds, 0.0), end, confidence, f"turn-{self._number}"
        )
        line.times = times or line.times
        self._record.lines.append(line)
        cut = self._prompter.take_given_up()
        if self._held is not None:
            cut = (*cut, _never_said(self._held))
            self._held = None
        turn = CallerTurn(text, line.message_id, kind, confidence, alternatives, cut)
        if self._pending is None:
            self._ask(turn, _Waiting(line, waits_since))
        else:
            self._next = (turn, _Waiting(line, waits_since))

    def _ask(self, turn: CallerTurn, waiting: _Waiting) -> None:
        self._spoken_for = {turn.message_id: waiting}
        self.wait_from_now()
        self._pending = asyncio.create_task(self._ask_bot(turn, waiting.line))

    async def _ask_bot(self, turn: CallerTurn, line: CallerLine) -> None:
        started = time.perf_counter()
        try:
            async with asyncio.timeout(_NOBODY_WAITS_SECONDS):
                replies = await self._respond(turn)
        except Exception as error:  # a boundary: the call goes on whatever the bot does
            _LOG.error("a turn failed", error=type(error).__name__)
            replies = Replies((SpokenReply(self._settings.phrases.failed),), self.question)
        line.times.answer = time.perf_counter() - started
        line.times.steps = replies.seconds_by_step
        if replies.read_as and line.text == turn.text:
            line.text = replies.read_as
        self._tell(Answered(replies, turn.message_id))

    def answered(self, answered: Answered, *, is_caller_speaking: bool) -> Replies | None:
        """Return the replies to be spoken now; None when something else comes first."""
        self._pending = None
        if self._next is not None:
            (turn, waiting), self._next = self._next, None
            self._ask(replace(turn, cut=(*turn.cut, _never_said(answered))), waiting)
            return None
        if is_caller_speaking:
            self._held = answered
            self._timers.set(Alarm.HELD_REPLY, self._now + self._settings.held_reply_seconds)
            return None
        return self._delivered(answered)

    def release(self) -> Replies | None:
        """The caller said nothing after all: return the replies that waited."""
        held, self._held = self._held, None
        self._timers.clear(Alarm.HELD_REPLY)
        return self._delivered(held) if held is not None else None

    def _delivered(self, answered: Answered) -> Replies:
        self.question = answered.replies.question
        if (waiting := self._spoken_for.get(answered.message_id)) is not None:
            waiting.delivered_at = self._now
        self._prompter.say(answered.replies.prompts, message_id=answered.message_id)
        return answered.replies

    def note_first_frame(self, saying: Saying) -> None:
        """The first sound of a reply has left."""
        waiting = self._spoken_for.pop(saying.message_id, None)
        if waiting is not None:
            self._timers.clear(Alarm.FILLER)
            waiting.line.times.total = self._now - waiting.since
            waiting.line.times.first_audio = self._now - waiting.delivered_at

    def wait_from_now(self) -> None:
        """The caller waits for something from now on."""
        self._asked_at = self._now
        self._timers.set(Alarm.FILLER, self._now + self._settings.filler_seconds)

    def fill(self, *, text: str = "") -> None:
        """Say that it takes a moment, again and again, never five seconds of nothing. `text`: instead of the usual."""
        settings, phrases, now, speaker = self._settings, self._settings.phrases, self._now, self._prompter.speaker
        if not (self.is_busy or speaker.is_waiting_for_sound or text):
            return
        waited, silent = now - self._asked_at, now - max(speaker.last_sound_at, self._asked_at)
        is_first = waited < settings.still_waiting_seconds
        patience = settings.filler_seconds if is_first else settings.still_waiting_seconds
        if speaker.is_sounding or silent < patience - 0.01:
            self._timers.set(Alarm.FILLER, now + max(patience - silent, 0.2))
            return
        is_hopeless = waited > settings.give_up_seconds
        usual = phrases.wait if is_first else phrases.takes_too_long if is_hopeless else phrases.still_waiting
        self._record.count("fillers")
        self._prompter.say_filler(text or usual)
        self._timers.set(Alarm.FILLER, now + settings.still_waiting_seconds)

    def close(self) -> None:
        """The call is over; what the bot has begun it finishes, nobody listens."""
        if self._pending is not None:
            self._pending.cancel()


def _never_said(answered: Answered) -> CutPrompt:
    return CutPrompt(answered.message_id, "", "".join(prompt.text for prompt in answered.replies.prompts))
