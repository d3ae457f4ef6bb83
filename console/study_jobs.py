"""Studies begun in the console: each in a process of its own, looked after until it ends."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from eval.retrain.labels.studies import Studies, Study

_LOG = structlog.get_logger(__name__)
_STOP_SECONDS = 5.0


def study_command(root: Path, study_id: int) -> list[str]:
    """Return what runs a study."""
    module = "eval.retrain.study_job"
    return [sys.executable, "-m", module, "--project", str(root.resolve()), "--study", str(study_id)]


@dataclass(slots=True)
class StudyJobs:
    """Begins studies, and ends them with the worker."""

    studies: Studies
    root: Path
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def begin(self, month: str, by: str, at: float) -> Study:
        """Begin a study. Raises LabelRefused (study_running)."""
        study = await self.studies.begin(month, by, at)
        task = asyncio.create_task(self._look_after(study))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return study

    async def close(self) -> None:
        """Stop what runs."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _look_after(self, study: Study) -> None:
        process = await asyncio.create_subprocess_exec(
            *study_command(self.root, study.id), stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL
        )
        try:
            status = await process.wait()
        except asyncio.CancelledError:
            await _stop(process)
            raise
        if status:
            _LOG.warning("a study of the month failed", status=status)
            await self.studies.fail(study.id, "study_failed", study.begun_at)


async def _stop(process: asyncio.subprocess.Process) -> None:
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
