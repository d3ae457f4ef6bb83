"""One utterance on its way through the recognizer, in a worker thread; the sound's loop only hands bytes over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor

from speech.protocols import Hint, Partial, Recognition, Recognizer

_PIECE_BYTES = 1600
"""100 ms: fewer crossings between threads, no later partials that anybody would notice."""


class Ear:
    """Takes sound at once, recognizes when a worker is free, reports partials on the loop."""

    def __init__(
        self, recognizer: Recognizer, hint: Hint, workers: Executor, on_partial: Callable[[str], None]
    ) -> None:
        self._pending = bytearray()
        self._is_ended = False
        self._wake = asyncio.Event()
        self._on_partial = on_partial
        self._task = asyncio.create_task(self._work(recognizer, hint, workers))

    def hear(self, pcm: bytes) -> None:
        """Hand sound over."""
        self._pending += pcm
        if len(self._pending) >= _PIECE_BYTES:
            self._wake.set()

    async def finish(self) -> Recognition:
        """Return what was said. Raises what the recognizer raises."""
        self._is_ended = True
        self._wake.set()
        return await self._task

    def drop(self) -> None:
        """Nobody wants to know any more."""
        self._task.cancel()

    async def _work(self, recognizer: Recognizer, hint: Hint, workers: Executor) -> Recognition:
        loop = asyncio.get_running_loop()
        session = await loop.run_in_executor(workers, recognizer.open, hint)
        while True:
            await self._wake.wait()
            self._wake.clear()
            piece = bytes(self._pending)
            self._pending.clear()
            if piece:
                self._report(await loop.run_in_executor(workers, session.accept, piece))
            if self._is_ended and not self._pending:
                return await loop.run_in_executor(workers, session.finish)

    def _report(self, partial: Partial | None) -> None:
        if partial is not None and partial.text:
            self._on_partial(partial.text)
