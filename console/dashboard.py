"""The dashboard (看板): figures of the bot, the desk and the quality review, for a period and the one before it.

Counted in a thread, once a minute for all who ask for the same: the loop that answers customers never waits for it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from sqlalchemy import select

from bot.guarded import guarded_read
from connectors.answer_times import quantile, read_answer_times
from connectors.desk.service_level import Kept, ServiceLevel, read_service_level
from connectors.webchat.records import RATINGS
from eval.quality.dashboard import Dashboard, Window, read_dashboard
from eval.quality.rows import in_place
from eval.quality.store import QualityStore
from eval.quality.values import Sight
from eval.report.facts import ConversationFacts
from eval.report.figures import Figures, Report, build_report, count
from eval.report.ledger import Ledger, PlacedFacts
from storage.clock import Clock
from storage.database import Database

KEPT_SECONDS = 60.0
MOST_KEPT = 64
_HOUR = 3600
_DAY = 24 * _HOUR
_CHINA_OFFSET = 8 * _HOUR
_AWAY = "the figures do not answer; try again"


TicketPromises = Callable[[str, str, float, float], Awaitable[Kept | None]]
"""(own scope, scope, since, until) -> time limits of tickets that fell in it; None where they cannot be had."""


@dataclass(frozen=True, slots=True)
class Period:
    """Which figures: of `[since, until)`, in seconds, in a place of the caller's own."""

    own_scope: str
    scope: str
    since: float
    until: float

    @property
    def before(self) -> Period:
        """The period of the same length before it."""
        return replace(self, since=2 * self.since - self.until, until=self.since)


@dataclass(frozen=True, slots=True)
class AnswerSpeed:
    """Seconds below which half and 95 of 100 answers lie; None where none was measured."""

    p50: float | None
    p95: float | None
    by_day: Mapping[str, float | None]
    """Day -> p95. Of the whole installation: an answer's time is counted without its place."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that the page shows."""

    period: Period
    at: float
    service: Report
    service_before: Figures
    desk: ServiceLevel
    desk_before: ServiceLevel
    quality: Dashboard
    speed: AnswerSpeed
    tickets: Kept | None
    tickets_before: Kept | None


@dataclass(slots=True)
class Board:
    """Counts pictures, and keeps them for a minute."""

    database: Database
    ledger: Ledger
    quality: QualityStore
    clock: Clock
    ticket_promises: TicketPromises | None = None
    now: Callable[[], float] = time.monotonic
    kept: dict[Period, tuple[float, asyncio.Task[Picture]]] = field(default_factory=dict)

    async def picture(self, period: Period) -> Picture:
        """Return the figures of a period. Raises StoreUnavailable."""
        for old in [one for one, (until, _) in self.kept.items() if until <= self.now()]:
            del self.kept[old]
        if period not in self.kept:
            while len(self.kept) >= MOST_KEPT:
                del self.kept[next(iter(self.kept))]
            self.kept[period] = self.now() + KEPT_SECONDS, asyncio.create_task(self._count(period))
        task = self.kept[period][1]
        try:
            return await asyncio.shield(task)
        except BaseException:
            if task.done():
                self.kept.pop(period, None)  # a failure is not kept
            raise

    async def _count(self, period: Period) -> Picture:
        at = self.clock().timestamp()
        ratings = await guarded_read(self.database, _ratings, _AWAY)
        placed = await self._facts(period)
        placed_before = await self._facts(period.before)
        service = await asyncio.to_thread(_report, placed, ratings)
        before = await asyncio.to_thread(_report, placed_before, ratings)
        window = Window(period.since, period.until, period.scope)
        return Picture(
            period,
            at,
            service,
            before.whole,
            await self._desk(period, at),
            await self._desk(period.before, at),
            await read_dashboard(self.quality, Sight(period.own_scope), window),
            await self._speed(period),
            await self._tickets(period),
            await self._tickets(period.before),
        )

    async def _tickets(self, period: Period) -> Kept | None:
        if self.ticket_promises is None:
            return None
        return await self.ticket_promises(period.own_scope, period.scope, period.since, period.until)

    async def _facts(self, period: Period) -> list[PlacedFacts]:
        return await self.ledger.read(period.own_scope, period.scope, period.since, period.until)

    async def _desk(self, period: Period, at: float) -> ServiceLevel:
        def within(column: Any) -> Any:
            return in_place(column, period.own_scope) & in_place(column, period.scope)

        read = partial(read_service_level, within=within, since=period.since, until=period.until, now=at)
        return await guarded_read(self.database, read, _AWAY)

    async def _speed(self, period: Period) -> AnswerSpeed:
        hours = await read_answer_times(self.database, period.since, period.until)
        days: dict[str, list[Mapping[float, int]]] = {}
        for hour, counts in sorted(hours.items()):
            days.setdefault(_day(hour * _HOUR), []).append(counts)
        every = list(hours.values())
        by_day = {day: quantile(counts, 0.95) for day, counts in days.items()}
        return AnswerSpeed(quantile(every, 0.5), quantile(every, 0.95), by_day)


def _report(placed: Sequence[PlacedFacts], ratings: Mapping[str, int]) -> Report:
    """Count sessions; regions are places of the organisation."""
    facts = [_joined(one, ratings) for one in placed]
    return build_report("", facts) if facts else Report("", count([]), {}, {}, {})


def _joined(placed: PlacedFacts, ratings: Mapping[str, int]) -> ConversationFacts:
    facts = placed.facts
    return replace(facts, region=placed.scope or facts.region, csat=ratings.get(facts.id))


def _ratings(link: Any) -> dict[str, int]:
    """The last rating of every session, by its id: sender and first turn."""
    columns = (RATINGS.c.conversation_id, RATINGS.c.first_turn, RATINGS.c.score)
    rows = link.execute(select(*columns).order_by(RATINGS.c.changed_at))
    return {f"{row.conversation_id}#{row.first_turn}": row.score for row in rows}


def _day(at: float) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(at + _CHINA_OFFSET))
