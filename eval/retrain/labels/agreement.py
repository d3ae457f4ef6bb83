"""How far people agree: over all, for every pair of people, for every intent; and how fast each one works."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from eval.quality.calibration import cohens_kappa
from eval.quality.values import Person
from eval.retrain.labels.store import LearningStore, in_scope
from eval.retrain.labels.table import LABELS, QUESTIONS
from eval.retrain.labels.values import LABEL, QUESTION_STATES

PACE_OF = 50
"""The last labels that tell somebody's pace."""
_DAY = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two sides agree."""

    both: int
    """Sentences that both labelled."""
    agreement: float | None
    """Share of equal labels, 0 to 1; None where there is none."""
    kappa: float | None
    """Cohen's kappa, -1 to 1; None where chance alone would agree always."""


@dataclass(frozen=True, slots=True)
class Board:
    """The agreement of a month, or of all."""

    overall: Agreement
    pairs: Sequence[tuple[str, str, Agreement]]
    """(one person, the other, how far they agree), the worst first."""
    intents: Sequence[tuple[str, Agreement]]
    """(intent, how far people agree whether it is that or not), the worst first."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How much somebody has labelled."""

    name: str
    labels: int
    today: int
    per_hour: float | None
    """From the median of the last labels' seconds; None where there is none."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a queue is."""

    states: dict[str, int]
    """Questions by state."""
    once: int
    """Open ones that one of two people has labelled."""
    people: Sequence[Pace]
    """The busiest first."""
    mine: Pace


@dataclass(frozen=True, slots=True)
class _Given:
    """A label as kappa sees it."""

    question: int
    staff_id: int
    staff: str
    intents: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Reads agreement and progress."""

    store: LearningStore

    async def board(self, scope: str, month: str = "") -> Board:
        """Return how far the people agree who labelled the same sentences."""
        joined = LABELS.join(QUESTIONS, QUESTIONS.c.id == LABELS.c.question_id)
        wanted = [LABELS.c.verdict == LABEL, in_scope(scope), QUESTIONS.c.is_double]
        if month:
            wanted.append(QUESTIONS.c.month == month)
        columns = (LABELS.c.question_id, LABELS.c.staff_id, LABELS.c.staff, LABELS.c.intents)
        query = select(*columns).select_from(joined).where(*wanted)
        rows = await self.store.read(lambda link: link.execute(query).all())
        return board_of([_Given(row.question_id, row.staff_id, row.staff, _unordered(row.intents)) for row in rows])

    async def progress(self, scope: str, person: Person, at: float, month: str = "") -> Progress:
        """Return how far the queue is, and who has labelled how much."""
        in_sight = [in_scope(scope), *([QUESTIONS.c.month == month] if month else [])]

        def read(link: Connection) -> Progress:
            states = select(QUESTIONS.c.state, func.count()).where(*in_sight).group_by(QUESTIONS.c.state)
            counts = dict.fromkeys(QUESTION_STATES, 0) | {row[0]: row[1] for row in link.execute(states)}
            half = (QUESTIONS.c.state == "open") & (QUESTIONS.c.labels > 0)
            once = link.scalar(select(func.count()).select_from(QUESTIONS).where(half, *in_sight)) or 0
            people = _paces(link, in_sight, at)
            mine = people.get(person.id, Pace(person.name, 0, 0, None))
            return Progress(counts, once, sorted(people.values(), key=lambda one: -one.labels), mine)

        return await self.store.read(read)


def board_of(given: Sequence[_Given]) -> Board:
    """Compare every two people on every sentence that both labelled."""
    by_question: dict[int, list[_Given]] = {}
    for one in sorted(given, key=lambda one: one.staff_id):
        by_question.setdefault(one.question, []).append(one)
    both = [pair for labels in by_question.values() for pair in combinations(labels, 2)]
    pairs: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for a, b in both:
        pairs.setdefault((a.staff, b.staff), []).append((a.intents, b.intents))
    grades = [(a.intents, b.intents) for a, b in both]
    intents = {name for a, b in grades for joined in (a, b) for name in joined.split("+")}
    return Board(
        _agreement(grades),
        sorted(((*names, _agreement(found)) for names, found in pairs.items()), key=_worst_first),
        sorted(((name, _of_intent(grades, name)) for name in intents), key=_worst_first),
    )


def _of_intent(grades: Sequence[tuple[str, str]], name: str) -> Agreement:
    """Agreement on whether a sentence is this intent; `both` counts the sentences that either took for it."""
    said = [(str(name in a.split("+")), str(name in b.split("+"))) for a, b in grades]
    found = _agreement(said)
    either = sum("True" in pair for pair in said)
    equal = sum(pair == ("True", "True") for pair in said)
    return Agreement(either, round(equal / either, 4) if either else None, found.kappa)


def _agreement(pairs: Sequence[tuple[str, str]]) -> Agreement:
    equal = sum(a == b for a, b in pairs)
    return Agreement(len(pairs), round(equal / len(pairs), 4) if pairs else None, cohens_kappa(list(pairs)))


def _worst_first(row: tuple[Any, ...]) -> tuple[float, int]:
    found: Agreement = row[-1]
    return (found.agreement if found.agreement is not None else 2.0, -found.both)


def _unordered(intents: str) -> str:
    return "+".join(sorted(intents.split("+")))


def _paces(link: Connection, in_sight: Iterable[Any], at: float) -> dict[int, Pace]:
    joined = LABELS.join(QUESTIONS, QUESTIONS.c.id == LABELS.c.question_id)
    columns = (LABELS.c.staff_id, LABELS.c.staff, LABELS.c.seconds, LABELS.c.at)
    wanted = (*in_sight, LABELS.c.verdict == LABEL)
    rows = link.execute(select(*columns).select_from(joined).where(*wanted).order_by(LABELS.c.id))
    by_person: dict[int, list[Any]] = {}
    for row in rows:
        by_person.setdefault(row.staff_id, []).append(row)
    return {number: _pace(labels, at) for number, labels in by_person.items()}


def _pace(labels: Sequence[Any], at: float) -> Pace:
    midnight = at - (at + 8 * 3600.0) % _DAY  # China has one zone
    timed = [row.seconds for row in labels[-PACE_OF:] if row.seconds > 0]
    per_hour = round(3600.0 / median(timed), 1) if timed else None
    return Pace(labels[-1].staff, len(labels), sum(row.at >= midnight for row in labels), per_hour)
