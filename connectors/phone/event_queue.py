"""From the network's callbacks to the call that listens: events in order, and sound in frames of 20 ms."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

from speech.media import CallEnded, MediaEvent, Sound
from speech.protocols import FRAME_BYTES

_KEPT_FRAMES = 500
"""Ten seconds of sound; a listener that is slower than this has died."""


class EventQueue:
    """Events from the network's callbacks to one reader; bounded, sound is the first to go."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[MediaEvent] = asyncio.Queue()

    def put(self, event: MediaEvent) -> None:
        """Add an event; never blocks."""
        if isinstance(event, Sound) and self._queue.qsize() > _KEPT_FRAMES:
            return
        self._queue.put_nowait(event)

    async def events(self) -> AsyncIterator[MediaEvent]:
        """Yield what comes; the last is CallEnded."""
        while True:
            event = await self._queue.get()
            yield event
            if isinstance(event, CallEnded):
                return


class FrameCutter:
    """Sound in pieces of any size to whole frames; what is left over waits for more."""

    def __init__(self) -> None:
        self._pending = b""

    def cut(self, sound: bytes) -> Iterator[Sound]:
        """Return the frames that are whole now."""
        sound = self._pending + sound
        whole = len(sound) - len(sound) % FRAME_BYTES
        self._pending = sound[whole:]
        for start in range(0, whole, FRAME_BYTES):
            yield Sound(sound[start : start + FRAME_BYTES])
