"""The store of studies, topics, queue and labels: runs its units of work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import MetaData, select
from sqlalchemy.engine import Connection

from bot.guarded import GuardedStore
from eval.errors import NotInSight
from eval.quality.rows import in_place
from eval.retrain.labels.table import METADATA, QUESTIONS
from eval.retrain.labels.values import Question, question_of


@dataclass(frozen=True, slots=True)
class LearningStore(GuardedStore):
    """Runs the units of work."""

    metadata: ClassVar[MetaData] = METADATA
    name: ClassVar[str] = "labels"


def in_scope(scope: str) -> Any:
    """Return the condition that a question was asked by somebody in a place."""
    return in_place(QUESTIONS.c.scope, scope)


def read_question(link: Connection, scope: str, question_id: int, *, locks: bool = False) -> Question:
    """Return one question, locked where it is to be changed. Raises NotInSight."""
    query = select(QUESTIONS).where(QUESTIONS.c.id == question_id, in_scope(scope))
    row = link.execute(query.with_for_update() if locks else query).first()
    if row is None:
        raise NotInSight("question")
    return question_of(row)
