"""The quality dashboard (看板): means, fatal items and deductions by every division; the service's own figures."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import partial
from statistics import fmean
from typing import Any

import orjson
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from eval.quality.rows import LISTED, in_place, in_sight, score_of
from eval.quality.store import QualityStore
from eval.quality.table import SCORES
from eval.quality.values import HELD, Score, Sight
from eval.report.facts import ConversationFacts, with_repeats
from eval.report.figures import Report, build_report
from storage.clock import CHINA

NEWEST_FATAL = 20
ROWS_AT_ONCE = 2000
_TUPLES = ("intents", "handoffs", "failures")
_FACTS = {field.name for field in fields(ConversationFacts)}


@dataclass(frozen=True, slots=True)
class Window:
    """Which conversations count: those that began in `[since, until)`, seconds since the epoch."""

    since: float
    until: float
    scope: str = ""
    agent: str = ""
    """bot | human; empty: both."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a division."""

    name: str
    label: str
    conversations: int
    mean: float
    fatal: int


@dataclass(frozen=True, slots=True)
class Deduction:
    """What one item cost."""

    item: int
    count: int
    """Conversations in which it was deducted by the checkers."""
    lost: float
    """Mean points of the total in those."""


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Figures of a period."""

    conversations: int
    mean: float | None
    fatal: int
    reviewed: int
    before_mean: float | None
    """Of the period before."""
    by: Mapping[str, Sequence[Part]]
    deductions: Sequence[Deduction]
    newest_fatal: Sequence[Score]
    service: Report | None
    """The bot's own conversations as `gridtalk report` counts them."""


Key = Callable[[Score], Iterable[tuple[str, str]]]
DIVISIONS: Mapping[str, Key] = {
    "channel": lambda one: [(one.channel, one.channel)],
    "agent": lambda one: [(one.agent_key or one.agent, one.agent_name or one.agent_key or one.agent)],
    "intent": lambda one: [(name, name) for name in one.intents],
    "release": lambda one: [(one.release, one.release)] if one.release else [],
    "scope": lambda one: [(one.scope, one.scope)],
    "day": lambda one: [(_day(one.started_at), _day(one.started_at))],
}
"""Division -> (name, label) of the parts that a conversation counts in."""


async def read_dashboard(store: QualityStore, sight: Sight, window: Window) -> Dashboard:
    """Count the scores in sight. Raises StoreUnavailable."""
    length = window.until - window.since
    before = Window(window.since - length, window.since, window.scope, window.agent)
    rows = await _all_rows(store, sight, window)
    mean = select(func.avg(SCORES.c.final)).where(*_wanted(sight, before))
    before_mean = await store.read(lambda link: link.scalar(mean))
    # in a thread: a month of conversations takes seconds, and others are served meanwhile
    return await asyncio.to_thread(_count, rows, None if before_mean is None else round(before_mean, 1))


def _count(rows: Sequence[Any], before_mean: float | None) -> Dashboard:
    scores = [score_of(row) for row in rows]
    facts = [_facts(row) for row in rows if row.source == HELD and row.facts != "{}"]
    fatal = [one for one in scores if one.fatal]
    return Dashboard(
        conversations=len(scores),
        mean=_mean([one.final for one in scores]),
        fatal=len(fatal),
        reviewed=sum(one.reviewed is not None for one in scores),
        before_mean=before_mean,
        by={name: divide(scores, key, in_order=name == "day") for name, key in DIVISIONS.items()},
        deductions=_deductions(rows),
        newest_fatal=sorted(fatal, key=lambda one: -one.started_at)[:NEWEST_FATAL],
        service=build_report("", list(with_repeats(facts))) if facts else None,
    )


def divide(scores: Iterable[Score], key: Key, *, in_order: bool = False) -> list[Part]:
    """Return the parts of a division, the largest first, or in the order of their names."""
    groups: dict[str, list[Score]] = defaultdict(list)
    labels: dict[str, str] = {}
    for one in scores:
        for name, label in key(one):
            groups[name].append(one)
            labels[name] = label
    names = sorted(groups) if in_order else sorted(groups, key=lambda name: (-len(groups[name]), name))
    return [
        Part(
            name,
            labels[name],
            len(groups[name]),
            round(fmean(one.final for one in groups[name]), 1),
            sum(bool(one.fatal) for one in groups[name]),
        )
        for name in names
    ]


def _deductions(rows: Sequence[Any]) -> list[Deduction]:
    lost: dict[int, list[float]] = defaultdict(list)
    for row in rows:
        for item, points in orjson.loads(row.lost).items():
            lost[int(item)].append(points)
    found = [Deduction(item, len(points), round(fmean(points), 1)) for item, points in lost.items()]
    return sorted(found, key=lambda one: (-one.count, one.item))


def _wanted(sight: Sight, window: Window) -> list[Any]:
    began = (SCORES.c.started_at >= window.since) & (SCORES.c.started_at < window.until)
    wanted = [SCORES.c.is_current, began, in_sight(sight), in_place(SCORES.c.scope, window.scope)]
    return [*wanted, SCORES.c.agent == window.agent] if window.agent else wanted


async def _all_rows(store: QualityStore, sight: Sight, window: Window) -> list[Any]:
    """Read in pieces: on SQLite whoever else asks gets his turn between them."""
    found: list[Any] = []
    while piece := await store.read(partial(_rows, sight=sight, window=window, after=found[-1].id if found else 0)):
        found += piece
    return found


def _rows(link: Connection, sight: Sight, window: Window, after: int) -> Sequence[Any]:
    columns = (*LISTED, SCORES.c.facts, SCORES.c.lost)
    query = select(*columns).where(*_wanted(sight, window), SCORES.c.id > after).order_by(SCORES.c.id)
    return link.execute(query.limit(ROWS_AT_ONCE)).all()


def _facts(row: Any) -> ConversationFacts:
    """The facts of the day of scoring, with the score that counts now."""
    kept = {name: value for name, value in orjson.loads(row.facts).items() if name in _FACTS}
    kept |= {name: tuple(kept[name]) for name in _TUPLES}
    fatal = tuple(int(number) for number in row.fatal.split(",") if number)
    return ConversationFacts(**{**kept, "quality": row.final, "fatal": fatal})


def _mean(values: Sequence[float]) -> float | None:
    return round(fmean(values), 1) if values else None


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, CHINA).date().isoformat()
