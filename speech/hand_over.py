"""Handing a caller to a person: asked in the background, announced meanwhile, and taken back when nobody takes him."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from speech.call_parts import CallParts
from speech.media import MediaSession, TransferRequest
from speech.protocols import Replies, SpokenReply
from speech.timers import Alarm


@dataclass(frozen=True, slots=True)
class Transferred:
    """A person took the call, or nobody did."""

    is_taken: bool


class HandOver:
    """One call's way to a person."""

    def __init__(self, media: MediaSession, parts: CallParts, tell: Callable[[Transferred], None]) -> None:
        self._media = media
        self._parts = parts
        self._tell = tell
        self._asking: asyncio.Task[None] | None = None

    @property
    def is_going_on(self) -> bool:
        """Whether a person is being asked."""
        return self._asking is not None

    def begin(self, replies: Replies) -> None:
        """Ask a person to take the call; meanwhile the caller is told so, not left in silence."""
        record = self._parts.record
        request = TransferRequest(record.conversation_id, replies.transfer_summary or "", replies.is_urgent)
        record.count("transfers")
        self._parts.turns.wait_from_now()
        self._asking = asyncio.create_task(self._ask(request))

    async def _ask(self, request: TransferRequest) -> None:
        self._tell(Transferred(await self._media.transfer(request)))

    def end(self, transferred: Transferred) -> None:
        """It is known now; when nobody took the call, it goes on here."""
        self._asking = None
        self._parts.timers.clear(Alarm.FILLER)
        if not transferred.is_taken:
            self._parts.record.count("failed_transfers")
            self._parts.prompter.say([SpokenReply(self._parts.settings.phrases.not_transferred)])

    def close(self) -> None:
        """The call is over."""
        if self._asking is not None:
            self._asking.cancel()
