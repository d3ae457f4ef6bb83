"""`gridtalk qa score --since`: score what is not scored yet, chunk by chunk, several chunks at a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from eval.quality.rubric import Rubric
from eval.quality.score import RULES
from eval.quality.source import Found, Source, Task
from eval.quality.store import QualityStore
from eval.quality.totals import parse_items
from eval.quality.values import Judged, Known
from eval.quality.workers import Workers

CHUNK = 100
"""Conversations at a time: some hundred turns, a fraction of a second."""
PROGRESS_SECONDS = 5.0


@dataclass(slots=True)
class Progress:
    """How far a job is."""

    say: Callable[[str], None]
    now: Callable[[], float] = time.monotonic
    conversations: int = 0
    turns: int = 0
    _began: float = field(init=False)
    _said: float = field(init=False)

    def __post_init__(self) -> None:
        self._began = self._said = self.now()

    @property
    def turns_per_second(self) -> float:
        """Since the job began."""
        return self.turns / max(self.now() - self._began, 1e-9)

    def add(self, judged: Sequence[Judged]) -> None:
        """Count what is written; say so every few seconds."""
        self.conversations += len(judged)
        self.turns += sum(one.subject.turns for one in judged)
        if self.now() - self._said >= PROGRESS_SECONDS:
            self._said = self.now()
            self.say(self.line())

    def line(self) -> str:
        """Return the progress in words."""
        return f"{self.conversations} conversations, {self.turns} turns scored, {self.turns_per_second:.0f} turns/s"


@dataclass(frozen=True, slots=True)
class Batch:
    """Scores the conversations of several sources into a store."""

    store: QualityStore
    sources: Sequence[Source]
    rubric: Rubric
    workers: Workers
    progress: Progress

    async def run(self, task: Task) -> Progress:
        """Score and write everything that is new. Raises StoreUnavailable, RubricInvalid."""
        until = task.until.timestamp() if task.until is not None else float("inf")
        known = await self.store.known(self.rubric.version, task.since.timestamp(), until)
        running: set[asyncio.Task[None]] = set()
        try:
            async for chunk in self._chunks(task, known):
                running.add(asyncio.create_task(self._score(chunk, task.now)))
                if len(running) >= self.workers.at_once:
                    running = await _first_done(running)
            while running:
                running = await _first_done(running)
        finally:
            for left in running:
                left.cancel()
        return self.progress

    async def _chunks(self, task: Task, known: Mapping[str, Known]) -> AsyncIterator[list[Found]]:
        chunk: list[Found] = []
        for source in self.sources:
            async for found in source.read(task, known):
                chunk.append(found)
                if len(chunk) == CHUNK:
                    yield chunk
                    chunk = []
        if chunk:
            yield chunk

    async def _score(self, chunk: Sequence[Found], now: float) -> None:
        texts = [found.transcript.model_dump_json().encode() for found in chunk]
        items = await self.workers.score(texts)
        judged = [Judged(found.subject, parse_items(text)) for found, text in zip(chunk, items, strict=True)]
        await self.store.save(judged, self.rubric.version, RULES, now)
        self.progress.add(judged)


async def _first_done(running: set[asyncio.Task[None]]) -> set[asyncio.Task[None]]:
    """Wait for one; a failure of any ends the job."""
    done, left = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
    for one in done:
        one.result()
    return left
