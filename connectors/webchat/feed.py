"""What goes to a window, in order and once: what it missed, then what comes, long answers in pieces."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.errors import StoreUnavailable
from connectors.webchat.chat_events import ChatEvent
from connectors.webchat.hub import Hub, OpenWindow
from connectors.webchat.log import ChatLog
from connectors.webchat.records import VisitorRecords
from connectors.webchat.visitors import Visitors

Frame = dict[str, Any]
IDLE_SECONDS = 20.0
PIECE_CHARACTERS = 24
_LONG_CHARACTERS = 100
_PIECE_SECONDS = 0.015
_PIECES_SECONDS = 0.15
_STORE_PAUSE_SECONDS = 1.0
_LINK_SECONDS = 24 * 3600
STILL_THERE: Frame = {"type": "still_there"}


@dataclass(frozen=True, slots=True)
class Feed:
    """Reads the log for open windows."""

    log: ChatLog
    records: VisitorRecords
    hub: Hub
    visitors: Visitors
    clock: Callable[[], datetime]
    history_seconds: float

    async def frames(self, window: OpenWindow, last_event_id: int) -> AsyncIterator[Frame]:
        """Yield what comes after this message, for as long as the window is open; `still_there` when it is quiet."""
        seen, is_live = last_event_id, False
        while not self.hub.is_closing:
            window.woken.clear()
            for notice in window.take_notices():
                yield notice
            try:
                missed = await self.missed(window.conversation_id, seen)
            except StoreUnavailable:
                await asyncio.sleep(_STORE_PAUSE_SECONDS)
                continue
            for event in missed:
                if is_live:
                    async for piece in _pieces(event):
                        yield piece
                yield self.render(event)
                seen = event.id
            if not is_live:
                yield {"type": "caught_up", "last_event_id": seen}
            is_live = True
            if not await _is_woken(window, IDLE_SECONDS):
                yield STILL_THERE

    async def missed(self, conversation_id: str, last_event_id: int) -> list[ChatEvent]:
        """Return the messages after this one: of the last 24 hours, and none that the visitor cleared."""
        _, cleared_id = await self.records.state(conversation_id)
        since = self.clock().timestamp() - self.history_seconds
        return list(await self.log.after(conversation_id, max(last_event_id, cleared_id), since))

    async def missed_or_wait(self, window: OpenWindow, last_event_id: int, seconds: float) -> list[ChatEvent]:
        """Return what was missed; where that is nothing, wait so long for something."""
        window.woken.clear()
        missed = await self.missed(window.conversation_id, last_event_id)
        if not missed and seconds > 0 and await _is_woken(window, seconds) and not self.hub.is_closing:
            missed = await self.missed(window.conversation_id, last_event_id)
        return missed

    def render(self, event: ChatEvent) -> Frame:
        """Return a message as it goes out; an upload with a link that holds for a day."""
        frame = event.render()
        if event.kind == "upload":
            ends = (int(self.clock().timestamp()) // 3600 + 1) * 3600 + _LINK_SECONDS
            name = str(event.content["upload"])
            frame["url"] = f"/webchat/uploads/{name}?until={ends}&sign={self.visitors.sign_link(name, ends)}"
        return frame


async def _is_woken(window: OpenWindow, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await window.woken.wait()
    except TimeoutError:
        return False
    return True


async def _pieces(event: ChatEvent) -> AsyncIterator[Frame]:
    """Yield a long answer piece by piece; the whole message follows and replaces them."""
    text = str(event.content.get("text", ""))
    if event.kind != "reply" or len(text) < _LONG_CHARACTERS:
        return
    starts = range(0, len(text), PIECE_CHARACTERS)
    for start in starts:
        yield {"type": "piece", "id": event.id, "offset": start, "text": text[start : start + PIECE_CHARACTERS]}
        await asyncio.sleep(min(_PIECE_SECONDS, _PIECES_SECONDS / len(starts)))
