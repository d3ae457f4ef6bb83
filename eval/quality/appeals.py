"""Appeals: an agent objects to one item; a supervisor judges; another person's final judgement closes it for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import orjson
from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from eval.errors import NotInSight, ReviewRefused
from eval.quality.plan import Plan, read_plan
from eval.quality.reviews import Correction, correct_by_appeal, refuse_own
from eval.quality.rows import in_sight
from eval.quality.samples import draw_for_appeal
from eval.quality.store import QualityStore, read_full
from eval.quality.table import APPEALS, SCORES
from eval.quality.values import DAY_SECONDS, FullScore, Person, Sight

FILED, JUDGED, CLOSED = "filed", "judged", "closed"
STATES = (FILED, JUDGED, CLOSED)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody decided on an appeal."""

    accepted: bool
    score: float | None
    """The item's, where it was accepted."""
    reason: str


@dataclass(frozen=True, slots=True)
class Appeal:
    """One objection to one item."""

    id: int
    score_id: int
    conversation_id: str
    item: int
    item_name: str
    reason: str
    state: str
    filed_by: Person
    filed_at: float
    due_at: float | None
    judgement: dict[str, Any] | None
    final: dict[str, Any] | None
    agent_name: str
    scope: str
    started_at: float

    def is_overdue(self, at: float) -> bool:
        """Say whether somebody should have judged by now."""
        return self.due_at is not None and at > self.due_at


_JOINED = (
    select(APPEALS, SCORES.c.conversation_id, SCORES.c.agent_name, SCORES.c.scope, SCORES.c.started_at)
    .select_from(APPEALS.join(SCORES, SCORES.c.id == APPEALS.c.score_id))
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Appeals:
    """Takes and judges appeals."""

    store: QualityStore

    async def file(self, sight: Sight, score_id: int, item: int, by: Person, reason: str, at: float) -> Appeal:
        """Object to an item. Raises NotInSight, ReviewRefused."""

        def keep(link: Connection) -> Appeal:
            full, plan = read_full(link, sight, score_id, locks=True), read_plan(link).plan
            name = _objectionable(link, full, item, plan, at)
            row = {
                "score_id": score_id,
                "item": item,
                "item_name": name,
                "state": FILED,
                "reason": reason,
                "filed_by_id": by.id,
                "filed_by": by.name,
                "filed_at": at,
                "due_at": at + plan.judge_days * DAY_SECONDS,
            }
            appeal_id = link.execute(insert(APPEALS).values(row).returning(APPEALS.c.id)).scalar_one()
            if plan.appeals:
                draw_for_appeal(link, score_id, plan, at)
            return _read(link, sight, appeal_id)

        return await self.store.write(keep)

    async def judge(self, sight: Sight, appeal_id: int, by: Person, verdict: Verdict, at: float) -> Appeal:
        """Judge as a supervisor; the final judgement is still to come. Raises NotInSight, ReviewRefused."""

        def keep(link: Connection) -> Appeal:
            row = _locked(link, sight, appeal_id, by)
            if row.state != FILED:
                raise ReviewRefused("not_filed", "this appeal was judged already")
            due_at = at + read_plan(link).plan.final_days * DAY_SECONDS
            told = {"judgement": _rendered(verdict, by, at), "judge_id": by.id, "state": JUDGED, "due_at": due_at}
            link.execute(update(APPEALS).where(APPEALS.c.id == appeal_id).values(told))
            return _read(link, sight, appeal_id)

        return await self.store.write(keep)

    async def close(self, sight: Sight, appeal_id: int, by: Person, verdict: Verdict, at: float) -> Appeal:
        """Judge finally, as another person than the first judge; the score is changed now.

        Raises NotInSight, ReviewRefused: not_judged, same_judge.
        """

        def keep(link: Connection) -> Appeal:
            row = _locked(link, sight, appeal_id, by)
            if row.state != JUDGED:
                raise ReviewRefused("not_judged", "this appeal is not judged yet, or closed for good")
            if row.judge_id == by.id:
                raise ReviewRefused("same_judge", "the final judgement is another person's")
            told = {"final": _rendered(verdict, by, at), "state": CLOSED, "due_at": None}
            link.execute(update(APPEALS).where(APPEALS.c.id == appeal_id).values(told))
            if verdict.accepted:
                correction = Correction(row.item, verdict.score, verdict.reason)
                correct_by_appeal(link, read_full(link, sight, row.score_id, locks=True), correction, by, at)
            return _read(link, sight, appeal_id)

        return await self.store.write(keep)

    async def page(
        self, sight: Sight, at: float, state: str, page: int, size: int, *, overdue: bool = False
    ) -> tuple[list[Appeal], int]:
        """Return one page of the appeals in sight, the most urgent first, and their number."""
        wanted = [in_sight(sight)]
        if state:
            wanted.append(APPEALS.c.state == state)
        if overdue:
            wanted.append(APPEALS.c.due_at < at)

        def read(link: Connection) -> tuple[list[Appeal], int]:
            total = link.scalar(select(func.count()).select_from(APPEALS.join(SCORES)).where(*wanted)) or 0
            order = (APPEALS.c.due_at.is_(None), APPEALS.c.due_at, APPEALS.c.id.desc())
            rows = link.execute(_JOINED.where(*wanted).order_by(*order).limit(size).offset((page - 1) * size))
            return [_appeal(row) for row in rows], total

        return await self.store.read(read)

    async def of_score(self, score_id: int) -> Sequence[Appeal]:
        """Return the appeals of a conversation; whoever asks has been shown it."""
        query = _JOINED.where(APPEALS.c.score_id == score_id).order_by(APPEALS.c.id)
        return await self.store.read(lambda link: [_appeal(row) for row in link.execute(query)])


def _objectionable(link: Connection, full: FullScore, item: int, plan: Plan, at: float) -> str:
    """Return the item's name where one may object to it."""
    verdict = next((one for one in full.final_items if one.item == item), None)
    if verdict is None:
        raise ReviewRefused("unknown_item", f"this conversation was not held against item {item}", 400)
    if not verdict.is_deducted:
        raise ReviewRefused("nothing_deducted", "nothing was found against this item")
    same = (APPEALS.c.score_id == full.score.id) & (APPEALS.c.item == item)
    if link.scalar(select(APPEALS.c.id).where(same)) is not None:
        raise ReviewRefused("already_appealed", "there is one appeal per item")
    told_at = max([full.score.scored_at, *(one.at for one in full.reviews)])
    if at > told_at + plan.appeal_days * DAY_SECONDS:
        raise ReviewRefused("too_late", f"an appeal is possible for {plan.appeal_days} days")
    return verdict.name


def _locked(link: Connection, sight: Sight, appeal_id: int, by: Person) -> Any:
    row = link.execute(select(APPEALS).where(APPEALS.c.id == appeal_id).with_for_update()).first()
    if row is None:
        raise NotInSight("appeal")
    _read(link, sight, appeal_id)
    refuse_own(link.scalar(select(SCORES.c.agent_key).where(SCORES.c.id == row.score_id)) or "", by)
    return row


def _read(link: Connection, sight: Sight, appeal_id: int) -> Appeal:
    row = link.execute(_JOINED.where(APPEALS.c.id == appeal_id, in_sight(sight))).first()
    if row is None:
        raise NotInSight("appeal")
    return _appeal(row)


def _appeal(row: Any) -> Appeal:
    packed = {"filed_by", "judgement", "final"}
    plain = {name: getattr(row, name) for name in Appeal.__slots__ if name not in packed}
    return Appeal(
        **plain,
        filed_by=Person(row.filed_by_id, row.filed_by),
        judgement=orjson.loads(row.judgement) if row.judgement else None,
        final=orjson.loads(row.final) if row.final else None,
    )


def _rendered(verdict: Verdict, by: Person, at: float) -> str:
    return orjson.dumps({**asdict(verdict), "by": asdict(by), "at": at}).decode()
