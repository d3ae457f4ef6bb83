"""A call in virtual time: a line that records frames, ears that hear what the script says, a voice of tones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from speech.call import Call, CallTools
from speech.call_record import BotLine, CallerLine, CallRecord
from speech.call_settings import CallSettings
from speech.errors import SynthesisFailed
from speech.media import CallEnded, HoldChanged, KeyPressed, LineQuality, MediaEvent, Sound, TransferRequest
from speech.protocols import (
    FRAME_BYTES,
    FRAME_SECONDS,
    SILENT_FRAME,
    CallerTurn,
    Hint,
    Partial,
    Recognition,
    Replies,
    SpokenReply,
)
from speech.recording import Recording
from speech.vad import EnergyVad
from speech.voice import Voice
from tests.speech.virtual_time import AtOnce, run_virtually

SECONDS_PER_CHARACTER = 0.2
LONG = "第一句话说的是电价的构成。第二句话说的是阶梯的划分。第三句话说的是峰谷的时段。"
GREETING = "您好，请问有什么可以帮您？"
_LOUD = (np.sin(np.arange(FRAME_BYTES // 2) * 0.7) * 8000).astype(np.int16).tobytes()


class Tones:
    """A voice: a tone as long as the text; texts with 坏 cannot be said."""

    def __init__(self, seconds_per_character: float = SECONDS_PER_CHARACTER) -> None:
        self.seconds_before = 0.0
        self._seconds_per_character = seconds_per_character

    async def speak(self, text: str, *, voice: str = "") -> AsyncIterator[bytes]:
        if "坏" in text:
            raise SynthesisFailed("broken")
        if self.seconds_before:
            await asyncio.sleep(self.seconds_before)
        yield _LOUD * round(len(text) * self._seconds_per_character / FRAME_SECONDS)


class ScriptedEars:
    """A recognizer: the next scripted result for each utterance in which something was loud."""

    def __init__(self) -> None:
        self.results: list[Recognition] = []
        self.hints: list[Hint] = []
        self.gives_partials = True

    def open(self, hint: Hint) -> _Session:
        self.hints.append(hint)
        return _Session(self)


class _Session:
    def __init__(self, ears: ScriptedEars) -> None:
        self._ears = ears
        self._loud = 0

    def accept(self, pcm: bytes) -> Partial | None:
        self._loud += int((np.abs(np.frombuffer(pcm, np.int16)) > 2000).sum())
        is_heard = self._loud > 800 and self._ears.results and self._ears.results[0].text
        return Partial(self._ears.results[0].text[:1]) if is_heard and self._ears.gives_partials else None

    def finish(self) -> Recognition:
        return self._ears.results.pop(0) if self._loud > 400 and self._ears.results else Recognition("")


class Line:
    """Implements speech.media.MediaSession; the test plays the caller."""

    call_id = "call-1"
    can_transfer = True

    def __init__(self) -> None:
        self._events: asyncio.Queue[MediaEvent] = asyncio.Queue()
        self.frames: list[tuple[float, bool]] = []
        """(time, is audible) of each frame that was sent."""
        self.transfers: list[TransferRequest] = []
        self.takes_transfers = True
        self.transfer_seconds = 1.0
        self.hung_up = False
        self._speaks = 0
        self.feeds_silence = True
        self._feeding = asyncio.create_task(self._feed())

    async def _feed(self) -> None:
        while True:
            if self._speaks:
                self._speaks -= 1
                self._events.put_nowait(Sound(_LOUD))
            elif self.feeds_silence:
                self._events.put_nowait(Sound(SILENT_FRAME))
            await asyncio.sleep(FRAME_SECONDS)

    async def events(self) -> AsyncIterator[MediaEvent]:
        while True:
            event = await self._events.get()
            yield event
            if isinstance(event, CallEnded):
                return

    def send(self, frame: bytes) -> None:
        self.frames.append((asyncio.get_running_loop().time(), frame != SILENT_FRAME))

    async def transfer(self, request: TransferRequest) -> bool:
        self.transfers.append(request)
        await asyncio.sleep(self.transfer_seconds)
        return self.takes_transfers

    async def hang_up(self) -> None:
        self.hung_up = True
        self._events.put_nowait(CallEnded("us"))

    def quality(self) -> LineQuality:
        return LineQuality()

    def speak(self, seconds: float) -> None:
        self._speaks = round(seconds / FRAME_SECONDS)

    def press(self, keys: str) -> None:
        for key in keys:
            self._events.put_nowait(KeyPressed(key))

    def hold(self, is_held: bool) -> None:
        self._events.put_nowait(HoldChanged(is_held))

    def end(self) -> None:
        self._events.put_nowait(CallEnded("caller"))

    def audible_between(self, start: float, end: float) -> float:
        """Seconds of sound that we sent in this time."""
        return sum(FRAME_SECONDS for at, audible in self.frames if audible and start <= at < end)

    def longest_silence(self, start: float, end: float) -> float:
        """Longest stretch without sound in this time."""
        last, longest = start, 0.0
        for at, audible in self.frames:
            if audible and start <= at < end:
                longest, last = max(longest, at - last), at
        return max(longest, end - last)

    def close(self) -> None:
        self._feeding.cancel()


class ScriptedCall:
    """Everything around one call."""

    def __init__(self, settings: CallSettings, recording: Path | None) -> None:
        self.line = Line()
        self.ears = ScriptedEars()
        self.voice = Tones()
        self.turns: list[CallerTurn] = []
        self.replies: list[Replies] = []
        self.seconds_to_answer = 0.05
        self.record = CallRecord("phone:call-1", "call-1", datetime(2026, 11, 21, tzinfo=UTC))
        workers = AtOnce()
        self.recording = Recording(recording, workers) if recording else None
        tools = CallTools(EnergyVad, self.ears, Voice(self.voice, fallback="抱歉。"), workers, self._clock)
        self.tools = tools
        self.call = Call(self.line, tools, self._respond, settings, self.record, self.recording)

    def _clock(self) -> datetime:
        return datetime(2026, 11, 21, tzinfo=UTC) + timedelta(seconds=self.now)

    @property
    def now(self) -> float:
        return asyncio.get_running_loop().time()

    async def _respond(self, turn: CallerTurn) -> Replies:
        self.turns.append(turn)
        await asyncio.sleep(self.seconds_to_answer)
        return self.replies.pop(0) if self.replies else Replies((SpokenReply("好的，已经办好了。"),))

    def hears(self, text: str, confidence: float = 0.9) -> None:
        self.ears.results.append(Recognition(text, confidence))

    def says(
        self, text: str, answer: Replies | str | None = None, *, seconds: float = 1.0, confidence: float = 0.9
    ) -> None:
        """The caller says something for so long, and the bot will answer it so."""
        self.hears(text, confidence)
        if answer is not None:
            self.replies.append(reply(answer) if isinstance(answer, str) else answer)
        self.line.speak(seconds)

    async def until_quiet(self, seconds: float = 0.3) -> None:
        """Wait until we have said something and then nothing for a while."""
        while not any(audible for _, audible in self.line.frames):
            await asyncio.sleep(FRAME_SECONDS)
        while self.line.audible_between(self.now - seconds, self.now + 1) > 0:
            await asyncio.sleep(FRAME_SECONDS)

    @property
    def said(self) -> list[str]:
        return [line.text for line in self.record.lines if isinstance(line, BotLine)]

    @property
    def heard(self) -> list[str]:
        return [line.text for line in self.record.lines if isinstance(line, CallerLine)]


def reply(text: str, **settings: Any) -> Replies:
    """One prompt."""
    return Replies((SpokenReply(text),), **settings)


Script = Callable[[ScriptedCall], "asyncio.Future[None]"]


def hold_call(
    script: object,
    settings: CallSettings | None = None,
    recording: Path | None = None,
    *,
    from_the_start: bool = False,
) -> ScriptedCall:
    """Run a call beside a script (an async function of the call) in virtual time; return the call afterwards.

    The script begins when the greeting is over, or from_the_start.
    """

    async def run() -> ScriptedCall:
        scripted = ScriptedCall(settings or CallSettings(greeting=GREETING, is_recorded=False), recording)
        await scripted.tools.voice.prepare(["抱歉。"])

        async def act() -> None:
            if not from_the_start:
                await scripted.until_quiet()
            await script(scripted)  # type: ignore[operator]

        acting = asyncio.create_task(act())
        running = asyncio.create_task(scripted.call.run())
        async with asyncio.timeout(600):
            await asyncio.wait({acting, running}, return_when=asyncio.FIRST_COMPLETED)
            if acting.done():
                acting.result()
                scripted.line.end()
            await running
        acting.cancel()
        scripted.line.close()
        if scripted.recording is not None:
            await scripted.recording.close()
        return scripted

    return run_virtually(run())
