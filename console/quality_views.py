"""The quality review's values as JSON."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from connectors.desk.render import customer_name
from eval.quality.appeals import Appeal
from eval.quality.calibration import Calibration
from eval.quality.dashboard import Dashboard, Window
from eval.quality.imported_source import PREFIX as IMPORT_PREFIX
from eval.quality.plan import KeptPlan
from eval.quality.samples import Sample
from eval.quality.sounds import Sound
from eval.quality.transcript import Transcript
from eval.quality.values import IMPORTED, FullScore, Person, Review, Score
from eval.report.figures import Figures

_ITEM_KEYS = ("item", "name", "weight", "fatal", "reason")


def render_quality_score(score: Score) -> dict[str, Any]:
    """Return a line of a list (`Score`)."""
    shown = {name: getattr(score, name) for name in Score.__slots__ if name not in ("sender_id",)}
    return {**shown, "customer": customer_of(score)}


def customer_of(score: Score) -> str:
    """Return how a customer is called here: never by what he is called elsewhere."""
    if score.source == IMPORTED:
        return score.conversation_id.removeprefix(IMPORT_PREFIX)
    return customer_name("", score.sender_id)


def render_items(
    full: FullScore, trusted: Collection[int], appealable: Collection[int], transcript: Transcript | None
) -> list[dict[str, Any]]:
    """Return every item: by the checkers, by people, as it counts; evidence with its second in the recording."""
    corrected = full.corrected
    began = {turn.n: turn.start_seconds for turn in transcript.turns} if transcript is not None else {}
    return [
        {
            **{name: getattr(one, name) for name in _ITEM_KEYS},
            "automatic": one.score,
            "reviewed": corrected.get(one.item),
            "is_reviewed": one.item in corrected,
            "final": corrected.get(one.item, one.score),
            "evidence": [{"turn": turn, "text": words, "seconds": began.get(turn)} for turn, words in one.evidence],
            "closes_itself": one.item in trusted,
            "can_appeal": one.item in appealable,
        }
        for one in full.items
    ]


def render_transcript(transcript: Transcript | None) -> list[dict[str, Any]]:
    """Return the turns; nothing where the words are deleted."""
    if transcript is None:
        return []
    return [
        {**turn.model_dump(mode="json", exclude={"at"}), "at": turn.at.timestamp() if turn.at else None}
        for turn in transcript.turns
    ]


def render_recording(score: Score, sound: Sound | None) -> dict[str, Any] | None:
    """Return where a conversation can be heard."""
    if sound is None:
        return None
    address = f"/console/api/quality/conversations/{score.id}/audio"
    return {"url": address, "seconds": sound.seconds, "channels": sound.channels}


def render_review(review: Review) -> dict[str, Any]:
    """Return one word on one item."""
    shown = ("id", "item", "before", "score", "reason", "at", "kind")
    return {**{name: getattr(review, name) for name in shown}, "reviewer": asdict(review.reviewer)}


def render_appeal(appeal: Appeal, at: float) -> dict[str, Any]:
    """Return an appeal with its judgements."""
    return {**asdict(appeal), "is_overdue": appeal.is_overdue(at)}


def render_sample(sample: Sample, at: float, score: Score | None = None) -> dict[str, Any]:
    """Return a line of the queue."""
    more = {"score": render_quality_score(score)} if score is not None else {}
    return {**asdict(sample), "is_overdue": sample.is_overdue(at), **more}


def render_plan(kept: KeptPlan) -> dict[str, Any]:
    """Return the plan and who made it."""
    return {"plan": kept.plan.model_dump(), "changed_by": kept.changed_by, "changed_at": kept.changed_at}


def render_calibration(found: Calibration) -> dict[str, Any]:
    """Return a round of calibration, without anybody's scores."""
    shown = ("id", "title", "created_by", "created_at", "conversations", "done")
    reviewers = [{**asdict(person), "scored": number} for person, number in found.reviewers.items()]
    return {**{name: getattr(found, name) for name in shown}, "reviewers": reviewers}


def render_calibration_page(found: Calibration, person: Person, names: Mapping[int, str]) -> dict[str, Any]:
    """Return a round as one person may see it."""
    seen = found.seen_by(person)
    mine: dict[str, list[dict[str, Any]]] = {}
    places: dict[tuple[int, int], list[Any]] = {}
    for one in seen:
        places.setdefault((one.score_id, one.item), []).append(one)
        if one.reviewer.id == person.id:
            mine.setdefault(str(one.score_id), []).append({"item": one.item, "score": one.score})
    differences = [
        {
            "score_id": score_id,
            "item": item,
            "scores": [{"reviewer": asdict(one.reviewer), "score": one.score} for one in given],
        }
        for (score_id, item), given in places.items()
        if len({one.score for one in given}) > 1
    ]
    items = [{**asdict(one), "name": names.get(one.item, "")} for one in found.agreements()]
    return {"calibration": render_calibration(found), "mine": mine, "items": items, "differences": differences}


def render_alert(row: Any) -> dict[str, Any]:
    """Return an alert."""
    shown = ("id", "kind", "subject_kind", "subject", "scope", "at", "value", "before", "count", "state", "note")
    more = {"by": row.staff, "acknowledged_at": row.acknowledged_at, "score_id": row.score_id}
    return {**{name: getattr(row, name) for name in shown}, **more}


def render_dashboard(found: Dashboard, window: Window, names: Mapping[int, str]) -> dict[str, Any]:
    """Return the figures of a period."""
    service = found.service
    return {
        "since": window.since,
        "until": window.until,
        "quality": {
            "conversations": found.conversations,
            "mean": found.mean,
            "fatal": found.fatal,
            "reviewed": found.reviewed,
            "before_mean": found.before_mean,
        },
        "by": {name: [asdict(part) for part in parts] for name, parts in found.by.items()},
        "deductions": [{**asdict(one), "name": names.get(one.item, "")} for one in found.deductions],
        "fatal": [render_quality_score(one) for one in found.newest_fatal],
        "service": asdict(service.whole) if service is not None else None,
        "service_by": _divisions(service.by) if service is not None else {},
        "handoff_reasons": service.handoff_reasons if service is not None else {},
        "failed_actions": service.failed_actions if service is not None else {},
    }


def _divisions(by: Mapping[str, Mapping[str, Figures]]) -> dict[str, Sequence[dict[str, Any]]]:
    return {name: [{"name": part, **asdict(figures)} for part, figures in parts.items()] for name, parts in by.items()}
