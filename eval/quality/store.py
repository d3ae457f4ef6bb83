"""The store of quality scores: written by the batch, read in pages, changed by reviews."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import MetaData, delete, func, insert, select, update
from sqlalchemy.engine import Connection

from bot.guarded import GuardedStore
from eval.errors import NotInSight
from eval.quality.rows import LISTED, columns_of, in_sight, numbers_text, review_of, score_of
from eval.quality.table import (
    ALERTS,
    APPEALS,
    CALIBRATION_SCORES,
    METADATA,
    REVIEWS,
    SAMPLES,
    SCORES,
    TRANSCRIPTS,
)
from eval.quality.totals import parse_items, total_of
from eval.quality.values import REVIEWED, FullScore, Judged, Known, Score, Sight


@dataclass(frozen=True, slots=True)
class QualityStore(GuardedStore):
    """Runs the quality review's units of work."""

    metadata: ClassVar[MetaData] = METADATA
    name: ClassVar[str] = "quality scores"

    async def known(self, rubric: str, since: float, until: float) -> Mapping[str, Known]:
        """Return what is scored with this rubric among the conversations that began in `[since, until)`."""
        columns = (SCORES.c.conversation_id, SCORES.c.ended_at, SCORES.c.is_settled, SCORES.c.model)
        began = (SCORES.c.started_at >= since) & (SCORES.c.started_at < until)
        query = select(*columns).where(began, SCORES.c.rubric == rubric)
        rows = await self.read(lambda link: link.execute(query).all())
        return {row.conversation_id: Known(row.ended_at, row.is_settled, row.model) for row in rows}

    async def save(self, judged: Sequence[Judged], rubric: str, model: str, at: float) -> None:
        """Write scores in one transaction; what people said of a conversation stays. Raises StoreUnavailable."""
        rows = [columns_of(one, rubric, model, at) for one in judged]

        def keep(link: Connection) -> None:
            ids = [row["conversation_id"] for row in rows]
            found = link.execute(
                select(SCORES.c.id, SCORES.c.conversation_id, SCORES.c.rubric).where(SCORES.c.conversation_id.in_(ids))
            ).all()
            same = {row.conversation_id: row.id for row in found if row.rubric == rubric}
            older = [row.id for row in found if row.rubric != rubric]
            if older:
                link.execute(update(SCORES).where(SCORES.c.id.in_(older)).values(is_current=False))
            if fresh := [row for row in rows if row["conversation_id"] not in same]:
                link.execute(insert(SCORES), fresh)
            for row in rows:
                if (score_id := same.get(row["conversation_id"])) is not None:
                    _renew(link, score_id, row)

        if rows:
            await self.write(keep)

    async def page(
        self, sight: Sight, wanted: Sequence[Any], page: int, size: int, *, worst_first: bool = False
    ) -> tuple[list[Score], int]:
        """Return one page of the scores in sight, and their number."""
        conditions = (SCORES.c.is_current, in_sight(sight), *wanted)
        order = (SCORES.c.final, SCORES.c.id) if worst_first else (SCORES.c.started_at.desc(), SCORES.c.id.desc())

        def read(link: Connection) -> tuple[list[Score], int]:
            total = link.scalar(select(func.count()).select_from(SCORES).where(*conditions)) or 0
            rows = select(*LISTED).where(*conditions).order_by(*order).limit(size).offset((page - 1) * size)
            return [score_of(row) for row in link.execute(rows)], total

        return await self.read(read)

    async def full(self, sight: Sight, score_id: int) -> FullScore:
        """Return one score with its items. Raises NotInSight."""
        return await self.read(lambda link: read_full(link, sight, score_id))

    async def forget(self, sender_id: str) -> int:
        """Delete everything about one customer; return how many conversations were scored."""

        def drop(link: Connection) -> int:
            rows = link.execute(select(SCORES.c.id, SCORES.c.conversation_id).where(SCORES.c.sender_id == sender_id))
            found = rows.all()
            ids, names = [row.id for row in found], [row.conversation_id for row in found]
            for table in (REVIEWS, APPEALS, SAMPLES, CALIBRATION_SCORES, ALERTS):
                link.execute(delete(table).where(table.c.score_id.in_(ids)))
            link.execute(delete(TRANSCRIPTS).where(TRANSCRIPTS.c.conversation_id.in_(names)))
            link.execute(delete(SCORES).where(SCORES.c.id.in_(ids)))
            return len(found)

        return await self.write(drop)


def read_full(link: Connection, sight: Sight, score_id: int, *, locks: bool = False) -> FullScore:
    """Return one score with its items and reviews, locked where it is to be changed. Raises NotInSight."""
    query = select(SCORES).where(SCORES.c.id == score_id, in_sight(sight))
    row = link.execute(query.with_for_update() if locks else query).first()
    if row is None:
        raise NotInSight("conversation")
    reviews = link.execute(select(REVIEWS).where(REVIEWS.c.score_id == score_id).order_by(REVIEWS.c.id))
    return FullScore(score_of(row), parse_items(row.items), tuple(review_of(one) for one in reviews))


def recount(link: Connection, score_id: int) -> FullScore:
    """Write reviewed and final total anew from what people said, and return the score as it is then."""
    full = read_full(link, Sight(), score_id)
    total = total_of(full.final_items)
    values = {"reviewed": total.points, "final": total.points, "fatal": numbers_text(total.fatal), "state": REVIEWED}
    link.execute(update(SCORES).where(SCORES.c.id == score_id).values(values))
    return read_full(link, Sight(), score_id)


def _renew(link: Connection, score_id: int, row: dict[str, Any]) -> None:
    """Write a conversation's score again: it went on, or it is known now whether the customer came again."""
    kept = {"reviewed", "state", "conversation_id", "rubric"}
    values = {name: value for name, value in row.items() if name not in kept}
    link.execute(update(SCORES).where(SCORES.c.id == score_id).values(values))
    if link.scalar(select(func.count()).select_from(REVIEWS).where(REVIEWS.c.score_id == score_id)):
        recount(link, score_id)
