"""Unknown topics (未知问题): what was asked and how often, month by month, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.engine import Connection

from eval.errors import LabelRefused, NotInSight
from eval.retrain.labels.book import accept
from eval.retrain.labels.store import LearningStore, in_scope
from eval.retrain.labels.table import QUESTIONS, TOPICS
from eval.retrain.labels.values import (
    BY_TOPIC,
    OPEN,
    SENTENCES,
    Meaning,
    Question,
    question_of,
)
from storage.clock import CHINA

SHOWN_WORDINGS = 8
TREND_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shows."""

    month: str = ""
    """Only what was asked in this month; empty: in any."""
    state: str = ""
    suggestion: str = ""
    newest_first: bool = False
    """By the month they first appeared in; else the most asked first."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody made of a topic."""

    by: str
    at: float
    reason: str
    target: str
    """Article or intent; empty where it is ignored."""


@dataclass(frozen=True, slots=True)
class TopicRow:
    """One topic, as far as somebody may see it."""

    id: int
    key: str
    title: str
    state: str
    suggestion: str
    """intent | article | new_article."""
    nearest: str
    nearest_text: str
    cosine: float
    first_month: str
    last_month: str
    volume: int
    """Messages, in the month that is looked at or in all."""
    trend: tuple[tuple[str, int], ...]
    """(month, messages), the last twelve in which it was asked."""
    wordings: tuple[str, ...]
    wordings_total: int
    reasons: Mapping[str, int]
    decision: Decision | None

    @property
    def comes_back(self) -> bool:
        """Whether it is asked in a month after something was made of it."""
        return self.decision is not None and self.state != OPEN and bool(self.trend) and self.trend[-1][0] > self._month

    @property
    def _month(self) -> str:
        return month_of(self.decision.at) if self.decision is not None else ""


@dataclass(frozen=True, slots=True)
class TopicPage:
    """One page of the topics."""

    items: Sequence[TopicRow]
    total: int
    counts: Mapping[str, int]
    """By state, under the other filters."""
    months: Sequence[str]
    """All that were studied and are in sight, newest first."""


@dataclass(frozen=True, slots=True)
class Topics:
    """Reads topics and notes what is made of them."""

    store: LearningStore

    async def page(self, scope: str, wanted: Wanted, page: int, size: int) -> TopicPage:
        """Return one page of the topics in a place."""

        def read(link: Connection) -> TopicPage:
            volume = func.sum(QUESTIONS.c.volume).label("volume")
            asked = select(QUESTIONS.c.topic_id, volume).where(in_scope(scope), QUESTIONS.c.topic_id.is_not(None))
            if wanted.month:
                asked = asked.where(QUESTIONS.c.month == wanted.month)
            table = asked.group_by(QUESTIONS.c.topic_id).subquery()
            joined = TOPICS.join(table, table.c.topic_id == TOPICS.c.id)
            filters = [TOPICS.c.suggestion == wanted.suggestion] if wanted.suggestion else []
            by_state = select(TOPICS.c.state, func.count()).select_from(joined).where(*filters)
            counts = {row[0]: row[1] for row in link.execute(by_state.group_by(TOPICS.c.state))}
            if wanted.state:
                filters.append(TOPICS.c.state == wanted.state)
            order = [TOPICS.c.first_month.desc()] if wanted.newest_first else []
            rows = select(TOPICS, table.c.volume).select_from(joined).where(*filters)
            rows = rows.order_by(*order, table.c.volume.desc(), TOPICS.c.id).limit(size).offset((page - 1) * size)
            items = _filled(link, scope, link.execute(rows).all())
            total = counts.get(wanted.state, 0) if wanted.state else sum(counts.values())
            months = select(QUESTIONS.c.month).where(in_scope(scope)).distinct().order_by(QUESTIONS.c.month.desc())
            return TopicPage(items, total, counts, list(link.scalars(months)))

        return await self.store.read(read)

    async def read(self, scope: str, topic_id: int) -> tuple[TopicRow, list[Question]]:
        """Return one topic with all its wordings, the newest month first. Raises NotInSight."""
        return await self.store.read(lambda link: (_read(link, scope, topic_id), _questions(link, scope, topic_id)))

    async def decide(
        self, scope: str, topic_id: int, state: str, by: str, at: float, *, reason: str = "", target: str = ""
    ) -> TopicRow:
        """Note what is made of a topic. Raises NotInSight, LabelRefused (topic_decided)."""

        def keep(link: Connection) -> TopicRow:
            _read_open(link, scope, topic_id)
            _decide(link, topic_id, state, Decision(by, at, reason, target))
            return _read(link, scope, topic_id)

        return await self.store.write(keep)

    async def reopen(self, scope: str, topic_id: int) -> TopicRow:
        """Take a decision back; sentences that were accepted stay. Raises NotInSight, LabelRefused (topic_open)."""

        def keep(link: Connection) -> TopicRow:
            if _read(link, scope, topic_id).state == OPEN:
                raise LabelRefused("topic_open", "nothing was made of this topic yet")
            none = {"state": OPEN, "decided_by": None, "decided_at": None, "reason": None, "target": None}
            link.execute(update(TOPICS).where(TOPICS.c.id == topic_id).values(none))
            return _read(link, scope, topic_id)

        return await self.store.write(keep)

    async def to_sentences(
        self, scope: str, topic_id: int, intents: tuple[str, ...], questions: Sequence[int], by: str, at: float
    ) -> tuple[TopicRow, int]:
        """Make wordings of a topic training sentences at once; somebody answers for them by name.

        Raises NotInSight, LabelRefused (topic_decided).
        """

        def keep(link: Connection) -> tuple[TopicRow, int]:
            _read_open(link, scope, topic_id)
            held = {one.id: one for one in _questions(link, scope, topic_id)}
            if missing := [number for number in questions if number not in held]:
                raise NotInSight(f"question {missing[0]} in this topic")
            for number in questions:
                meaning = Meaning(intents, held[number].understood.entities)
                accept(link, held[number], meaning, BY_TOPIC, by, at)
            _decide(link, topic_id, SENTENCES, Decision(by, at, "", "+".join(intents)))
            return _read(link, scope, topic_id), len(questions)

        return await self.store.write(keep)


def month_of(at: float) -> str:
    """Return the month of a moment in China, like 2026-10."""
    return datetime.fromtimestamp(at, CHINA).strftime("%Y-%m")


def _read(link: Connection, scope: str, topic_id: int, *, locks: bool = False) -> TopicRow:
    volume = select(func.sum(QUESTIONS.c.volume)).where(QUESTIONS.c.topic_id == topic_id, in_scope(scope))
    query = select(TOPICS).where(TOPICS.c.id == topic_id)
    row = link.execute(query.with_for_update() if locks else query).first()
    asked = link.scalar(volume)
    if row is None or not asked:
        raise NotInSight("topic")
    return _topic(row, int(asked), _questions(link, scope, topic_id))


def _read_open(link: Connection, scope: str, topic_id: int) -> None:
    if _read(link, scope, topic_id, locks=True).state != OPEN:
        raise LabelRefused("topic_decided", "something was made of this topic already; reopen it first")


def _decide(link: Connection, topic_id: int, state: str, made: Decision) -> None:
    values = {
        "state": state,
        "decided_by": made.by[:64],
        "decided_at": made.at,
        "reason": made.reason,
        "target": made.target[:128],
    }
    link.execute(update(TOPICS).where(TOPICS.c.id == topic_id).values(values))


def _questions(link: Connection, scope: str, *topic_ids: int) -> list[Question]:
    """The wordings of topics: the newest month first, the most typical first."""
    mine = (QUESTIONS.c.topic_id.in_(topic_ids), in_scope(scope))
    order = (QUESTIONS.c.month.desc(), QUESTIONS.c.place, QUESTIONS.c.id)
    return [question_of(row) for row in link.execute(select(QUESTIONS).where(*mine).order_by(*order))]


def _filled(link: Connection, scope: str, rows: Sequence[Any]) -> list[TopicRow]:
    by_topic: dict[int, list[Question]] = {row.id: [] for row in rows}
    for question in _questions(link, scope, *by_topic):
        if question.topic_id is not None:
            by_topic[question.topic_id].append(question)
    return [_topic(row, int(row.volume), by_topic[row.id]) for row in rows]


def _topic(row: Any, volume: int, questions: Sequence[Question]) -> TopicRow:
    by_month: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for question in questions:
        by_month[question.month] += question.volume
        reasons.update(dict.fromkeys(question.reasons, question.volume))
    wordings = list(dict.fromkeys(question.text for question in questions))
    same = ("id", "key", "state", "suggestion", "nearest", "nearest_text", "cosine", "first_month", "last_month")
    decision = None
    if row.decided_at is not None:
        decision = Decision(row.decided_by, row.decided_at, row.reason or "", row.target or "")
    return TopicRow(
        **{name: getattr(row, name) for name in same},
        title=row.title if row.title in wordings or not wordings else wordings[0],
        volume=volume,
        trend=tuple(sorted(by_month.items())[-TREND_MONTHS:]),
        wordings=tuple(wordings[:SHOWN_WORDINGS]),
        wordings_total=len(wordings),
        reasons=dict(reasons.most_common()),
        decision=decision,
    )
