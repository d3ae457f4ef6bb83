"""Score everything that is new: the bot's, the desk's, imported conversations; then note alerts, draw samples."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.desk.organisation import Organisation
from connectors.phone.archive import CallArchive
from eval.quality.alerts import Alerts
from eval.quality.batch import Batch, Progress
from eval.quality.desk_source import DeskSource
from eval.quality.held_source import HeldSource
from eval.quality.imported_source import ImportedSource
from eval.quality.plan import PlanBook
from eval.quality.rubric import Rubric
from eval.quality.samples import Samples
from eval.quality.source import Task
from eval.quality.store import QualityStore
from eval.quality.workers import Workers


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did."""

    conversations: int
    alerts: int
    """New ones."""
    drawn: int
    """Conversations drawn for review."""


@dataclass(frozen=True, slots=True)
class Scoring:
    """Scores a store's conversations."""

    store: QualityStore
    organisation: Organisation
    calls: CallArchive

    async def run(self, task: Task, rubric: Rubric, workers: Workers, progress: Progress) -> Outcome:
        """Score what is new in the task's days. Raises StoreUnavailable, RubricInvalid."""
        database = self.store.database
        sources = (
            HeldSource(database, self.organisation, self.calls),
            DeskSource(database),
            ImportedSource(self.store),
        )
        await Batch(self.store, sources, rubric, workers, progress).run(task)
        alerts = await Alerts(self.store, PlanBook(self.store)).note(task.now)
        drawn = await Samples(self.store).draw(task.now)
        return Outcome(progress.conversations, alerts, drawn)
