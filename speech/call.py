"""One phone call: what is heard becomes turns, what the bot replies is spoken, until somebody hangs up.

Two tasks, listen and speak, report into one queue of typed events; this loop takes them in order and decides. Nothing
in it blocks: recognition and synthesis run in workers, the bot behind `respond`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime

import structlog

from speech.call_parts import CallParts
from speech.call_record import CallRecord
from speech.call_settings import CallSettings
from speech.hand_over import HandOver, Transferred
from speech.hearing import Hearing
from speech.key_entry import KeyEntry
from speech.ladders import Ladders
from speech.listener import Heard, Listener, PartialHeard, UtteranceHeard, VoiceInsisted, VoiceStarted
from speech.media import CallEnded, HoldChanged, KeyPressed, MediaSession
from speech.prompter import Prompter
from speech.protocols import Question, Recognizer, Replies, Respond, SpokenReply
from speech.recording import Recording
from speech.timers import Alarm, Timers
from speech.turn_taker import Answered, TurnTaker
from speech.vad import OpenVad
from speech.voice import Voice
from speech.waiting import Waiting

_LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class CallTools:
    """What all calls share."""

    open_vad: OpenVad
    recognizer: Recognizer | None
    voice: Voice
    workers: Executor
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class PromptEnded:
    """Nothing more is being said."""


Event = Heard | PromptEnded | Answered | Transferred | Alarm


class Call:
    """Holds one call."""

    def __init__(
        self,
        media: MediaSession,
        tools: CallTools,
        respond: Respond,
        settings: CallSettings,
        record: CallRecord,
        recording: Recording | None,
    ) -> None:
        self._media = media
        self._tools = tools
        self._settings = settings
        self._record = record
        self._recording = recording
        self._inbox: asyncio.Queue[Event] = asyncio.Queue()
        self._timers = Timers()
        self._ladders = Ladders()
        self._after: Replies | None = None
        self._outcome = ""
        tell = self._inbox.put_nowait
        self._prompter = Prompter(
            self,
            tools.voice,
            record,
            tools.clock,
            on_first_frame=lambda saying: self._turns.note_first_frame(saying),
            on_silent=lambda: tell(PromptEnded()),
        )
        self._turns = TurnTaker(respond, settings, self._prompter, record, self._timers, tools.clock, tell)
        self._turns.question = settings.first_question
        self._listener = Listener(
            media, tools.open_vad(), tools.recognizer, tools.workers, tell=tell, on_frame=self._keep
        )
        parts = CallParts(
            settings, record, recording, self._timers, self._ladders, self._prompter, self._turns, self._listener
        )
        self._keys = KeyEntry(parts, settings.first_question)
        self._hand_over = HandOver(media, parts, tell)
        self._waiting = Waiting(parts, caller_waits=self._caller_waits, is_collecting=lambda: self._keys.is_collecting)
        self._hearing = Hearing(parts, deliver=self._deliver, await_input=lambda: self._waiting.begin(is_fresh=False))

    # --- frames ---

    def send(self, frame: bytes) -> None:
        """Take a frame of the speaker: to the line and into the recording."""
        self._media.send(frame)
        self._listener.tick()
        if self._recording is not None:
            self._recording.send(frame)

    def _keep(self, frame: bytes) -> None:
        if self._recording is not None:
            self._recording.hear(frame)

    # --- the loop ---

    async def run(self) -> None:
        """Hold the call to its end."""
        halves = [asyncio.create_task(self._listener.run()), asyncio.create_task(self._prompter.speaker.run())]
        for half in halves:
            half.add_done_callback(self._note_broken_half)
        try:
            self._greet()
            while not self._outcome:
                self._handle(await self._next())
            if self._outcome in ("bot", "too_long"):
                await self._media.hang_up()
        finally:
            self._close(halves)

    def _close(self, halves: list[asyncio.Task[None]]) -> None:
        self._prompter.close()
        self._listener.close()
        self._turns.close()
        self._hand_over.close()
        for half in halves:
            half.cancel()
        self._record.worst_frame_lateness_seconds = self._prompter.speaker.worst_lateness_seconds
        self._record.outcome = self._outcome or "failed"

    def _note_broken_half(self, half: asyncio.Task[None]) -> None:
        if not half.cancelled() and (error := half.exception()) is not None:
            _LOG.error("half of a call broke off", error=type(error).__name__)
            self._inbox.put_nowait(CallEnded("failed"))

    async def _next(self) -> Event:
        """Return the next event; an alarm that is due is one."""
        loop = asyncio.get_running_loop()
        while True:
            for alarm in self._timers.take_due(loop.time()):
                self._inbox.put_nowait(alarm)
            try:
                async with asyncio.timeout_at(self._timers.next_at):
                    return await self._inbox.get()
            except TimeoutError:
                continue

    def _handle(self, event: Event) -> None:
        match event:
            case VoiceStarted():
                self._timers.clear(Alarm.NO_INPUT)
            case VoiceInsisted():
                self._hearing.interrupt()
            case PartialHeard(text):
                self._hearing.follow_words(text)
            case UtteranceHeard():
                self._hearing.hear(event)
            case KeyPressed(key):
                self._keys.press(key)
            case HoldChanged(is_held):
                self._hold(is_held)
            case PromptEnded():
                self._go_on()
            case Answered():
                self._take_answer(event)
            case Transferred():
                self._hand_over.end(event)
                self._outcome = "transferred" if event.is_taken else self._outcome
            case Alarm():
                self._ring(event)
            case CallEnded(cause):
                self._outcome = cause

    def _greet(self) -> None:
        settings = self._settings
        now = asyncio.get_running_loop().time()
        self._timers.set(Alarm.LONGEST_CALL, now + settings.longest_call_seconds)
        self._waiting.watch()
        notice = [SpokenReply(settings.phrases.notice, is_protected=True)] if settings.is_recorded else []
        self._prompter.say([*notice, SpokenReply(settings.greeting)])

    # --- between prompts ---

    def _take_answer(self, answered: Answered) -> None:
        is_talking = self._listener.is_caller_speaking and not self._keys.is_collecting
        replies = self._turns.answered(answered, is_caller_speaking=is_talking)
        if replies is not None:
            self._deliver(replies)

    def _deliver(self, replies: Replies) -> None:
        """The replies are being spoken: be ready for the answer to their question."""
        self._keys.expect(replies.question)
        self._hearing.forget_number()
        self._listener.expect(replies.question)
        if self._recording is not None:
            self._recording.hides_caller = replies.question.is_sensitive
        self._after = replies
        if not self._prompter.is_speaking:
            self._inbox.put_nowait(PromptEnded())

    def _go_on(self) -> None:
        """All is said: hang up, hand over, or wait for the caller."""
        if self._prompter.is_speaking or self._caller_waits():
            return
        after, self._after = self._after, None
        if after is not None and after.transfer_summary is not None:
            self._hand_over.begin(after)
        elif after is not None and after.hangs_up:
            self._outcome = "bot"
        else:
            self._waiting.begin()

    def _caller_waits(self) -> bool:
        """Whether the caller waits for us: for the bot, or for a person."""
        return self._turns.is_busy or self._hand_over.is_going_on

    def _hold(self, is_held: bool) -> None:
        self._prompter.speaker.is_paused = is_held
        if is_held:
            self._timers.clear(Alarm.NO_INPUT, Alarm.FALSE_BARGE_IN)
        elif not self._prompter.is_speaking:
            self._waiting.begin()

    # --- alarms ---

    def _ring(self, alarm: Alarm) -> None:
        match alarm:
            case Alarm.NO_INPUT:
                if self._waiting.nothing_heard():
                    self._end_silent_call()
            case Alarm.KEYS:
                self._keys.wait_over()
            case Alarm.FILLER:
                is_handed_over = self._hand_over.is_going_on
                self._turns.fill(text=self._settings.phrases.transferring if is_handed_over else "")
            case Alarm.HELD_REPLY:
                if (replies := self._turns.release()) is not None:
                    self._deliver(replies)
            case Alarm.FALSE_BARGE_IN:
                if self._prompter.has_cut:
                    self._hearing.resume()
            case Alarm.WATCHDOG:
                self._waiting.watch()
            case Alarm.LONGEST_CALL:
                self._outcome = "too_long"

    def _end_silent_call(self) -> None:
        """Nobody speaks: a person takes the line where there is one, else it is closed."""
        if self._settings.has_agents:
            self._turns.take(self._settings.person_words, "silence")
            return
        self._after = Replies((), Question(), hangs_up=True)
        self._prompter.say_phrase(self._settings.phrases.goodbye)
