"""The totals of a report's conversations: as they count in the quality review; scored here where the store has none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from connectors.phone.archive import CallArchive
from eval.history import HeldConversation
from eval.quality.held_source import heard_transcript
from eval.quality.rows import parse_numbers
from eval.quality.rubric import Rubric
from eval.quality.score import RULES, score_transcript
from eval.quality.store import QualityStore
from eval.quality.table import SCORES
from eval.quality.values import HELD


@dataclass(frozen=True, slots=True)
class Points:
    """What a conversation got, reviews counted in."""

    total: float
    fatal: tuple[int, ...]
    ended_at: float


@dataclass(slots=True)
class ReportScores:
    """Looks a conversation's total up; an unknown one, or one that went on since, is scored."""

    rubric: Rubric
    calls: CallArchive
    stored: Mapping[str, Points]
    scored: int = field(default=0, init=False)
    """How many had to be scored."""

    async def of(self, held: HeldConversation) -> Points:
        """Return a conversation's points. Raises RubricInvalid."""
        known = self.stored.get(held.id)
        if known is not None and known.ended_at == held.ended_at:
            return known
        self.scored += 1
        score = score_transcript(await heard_transcript(held, self.calls), self.rubric)
        return Points(score.total, score.fatal, held.ended_at)


async def stored_points(store: QualityStore, rubric: str, since: datetime, until: datetime) -> Mapping[str, Points]:
    """Return what the review has of the bot's conversations that began in `[since, until)`. Raises StoreUnavailable."""
    columns = (SCORES.c.conversation_id, SCORES.c.final, SCORES.c.fatal, SCORES.c.ended_at)
    began = (SCORES.c.started_at >= since.timestamp()) & (SCORES.c.started_at < until.timestamp())
    made = (SCORES.c.source == HELD, SCORES.c.rubric == rubric, SCORES.c.model == RULES)
    rows = await store.read(lambda link: link.execute(select(*columns).where(began, *made)).all())
    return {row.conversation_id: Points(row.final, parse_numbers(row.fatal), row.ended_at) for row in rows}
