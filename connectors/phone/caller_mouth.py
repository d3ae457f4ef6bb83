"""What a caller of ours sends: sound, keys and the noise of the place, a frame every 20 ms; and what he hears."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from connectors.phone.rtp_media import RtpMedia
from speech.protocols import FRAME_BYTES, FRAME_SECONDS, SILENT_FRAME

_KEY_STEPS = 6
_AUDIBLE = 200
_LOST_FRAMES = 25
SEGMENT_GAP_SECONDS = 0.6
"""A shorter silence belongs to the speech around it."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key in the queue of what is to be sent."""

    key: str


@dataclass(slots=True)
class Earful:
    """Everything that was heard, by the caller's own clock."""

    sound: bytearray = field(default_factory=bytearray)
    audible_at: list[float] = field(default_factory=list)
    """Seconds after the answer of each frame that is not silence."""

    def take(self, frame: bytes, at: float) -> None:
        """Take a frame; after half a second without any, silence stands for what did not come."""
        missing = int(at / FRAME_SECONDS) * FRAME_BYTES - len(self.sound)
        if missing > _LOST_FRAMES * FRAME_BYTES:
            self.sound += bytes(missing)
        self.sound += frame
        if np.abs(np.frombuffer(frame, np.int16)).max() > _AUDIBLE:
            self.audible_at.append(at)

    def segments(self) -> list[tuple[float, float]]:
        """Return (start, end) of each stretch of speech."""
        found: list[tuple[float, float]] = []
        for at in self.audible_at:
            if found and at - found[-1][1] <= SEGMENT_GAP_SECONDS:
                found[-1] = (found[-1][0], at + FRAME_SECONDS)
            else:
                found.append((at, at + FRAME_SECONDS))
        return found


class Mouth:
    """Says and presses what is queued, in order."""

    def __init__(self, media: RtpMedia, noise: bytes, is_over: Callable[[], bool]) -> None:
        """noise: whole frames that lie under everything that is sent, again and again."""
        self._media = media
        self._noise = [noise[start : start + FRAME_BYTES] for start in range(0, len(noise), FRAME_BYTES)]
        self._frames_sent = 0
        self._is_over = is_over
        self._queue: deque[bytes | Key] = deque()
        self._key_step = 0
        self._is_idle = asyncio.Event()

    def say(self, pcm: bytes) -> None:
        """Queue sound: int16 at 8 kHz."""
        self._is_idle.clear()
        for start in range(0, len(pcm), FRAME_BYTES):
            self._queue.append(pcm[start : start + FRAME_BYTES].ljust(FRAME_BYTES, b"\0"))

    def press(self, keys: str) -> None:
        """Queue keys, each 120 ms with a pause after it."""
        self._is_idle.clear()
        for key in keys.upper():
            self._queue.append(Key(key))
            self._queue.extend([SILENT_FRAME] * 4)

    async def said(self) -> None:
        """Wait until everything queued has left, or the call is over."""
        while not (self._is_idle.is_set() or self._is_over()):
            await asyncio.sleep(FRAME_SECONDS)

    async def run(self) -> None:
        """Send a frame every 20 ms until the call is over."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while not self._is_over():
            self._send_next()
            due += FRAME_SECONDS
            await asyncio.sleep(max(0.0, due - loop.time()))

    def _send_next(self) -> None:
        if not self._queue:
            self._is_idle.set()
            self._media.send(self._with_noise(SILENT_FRAME))
            return
        item = self._queue[0]
        if isinstance(item, Key):
            self._media.send_key(item.key, self._key_step, _KEY_STEPS)
            self._key_step = (self._key_step + 1) % _KEY_STEPS
            if self._key_step == 0:
                self._queue.popleft()
            return
        self._queue.popleft()
        self._media.send(self._with_noise(item))

    def _with_noise(self, frame: bytes) -> bytes:
        if not self._noise:
            return frame
        noise = self._noise[self._frames_sent % len(self._noise)]
        self._frames_sent += 1
        both = np.frombuffer(frame, np.int16).astype(np.int32) + np.frombuffer(noise, np.int16)
        return bytes(np.clip(both, -32768, 32767).astype(np.int16).tobytes())
