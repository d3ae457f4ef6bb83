"""The book of labels: what people said of questions, when that settles one, and the sentences it yields.

A question that one person labels is settled by his label; one of the double share by two that agree, of two people
who do not see each other's. Where they differ somebody settles it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection

from eval.errors import LabelRefused
from eval.personal import filled
from eval.quality.values import Person
from eval.retrain.labels.store import LearningStore, in_scope, read_question
from eval.retrain.labels.table import LABELS, QUESTIONS, TOPICS
from eval.retrain.labels.values import (
    ACCEPTED,
    BY_LABELS,
    BY_SETTLING,
    DISPUTED,
    DROPPED,
    KNOWN,
    LABEL,
    MOST_INTENTS,
    OPEN,
    SKIP,
    SKIPPED,
    Label,
    LabelledEntity,
    LabelledSentence,
    Meaning,
    Question,
    dump_entities,
    joined,
    label_of,
    question_of,
)
from storage.database import Database

MOST_SECONDS = 600.0
"""Who takes longer has been elsewhere meanwhile."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """A question that two people label differently."""

    question: Question
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class LabelBook:
    """Keeps labels."""

    database: Database

    @property
    def store(self) -> LearningStore:
        """Where they are kept."""
        return LearningStore(self.database)

    async def prepare(self) -> None:
        """Make the tables where they are not there."""
        await self.store.prepare()

    async def label(
        self, scope: str, question_id: int, by: Person, meaning: Meaning | None, seconds: float, at: float, skips: int
    ) -> Question:
        """Note what somebody says of a question; no meaning: he skips it. `skips`: so many end it.

        Raises NotInSight, LabelRefused: already_labelled, not_open, no_intent, bad_span.
        """

        def keep(link: Connection) -> Question:
            question = read_question(link, scope, question_id, locks=True)
            if meaning is not None:
                check_meaning(question.text, meaning)
            if by.id in {one.staff_id for one in _labels(link, [question_id])}:
                raise LabelRefused("already_labelled", "you have labelled this sentence; undo it first")
            if question.state != OPEN:
                raise LabelRefused("not_open", "this sentence is settled already")
            link.execute(insert(LABELS), _row(question_id, by, meaning, seconds, at))
            return _reckon(link, question, skips, at)

        return await self.store.write(keep)

    async def undo(self, scope: str, question_id: int, by: Person, skips: int, at: float) -> Question:
        """Take one's own label back. Raises NotInSight, LabelRefused: not_labelled, settled."""

        def keep(link: Connection) -> Question:
            question = read_question(link, scope, question_id, locks=True)
            if question.state == DROPPED or (question.final is not None and question.final_source != BY_LABELS):
                raise LabelRefused("settled", "somebody has settled this sentence meanwhile")
            own = (LABELS.c.question_id == question_id) & (LABELS.c.staff_id == by.id)
            if not link.execute(delete(LABELS).where(own)).rowcount:
                raise LabelRefused("not_labelled", "you have not labelled this sentence")
            return _reckon(link, question, skips, at)

        return await self.store.write(keep)

    async def settle(self, scope: str, question_id: int, by: Person, meaning: Meaning | None, at: float) -> Question:
        """Decide between people who differ; no meaning: the sentence is of no use. Raises NotInSight, LabelRefused."""

        def keep(link: Connection) -> Question:
            question = read_question(link, scope, question_id, locks=True)
            if question.state not in (DISPUTED, SKIPPED):
                raise LabelRefused("not_disputed", "nobody differs about this sentence")
            if meaning is None:
                dropped = {"state": DROPPED, "final_by": by.name[:64], "final_at": at, "final_source": BY_SETTLING}
                link.execute(update(QUESTIONS).where(QUESTIONS.c.id == question_id).values(dropped))
            else:
                check_meaning(question.text, meaning)
                accept(link, question, meaning, BY_SETTLING, by.name, at)
            return read_question(link, scope, question_id)

        return await self.store.write(keep)

    async def disputes(self, scope: str, page: int, size: int) -> tuple[list[Dispute], int]:
        """Return what is to be settled: where two people differ, and what too many skipped."""
        wanted = (QUESTIONS.c.state.in_((DISPUTED, SKIPPED)), in_scope(scope))

        def read(link: Connection) -> tuple[list[Dispute], int]:
            total = link.scalar(select(func.count()).select_from(QUESTIONS).where(*wanted)) or 0
            rows = (
                select(QUESTIONS).where(*wanted).order_by(QUESTIONS.c.state, QUESTIONS.c.score.desc(), QUESTIONS.c.id)
            )
            found = [question_of(row) for row in link.execute(rows.limit(size).offset((page - 1) * size))]
            labels = _labels(link, [one.id for one in found])
            return [Dispute(one, tuple(x for x in labels if x.question_id == one.id)) for one in found], total

        return await self.store.read(read)

    async def sentences(self, scope: str, month: str, intent: str, page: int, size: int) -> tuple[list[Question], int]:
        """Return one page of what is settled, the newest first, and the number of all."""
        wanted = [QUESTIONS.c.state == ACCEPTED, in_scope(scope)]
        if month:
            wanted.append(QUESTIONS.c.month == month)
        if intent:
            wanted.append(QUESTIONS.c.final_intents == intent)

        def read(link: Connection) -> tuple[list[Question], int]:
            total = link.scalar(select(func.count()).select_from(QUESTIONS).where(*wanted)) or 0
            rows = select(QUESTIONS).where(*wanted).order_by(QUESTIONS.c.final_at.desc(), QUESTIONS.c.id.desc())
            return [question_of(row) for row in link.execute(rows.limit(size).offset((page - 1) * size))], total

        return await self.store.read(read)

    async def accepted(self, month: str | None = None) -> list[LabelledSentence]:
        """Return the sentences that may be trained on, each wording once, in the order in which they were said."""
        wanted = [QUESTIONS.c.state == ACCEPTED]
        if month is not None:
            wanted.append(QUESTIONS.c.month == month)
        query = select(QUESTIONS).where(*wanted).order_by(QUESTIONS.c.said_at, QUESTIONS.c.id)
        found = await self.store.read(lambda link: [question_of(row) for row in link.execute(query)])
        first: dict[str, Question] = {}
        for one in found:
            first.setdefault(one.key, one)
        return [_sentence(one) for one in first.values()]

    async def forget(self, sender_id: str) -> int:
        """Delete what one customer alone said, and loosen the rest from him; return how many questions that were."""
        his = QUESTIONS.c.conversation.startswith(f"{sender_id}#", autoescape=True)

        def drop(link: Connection) -> int:
            rows = link.execute(select(QUESTIONS.c.id, QUESTIONS.c.volume).where(his)).all()
            alone = [row.id for row in rows if row.volume == 1]
            link.execute(delete(LABELS).where(LABELS.c.question_id.in_(alone)))
            link.execute(delete(QUESTIONS).where(QUESTIONS.c.id.in_(alone)))
            link.execute(update(QUESTIONS).where(his).values(conversation=""))
            empty = ~select(QUESTIONS.c.id).where(QUESTIONS.c.topic_id == TOPICS.c.id).exists()
            link.execute(delete(TOPICS).where(empty))
            return len(rows)

        return await self.store.write(drop)


def check_meaning(text: str, meaning: Meaning) -> None:
    """Refuse what cannot be meant of a text. Raises LabelRefused: no_intent, bad_span."""
    if not 1 <= len(meaning.intents) <= MOST_INTENTS or len(set(meaning.intents)) < len(meaning.intents):
        raise LabelRefused("no_intent", f"one to {MOST_INTENTS} different intents", 400)
    place = 0
    for one in sorted(meaning.entities):
        if not place <= one.start < one.end <= len(text):
            raise LabelRefused(
                "bad_span", f"{one.entity} at {one.start}-{one.end}: outside the text, or overlapping", 400
            )
        place = one.end


def accept(link: Connection, question: Question, meaning: Meaning, source: str, by: str, at: float) -> None:
    """Settle a question; the same wording of other months and places waits no longer."""
    values: dict[str, Any] = {
        "state": ACCEPTED,
        "final_intents": joined(meaning.intents),
        "final_entities": dump_entities(sorted(meaning.entities)),
        "final_source": source,
        "final_by": by[:200],
        "final_at": at,
    }
    link.execute(update(QUESTIONS).where(QUESTIONS.c.id == question.id).values(values))
    same = (QUESTIONS.c.key == question.key) & (QUESTIONS.c.id != question.id) & (QUESTIONS.c.state == OPEN)
    link.execute(update(QUESTIONS).where(same).values(state=KNOWN))


def _reckon(link: Connection, question: Question, skips: int, at: float) -> Question:
    """Bring a question's state in line with the labels it has."""
    labels = _labels(link, [question.id])
    given = [one for one in labels if one.verdict == LABEL]
    skipped = len(labels) - len(given)
    counts: dict[str, Any] = {"labels": len(given), "skips": skipped, "leased_to": None, "leased_until": 0.0}
    none = {"final_intents": None, "final_entities": None, "final_source": None, "final_by": None, "final_at": None}
    needed = 2 if question.is_double else 1
    state = OPEN
    if len(given) >= needed:
        agreed = all(one.meaning.agrees(given[0].meaning) for one in given[1:])
        state = ACCEPTED if agreed else DISPUTED
    elif skipped >= skips:
        state = SKIPPED
    link.execute(update(QUESTIONS).where(QUESTIONS.c.id == question.id).values({**none, **counts, "state": state}))
    same = (QUESTIONS.c.key == question.key) & (QUESTIONS.c.id != question.id)
    if question.state == ACCEPTED and state != ACCEPTED:
        link.execute(update(QUESTIONS).where(same, QUESTIONS.c.state == KNOWN).values(state=OPEN))
    if state == ACCEPTED:
        accept(link, question, given[0].meaning, BY_LABELS, "+".join(sorted(one.staff for one in given)), at)
    return read_question(link, "", question.id)


def _labels(link: Connection, question_ids: Sequence[int]) -> list[Label]:
    rows = link.execute(select(LABELS).where(LABELS.c.question_id.in_(question_ids)).order_by(LABELS.c.id))
    return [label_of(row) for row in rows]


def _row(question_id: int, by: Person, meaning: Meaning | None, seconds: float, at: float) -> dict[str, Any]:
    return {
        "question_id": question_id,
        "staff_id": by.id,
        "staff": by.name[:64],
        "verdict": SKIP if meaning is None else LABEL,
        "intents": joined(meaning.intents) if meaning is not None else "",
        "entities": dump_entities(sorted(meaning.entities) if meaning is not None else ()),
        "seconds": min(seconds, MOST_SECONDS),
        "at": at,
    }


def _sentence(question: Question) -> LabelledSentence:
    """Return a settled question with invented values in the place of masked ones."""
    assert question.final is not None
    text = filled(question.text)
    places = [(*text.place(one.start, one.end), one.entity) for one in question.final.entities]
    return LabelledSentence(
        text.text,
        joined(question.final.intents),
        tuple(LabelledEntity(*place) for place in places),
        question.conversation,
        question.said_at,
        question.final_by,
        question.month,
        question.key,
    )
