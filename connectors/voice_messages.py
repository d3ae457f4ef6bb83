"""Voice messages of WeChat and the chat window: recognized by the phone line's engine, loaded with the first one."""

from __future__ import annotations

import asyncio
import io
import os
import threading
import wave
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import numpy as np

from speech.engines import open_recognizer
from speech.protocols import BYTES_PER_SECOND, SAMPLE_RATE_HZ, Hint, Recognition, Recognizer
from speech.recognizers.model_folder import model_path
from speech.resampling import from_pcm, resample, to_pcm

Recognise = Callable[[bytes], Awaitable[str]]
"""A WAV file in, what was said out; empty when nothing could be understood."""
SILENCE = bytes(BYTES_PER_SECOND // 2)
"""A recognizer wants to hear that the speaker has ended."""
LEAST_CONFIDENCE = 0.35
"""Words below this were not understood, as on the phone."""
LEAST_WORD_SECONDS = 0.09
"""Nobody says a word faster: a click is heard as one."""
_SOUNDS = frozenset("嗯啊哦呃哎喂呵哼唔")
"""What a recognizer makes of a beep, a hum or a laugh: nobody records a message to say only this."""


def open_voice_messages() -> Recognise | None:
    """Return the recognition of voice messages; None where no model is there, so that customers are asked for text."""
    has_model = bool(os.environ.get("GRIDTALK_SHERPA_MODEL", "").strip()) or model_path().is_dir()
    return VoiceMessages(open_recognizer).heard if has_model else None


@dataclass(slots=True)
class VoiceMessages:
    """Recognizes one message after the other, beside the event loop."""

    load: Callable[[], Recognizer | None]
    _recognizer: Recognizer | None = None
    _is_loaded: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    async def heard(self, sound: bytes) -> str:
        """Return what was said in a WAV file; empty where nothing was understood or no engine could be loaded."""
        return await asyncio.to_thread(self._hear, sound)

    def _hear(self, sound: bytes) -> str:
        with self._lock:  # one at a time: a call on the phone must not wait for a pile of messages
            if not self._is_loaded:
                self._recognizer, self._is_loaded = self.load(), True
            if self._recognizer is None:
                return ""
            session = self._recognizer.open(Hint())
            session.accept(telephone_sound(sound) + SILENCE)
            return _understood(session.finish())


def _understood(heard: Recognition) -> str:
    """Return the words of a message; empty where they are doubtful or no words at all."""
    timed = [word.text for word in heard.words if word.end_seconds - word.start_seconds >= LEAST_WORD_SECONDS]
    is_sound = set("".join(timed) if heard.words else heard.text) <= _SOUNDS
    return "" if is_sound or heard.confidence < LEAST_CONFIDENCE else heard.text


def telephone_sound(sound: bytes) -> bytes:
    """Return a WAV file's first channel as the recognizers take it: int16, 8 kHz."""
    with wave.open(io.BytesIO(sound)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        channel, rate = samples[:: file.getnchannels()], file.getframerate()
    return to_pcm(resample(from_pcm(channel.tobytes()), rate, SAMPLE_RATE_HZ))
