"""The monthly training by itself: some worker asks for it on its day, some worker runs it, as a process of its own.

All workers look; the rows of `trainings.py` let one act. A worker that stops puts its training back, so that a restart
costs time and no month.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import structlog

from bot.config import RetrainEntry
from bot.errors import StoreUnavailable
from eval.retrain.trainings import FAILED, RUNNING, Training, TrainingBook
from storage.clock import Clock

LOOK_EVERY_SECONDS: Final = 10.0
_STOPPING_SECONDS: Final = 10.0
_LAST_CHARACTERS: Final = 400
_LOG = structlog.get_logger(__name__)


def month_due(entry: RetrainEntry, now: datetime) -> str | None:
    """Return the month that is to be learnt by now, the one before this; None before its day and hour."""
    if not entry.enabled or now < now.replace(day=entry.day, hour=entry.hour, minute=0, second=0, microsecond=0):
        return None
    return (now.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")


@dataclass(frozen=True, slots=True)
class TrainingOffice:
    """Looks after trainings in one worker."""

    book: TrainingBook
    entry: RetrainEntry
    root: Path
    home: Path
    clock: Clock
    command: tuple[str, ...] = (sys.executable, "-m", "gridtalk", "retrain")
    look_every_seconds: float = LOOK_EVERY_SECONDS

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Look after trainings until the block ends."""
        task = asyncio.create_task(self._look())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def look_once(self) -> bool:
        """Ask for what is due and run what is queued; say whether something was run. Raises StoreUnavailable."""
        now = self.clock()
        if (month := month_due(self.entry, now)) is not None:
            await self.book.ask_once(month, now.timestamp())
        if not await self.book.has_queued():
            return False
        training = await self.book.claim(now.timestamp())
        if training is None:
            return False
        await self._run(training)
        return True

    async def _look(self) -> None:
        while True:
            try:
                await self.look_once()
            except StoreUnavailable:
                _LOG.warning("trainings cannot be looked after; tried again")
            await asyncio.sleep(self.look_every_seconds)

    async def _run(self, training: Training) -> None:
        options = ("--month", training.month, "--job", str(training.id), "--project", str(self.root.absolute()))
        _LOG.info("a training begins", training=training.id, month=training.month, trigger=training.trigger)
        process = await asyncio.create_subprocess_exec(
            *self.command,
            *options,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,  # so that it and the trainer that it starts can be ended together
        )
        os.setpriority(os.PRIO_PROCESS, process.pid, self.entry.niceness)
        try:
            lines = await self._follow(process, training)
        except asyncio.CancelledError:
            await _stop(process)
            await self.book.put_back(training.id)
            raise
        found = await self.book.read(training.id)
        if found.state == RUNNING:  # it died before it could say what came of it
            await self.book.fail(training.id, lines or f"status {process.returncode}", self.clock().timestamp())
        _LOG.info("a training is over", training=training.id, failed=found.state in (RUNNING, FAILED))

    async def _follow(self, process: asyncio.subprocess.Process, training: Training) -> str:
        """Wait for the end and return the last that was said; its lines go to a log beside the month's page."""
        assert process.stderr is not None
        folder = self.home / "retrain" / training.month
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        last = b""
        with (folder / f"training-{training.id}.log").open("ab") as log:
            while chunk := await process.stderr.read(8192):
                log.write(chunk)
                last = (last + chunk)[-_LAST_CHARACTERS:]
        await process.wait()
        return last.decode("utf-8", "replace").strip()


async def _stop(process: asyncio.subprocess.Process) -> None:
    """End a training and its trainer; what does not listen is killed."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
            await asyncio.wait_for(process.wait(), _STOPPING_SECONDS)
        except (ProcessLookupError, TimeoutError):
            continue
