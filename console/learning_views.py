"""Studies, topics, questions, labels and their figures as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eval.retrain.labels.agreement import Agreement, Board, Pace, Progress
from eval.retrain.labels.book import Dispute
from eval.retrain.labels.settings import LabelSettings, Titles
from eval.retrain.labels.studies import Study
from eval.retrain.labels.topics import TopicRow
from eval.retrain.labels.values import LabelledEntity, Question


def render_study(study: Study) -> dict[str, Any]:
    """Return a study."""
    return {name: getattr(study, name) for name in Study.__slots__}


def render_topic(topic: TopicRow, titles: Titles, newest: str) -> dict[str, Any]:
    """Return a topic; `newest`: the last month that was studied."""
    packed = {"trend", "wordings", "reasons", "decision"}
    plain = {name: getattr(topic, name) for name in TopicRow.__slots__ if name not in packed}
    made = topic.decision
    decided = {"by": made.by, "at": made.at, "reason": made.reason, "target": made.target} if made else None
    known = titles.intents.get(topic.nearest)
    return {
        **plain,
        "cosine": round(topic.cosine, 3),
        "nearest_title": known.title if known else topic.nearest_text,
        "is_new": topic.first_month == newest,
        "comes_back": topic.comes_back,
        "trend": [{"month": month, "volume": volume} for month, volume in topic.trend],
        "wordings": list(topic.wordings),
        "reasons": dict(topic.reasons),
        "decided": decided,
    }


def render_wording(question: Question) -> dict[str, Any]:
    """Return a question as one wording of its topic."""
    shown = ("id", "text", "volume", "month", "state")
    return {
        **{name: getattr(question, name) for name in shown},
        "understood_as": list(question.understood.intents),
        "reasons": list(question.reasons),
        "intents": list(question.final.intents) if question.final else [],
    }


def render_task(question: Question) -> dict[str, Any]:
    """Return a question for whoever labels it: nothing of what others said, nor whether somebody else is asked."""
    shown = ("id", "text", "month", "volume", "channel")
    return {
        **{name: getattr(question, name) for name in shown},
        "score": round(question.score, 3),
        "at": question.said_at,
        "reasons": list(question.reasons),
        "understood_as": {"intents": list(question.understood.intents), "confidence": round(question.confidence, 3)},
        "proposals": [
            {"intent": one.intent, "confidence": one.confidence, "source": one.source} for one in question.proposals
        ],
        "entities": render_entities(question.understood.entities),
    }


def render_entities(entities: Sequence[LabelledEntity]) -> list[dict[str, Any]]:
    """Return marked pieces."""
    return [{"entity": one.entity, "start": one.start, "end": one.end} for one in entities]


def render_dispute(dispute: Dispute) -> dict[str, Any]:
    """Return a question with all that people said of it."""
    labels = [
        {
            "by": one.staff,
            "verdict": one.verdict,
            "intents": list(one.meaning.intents),
            "entities": render_entities(one.meaning.entities),
            "at": one.at,
        }
        for one in dispute.labels
    ]
    return {"task": render_task(dispute.question), "labels": labels}


def render_sentence(question: Question) -> dict[str, Any]:
    """Return a settled question."""
    assert question.final is not None
    return {
        "id": question.id,
        "text": question.text,
        "month": question.month,
        "intents": list(question.final.intents),
        "entities": render_entities(question.final.entities),
        "by": question.final_by,
        "source": question.final_source,
        "at": question.final_at,
    }


def render_progress(found: Progress, settings: LabelSettings) -> dict[str, Any]:
    """Return how far the queue is."""
    return {
        "mine": _pace(found.mine),
        "queue": {**found.states, "once": found.once},
        "people": [_pace(one) for one in found.people],
        "double_share": settings.double_share,
    }


def render_board(board: Board, settings: LabelSettings) -> dict[str, Any]:
    """Return how far people agree."""
    return {
        "overall": _agreement(board.overall),
        "pairs": [{"a": a, "b": b, **_agreement(found)} for a, b, found in board.pairs],
        "intents": [{"intent": name, **_agreement(found)} for name, found in board.intents],
        "floor": settings.kappa_floor,
    }


def render_titles(titles: Titles) -> dict[str, Any]:
    """Return all that can be chosen."""
    intents = [
        {"name": name, "title": one.title, "kind": one.kind, "example": one.example}
        for name, one in titles.intents.items()
    ]
    return {"intents": intents, "entities": [{"name": name, "title": title} for name, title in titles.entities.items()]}


def _pace(pace: Pace) -> dict[str, Any]:
    return {"name": pace.name, "total": pace.labels, "today": pace.today, "per_hour": pace.per_hour}


def _agreement(found: Agreement) -> dict[str, Any]:
    return {"both": found.both, "agreement": found.agreement, "kappa": found.kappa}
