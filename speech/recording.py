"""Two channels of one call in a WAV file: left the caller, right the bot; both on the clock of the frames we send."""

from __future__ import annotations

import asyncio
import wave
from collections import deque
from concurrent.futures import Executor
from pathlib import Path

import numpy as np

from speech.protocols import FRAME_SECONDS, SAMPLE_RATE_HZ, SILENT_FRAME

_FLUSH_FRAMES = 100
_MOST_BEHIND_FRAMES = 10
"""More than 200 ms of the caller waiting: the clocks differ, the oldest frame goes."""


class Recording:
    """Grows by one frame of both sides every 20 ms; written in a worker thread."""

    def __init__(self, path: Path, workers: Executor) -> None:
        self.path = path
        self._workers = workers
        self._caller: deque[bytes] = deque()
        self._left = bytearray()
        self._right = bytearray()
        self._frames = 0
        self._file: wave.Wave_write | None = None
        self._writing: asyncio.Future[None] | None = None
        self.is_paused = False
        """Both sides are silence: digits are being pressed."""
        self.hides_caller = False
        """The caller's side is silence: he says something that is not to be kept."""

    @property
    def seconds(self) -> float:
        """Position: where in the file the next frame goes."""
        return self._frames * FRAME_SECONDS

    def hear(self, frame: bytes) -> None:
        """Take a frame of the caller."""
        self._caller.append(frame)
        while len(self._caller) > _MOST_BEHIND_FRAMES:
            self._caller.popleft()

    def send(self, frame: bytes) -> None:
        """Take a frame of ours, and with it the caller's of that moment; while paused both are silence."""
        caller = self._caller.popleft() if self._caller else SILENT_FRAME
        self._left += SILENT_FRAME if self.is_paused or self.hides_caller else caller
        self._right += SILENT_FRAME if self.is_paused else frame
        self._frames += 1
        if self._frames % _FLUSH_FRAMES == 0:
            self._flush()

    def _flush(self) -> None:
        if self._writing is not None and not self._writing.done():
            return  # the disk is slow: the next flush takes more
        left, right = bytes(self._left), bytes(self._right)
        self._left.clear()
        self._right.clear()
        self._writing = asyncio.get_running_loop().run_in_executor(self._workers, self._write, left, right)

    def _write(self, left: bytes, right: bytes) -> None:
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = wave.open(str(self.path), "wb")  # noqa: SIM115 (closed in close())
            self._file.setnchannels(2)
            self._file.setsampwidth(2)
            self._file.setframerate(SAMPLE_RATE_HZ)
        both = np.stack([np.frombuffer(left, np.int16), np.frombuffer(right, np.int16)], axis=1)
        self._file.writeframesraw(both.tobytes())

    async def close(self) -> None:
        """Write the rest and the header."""
        if self._writing is not None:
            await asyncio.wait([self._writing])
        self._flush()
        if self._writing is not None:
            await asyncio.wait([self._writing])
        if self._file is not None:
            await asyncio.get_running_loop().run_in_executor(self._workers, self._file.close)
