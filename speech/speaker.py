"""The speaking half of a call: a frame every 20 ms by the clock, silence too; prompts can be cut within one."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Protocol

from speech.protocols import FRAME_SECONDS, SILENT_FRAME
from speech.saying import Saying
from speech.voice import Voice

_LONGEST_CATCHING_UP_SECONDS = 1.0
_LEAD_IN_FRAMES = 12
"""Silence after the answer: the caller's phone has yet to open its ear."""
PROTECTED_START_SECONDS = 0.28
"""Echo of a prompt's first syllables is not an interruption."""


class FrameSink(Protocol):
    """Where frames go: the line, and the recording."""

    def send(self, frame: bytes) -> None:
        """Take 20 ms."""
        ...


class Speaker:
    """Paces the bot's side of one call."""

    def __init__(
        self, sink: FrameSink, voice: Voice, *, on_started: Callable[[Saying], None], on_over: Callable[[Saying], None]
    ) -> None:
        self._sink = sink
        self._voice = voice
        self._on_started = on_started
        self._on_over = on_over
        self._queue: deque[Saying] = deque()
        self._renders: dict[int, asyncio.Task[None]] = {}
        self._lead_in = _LEAD_IN_FRAMES
        self.is_paused = False
        self.worst_lateness_seconds = 0.0
        self.last_sound_at = 0.0
        """Loop time of the last frame that was not silence."""

    @property
    def is_speaking(self) -> bool:
        """Whether anything is being said or waits to be said."""
        return bool(self._queue)

    @property
    def is_sounding(self) -> bool:
        """Whether something has begun and is not over."""
        return bool(self._queue) and self._queue[0].started_at is not None

    @property
    def is_waiting_for_sound(self) -> bool:
        """Whether something is to be said whose sound is not there yet."""
        return bool(self._queue) and self._queue[0].started_at is None

    @property
    def is_protected(self) -> bool:
        """Whether what is being said now must be heard."""
        return bool(self._queue) and self._queue[0].is_protected

    @property
    def is_interruptible(self) -> bool:
        """Whether speech may cut what is being said now."""
        if not self._queue:
            return False
        saying = self._queue[0]
        now = asyncio.get_running_loop().time()
        return (
            not saying.is_protected
            and saying.started_at is not None
            and now - saying.started_at >= PROTECTED_START_SECONDS
        )

    def say(self, saying: Saying, *, is_first: bool = False) -> None:
        """Queue it; its sound is rendered from now on. is_first: before what has not begun yet."""
        if not saying.sentences:
            return
        if is_first and self.is_waiting_for_sound:
            self._queue.appendleft(saying)
        else:
            self._queue.append(saying)
        task = asyncio.create_task(self._voice.render(saying))
        self._renders[id(saying)] = task
        task.add_done_callback(lambda _: self._renders.pop(id(saying), None))

    def interrupt(self) -> list[Saying]:
        """Fall silent with this very frame; return what was cut, in order."""
        cut = list(self._queue)  # rendering goes on: a false interruption resumes it
        self._queue.clear()
        return cut

    def drop(self, cut: list[Saying]) -> None:
        """What was cut will not be said: stop rendering it."""
        for saying in cut:
            if (task := self._renders.get(id(saying))) is not None:
                task.cancel()

    async def run(self) -> None:
        """Send frames until cancelled."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            self._sink.send(self._next_frame(loop.time()))
            due += FRAME_SECONDS
            late = loop.time() - due
            self.worst_lateness_seconds = max(self.worst_lateness_seconds, late)
            if late > _LONGEST_CATCHING_UP_SECONDS:
                due = loop.time()
            await asyncio.sleep(max(0.0, due - loop.time()))

    def _next_frame(self, now: float) -> bytes:
        if self._lead_in:
            self._lead_in -= 1
            return SILENT_FRAME
        if self.is_paused or not self._queue:
            return SILENT_FRAME
        saying = self._queue[0]
        frame = self._frame_of(saying)
        if frame is None:
            return SILENT_FRAME
        self.last_sound_at = now
        if saying.started_at is None:
            saying.started_at = now
            self._on_started(saying)
        if saying.current is None:
            self._end(saying)
        return frame

    def _frame_of(self, saying: Saying) -> bytes | None:
        """Return the next frame, over sentences that came out empty."""
        while (sentence := saying.current) is not None:
            frame = sentence.take()
            if frame is not None or not sentence.is_over:
                return frame
        self._end(saying)
        return None

    def _end(self, saying: Saying) -> None:
        if self._queue and self._queue[0] is saying:
            self._queue.popleft()
            self._on_over(saying)

    def close(self) -> None:
        """Stop rendering."""
        for task in list(self._renders.values()):
            task.cancel()
