"""One month's study: the weak messages of the month, ranked, and the topics that nobody knew."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np

from eval.errors import MonthUnreadable
from eval.history import read_conversations
from eval.retrain.capture import DEFAULT_RULES, NOVEL, TOPICAL, CaptureRules, FindsScope, WeakMessage, capture
from eval.retrain.cluster import DEFAULT_PLAN, MOST_AT_ONCE, ClusterPlan, Embed, Topic, Vectors, cluster
from eval.retrain.novel import Ground, with_novel
from eval.retrain.rank import RankedQuestion, rank
from eval.retrain.signals import read_signals
from storage.clock import CHINA
from storage.database import Database

SHOWN = 8
"""Wordings of a topic that are shown."""
NOVEL_EVIDENCE = 0.6
"""What a wording says for a topic that is captured only because it is novel: five of them are one, as three others."""
KNOWN_ALREADY = 0.80
"""Cosine to a known sentence from which a topic is a wording of it rather than something new."""
_VALUE = re.compile("〔[^〕]*〕")
OUT_OF_SCOPE = "out_of_scope"
READING, KNOWING, RANKING, GROUPING = "reading", "knowing", "ranking", "grouping"
"""The steps of a study, in order."""
EMBEDDED_AT_ONCE = 1000
Tell = Callable[[str, float], None]
"""(step, how much of the whole is done, 0 to 1)."""


def tell_nobody(step: str, done: float) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True, slots=True)
class StudyRules:
    """What counts as weak, what weighs more, which findings beside the events are looked at."""

    capture: CaptureRules = DEFAULT_RULES
    weights: Mapping[str, float] = field(default_factory=dict)
    """Business weight by intent; what is not named has 1."""
    poor_rating: int = 2
    quality_items: tuple[int, ...] = (4, 5, 6)


DEFAULT_STUDY = StudyRules()


@dataclass(frozen=True, slots=True)
class KnownSentence:
    """A sentence that the bot was trained on, or a question that an article answers."""

    text: str
    kind: str
    """intent | article."""
    name: str
    """The intent, or the article's id."""


@dataclass(frozen=True, slots=True)
class ProposedTopic:
    """A group of questions with what one might make of it."""

    id: str
    title: str
    """The most typical wording."""
    volume: int
    """Messages, equal wordings counted each."""
    wordings: tuple[str, ...]
    likeness: float
    suggestion: str
    """intent (train it) | article (give it similar questions) | new_article."""
    nearest: str
    """Intent or article id that is nearest."""
    nearest_text: str
    cosine: float
    first_month: str
    centre: tuple[float, ...]
    keys: tuple[str, ...] = ()
    """Of all its wordings (`RankedQuestion.key`), the most typical first."""


@dataclass(frozen=True, slots=True)
class MonthStudy:
    """What the month taught."""

    month: str
    messages: int
    """Weak messages."""
    reasons: dict[str, int]
    questions: tuple[RankedQuestion, ...]
    topics: tuple[ProposedTopic, ...]


def month_window(month: str) -> tuple[datetime, datetime]:
    """Return `[start, end)` of a month like 2026-10 in China Standard Time. Raises MonthUnreadable."""
    try:
        start = datetime.strptime(month, "%Y-%m").replace(tzinfo=CHINA)
    except ValueError as error:
        raise MonthUnreadable(f"month {month!r} must be like 2026-10") from error
    end = start.replace(year=start.year + (start.month == 12), month=start.month % 12 + 1)
    return start, end


async def study_month(
    database: Database,
    month: str,
    known: Sequence[KnownSentence],
    embed: Embed,
    earlier: Sequence[ProposedTopic] = (),
    rules: StudyRules = DEFAULT_STUDY,
    scope_of: FindsScope = lambda known: str(known.get("region") or ""),
    tell: Tell = tell_nobody,
) -> MonthStudy:
    """Capture, rank and cluster one month; the reckoning runs in a thread. Raises MonthUnreadable, StoreUnavailable."""
    start, end = month_window(month)
    tell(READING, 0.02)
    signals = await read_signals(database, start.timestamp(), end.timestamp(), rules.poor_rating, rules.quality_items)
    messages = await capture(read_conversations(database, start, end), rules.capture, signals, scope_of)
    work = partial(study_messages, month, messages, known, embed, earlier, rules=rules, tell=tell)
    return await asyncio.to_thread(work)


def study_messages(
    month: str,
    messages: Sequence[WeakMessage],
    known: Sequence[KnownSentence],
    embed: Embed,
    earlier: Sequence[ProposedTopic] = (),
    plan: ClusterPlan = DEFAULT_PLAN,
    rules: StudyRules = DEFAULT_STUDY,
    tell: Tell = tell_nobody,
) -> MonthStudy:
    """Rank and cluster messages that were captured, and what is novel among the requests that were answered."""
    vectors = _embedded([sentence.text for sentence in known], embed, tell)
    weak = with_novel(messages, _ground(known, vectors), embed, rules.capture.novel)
    tell(RANKING, 0.7)
    names = [sentence.name if sentence.kind == "intent" else "ask_knowledge" for sentence in known]
    ranked = rank(weak, vectors, embed, rules.weights, names)
    open_ones = [question for question in ranked if _is_open(question)][:MOST_AT_ONCE]
    old = [Topic(topic.id, (), topic.likeness, topic.centre) for topic in earlier]
    tell(GROUPING, 0.8)
    wordings, sentences = [question.text for question in open_ones], [sentence.text for sentence in known]
    topics = cluster(wordings, embed, plan, old, sentences)
    first = {topic.id: topic.first_month for topic in earlier}
    kept = [topic for topic in topics if topic.id in first or _evidence(topic, open_ones) >= plan.smallest]
    proposed = [_proposed(topic, open_ones, known, vectors, first.get(topic.id, month)) for topic in kept]
    reasons = Counter(reason for message in weak for reason in message.reasons)
    in_order = sorted(proposed, key=lambda topic: (-topic.volume, topic.id))
    return MonthStudy(month, len(weak), dict(reasons), tuple(ranked), tuple(in_order))


def _ground(known: Sequence[KnownSentence], vectors: Vectors) -> Ground:
    """Sentences that are trained as out of scope are known to be unknown: what is like them is not learnt."""
    within = [place for place, sentence in enumerate(known) if OUT_OF_SCOPE not in sentence.name.split("+")]
    return Ground([known[place].text for place in within], vectors[within])


def _is_open(question: RankedQuestion) -> bool:
    """A bare value, hidden as it is, asks nothing."""
    return any(TOPICAL & set(one.reasons) for one in question.messages) and bool(_VALUE.sub("", question.key))


def _evidence(topic: Topic, questions: Sequence[RankedQuestion]) -> float:
    """Return what the wordings of a topic weigh together."""
    causes = [{r for m in questions[place].messages for r in m.reasons} & TOPICAL for place in topic.members]
    return sum(NOVEL_EVIDENCE if found == {NOVEL} else 1.0 for found in causes)


def _embedded(texts: Sequence[str], embed: Embed, tell: Tell) -> Vectors:
    """Return the vectors of all texts, some at a time, so that whoever waits sees it go on."""
    parts = []
    for start in range(0, len(texts), EMBEDDED_AT_ONCE):
        tell(KNOWING, 0.1 + 0.6 * start / len(texts))
        parts.append(embed(texts[start : start + EMBEDDED_AT_ONCE]))
    return np.concatenate(parts) if parts else np.zeros((0, 1), dtype=np.float32)


def _proposed(
    topic: Topic, questions: Sequence[RankedQuestion], known: Sequence[KnownSentence], vectors: Vectors, first: str
) -> ProposedTopic:
    members = [questions[place] for place in topic.members]
    cosines = vectors @ np.asarray(topic.centre, dtype=np.float32) if len(known) else np.zeros(1, dtype=np.float32)
    best = int(np.argmax(cosines))
    nearest = known[best] if known else KnownSentence("", "article", "")
    is_near = float(cosines[best]) >= KNOWN_ALREADY
    return ProposedTopic(
        topic.id,
        members[0].text,
        sum(question.volume for question in members),
        tuple(question.text for question in members[:SHOWN]),
        topic.likeness,
        nearest.kind if is_near else "new_article",
        nearest.name,
        nearest.text,
        float(cosines[best]),
        first,
        topic.centre,
        tuple(question.key for question in members),
    )


def render_topics(topics: Sequence[ProposedTopic]) -> list[dict[str, Any]]:
    """Return JSON values that `parse_topics` reads."""
    return [asdict(topic) for topic in topics]


def parse_topics(content: Sequence[dict[str, Any]]) -> list[ProposedTopic]:
    """Return the topics that `render_topics` wrote."""
    return [
        ProposedTopic(**{**entry, **{name: tuple(entry.get(name, ())) for name in ("wordings", "centre", "keys")}})
        for entry in content
    ]
