"""What a page can begin (`jobs.py`): scoring some days, taking a file, recognizing a recorded call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from eval.quality.batch import Progress
from eval.quality.import_file import ImportedTranscript, Reading
from eval.quality.intake import Intake
from eval.quality.jobs import BEAT_SECONDS, Tick, Work
from eval.quality.recording_file import CallTold, Ears, open_ears, recognise_call
from eval.quality.rubric import Rubric, load_rubric
from eval.quality.scoring import Scoring
from eval.quality.source import Task
from eval.quality.workers import ProcessPool
from storage.clock import Clock

RUBRIC_FOLDER = Path("data") / "qa"
_CHUNKS_HERE = 2
"""Chunks that the serving process scores itself: a few hundred conversations need no other."""
_A_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class BegunWork:
    """Makes the work of jobs."""

    scoring: Scoring
    rubric: Rubric
    clock: Clock
    open_ears: Callable[[Callable[[float], None]], Ears]

    @property
    def intake(self) -> Intake:
        """Takes conversations from elsewhere."""
        return Intake(self.scoring.store, self.scoring.organisation, self.scoring.calls)

    def score(self, since: datetime, until: datetime | None) -> Work:
        """Score what is not scored yet among the conversations that began in `[since, until)`."""

        async def work(tick: Tick) -> None:
            await self._score(tick, since, until)

        return work

    def take(self, reading: Reading) -> Work:
        """Keep the conversations of a file and score their days."""

        async def work(tick: Tick) -> None:
            tick.total = len(reading.transcripts)
            await self._take(tick, reading.transcripts)

        return work

    def recognise(self, path: Path, told: CallTold) -> Work:
        """Recognize a recording, keep it with its words, score its day; the file at `path` is gone afterwards."""

        async def work(tick: Tick) -> None:
            def tell(seconds: float) -> None:
                tick.done = round(seconds)

            try:
                ears = await asyncio.to_thread(self.open_ears, tell)
                transcript = await asyncio.to_thread(recognise_call, path, told, ears)
                await self.intake.keep_recording(transcript, path)
                heard = tick.done
                await self._take(tick, (transcript,))
                tick.done = heard
            finally:
                path.unlink(missing_ok=True)

        return work

    async def _take(self, tick: Tick, transcripts: tuple[ImportedTranscript, ...]) -> None:
        await self.intake.keep(transcripts, self.clock().timestamp())
        began = [turn.at for one in transcripts for turn in one.turns[:1] if turn.at is not None]
        if began:
            await self._score(tick, min(began), max(began) + _A_SECOND)

    async def _score(self, tick: Tick, since: datetime, until: datetime | None) -> None:
        progress = Progress(lambda _: None)
        workers = ProcessPool(self.rubric, 1, here=_CHUNKS_HERE)
        watch = asyncio.create_task(_watch(tick, progress))
        try:
            task = Task(since, until, self.clock().timestamp())
            outcome = await self.scoring.run(task, self.rubric, workers, progress)
        finally:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)
            await asyncio.to_thread(workers.close)
        tick.done = outcome.conversations
        tick.note = f"alerts={outcome.alerts} drawn={outcome.drawn}"


def begun_work(root: Path, scoring: Scoring, clock: Clock) -> BegunWork | None:
    """Return the work of a project; None where it has no rubric. Raises RubricInvalid."""
    folder = root / RUBRIC_FOLDER
    return BegunWork(scoring, load_rubric(folder), clock, open_ears) if folder.is_dir() else None


async def _watch(tick: Tick, progress: Progress) -> None:
    while True:
        tick.done = progress.conversations
        await asyncio.sleep(BEAT_SECONDS / 2)
