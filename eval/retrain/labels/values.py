"""What labelling deals in: a question that waits, what people said of it, a sentence that is settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import orjson

OPEN, ACCEPTED, DISPUTED, SKIPPED, DROPPED, KNOWN = "open", "accepted", "disputed", "skipped", "dropped", "known"
QUESTION_STATES = (OPEN, ACCEPTED, DISPUTED, SKIPPED, DROPPED, KNOWN)
"""known: the same wording was settled in another month or place."""
LABEL, SKIP = "label", "skip"
ARTICLE, SENTENCES, IGNORED = "article", "sentences", "ignored"
TOPIC_STATES = (OPEN, ARTICLE, SENTENCES, IGNORED)
BY_LABELS, BY_TOPIC, BY_SETTLING = "labels", "topic", "settled"
MOST_INTENTS = 3


@dataclass(frozen=True, slots=True, order=True)
class LabelledEntity:
    """One marked piece of a sentence."""

    start: int
    """Code points."""
    end: int
    entity: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a sentence means, in somebody's judgement."""

    intents: tuple[str, ...]
    """In the order of the sentence."""
    entities: tuple[LabelledEntity, ...] = ()
    """In the order of the sentence."""

    def agrees(self, other: Meaning) -> bool:
        """Say whether two people mean the same; the order of the intents does not count."""
        return set(self.intents) == set(other.intents) and set(self.entities) == set(other.entities)


@dataclass(frozen=True, slots=True)
class Proposal:
    """An intent that a sentence may have."""

    intent: str
    confidence: float | None
    """Of the model; None where a known sentence nearby proposes it."""
    source: str
    """bot | near."""


@dataclass(frozen=True, slots=True)
class Question:
    """One wording of one month and place, with what the bot made of it."""

    id: int
    month: str
    key: str
    scope: str
    text: str
    """Masked."""
    topic_id: int | None
    volume: int
    score: float
    understood: Meaning
    confidence: float
    proposals: tuple[Proposal, ...]
    reasons: tuple[str, ...]
    channel: str
    said_at: float
    conversation: str
    is_double: bool
    state: str
    final: Meaning | None
    final_source: str
    final_by: str
    final_at: float | None


@dataclass(frozen=True, slots=True)
class Label:
    """What one person said of a question."""

    question_id: int
    staff_id: int
    staff: str
    verdict: str
    meaning: Meaning
    seconds: float
    """How long he thought about it."""
    at: float


@dataclass(frozen=True, slots=True)
class LabelledSentence:
    """A sentence that may be trained on."""

    text: str
    """Masked values are filled with invented ones of the same form, always the same ones."""
    intent: str
    """As in the training data: `a`, or `a+b` where it asks for both."""
    entities: tuple[LabelledEntity, ...]
    conversation: str
    at: float
    """When it was said, seconds since the epoch."""
    by: str
    """Who answers for it: one name or several."""
    month: str
    key: str
    """Of the masked wording: the same words have the same."""


def joined(names: Sequence[str]) -> str:
    """Return intents as the training data writes them."""
    return "+".join(names)


def split(text: str) -> tuple[str, ...]:
    """Return what `joined` joined."""
    return tuple(name for name in text.split("+") if name)


def dump_entities(entities: Sequence[LabelledEntity]) -> str:
    """Return marked pieces as JSON text."""
    return orjson.dumps([asdict(one) for one in entities]).decode()


def parse_entities(text: str) -> tuple[LabelledEntity, ...]:
    """Return what `dump_entities` made."""
    return tuple(LabelledEntity(**one) for one in orjson.loads(text))


def dump_proposals(proposals: Sequence[Proposal]) -> str:
    """Return proposals as JSON text."""
    return orjson.dumps([asdict(one) for one in proposals]).decode()


def parse_proposals(text: str) -> tuple[Proposal, ...]:
    """Return what `dump_proposals` made."""
    return tuple(Proposal(**one) for one in orjson.loads(text))


def question_of(row: Any) -> Question:
    """Return a row of the table as a question."""
    same = ("id", "month", "key", "scope", "text", "topic_id", "volume", "score", "confidence", "channel", "said_at")
    plain: Mapping[str, Any] = {name: getattr(row, name) for name in (*same, "conversation", "is_double", "state")}
    final = None
    if row.final_intents is not None:
        final = Meaning(split(row.final_intents), parse_entities(row.final_entities or "[]"))
    return Question(
        **plain,
        understood=Meaning(split(row.understood_as), parse_entities(row.entities)),
        proposals=parse_proposals(row.proposals),
        reasons=tuple(reason for reason in row.reasons.split(",") if reason),
        final=final,
        final_source=row.final_source or "",
        final_by=row.final_by or "",
        final_at=row.final_at,
    )


def label_of(row: Any) -> Label:
    """Return a row of the table as a label."""
    meaning = Meaning(split(row.intents), parse_entities(row.entities))
    return Label(row.question_id, row.staff_id, row.staff, row.verdict, meaning, row.seconds, row.at)
