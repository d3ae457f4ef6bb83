"""How the desk served in a period: who came, how long they waited, which promises to call back were kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from connectors.desk.table import CALLBACKS, SESSIONS


@dataclass(frozen=True, slots=True)
class Kept:
    """Promises that fell due."""

    due: int
    kept: int
    broken: int
    waiting: int
    """Not done yet, and not late."""

    @property
    def share(self) -> float | None:
        """Kept of those that are decided, 0 to 1."""
        decided = self.kept + self.broken
        return round(self.kept / decided, 4) if decided else None


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """Figures of the desk; None where nothing was measured."""

    sessions: int
    accepted: int
    mean_wait_seconds: float | None
    mean_handling_seconds: float | None
    csat: float | None
    rated: int
    callbacks: Kept


def read_service_level(link: Connection, within: Any, since: float, until: float, now: float) -> ServiceLevel:
    """Count the sessions that came, and the promises that fell due, in `[since, until)`.

    `within` makes the condition of a scope column.
    """
    columns = (SESSIONS.c.created_at, SESSIONS.c.queued_at, SESSIONS.c.accepted_at, SESSIONS.c.closed_at)
    came = (SESSIONS.c.created_at >= since) & (SESSIONS.c.created_at < until)
    rows = link.execute(select(*columns, SESSIONS.c.rating).where(came, within(SESSIONS.c.scope))).all()
    accepted = [row for row in rows if row.accepted_at is not None]
    ratings = [row.rating for row in rows if row.rating is not None]
    fell_due = (CALLBACKS.c.due_at >= since) & (CALLBACKS.c.due_at < until)
    promised = select(CALLBACKS.c.due_at, CALLBACKS.c.done_at).where(fell_due, within(CALLBACKS.c.scope))
    return ServiceLevel(
        sessions=len(rows),
        accepted=len(accepted),
        mean_wait_seconds=_mean([max(0.0, row.accepted_at - row.created_at) for row in accepted], 1),
        mean_handling_seconds=_mean([row.closed_at - row.accepted_at for row in accepted if row.closed_at], 1),
        csat=_mean(ratings, 2),
        rated=len(ratings),
        callbacks=count_kept([(row.due_at, row.done_at) for row in link.execute(promised)], now),
    )


def count_kept(promises: Sequence[tuple[float, float | None]], now: float) -> Kept:
    """Count (due, done) of promises."""
    kept = sum(done is not None and done <= due for due, done in promises)
    late = sum((done if done is not None else now) > due for due, done in promises)
    return Kept(len(promises), kept, late, len(promises) - kept - late)


def _mean(values: Sequence[float], digits: int) -> float | None:
    return round(fmean(values), digits) if values else None
