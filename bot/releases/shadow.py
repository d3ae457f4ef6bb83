"""A candidate in the shadow: it understands and finds what the stable release answered, and does nothing.

On a thread of its own, after the customer has the answer; where it cannot follow, messages are left out and counted.
"""

from __future__ import annotations

import asyncio
import copy
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import structlog

from bot import events as happened
from bot.conversation import Conversation
from bot.record import TurnRecord
from bot.releases.failures import place_of
from bot.releases.loaded import LoadedRelease
from bot.releases.router import bucket_of
from bot.releases.settings import ShadowSettings
from knowledge_base.answer import Answer, Finding, RegionNeeded
from storage.clock import Clock

_LOG = structlog.get_logger(__name__)
Mask = Callable[[str, Iterable[Any]], str]
"""(text, entities with places) -> the text without personal values."""
Kind = Literal["intent", "article", "failed"]
KINDS: Final[tuple[Kind, ...]] = ("intent", "article", "failed")
_FINDS: Final = "action_answer_"
"""How the names of actions begin that ask the knowledge base."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A message on which the candidate differs."""

    at: float
    kind: Kind
    text: str
    """Masked."""
    stable: str
    candidate: str


@dataclass(frozen=True, slots=True)
class _Heard:
    """What came of one message."""

    differences: tuple[Difference, ...]
    failure: Exception | None = None


class Shadow:
    """Lets one candidate hear what the stable release answers."""

    def __init__(
        self,
        stable: LoadedRelease,
        candidate: LoadedRelease,
        settings: ShadowSettings,
        clock: Clock,
        mask: Mask | None = None,
    ) -> None:
        self.stable, self.candidate = stable, candidate
        self._settings, self._clock, self._mask = settings, clock, mask
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="release-shadow")
        self._waiting = 0
        self._is_closed = False
        self._counts: Counter[str] = Counter()
        self._found: list[Difference] = []
        self.failure: Exception | None = None
        """What the candidate raised first."""

    def copy(self, conversation: Conversation) -> Conversation | None:
        """Return the conversation as it is before a turn, or None where this one is not to be heard."""
        if bucket_of(conversation.sender_id) >= self._settings.share * 100:
            return None
        if self._waiting >= self._settings.waiting:
            self._counts["dropped"] += 1
            return None
        return copy.deepcopy(conversation)

    def hear(self, before: Conversation, record: TurnRecord) -> None:
        """Hear a message that was answered; what comes of it is there later."""
        said = next((event for event in record.events if isinstance(event, happened.UserSaid)), None)
        if self._is_closed or said is None or not said.text or said.text.startswith("/"):
            return
        before.apply_all(record.events[: record.events.index(said)])  # a new session, what the channel knows
        asked = any(isinstance(event, happened.ActionRan) and event.name.startswith(_FINDS) for event in record.events)
        self._waiting += 1
        heard = asyncio.get_running_loop().run_in_executor(self._thread, self._compare, before, said, asked)
        heard.add_done_callback(self._note)

    def take(self) -> tuple[Counter[str], list[Difference]]:
        """Return what was counted and found since the last time."""
        counts, self._counts = self._counts, Counter()
        found, self._found = self._found, []
        return counts, found

    def close(self) -> None:
        """End the thread; what waits is left out, and so are turns that are under way."""
        self._is_closed = True
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _compare(self, before: Conversation, said: happened.UserSaid, asked: bool) -> _Heard:
        """Understand and find, on the shadow's thread: it changes nothing here."""
        try:
            pairs = [self._understand(before, said), *([self._find(before, said)] if asked else [])]
        except Exception as error:  # a release on trial: it must not take the worker with it
            _LOG.error("a candidate failed in the shadow", release=self.candidate.id, cause=place_of(error))
            return _Heard((self._difference("failed", said, said.intent, type(error).__name__),), error)
        differing = [pair for pair in pairs if pair[1] != pair[2]]
        return _Heard(tuple(self._difference(kind, said, *names) for kind, *names in differing))

    def _understand(self, before: Conversation, said: happened.UserSaid) -> tuple[Kind, str, str]:
        engine = self.candidate.assistant.engine
        understanding = engine.understand(said.text, before, said.channel)
        decision = engine.policy.decide(replace(understanding, heard=said.heard), before)
        ours = decision.intent if decision.understood else f"?{decision.intent}"
        return "intent", said.intent if said.understood else f"?{said.intent}", ours

    def _find(self, before: Conversation, said: happened.UserSaid) -> tuple[Kind, str, str]:
        region, at = before.slots.get("region"), self._clock()
        ours = self.candidate.knowledge.find(said.text, region=region, at=at)
        return "article", _name_of(self.stable.knowledge.find(said.text, region=region, at=at)), _name_of(ours)

    def _difference(self, kind: Kind, said: happened.UserSaid, stable: str, candidate: str) -> Difference:
        text = self._mask(said.text, said.entities) if self._mask is not None else ""
        return Difference(said.timestamp, kind, text, stable, candidate)

    def _note(self, heard: asyncio.Future[_Heard]) -> None:
        self._waiting -= 1
        if heard.cancelled():
            return
        found = heard.result()
        self._counts["seen"] += 1
        self._counts.update(difference.kind for difference in found.differences)
        self.failure = self.failure or found.failure
        if self._mask is not None and len(self._found) < self._settings.examples:
            self._found += found.differences


def _name_of(finding: Finding) -> str:
    """Return which article answers; `?` before a topic that needs a region, nothing where none does."""
    if isinstance(finding, Answer):
        return finding.article_id
    return f"?{finding.topic}" if isinstance(finding, RegionNeeded) else ""
