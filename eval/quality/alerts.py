"""Alerts: a fatal item failed, the scores of an agent, a matter or a release fell, more customers leave upset."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from statistics import fmean
from typing import Any

import orjson
from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from eval.errors import NotInSight, ReviewRefused
from eval.quality.plan import Plan, PlanBook
from eval.quality.rows import in_place, parse_numbers
from eval.quality.store import QualityStore
from eval.quality.table import ALERTS, SCORES
from eval.quality.values import DAY_SECONDS, Person

FATAL, DROP, MOOD = "fatal", "drop", "mood"
ALERT_OPEN, ACKNOWLEDGED = "open", "acknowledged"
MOOD_ITEM = 11
_KEYS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Scored:
    """What alerts look at of one conversation."""

    id: int
    conversation_id: str
    started_at: float
    final: float
    agent_key: str
    agent_name: str
    scope: str
    release: str
    intents: tuple[str, ...]
    has_fatal: bool
    is_upset: bool
    """Item 11 found the end worse than the start."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alert that is to be kept, once per key."""

    key: str
    kind: str
    subject_kind: str
    subject: str
    scope: str
    count: int
    value: float | None = None
    before: float | None = None
    score_id: int | None = None


@dataclass(frozen=True, slots=True)
class Alerts:
    """Notes and shows alerts."""

    store: QualityStore
    plans: PlanBook

    async def note(self, now: float) -> int:
        """Look at the last two periods, keep what is alarming, return how many alerts are new."""
        plan = (await self.plans.current()).plan
        since = now - 2 * plan.period_days * DAY_SECONDS
        found = list(find_alarms(await self.store.read(lambda link: _scored(link, since, now)), plan, now))
        return await self.store.write(lambda link: _keep(link, found, now))

    async def page(self, scope: str, wanted: Sequence[Any], page: int, size: int) -> tuple[Sequence[Any], int]:
        """Return one page of alerts in a scope, newest first, and their number."""
        conditions = (in_place(ALERTS.c.scope, scope), *wanted)

        def read(link: Connection) -> tuple[Sequence[Any], int]:
            total = link.scalar(select(func.count()).select_from(ALERTS).where(*conditions)) or 0
            rows = select(ALERTS).where(*conditions).order_by(ALERTS.c.at.desc(), ALERTS.c.id.desc())
            return link.execute(rows.limit(size).offset((page - 1) * size)).all(), total

        return await self.store.read(read)

    async def acknowledge(self, scope: str, alert_id: int, by: Person, note: str, at: float) -> Any:
        """Note that somebody takes care. Raises NotInSight, ReviewRefused."""

        def settle(link: Connection) -> Any:
            query = select(ALERTS).where(ALERTS.c.id == alert_id, in_place(ALERTS.c.scope, scope))
            row = link.execute(query.with_for_update()).first()
            if row is None:
                raise NotInSight("alert")
            if row.state == ACKNOWLEDGED:
                raise ReviewRefused("acknowledged", f"{row.staff} takes care of it")
            values = {"state": ACKNOWLEDGED, "staff": by.name, "acknowledged_at": at, "note": note}
            changed = update(ALERTS).where(ALERTS.c.id == alert_id).values(values).returning(*ALERTS.c)
            return link.execute(changed).one()

        return await self.store.write(settle)


def find_alarms(scored: Sequence[Scored], plan: Plan, now: float) -> Iterator[Alarm]:
    """Return what is alarming among the conversations of the last two periods."""
    ends = now - plan.period_days * DAY_SECONDS
    late, early = [one for one in scored if one.started_at >= ends], [one for one in scored if one.started_at < ends]
    for one in scored:
        if one.has_fatal:
            key = f"{FATAL}:{one.conversation_id}"
            yield Alarm(key, FATAL, "conversation", one.conversation_id, one.scope, 1, one.final, score_id=one.id)
    period = int(now // (plan.period_days * DAY_SECONDS))
    yield from _drops("agent", late, early, plan, period, lambda one: [one.agent_key] if one.agent_key else [])
    for place in ("", *sorted({_province(one) for one in scored} - {""})):
        here = [one for one in late if not place or _province(one) == place]
        before = [one for one in early if not place or _province(one) == place]
        yield from _drops("intent", here, before, plan, period, lambda one: one.intents, place)
        yield from _drops(
            "release", here, before, plan, period, lambda one: [one.release] if one.release else [], place
        )
        yield from _mood_surge([*before, *here], plan, now, place)


def _drops(
    kind: str,
    late: Iterable[Scored],
    early: Sequence[Scored],
    plan: Plan,
    period: int,
    key: Callable[[Scored], Iterable[str]],
    place: str | None = None,
) -> Iterator[Alarm]:
    """Compare every subject with itself; a release that is new with those before it."""
    now, then = _grouped(late, key), _grouped(early, key)
    for subject, rows in now.items():
        before = then.get(subject, ())
        if kind == "release" and len(before) < plan.least_conversations:
            before = [one for one in early if one.release]
        if min(len(rows), len(before)) < plan.least_conversations:
            continue
        value, was = (round(fmean(one.final for one in group), 1) for group in (rows, before))
        if was - value >= plan.drop_points:
            scope = _shared_place(rows) if place is None else place
            name = rows[-1].agent_name or subject if kind == "agent" else subject
            yield Alarm(f"{DROP}:{kind}:{subject}:{scope}:{period}", DROP, kind, name, scope, len(rows), value, was)


def _mood_surge(scored: Sequence[Scored], plan: Plan, now: float, place: str) -> Iterator[Alarm]:
    """Compare the last day with the days before."""
    today = [one for one in scored if one.started_at >= now - DAY_SECONDS]
    before = [one for one in scored if one.started_at < now - DAY_SECONDS]
    if min(len(today), len(before)) < plan.least_conversations:
        return
    share, was = (sum(one.is_upset for one in group) / len(group) for group in (today, before))
    least = 1 / plan.least_conversations  # nobody upset before: one in so many is no surge yet
    if share >= plan.mood_factor * max(was, least):
        day = int(now // DAY_SECONDS)
        yield Alarm(f"{MOOD}:{place}:{day}", MOOD, "scope", place, place, len(today), round(share, 4), round(was, 4))


def _grouped(scored: Iterable[Scored], key: Callable[[Scored], Iterable[str]]) -> dict[str, list[Scored]]:
    groups: dict[str, list[Scored]] = {}
    for one in scored:
        for name in key(one):
            groups.setdefault(name, []).append(one)
    return groups


def _province(one: Scored) -> str:
    return one.scope.partition("/")[0]


def _shared_place(rows: Sequence[Scored]) -> str:
    """The narrowest place in which all lie; those without one do not widen it."""
    steps = zip(*(one.scope.split("/") for one in rows if one.scope), strict=False)
    return "/".join(names[0] for names in takewhile(lambda names: len(set(names)) == 1, steps))


def _scored(link: Connection, since: float, until: float) -> list[Scored]:
    names = ("id", "conversation_id", "started_at", "final", "agent_key", "agent_name", "scope", "release")
    columns = [*(SCORES.c[name] for name in names), SCORES.c.intents, SCORES.c.fatal, SCORES.c.deducted]
    began = (SCORES.c.started_at >= since) & (SCORES.c.started_at <= until)
    rows = link.execute(select(*columns).where(began, SCORES.c.is_current).order_by(SCORES.c.started_at))
    return [
        Scored(
            **{name: getattr(row, name) for name in names},
            intents=tuple(orjson.loads(row.intents)),
            has_fatal=bool(row.fatal),
            is_upset=MOOD_ITEM in parse_numbers(row.deducted),
        )
        for row in rows
    ]


def _keep(link: Connection, alarms: Sequence[Alarm], at: float) -> int:
    kept: set[str] = set()
    keys = [one.key for one in alarms]
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        part = keys[start : start + _KEYS_AT_ONCE]
        kept |= set(link.scalars(select(ALERTS.c.key).where(ALERTS.c.key.in_(part))))
    fresh = {one.key: one for one in alarms if one.key not in kept}
    rows = [
        {name: getattr(one, name) for name in Alarm.__slots__} | {"at": at, "state": ALERT_OPEN, "note": ""}
        for one in fresh.values()
    ]
    if rows:
        link.execute(insert(ALERTS), rows)
    return len(rows)
