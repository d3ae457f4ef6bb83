"""From a transcript to a score: every item that applies, weights, fatal items.

`total = sum(weight * score) / sum(weight of what applies) * 100`; a fatal item that failed makes it 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eval.errors import RubricInvalid
from eval.quality.hearing import NOT_APPLICABLE, Check, Evidence, Finding, Hearing
from eval.quality.items.answer import check_completeness, check_correctness, check_time_limits
from eval.quality.items.handoff import check_handoff
from eval.quality.items.identity import check_identity
from eval.quality.items.mood import check_mood, check_tone
from eval.quality.items.opening import check_opening, check_recording_notice
from eval.quality.items.privacy import check_privacy
from eval.quality.items.result import check_resolution, check_ticket
from eval.quality.items.safety import check_safety
from eval.quality.items.understanding import check_understanding
from eval.quality.items.voice import check_voice
from eval.quality.rubric import Rubric, RubricItem
from eval.quality.totals import ItemVerdict, total_of
from eval.quality.transcript import Transcript

RULES = "rules.3"
"""Version of the checkers: changed where one of them judges otherwise; scores carry it."""
CHECKERS: Mapping[str, Check] = {
    "opening": check_opening,
    "recording_notice": check_recording_notice,
    "identity": check_identity,
    "understanding": check_understanding,
    "correctness": check_correctness,
    "completeness": check_completeness,
    "time_limits": check_time_limits,
    "safety": check_safety,
    "handoff": check_handoff,
    "tone": check_tone,
    "mood": check_mood,
    "voice": check_voice,
    "privacy": check_privacy,
    "ticket": check_ticket,
    "resolution": check_resolution,
}


@dataclass(frozen=True, slots=True)
class ItemScore:
    """One item of one conversation."""

    item: int
    name: str
    score: float | None
    evidence: tuple[Evidence, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class QualityScore:
    """One conversation against one version of the rubric."""

    id: str
    total: float
    """0.0 to 100.0, one decimal."""
    fatal: tuple[int, ...]
    items: tuple[ItemScore, ...]
    rubric: str


def score_transcript(transcript: Transcript, rubric: Rubric) -> QualityScore:
    """Score one conversation. Raises RubricInvalid where the rubric names a checker that does not exist."""
    hearing = Hearing(transcript, rubric)
    findings = [(item, _check(item, hearing)) for item in rubric.items]
    items = tuple(ItemScore(i.item, i.name, f.score, f.evidence, f.reason) for i, f in findings)
    total = total_of(ItemVerdict(i.item, i.name, i.weight, i.fatal, f.score) for i, f in findings)
    return QualityScore(transcript.id, total.points, total.fatal, items, rubric.version)


def judge_transcript(transcript: Transcript, rubric: Rubric) -> tuple[ItemVerdict, ...]:
    """Return the items with weights and evidence, as the review keeps them. Raises RubricInvalid."""
    weights = {item.item: item for item in rubric.items}
    return tuple(
        ItemVerdict(
            found.item,
            found.name,
            weights[found.item].weight,
            weights[found.item].fatal,
            found.score,
            found.reason,
            tuple((evidence.turn, evidence.text) for evidence in found.evidence),
        )
        for found in score_transcript(transcript, rubric).items
    )


def render_score(score: QualityScore) -> dict[str, Any]:
    """The contract's JSON."""
    return {
        "id": score.id,
        "total": score.total,
        "fatal": list(score.fatal),
        "items": [
            {
                "item": item.item,
                "name": item.name,
                "score": item.score,
                "evidence": [{"turn": found.turn, "text": found.text} for found in item.evidence],
                "reason": item.reason,
            }
            for item in score.items
        ],
        "rubric": score.rubric,
    }


def _check(item: RubricItem, hearing: Hearing) -> Finding:
    check = CHECKERS.get(item.checker)
    if check is None:
        raise RubricInvalid(f"item {item.item}: no checker {item.checker!r}; there are {', '.join(CHECKERS)}")
    if hearing.transcript.agent not in item.applies_to or hearing.transcript.channel not in item.channels:
        return NOT_APPLICABLE
    return hearing.find(check)
