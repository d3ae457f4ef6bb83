"""The labelling queue: hands out questions, the most worthwhile first, to one person at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, select, update
from sqlalchemy.engine import Connection

from eval.quality.rows import in_place
from eval.quality.values import Person
from eval.retrain.labels.settings import LabelSettings
from eval.retrain.labels.store import LearningStore
from eval.retrain.labels.table import LABELS, QUESTIONS
from eval.retrain.labels.values import OPEN, Question, question_of


@dataclass(frozen=True, slots=True)
class Queue:
    """Hands out questions. A question that two people label goes to the second one as it went to the first."""

    store: LearningStore
    settings: LabelSettings

    async def take(
        self, scope: str, person: Person, size: int, at: float, *, month: str = "", topic: int | None = None
    ) -> list[Question]:
        """Return up to `size` questions that the person has not labelled, his for a while; each wording once."""
        own = exists().where(LABELS.c.question_id == QUESTIONS.c.id, LABELS.c.staff_id == person.id)
        is_free = (QUESTIONS.c.leased_until < at) | (QUESTIONS.c.leased_to == person.id)
        twin = QUESTIONS.alias()
        same = [twin.c.key == QUESTIONS.c.key, twin.c.id < QUESTIONS.c.id]
        for table, wanted in ((QUESTIONS, mine := [is_free, ~own]), (twin, same)):
            wanted += [table.c.state == OPEN, in_place(table.c.scope, scope)]
            wanted += [table.c.month == month] if month else []
            wanted += [table.c.topic_id == topic] if topic is not None else []
        order = (QUESTIONS.c.score.desc(), QUESTIONS.c.id)
        query = (
            select(QUESTIONS)
            .where(*mine, ~exists().where(*same))
            .order_by(*order)
            .limit(size)
            .with_for_update(skip_locked=True)
        )

        def take(link: Connection) -> list[Question]:
            found = [question_of(row) for row in link.execute(query)]
            self._lease(link, [one.id for one in found], person, at)
            return found

        return await self.store.write(take)

    def _lease(self, link: Connection, ids: Sequence[int], person: Person, at: float) -> None:
        if ids:
            values = {"leased_to": person.id, "leased_until": at + 60.0 * self.settings.lease_minutes}
            link.execute(update(QUESTIONS).where(QUESTIONS.c.id.in_(ids)).values(values))
