"""A thread with an event loop of its own for sound: whatever the bot computes, frames leave on time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog
import uvloop

from speech.protocols import CallerTurn, Replies, Respond

_LOG = structlog.get_logger(__name__)
_STOPPING_SECONDS = 8.0
Main = Callable[[asyncio.Event], Coroutine[Any, Any, None]]


class LineThread:
    """Runs one coroutine until it is told to stop."""

    def __init__(self, main: Main) -> None:
        self._main = main
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name="phone", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    async def stop(self) -> None:
        """Tell the coroutine to end, and wait for it."""
        if self._loop is not None and self._stop is not None and not self._loop.is_closed():
            try:
                self._loop.call_soon_threadsafe(self._stop.set)
            except RuntimeError:
                return  # it has ended by itself
        await asyncio.to_thread(self._thread.join, _STOPPING_SECONDS)

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(self._hold())
        except Exception as error:  # the boundary of a thread: the other doors go on
            _LOG.error("the phone line ended", error=type(error).__name__)

    async def _hold(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        await self._main(self._stop)


def across(respond: Respond, loop: asyncio.AbstractEventLoop) -> Respond:
    """Return a respond for the line's loop that works on the bot's."""

    async def ask(turn: CallerTurn) -> Replies:
        work: Awaitable[Replies] = respond(turn)
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_awaited(work), loop))

    return ask


async def _awaited(work: Awaitable[Replies]) -> Replies:
    return await work
