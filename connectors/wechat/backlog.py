"""Messages that were written down and wait for their answer: each conversation in its order, none forgotten.

For doors that answer by letters alone, after the delivery itself was answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import structlog

from connectors.outbox.letter import Letter
from connectors.wechat.inbox import Inbox, Receipt

_LOG = structlog.get_logger(__name__)
FINISH_SECONDS = 5.0


@dataclass(slots=True)
class Backlog:
    """Answers the messages of one channel."""

    inbox: Inbox
    channel: str
    letters: Callable[[Receipt], Awaitable[Sequence[Letter]]]
    """Returns the answers to a message; running it twice makes one turn."""
    _working: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    def take(self, receipt: Receipt) -> None:
        """Answer a message, behind what the same customer said before."""
        before = self._working.get(receipt.conversation_id)
        task = asyncio.create_task(self._answered(receipt, before))
        self._working[receipt.conversation_id] = task
        task.add_done_callback(lambda done: self._finished(receipt.conversation_id, done))

    async def take_left_behind(self) -> None:
        """Answer what a dead worker has left."""
        for receipt in await self.inbox.left_behind(self.channel):
            self.take(receipt)

    async def finish(self) -> None:
        """Wait for the turns that are under way, so that they are written before the worker ends."""
        if self._working:
            await asyncio.wait(self._working.values(), timeout=FINISH_SECONDS)

    async def _answered(self, receipt: Receipt, before: asyncio.Task[None] | None) -> None:
        if before is not None and not before.done():
            await asyncio.wait({before})
        try:
            letters = await self.letters(receipt)
        except Exception:  # the boundary of a turn: whatever went wrong, the message is not forgotten
            await self.inbox.try_again(receipt.key)
            raise
        await self.inbox.answer(receipt, letters)
        await self.inbox.outbox.release(receipt.conversation_id)

    def _finished(self, conversation_id: str, task: asyncio.Task[None]) -> None:
        if self._working.get(conversation_id) is task:
            del self._working[conversation_id]
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOG.error("a message was not answered and is tried again", cause=type(error).__name__)
