"""The one door into the bot where there may be two releases: who answers whom, and who answers when that fails.

Sticky by customer: the same share of the customers gets the candidate in every worker and after every restart, and who
is in at 5 % is in at 25 %. Whatever the candidate raises, the stable release answers that message.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import structlog

from bot.assistant import Assistant
from bot.conversation import Conversation
from bot.errors import ConversationBusy, MessageRefused, StoreUnavailable
from bot.message import Reply, UserMessage
from bot.releases.failures import place_of
from bot.releases.loaded import LoadedRelease
from bot.store import StoredTurn
from bot.turn import TurnEngine

_LOG = structlog.get_logger(__name__)
_NOT_ITS_FAULT = (MessageRefused, ConversationBusy, StoreUnavailable)
"""No release could have done better."""
Answering = Callable[[Assistant, UserMessage], Awaitable[Sequence[Reply]]]
OnFailure = Callable[[LoadedRelease, Exception], None]


def bucket_of(sender_id: str) -> int:
    """Return a customer's place among a hundred: sha256 of the id, modulo 100."""
    return int.from_bytes(hashlib.sha256(sender_id.encode("utf-8", "replace")).digest()) % 100


@dataclass(slots=True)
class ReleaseRouter:
    """Answers messages by the release whose turn it is; the interface is the Assistant's."""

    stable: LoadedRelease
    candidate: LoadedRelease | None = None
    """In a canary, and loaded here."""
    percent: int = 0
    others: tuple[LoadedRelease, ...] = ()
    """Loaded, but answering nobody: a candidate in the shadow, the release before."""
    on_failure: OnFailure = lambda release, error: None
    """Told of every exception of the candidate, after which it may be gone."""

    @property
    def engine(self) -> TurnEngine:
        """The stable release's engine."""
        return self.stable.assistant.engine

    def release_for(self, sender_id: str) -> LoadedRelease:
        """Return the release that answers a customer now."""
        if self.candidate is not None and bucket_of(sender_id) < self.percent:
            return self.candidate
        return self.stable

    def loaded(self) -> tuple[LoadedRelease, ...]:
        """Return all releases in memory, the stable one first."""
        found = (self.stable, *((self.candidate,) if self.candidate is not None else ()), *self.others)
        return tuple({release.id: release for release in found}.values())

    async def answer(self, message: UserMessage) -> Sequence[Reply]:
        """Return the replies to one message. Raises as the Assistant does."""
        if self.candidate is None:
            return await self.stable.assistant.answer(message)
        return await self._answered(message, lambda assistant, told: assistant.answer(told))

    async def hand_back(self, message: UserMessage, outcome: str, slots: Mapping[str, Any]) -> Sequence[Reply]:
        """Take a conversation back from a person. Raises as the Assistant does."""
        if self.candidate is None:
            return await self.stable.assistant.hand_back(message, outcome, slots)
        return await self._answered(message, lambda assistant, told: assistant.hand_back(told, outcome, slots))

    def forget(self, is_gone: Callable[[str], bool]) -> None:
        """Let go of folded conversations whose turns were deleted."""
        for release in self.loaded():
            release.assistant.forget(is_gone)

    async def conversation(self, sender_id: str) -> Conversation:
        """Return the conversation's present state."""
        return await self.release_for(sender_id).assistant.conversation(sender_id)

    async def turns(self, sender_id: str) -> Sequence[StoredTurn]:
        """Return all turns of a conversation, oldest first."""
        return await self.stable.assistant.turns(sender_id)

    async def _answered(self, message: UserMessage, answer: Answering) -> Sequence[Reply]:
        release = self.release_for(message.sender_id)
        if release is self.stable:
            return await answer(release.assistant, message)
        message = replace(message, message_id=message.message_id or uuid.uuid4().hex)  # the same for both, if it fails
        try:
            return await answer(release.assistant, message)
        except _NOT_ITS_FAULT:
            raise
        except Exception as error:  # a release on trial: whatever it raises, the customer is answered
            _LOG.error("a candidate failed; the stable release answers", release=release.id, cause=place_of(error))
            self.on_failure(release, error)
        return await answer(self.stable.assistant, message)
