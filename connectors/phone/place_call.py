"""`gridtalk call`: dial a line, say or play or press something, and tell what was heard and when."""

from __future__ import annotations

import asyncio
import wave
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from connectors.phone.caller import Caller
from connectors.phone.errors import CallFailed
from speech.engines import open_recognizer, open_synthesizer
from speech.protocols import BYTES_PER_SECOND, SAMPLE_RATE_HZ, Hint, Recognizer, Synthesizer
from speech.resampling import from_pcm, resample, to_pcm

_QUIET_SECONDS = 1.2
_LISTEN_SECONDS = 12.0
_TALK_SECONDS = 60.0
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class CallPlan:
    """What to do in the call, in this order; before each step the other side is heard out."""

    uri: str
    texts: tuple[str, ...] = ()
    wav: Path | None = None
    keys: str = ""
    record: Path | None = None


class PlacedCall:
    """Carries a plan out."""

    def __init__(self, plan: CallPlan, synthesizer: Synthesizer, recognizer: Recognizer | None, say: Progress) -> None:
        self._plan = plan
        self._synthesizer = synthesizer
        self._recognizer = recognizer
        self._say = say
        self._said: list[dict[str, Any]] = []

    async def run(self) -> dict[str, Any]:
        """Return the report. Raises CallFailed."""
        plan = self._plan
        spoken = [(text, await self._rendered(text)) for text in plan.texts]
        if plan.wav is not None:
            spoken.append((plan.wav.name, load_wav(plan.wav)))
        async with Caller(plan.uri) as caller:
            self._say(f"answered after {caller.answered_after_seconds:.2f} s, call {caller.call_id}")
            await self._listen(caller)
            for name, sound in spoken:
                await self._speak(caller, name, sound)
            if plan.keys and not caller.is_over:
                await self._press(caller, plan.keys)
            report = await self._report(caller)
        if plan.record is not None:
            save_wav(plan.record, bytes(caller.earful.sound))
        return report

    async def _rendered(self, text: str) -> bytes:
        async with aclosing(self._synthesizer.speak(text)) as pieces:  # type: ignore[type-var]
            return b"".join([piece async for piece in pieces])

    async def _speak(self, caller: Caller, name: str, sound: bytes) -> None:
        if caller.is_over:
            return
        started = caller.now
        caller.say(sound)
        await caller.said()
        self._note(name, started, caller)
        await self._listen(caller)

    async def _press(self, caller: Caller, keys: str) -> None:
        started = caller.now
        caller.press(keys)
        await caller.said()
        self._note(f"keys {keys}", started, caller)
        await self._listen(caller)

    def _note(self, name: str, started: float, caller: Caller) -> None:
        self._said.append({"text": name, "start": round(started, 2), "end": round(caller.now, 2)})
        self._say(f"{started:7.2f} said  {name}")

    @staticmethod
    async def _listen(caller: Caller) -> None:
        """Wait until something was said to us and is over."""
        try:
            await caller.hears(_LISTEN_SECONDS)
            await caller.hears_out(quiet_seconds=_QUIET_SECONDS, within_seconds=_TALK_SECONDS)
        except TimeoutError:
            return

    async def _report(self, caller: Caller) -> dict[str, Any]:
        heard = []
        for start, end in caller.earful.segments():
            text = await asyncio.to_thread(self._words, caller, start, end)
            heard.append({"start": round(start, 2), "end": round(end, 2), "text": text})
            self._say(f"{start:7.2f} heard {end - start:5.2f} s  {text or ''}")
        quality = caller.quality()
        return {
            "uri": caller.uri,
            "call_id": caller.call_id,
            "answered_after_seconds": round(caller.answered_after_seconds, 3),
            "seconds": round(caller.now, 2),
            "ended_by": "them" if caller.is_over else "us",
            "said": self._said,
            "heard": heard,
            "transfers": caller.transfers,
            "line": {
                "packets_received": quality.packets_received,
                "packets_lost": quality.packets_lost,
                "jitter_seconds": quality.jitter_seconds,
            },
        }

    def _words(self, caller: Caller, start: float, end: float) -> str | None:
        if self._recognizer is None:
            return None
        sound = bytes(caller.earful.sound)
        first, last = (max(0, int(at * SAMPLE_RATE_HZ)) * 2 for at in (start - 0.2, end + 0.3))
        session = self._recognizer.open(Hint())
        session.accept(sound[first:last] + bytes(BYTES_PER_SECOND // 4))
        return session.finish().text


def load_wav(path: Path) -> bytes:
    """Return a WAV file's first channel as int16 at 8 kHz. Raises CallFailed."""
    try:
        with wave.open(str(path), "rb") as file:
            if file.getsampwidth() != 2:
                raise CallFailed(f"{path}: 16-bit samples are needed")
            samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
            channel = samples[:: file.getnchannels()].tobytes()
            rate = file.getframerate()
    except (OSError, wave.Error, EOFError) as error:
        raise CallFailed(f"{path} cannot be read as WAV: {error}") from error
    return channel if rate == SAMPLE_RATE_HZ else to_pcm(resample(from_pcm(channel), rate, SAMPLE_RATE_HZ))


def save_wav(path: Path, pcm: bytes) -> None:
    """Write int16 at 8 kHz."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes(pcm)


async def place_call(plan: CallPlan, say: Progress) -> dict[str, Any]:
    """Make the call with this installation's engines and return its report. Raises CallFailed, SpeechError."""
    synthesizer = open_synthesizer()
    try:
        return await PlacedCall(plan, synthesizer, await asyncio.to_thread(open_recognizer), say).run()
    finally:
        await synthesizer.close()
