"""`gridtalk retrain --month 2026-10`: study a month, and make a candidate of what was labelled until its end.

What is written lies in GRIDTALK_HOME/retrain; a candidate is entered as a draft release, or a rejected one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.project import Project, load_project
from eval.retrain.labels.store import LearningStore
from eval.retrain.labels.studies import Studies
from eval.retrain.learn import Learning, Learnt
from eval.retrain.run_study import FOLDER, run_study
from eval.retrain.study import MonthStudy, month_window
from eval.retrain.training import Progress
from eval.retrain.trainings import COMMAND, Training, TrainingBook
from eval.terminal import open_store, say
from storage.clock import system_clock
from storage.database import Database
from storage.home import home_folder

COMMAND_LINE = "command line"
STUDY = "study"
_TELL_EVERY_SECONDS = 2.0


def retrain(project_folder: Path, actions: frozenset[str], month: str) -> tuple[MonthStudy, Path]:
    """Study a month; return the study and the folder where its page, topics and labelling queue lie.

    Raises MonthUnreadable, BotError, NluError, KnowledgeError, LabelRefused (study_running), StoreUnavailable.
    """
    project = load_project(project_folder, actions=actions)
    found = asyncio.run(study_and_keep(project_folder, project, month, COMMAND_LINE))
    return found, home_folder() / FOLDER / month


async def study_and_keep(project_folder: Path, project: Project, month: str, by: str) -> MonthStudy:
    """Begin a study of a month, run it, and keep it. Raises as `retrain` does."""
    month_window(month)
    async with open_store(project) as database:
        store = LearningStore(database)
        await store.prepare()
        study = await Studies(store).begin(month, by, system_clock().timestamp())
        return await run_study(project_folder, project, database, study)


def learn(project_folder: Path, actions: frozenset[str], month: str, job: int | None, *, force: bool) -> Learnt:
    """Study a month and learn it; `job`: the training that a worker queued, else one is entered.

    Raises as `retrain` and `Learning.learn` do, and TrainingRefused while another training runs.
    """
    project = load_project(project_folder, actions=actions)
    return asyncio.run(_learn(project_folder, project, month, job, force=force))


async def _learn(project_folder: Path, project: Project, month: str, job: int | None, *, force: bool) -> Learnt:
    month_window(month)
    async with open_store(project) as database:
        book = TrainingBook(database)
        await book.prepare()
        training = await _training(book, month, job)
        try:
            async with _told(book, training.id) as progress:
                progress(STUDY, 0.0)
                await study_and_keep(project_folder, project, month, training.asked_by)
                learning = _learning(project_folder, project, database)
                learnt = await learning.learn(month, training.asked_by, force=force, progress=progress)
        except BaseException as error:
            await book.fail(training.id, str(error) or type(error).__name__, system_clock().timestamp())
            raise
        at = system_clock().timestamp()
        await book.finish(training.id, learnt.verdict, learnt.release, learnt.detail, at)
        return learnt


def _learning(project_folder: Path, project: Project, database: Database) -> Learning:
    return Learning(project_folder, home_folder(), database, system_clock, project.config.retrain)


async def _training(book: TrainingBook, month: str, job: int | None) -> Training:
    """Return the training that a worker has begun, or enter and begin one."""
    if job is not None:
        return await book.read(job)
    at = system_clock().timestamp()
    asked = await book.ask(month, COMMAND_LINE, COMMAND_LINE, at, COMMAND)
    return await book.start(asked.id, at)


@asynccontextmanager
async def _told(book: TrainingBook, training_id: int) -> AsyncIterator[Progress]:
    """Write progress down and say it, every two seconds at most, until the block ends."""
    told = [(STUDY, 0.0)]

    def tell(step: str, share: float) -> None:
        if step != told[0][0]:
            say(f"{step} ...")
        told[0] = (step, share)

    async def write() -> None:
        while True:
            await book.tell(training_id, *told[0])
            await asyncio.sleep(_TELL_EVERY_SECONDS)

    task = asyncio.create_task(write())
    try:
        yield tell
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
