"""The windows that are open at this worker, by conversation: who is woken when something is new."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False, slots=True)
class OpenWindow:
    """One open line to a window."""

    conversation_id: str
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    notices: list[dict[str, object]] = field(default_factory=list)
    """What is shown now and kept nowhere: typing, a cleared history."""

    def notify(self, notice: dict[str, object]) -> None:
        """Send something that has no place in the log."""
        self.notices.append(notice)
        self.woken.set()

    def take_notices(self) -> list[dict[str, object]]:
        """Return what was to be sent, once."""
        taken, self.notices = self.notices, []
        return taken


@dataclass(slots=True)
class Hub:
    """All open windows of this worker."""

    is_closing: bool = False
    """The worker stops: every line ends."""
    _unfinished: set[asyncio.Task[None]] = field(default_factory=set)
    _windows: dict[str, set[OpenWindow]] = field(default_factory=lambda: defaultdict(set))

    def close(self) -> None:
        """End every line."""
        self.is_closing = True
        for conversation_id in self.conversations():
            self.wake(conversation_id)

    @contextmanager
    def open(self, conversation_id: str) -> Iterator[OpenWindow]:
        """Count a window as open as long as the block runs."""
        window = OpenWindow(conversation_id)
        self._windows[conversation_id].add(window)
        try:
            yield window
        finally:
            windows = self._windows[conversation_id]
            windows.discard(window)
            if not windows:
                del self._windows[conversation_id]

    def see_through(self, work: Coroutine[Any, Any, None]) -> None:
        """Run work that goes on to its end although the line that began it breaks."""
        task = asyncio.create_task(work)
        self._unfinished.add(task)
        task.add_done_callback(self._unfinished.discard)

    async def finish(self, seconds: float) -> None:
        """Wait so long for such work."""
        if self._unfinished:
            await asyncio.wait(self._unfinished, timeout=seconds)

    def conversations(self) -> set[str]:
        """Return the conversations with a window here."""
        return set(self._windows)

    def wake(self, conversation_id: str) -> None:
        """Let the windows of a conversation look for what is new."""
        self._each(conversation_id, lambda window: window.woken.set())

    def notify(self, conversation_id: str, notice: dict[str, object]) -> None:
        """Send something that has no place in the log to all windows of a conversation."""
        self._each(conversation_id, lambda window: window.notify(notice))

    def _each(self, conversation_id: str, act: Callable[[OpenWindow], None]) -> None:
        for window in tuple(self._windows.get(conversation_id, ())):
            act(window)
