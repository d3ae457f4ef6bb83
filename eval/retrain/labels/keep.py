"""A month's study into the store: topics under their lasting ids, and the queue, with what people said kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from eval.retrain.capture import REASONS, WeakMessage
from eval.retrain.labels.settings import LabelSettings
from eval.retrain.labels.store import LearningStore
from eval.retrain.labels.studies import Found
from eval.retrain.labels.table import LABELS, QUESTIONS, TOPICS
from eval.retrain.labels.values import (
    ACCEPTED,
    KNOWN,
    OPEN,
    LabelledEntity,
    Proposal,
    dump_entities,
    dump_proposals,
)
from eval.retrain.rank import RankedQuestion
from eval.retrain.study import MonthStudy, ProposedTopic
from storage.database import Database

MOST_PROPOSALS = 9
"""One a digit key."""
_NO_INTENTS = frozenset({"silence", "nlu_fallback"})
_SHARES = 2**64
_AT_ONCE = 500
_RENEWED = ("text", "volume", "score", "understood_as", "confidence", "proposals", "entities", "reasons", "topic_id")


@dataclass(frozen=True, slots=True)
class StudyKeeper:
    """Writes a study down."""

    store: LearningStore
    settings: LabelSettings

    async def keep(self, study: MonthStudy) -> Found:
        """Write topics and questions in one transaction. A month that was studied before is renewed."""
        new = await self.store.write(lambda link: self._keep(link, study))
        return Found(study.messages, len(study.questions), len(study.topics), new, study.reasons)

    def _keep(self, link: Connection, study: MonthStudy) -> int:
        topics, new = _keep_topics(link, study)
        places = {key: place for topic in study.topics for place, key in enumerate(topic.keys)}
        topic_of = {key: topics[topic.id] for topic in study.topics for key in topic.keys}
        wanted = study.questions[: self.settings.most_questions]
        beyond = [one for one in study.questions[self.settings.most_questions :] if one.key in topic_of]
        rows = [
            {**row, "topic_id": topic_of.get(one.key), "place": places.get(one.key, 0)}
            for one in (*wanted, *beyond)
            for row in self._rows(study.month, one)
        ]
        _renew(link, study.month, rows)
        return new

    def _rows(self, month: str, question: RankedQuestion) -> Iterable[dict[str, Any]]:
        """One row a place, so that everybody sees what was asked where he works."""
        by_scope: dict[str, list[WeakMessage]] = {}
        for message in question.messages:
            by_scope.setdefault(message.scope, []).append(message)
        key = wording_key(question.key)
        for scope, messages in by_scope.items():
            shown = messages[0]
            reasons = {reason for message in messages for reason in message.reasons}
            yield {
                "month": month,
                "key": key,
                "scope": scope[:128],
                "text": shown.text,
                "volume": len(messages),
                "score": question.score * len(messages) / question.volume,
                "understood_as": shown.intent[:200],
                "confidence": shown.confidence,
                "proposals": dump_proposals(_proposals(shown, question.near)),
                "entities": dump_entities([LabelledEntity(one.start, one.end, one.entity) for one in shown.entities]),
                "reasons": ",".join(reason for reason in REASONS if reason in reasons),
                "channel": shown.channel,
                "said_at": shown.at,
                "conversation": shown.conversation,
                "is_double": is_double(key, self.settings.double_share),
            }


def wording_key(folded: str) -> str:
    """Return the short name of a wording."""
    return hashlib.sha256(folded.encode()).hexdigest()[:24]


def is_double(key: str, share: float) -> bool:
    """Say whether two people label a wording: by its key, so that a second study decides the same."""
    return int.from_bytes(hashlib.sha256(f"double:{key}".encode()).digest()[:8], "big") < share * _SHARES


async def earlier_topics(database: Database, month: str) -> list[ProposedTopic]:
    """Return every topic that an earlier month knew, or this one where it was studied before."""
    store = LearningStore(database)
    await store.prepare()
    rows = await store.read(lambda link: link.execute(select(TOPICS).where(TOPICS.c.first_month <= month)).all())
    return [
        ProposedTopic(
            id=row.key,
            title=row.title,
            volume=0,
            wordings=(),
            likeness=row.likeness,
            suggestion=row.suggestion,
            nearest=row.nearest,
            nearest_text=row.nearest_text,
            cosine=row.cosine,
            first_month=row.first_month,
            centre=tuple(orjson.loads(row.centre)),
        )
        for row in rows
    ]


def _proposals(message: WeakMessage, near: Sequence[str]) -> list[Proposal]:
    """What the bot took it for first, then what it thought of, then what is nearby; each intent once."""
    ranked = [Proposal(name, round(confidence, 4), "bot") for name, confidence in message.ranking]
    own = [Proposal(message.intent, round(message.confidence, 4), "bot")]
    nearby = [Proposal(name, None, "near") for joined in near for name in joined.split("+")]
    found: dict[str, Proposal] = {}
    for one in (*own, *ranked, *nearby):
        if one.intent not in _NO_INTENTS:
            found.setdefault(one.intent, one)
    return list(found.values())[:MOST_PROPOSALS]


def _keep_topics(link: Connection, study: MonthStudy) -> tuple[dict[str, int], int]:
    """Return the row of every topic by its lasting id, and how many are new."""
    known = {row.key: row for row in link.execute(select(TOPICS.c.key, TOPICS.c.id, TOPICS.c.last_month))}
    ids, new = {}, 0
    for topic in study.topics:
        values = _topic_values(topic)
        row = known.get(topic.id)
        if row is None:
            fresh = {**values, "key": topic.id, "state": OPEN, "first_month": study.month, "last_month": study.month}
            ids[topic.id] = link.execute(insert(TOPICS).values(fresh).returning(TOPICS.c.id)).scalar_one()
            new += 1
            continue
        if study.month >= row.last_month:
            renewed = {**values, "last_month": study.month}
            link.execute(update(TOPICS).where(TOPICS.c.id == row.id).values(renewed))
        ids[topic.id] = row.id
    return ids, new


def _topic_values(topic: ProposedTopic) -> dict[str, Any]:
    same = ("title", "suggestion", "nearest", "nearest_text", "cosine", "likeness")
    values: Mapping[str, Any] = {name: getattr(topic, name) for name in same}
    return {
        **values,
        "nearest": topic.nearest[:128],
        "centre": orjson.dumps([round(x, 5) for x in topic.centre]).decode(),
    }


def _renew(link: Connection, month: str, rows: Sequence[dict[str, Any]]) -> None:
    """Write a month's questions; those that nobody has labelled and that are not asked any more go."""
    table = QUESTIONS
    link.execute(update(table).where(table.c.month == month).values(topic_id=None))
    columns = (table.c.id, table.c.key, table.c.scope, table.c.state, table.c.labels)
    before = link.execute(select(*columns).where(table.c.month == month))
    held = {(row.key, row.scope): row for row in before}
    settled = set(link.scalars(select(table.c.key).where(table.c.state == ACCEPTED)))
    fresh = []
    for row in rows:
        found = held.pop((row["key"], row["scope"]), None)
        if found is None:
            state = KNOWN if row["key"] in settled else OPEN
            fresh.append({**row, "state": state, "labels": 0, "skips": 0, "leased_until": 0.0})
        elif found.state in (OPEN, KNOWN) and not found.labels:
            link.execute(update(table).where(table.c.id == found.id).values({name: row[name] for name in _RENEWED}))
        else:
            same = {name: row[name] for name in ("volume", "score", "topic_id", "place")}
            link.execute(update(table).where(table.c.id == found.id).values(same))
    for start in range(0, len(fresh), _AT_ONCE):
        link.execute(insert(table), fresh[start : start + _AT_ONCE])
    _delete_unlabelled(link, [row.id for row in held.values() if row.state in (OPEN, KNOWN)])


def _delete_unlabelled(link: Connection, ids: Sequence[int]) -> None:
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        labelled = set(link.scalars(select(LABELS.c.question_id).where(LABELS.c.question_id.in_(some))))
        link.execute(delete(QUESTIONS).where(QUESTIONS.c.id.in_([one for one in some if one not in labelled])))
