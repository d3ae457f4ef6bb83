"""Eyes on the turns of a release: they count, and never change or delay what a customer gets."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from bot.conversation import Conversation
from bot.record import TurnRecord
from bot.releases.counts import TurnCounts
from bot.releases.failures import place_of
from bot.releases.figures import Key
from bot.releases.shadow import Shadow

_LOG = structlog.get_logger(__name__)


@dataclass(slots=True)
class Tally:
    """What one worker counted and has not yet written for the last time."""

    now: Callable[[], float]
    """Seconds since the epoch."""
    revision: int = 0
    """Of the serving."""
    _counts: dict[Key, TurnCounts] = field(default_factory=dict)
    _changed: set[Key] = field(default_factory=set)

    def of(self, release_id: str) -> TurnCounts:
        """Return the counts of a release for this minute, to be added to."""
        key = (release_id, self.revision, int(self.now() // 60))
        self._changed.add(key)
        if key not in self._counts:
            self._counts[key] = TurnCounts()
        return self._counts[key]

    def take_changed(self) -> dict[Key, TurnCounts]:
        """Return what changed since the last time; minutes that are over are forgotten here."""
        minute = int(self.now() // 60)
        changed = {key: self._counts[key] for key in self._changed}
        self._counts = {key: counts for key, counts in self._counts.items() if key[2] >= minute}
        self._changed.clear()
        return changed

    def put_back(self, changed: dict[Key, TurnCounts]) -> None:
        """Take back what could not be written."""
        for key, counts in changed.items():
            self._changed.add(key)
            self._counts.setdefault(key, counts)


@dataclass(frozen=True, slots=True)
class TurnWatch:
    """Counts the turns of one release, and lets a candidate in the shadow hear them."""

    release_id: str
    tally: Tally
    shadow: Shadow | None = None

    def begin(self, conversation: Conversation) -> tuple[float, Conversation | None]:
        """Look at a conversation before its turn."""
        return time.perf_counter(), self.shadow.copy(conversation) if self.shadow is not None else None

    def end(self, begun: tuple[float, Conversation | None], record: TurnRecord) -> None:
        """Count the turn that was made of it."""
        started, before = begun
        milliseconds = (time.perf_counter() - started) * 1000
        try:
            self.tally.of(self.release_id).note(record.events, milliseconds)
            if self.shadow is not None and before is not None:
                self.shadow.hear(before, record)
        except Exception as error:  # the turn is written: the customer gets its answer, whatever is wrong here
            _LOG.error("a turn could not be counted", release=self.release_id, cause=place_of(error))
