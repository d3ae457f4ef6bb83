"""Calibration: the same conversations scored by several people, blind to each other; agreement and kappa per item."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import orjson
from sqlalchemy import func, insert, select
from sqlalchemy.engine import Connection

from eval.errors import NotInSight, ReviewRefused
from eval.quality.rows import in_place
from eval.quality.store import QualityStore, read_full
from eval.quality.table import CALIBRATION_SCORES, CALIBRATIONS
from eval.quality.values import Person, Sight

NOT_APPLICABLE = "n/a"
Grade = float | str
"""A score rounded to two places, or that the item does not apply."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far people agree on one item."""

    item: int
    pairs: int
    """Pairs of scores of the same conversation by different people."""
    agreement: float | None
    """Share of equal pairs, 0 to 1."""
    kappa: float | None
    """Cohen's kappa over the pairs, -1 to 1; None where one grade alone was ever given."""


@dataclass(frozen=True, slots=True)
class Given:
    """One item as one person scored it."""

    score_id: int
    reviewer: Person
    item: int
    score: float | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """One round."""

    id: int
    title: str
    scope: str
    created_by: str
    created_at: float
    conversations: tuple[int, ...]
    given: tuple[Given, ...]

    @property
    def reviewers(self) -> dict[Person, int]:
        """How many conversations each has scored."""
        return dict(Counter(person for person, _ in {(one.reviewer, one.score_id) for one in self.given}))

    @property
    def done(self) -> int:
        """Conversations that two people or more have scored."""
        people = Counter(score_id for _, score_id in {(one.reviewer, one.score_id) for one in self.given})
        return sum(count >= 2 for count in people.values())

    def agreements(self) -> list[Agreement]:
        """Return agreement and kappa of every item."""
        return agreements(self.given)

    def seen_by(self, person: Person) -> list[Given]:
        """Return what a person may see: his own, and others' scores of what he has scored himself."""
        own = {one.score_id for one in self.given if one.reviewer.id == person.id}
        return [one for one in self.given if one.score_id in own]


@dataclass(frozen=True, slots=True)
class Calibrations:
    """Keeps the rounds."""

    store: QualityStore

    async def begin(self, sight: Sight, title: str, score_ids: Sequence[int], by: Person, at: float) -> Calibration:
        """Begin a round over conversations that whoever begins it may see. Raises NotInSight."""

        def keep(link: Connection) -> Calibration:
            for score_id in score_ids:
                read_full(link, sight, score_id)
            row = {
                "title": title,
                "scope": sight.scope,
                "created_by": by.name,
                "created_at": at,
                "conversations": orjson.dumps(list(dict.fromkeys(score_ids))).decode(),
            }
            made = link.execute(insert(CALIBRATIONS).values(row).returning(CALIBRATIONS.c.id)).scalar_one()
            return _read(link, sight, made)

        return await self.store.write(keep)

    async def page(self, sight: Sight, page: int, size: int) -> tuple[list[Calibration], int]:
        """Return one page of the rounds of a scope, newest first, and their number."""
        wanted = in_place(CALIBRATIONS.c.scope, sight.scope)

        def read(link: Connection) -> tuple[list[Calibration], int]:
            total = link.scalar(select(func.count()).select_from(CALIBRATIONS).where(wanted)) or 0
            rows = select(CALIBRATIONS).where(wanted).order_by(CALIBRATIONS.c.id.desc())
            found = link.execute(rows.limit(size).offset((page - 1) * size)).all()
            return [_calibration(link, row) for row in found], total

        return await self.store.read(read)

    async def read(self, sight: Sight, calibration_id: int) -> Calibration:
        """Return one round. Raises NotInSight."""
        return await self.store.read(lambda link: _read(link, sight, calibration_id))

    async def score(
        self,
        sight: Sight,
        calibration_id: int,
        score_id: int,
        scores: Mapping[int, float | None],
        by: Person,
        at: float,
    ) -> Calibration:
        """Score one conversation of a round, once. Raises NotInSight, ReviewRefused."""

        def keep(link: Connection) -> Calibration:
            found = _read(link, sight, calibration_id)
            if score_id not in found.conversations:
                raise NotInSight("conversation in this calibration")
            known = {one.item for one in read_full(link, sight, score_id).items}
            if set(scores) - known or not scores:
                raise ReviewRefused("unknown_item", "score items that this conversation was held against", 400)
            if any(one.reviewer.id == by.id and one.score_id == score_id for one in found.given):
                raise ReviewRefused("already_scored", "you have scored this conversation")
            common = {"calibration_id": calibration_id, "score_id": score_id, "at": at}
            person = {"reviewer_id": by.id, "reviewer": by.name}
            rows = [{**common, **person, "item": item, "score": score} for item, score in scores.items()]
            link.execute(insert(CALIBRATION_SCORES), rows)
            return _read(link, sight, calibration_id)

        return await self.store.write(keep)


def agreements(given: Sequence[Given]) -> list[Agreement]:
    """Compare all pairs of people on every conversation, item by item."""
    pairs: dict[int, list[tuple[Grade, Grade]]] = {}
    by_place: dict[tuple[int, int], list[Given]] = {}
    for one in sorted(given, key=lambda one: one.reviewer.id):
        by_place.setdefault((one.item, one.score_id), []).append(one)
    for (item, _), scores in by_place.items():
        pairs.setdefault(item, []).extend((_grade(a.score), _grade(b.score)) for a, b in combinations(scores, 2))
    return [
        Agreement(item, len(found), _agreement(found), cohens_kappa(found)) for item, found in sorted(pairs.items())
    ]


def cohens_kappa(pairs: Sequence[tuple[Grade, Grade]]) -> float | None:
    """Return (agreement - chance) / (1 - chance) (Cohen 1960, Educational and Psychological Measurement 20(1)).

    Chance comes from how often either side gave each grade; None where it is 1, that is where nobody ever differed.
    """
    if not pairs:
        return None
    number = len(pairs)
    left, right = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(left[grade] * right[grade] for grade in left) / number**2
    observed = sum(a == b for a, b in pairs) / number
    return round((observed - chance) / (1 - chance), 4) if chance < 1 else None


def _agreement(pairs: Sequence[tuple[Grade, Grade]]) -> float | None:
    return round(sum(a == b for a, b in pairs) / len(pairs), 4) if pairs else None


def _grade(score: float | None) -> Grade:
    return NOT_APPLICABLE if score is None else round(score, 2)


def _read(link: Connection, sight: Sight, calibration_id: int) -> Calibration:
    wanted = (CALIBRATIONS.c.id == calibration_id, in_place(CALIBRATIONS.c.scope, sight.scope))
    row = link.execute(select(CALIBRATIONS).where(*wanted)).first()
    if row is None:
        raise NotInSight("calibration")
    return _calibration(link, row)


def _calibration(link: Connection, row: Any) -> Calibration:
    query = select(CALIBRATION_SCORES).where(CALIBRATION_SCORES.c.calibration_id == row.id)
    given = tuple(
        Given(one.score_id, Person(one.reviewer_id, one.reviewer), one.item, one.score)
        for one in link.execute(query.order_by(CALIBRATION_SCORES.c.id))
    )
    conversations = tuple(orjson.loads(row.conversations))
    return Calibration(row.id, row.title, row.scope, row.created_by, row.created_at, conversations, given)
