"""The review queue (今日待复核): drawn from the scores by the plan, dealt to the reviewers in turn."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from connectors.desk.values import is_within
from eval.errors import NotInSight
from eval.quality.plan import Plan, read_plan
from eval.quality.reviews import trusted_items
from eval.quality.rows import LISTED, in_sight, parse_numbers, score_of
from eval.quality.store import QualityStore
from eval.quality.table import SAMPLES, SCORES
from eval.quality.values import CLOSED_BY_RULE, DAY_SECONDS, OPEN, QUEUED, Person, Score, Sight, desk_key

FATAL, LOW, RANDOM, APPEAL = "fatal", "low", "random", "appeal"
_PER_SHARE = 2**64
LOOKS_BACK_DAYS = 14
_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Somebody who reviews."""

    person: Person
    scope: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One conversation that waits for a review, or had it."""

    id: int
    reasons: tuple[str, ...]
    """fatal | low | random | appeal."""
    reviewer: Person | None
    created_at: float
    due_at: float
    state: str
    done_at: float | None

    def is_overdue(self, at: float) -> bool:
        """Say whether it should have been reviewed by now."""
        return self.state == OPEN and at > self.due_at


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of the queue."""

    items: Sequence[tuple[Sample, Score]]
    total: int
    open: int
    """All that wait, in this view."""
    overdue: int


_JOIN = SAMPLES.join(SCORES, SCORES.c.id == SAMPLES.c.score_id)


@dataclass(frozen=True, slots=True)
class Samples:
    """Draws, deals and shows."""

    store: QualityStore

    async def draw(self, at: float) -> int:
        """Draw what the plan wants from the scores of the last two weeks; return how many are new."""

        def keep(link: Connection) -> int:
            plan = read_plan(link).plan
            room = plan.most_per_day - _drawn_since(link, at - DAY_SECONDS)
            drawn = _drawn(link, plan, at, max(room, 0))
            for score_id, reasons in drawn:
                _queue(link, score_id, reasons, plan, at)
            return len(drawn)

        return await self.store.write(keep)

    async def deal(self, reviewers: Sequence[Reviewer]) -> None:
        """Give what nobody has, or who reviews no longer, to reviewers, in turn."""
        query = select(SAMPLES.c.id).where(_is_nobodys(reviewers)).limit(1)
        if await self.store.read(lambda link: link.scalar(query)) is not None:
            await self.store.write(lambda link: _deal(link, reviewers))

    async def page(
        self, sight: Sight, at: float, reviewer_id: int | None, state: str, page: int, size: int
    ) -> QueuePage:
        """Return one page: overdue ones first, then fatal ones, then the lowest score."""
        mine = [in_sight(sight)] if reviewer_id is None else [in_sight(sight), SAMPLES.c.reviewer_id == reviewer_id]
        wanted = [*mine, SAMPLES.c.state == state] if state else mine
        late = SAMPLES.c.due_at < at
        waits = [*mine, SAMPLES.c.state == OPEN]

        def count(link: Connection, conditions: Sequence[Any]) -> int:
            return link.scalar(select(func.count()).select_from(_JOIN).where(*conditions)) or 0

        def read(link: Connection) -> QueuePage:
            order = (late.desc(), (SCORES.c.fatal != "").desc(), SCORES.c.final, SAMPLES.c.id)
            names = [column.label(f"sample_{column.name}") for column in SAMPLES.c]
            rows = select(*LISTED, *names).select_from(_JOIN).where(*wanted).order_by(*order)
            found = link.execute(rows.limit(size).offset((page - 1) * size))
            items = [(_labelled(row), score_of(row)) for row in found]
            return QueuePage(items, count(link, wanted), count(link, waits), count(link, [*waits, late]))

        return await self.store.read(read)

    async def of_score(self, score_id: int) -> Sample | None:
        """Return a conversation's place in the queue; whoever asks has been shown it."""
        query = select(SAMPLES).where(SAMPLES.c.score_id == score_id)
        row = await self.store.read(lambda link: link.execute(query).first())
        return _sample(row) if row is not None else None

    async def assign(self, sight: Sight, sample_id: int, to: Reviewer) -> tuple[Sample, Score]:
        """Give a conversation to another reviewer. Raises NotInSight, also where he may not see it."""

        def give(link: Connection) -> tuple[Sample, Score]:
            conditions = (SAMPLES.c.id == sample_id, in_sight(sight), in_sight(Sight(to.scope)))
            row = link.execute(select(*LISTED).select_from(_JOIN).where(*conditions)).first()
            if row is None:
                raise NotInSight("conversation in the queue")
            values = {"reviewer_id": to.person.id, "reviewer": to.person.name}
            changed = update(SAMPLES).where(SAMPLES.c.id == sample_id).values(values).returning(*SAMPLES.c)
            return _sample(link.execute(changed).one()), score_of(row)

        return await self.store.write(give)

    async def open_counts(self) -> dict[int, int]:
        """Return how many conversations wait for each reviewer."""
        query = select(SAMPLES.c.reviewer_id, func.count()).where(SAMPLES.c.state == OPEN)
        rows = await self.store.read(lambda link: link.execute(query.group_by(SAMPLES.c.reviewer_id)).all())
        return {row[0]: row[1] for row in rows if row[0] is not None}


def draw_for_appeal(link: Connection, score_id: int, plan: Plan, at: float) -> None:
    """Put a conversation into the queue because somebody objects; one that was reviewed comes back."""
    row = link.execute(select(SAMPLES).where(SAMPLES.c.score_id == score_id)).first()
    if row is None:
        _queue(link, score_id, [APPEAL], plan, at)
        return
    reasons = ",".join(dict.fromkeys([*row.reasons.split(","), APPEAL]))
    values = {"reasons": reasons, "state": OPEN, "done_at": None, "due_at": at + plan.review_days * DAY_SECONDS}
    link.execute(update(SAMPLES).where(SAMPLES.c.id == row.id).values(values))


def is_drawn_at_random(conversation_id: str, share: float) -> bool:
    """Say whether a conversation is in the random share: by its id, so that drawing again draws the same."""
    digest = hashlib.sha256(f"sample:{conversation_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < share * _PER_SHARE


def _drawn(link: Connection, plan: Plan, at: float, most: int) -> list[tuple[int, list[str]]]:
    """Return what is to be reviewed, fatal ones first; what a trusted item alone found is closed instead."""
    recent = SCORES.c.scored_at >= at - LOOKS_BACK_DAYS * DAY_SECONDS
    fresh = (SCORES.c.state == OPEN) & SCORES.c.is_current & recent
    order = ((SCORES.c.fatal == ""), SCORES.c.final, SCORES.c.id)
    columns = (SCORES.c.id, SCORES.c.conversation_id, SCORES.c.fatal, SCORES.c.final, SCORES.c.deducted)
    rows = link.execute(select(*columns).where(fresh).order_by(*order)).all()
    trusted = trusted_items(link, plan)
    drawn: list[tuple[int, list[str]]] = []
    closed: list[int] = []
    for row in rows:
        reasons = list(_reasons(row, plan))
        is_proven = trusted.issuperset(parse_numbers(row.deducted))
        if is_proven and RANDOM not in reasons and reasons:
            closed.append(row.id)
        elif reasons and len(drawn) < most:
            drawn.append((row.id, reasons))
    for start in range(0, len(closed), _AT_ONCE):
        part = SCORES.c.id.in_(closed[start : start + _AT_ONCE])
        link.execute(update(SCORES).where(part).values(state=CLOSED_BY_RULE))
    return drawn


def _reasons(row: Any, plan: Plan) -> Iterator[str]:
    if plan.fatal and row.fatal:
        yield FATAL
    if row.final < plan.below:
        yield LOW
    if is_drawn_at_random(row.conversation_id, plan.random_share):
        yield RANDOM


def _queue(link: Connection, score_id: int, reasons: Sequence[str], plan: Plan, at: float) -> None:
    due_at = at + plan.review_days * DAY_SECONDS
    row = {"score_id": score_id, "reasons": ",".join(reasons), "created_at": at, "due_at": due_at, "state": OPEN}
    link.execute(insert(SAMPLES), row)
    link.execute(update(SCORES).where(SCORES.c.id == score_id).values(state=QUEUED))


def _deal(link: Connection, reviewers: Sequence[Reviewer]) -> None:
    """Give what nobody has to whoever may see it and has had the fewest; that is in turn where all see the same."""
    query = select(SAMPLES.c.id, SCORES.c.scope, SCORES.c.agent_key).select_from(_JOIN).where(_is_nobodys(reviewers))
    waiting = link.execute(query.order_by(SAMPLES.c.id)).all()
    if not waiting or not reviewers:
        return
    counts = link.execute(select(SAMPLES.c.reviewer_id, func.count()).group_by(SAMPLES.c.reviewer_id))
    had: dict[int | None, int] = {row[0]: row[1] for row in counts}
    load = {one.person.id: had.get(one.person.id, 0) for one in reviewers}
    for row in waiting:
        able = [
            one for one in reviewers if is_within(row.scope, one.scope) and row.agent_key != desk_key(one.person.id)
        ]
        if able:
            next_one = min(able, key=lambda one: (load[one.person.id], one.person.id))
            load[next_one.person.id] += 1
            values = {"reviewer_id": next_one.person.id, "reviewer": next_one.person.name}
            link.execute(update(SAMPLES).where(SAMPLES.c.id == row.id).values(values))


def _is_nobodys(reviewers: Sequence[Reviewer]) -> Any:
    """What waits and is with nobody who reviews."""
    active = [one.person.id for one in reviewers]
    is_free = SAMPLES.c.reviewer_id.is_(None) | SAMPLES.c.reviewer_id.not_in(active)
    return (SAMPLES.c.state == OPEN) & is_free


def _drawn_since(link: Connection, since: float) -> int:
    return link.scalar(select(func.count()).select_from(SAMPLES).where(SAMPLES.c.created_at >= since)) or 0


def _sample(row: Any) -> Sample:
    reviewer = Person(row.reviewer_id, row.reviewer) if row.reviewer_id is not None else None
    reasons = tuple(row.reasons.split(","))
    return Sample(row.id, reasons, reviewer, row.created_at, row.due_at, row.state, row.done_at)


def _labelled(row: Any) -> Sample:
    reviewer = Person(row.sample_reviewer_id, row.sample_reviewer) if row.sample_reviewer_id is not None else None
    return Sample(
        row.sample_id,
        tuple(row.sample_reasons.split(",")),
        reviewer,
        row.sample_created_at,
        row.sample_due_at,
        row.sample_state,
        row.sample_done_at,
    )
