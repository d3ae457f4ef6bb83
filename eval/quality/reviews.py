"""What people say of a score, item by item; from it follow the final total and how far a checker can be trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from eval.errors import ReviewRefused
from eval.quality.plan import Plan, read_plan
from eval.quality.store import QualityStore, read_full, recount
from eval.quality.table import APPEALS, REVIEWS, SAMPLES
from eval.quality.totals import ItemVerdict
from eval.quality.values import DONE, FullScore, Person, Sight, desk_key

REVIEW, APPEAL = "review", "appeal"
CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Correction:
    """Another score for one item."""

    item: int
    score: float | None
    """0.0 to 1.0; None: does not apply."""
    reason: str


@dataclass(frozen=True, slots=True)
class Precision:
    """How often reviews confirmed what a checker found against somebody."""

    item: int
    reviews: int
    """Reviews of its findings."""
    confirmed: int
    closes_itself: bool

    @property
    def precision(self) -> float | None:
        """0 to 1; None where nothing was reviewed."""
        return round(self.confirmed / self.reviews, 4) if self.reviews else None


@dataclass(frozen=True, slots=True)
class Reviews:
    """Takes reviews."""

    store: QualityStore

    async def review(
        self, sight: Sight, score_id: int, by: Person, corrections: Sequence[Correction], comment: str, at: float
    ) -> FullScore:
        """Correct items; all others count as confirmed, and the conversation is no longer in the queue.

        Raises NotInSight, ReviewRefused: unknown_item, appeal_closed, own_conversation.
        """

        def keep(link: Connection) -> FullScore:
            full = read_full(link, sight, score_id, locks=True)
            refuse_own(full.score.agent_key, by)
            named = {one.item: one for one in corrections}
            _check(full, named)
            settled = closed_items(link, score_id)
            if final := sorted(settled & set(named)):
                raise ReviewRefused("appeal_closed", f"the final judgement on item {final[0]} stands")
            counted = {one.item: one.score for one in full.final_items}
            rows = [
                _row(score_id, one, counted[one.item], named.get(one.item), by, comment, at)
                for one in full.items
                if one.item not in settled and (one.item in named or one.score is not None)
            ]
            if rows:
                link.execute(insert(REVIEWS), rows)
            link.execute(update(SAMPLES).where(SAMPLES.c.score_id == score_id).values(state=DONE, done_at=at))
            return recount(link, score_id)

        return await self.store.write(keep)

    async def precision(self) -> list[Precision]:
        """Return how far each checker can be trusted."""
        return await self.store.read(lambda link: read_precision(link, read_plan(link).plan))


def read_precision(link: Connection, plan: Plan) -> list[Precision]:
    """Count the last word of every reviewer on every finding; confirmed: still something against it."""
    columns = (REVIEWS.c.score_id, REVIEWS.c.item, REVIEWS.c.automatic, REVIEWS.c.score)
    query = select(*columns).where(REVIEWS.c.automatic < 1.0).order_by(REVIEWS.c.id)
    last = {(row.score_id, row.item): row for row in link.execute(query)}
    found: dict[int, list[bool]] = {}
    for (_, item), row in last.items():
        found.setdefault(item, []).append(is_same(row.score, row.automatic))
    return [
        Precision(item, len(verdicts), sum(verdicts), closes_itself(len(verdicts), sum(verdicts), plan))
        for item, verdicts in sorted(found.items())
    ]


def closes_itself(reviews: int, confirmed: int, plan: Plan) -> bool:
    """Say whether an item's findings need no review: proven precision on enough of them."""
    return reviews >= plan.precision_reviews and confirmed >= plan.precision * reviews


def trusted_items(link: Connection, plan: Plan) -> frozenset[int]:
    """Return the items whose findings need no review."""
    return frozenset(one.item for one in read_precision(link, plan) if one.closes_itself)


def is_same(one: float | None, other: float | None) -> bool:
    """Say whether two scores of an item say the same."""
    if one is None or other is None:
        return one is other
    return abs(one - other) < 0.01


def closed_items(link: Connection, score_id: int) -> set[int]:
    """Return the items on which a final judgement stands."""
    closed = (APPEALS.c.score_id == score_id) & (APPEALS.c.state == CLOSED)
    return set(link.scalars(select(APPEALS.c.item).where(closed)))


def refuse_own(agent_key: str, by: Person) -> None:
    """Nobody judges what he held himself. Raises ReviewRefused."""
    if by.id and agent_key == desk_key(by.id):
        raise ReviewRefused("own_conversation", "somebody else reviews what you held yourself")


def correct_by_appeal(link: Connection, full: FullScore, correction: Correction, by: Person, at: float) -> None:
    """Let a final judgement count."""
    verdict = next(one for one in full.items if one.item == correction.item)
    counted = {one.item: one.score for one in full.final_items}[correction.item]
    link.execute(insert(REVIEWS), _row(full.score.id, verdict, counted, correction, by, "", at, APPEAL))
    recount(link, full.score.id)


def _check(full: FullScore, named: Mapping[int, Correction]) -> None:
    known = {one.item for one in full.items}
    if unknown := sorted(set(named) - known):
        raise ReviewRefused("unknown_item", f"this conversation was not held against item {unknown[0]}", 400)


def _row(
    score_id: int,
    verdict: ItemVerdict,
    before: float | None,
    correction: Correction | None,
    by: Person,
    comment: str,
    at: float,
    kind: str = REVIEW,
) -> dict[str, object]:
    return {
        "score_id": score_id,
        "item": verdict.item,
        "automatic": verdict.score,
        "before": before,
        "score": correction.score if correction is not None else before,
        "is_correction": correction is not None,
        "kind": kind,
        "reason": correction.reason if correction is not None else comment,
        "reviewer_id": by.id,
        "reviewer": by.name,
        "at": at,
    }
