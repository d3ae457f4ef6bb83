"""What the pages of the quality review send, and the filters of their lists."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from connectors.errors import BadRequest
from eval.quality.plan import Plan
from eval.quality.rows import in_place
from eval.quality.table import SCORES

MOST_ID = 2_147_483_647
MOST_SECONDS = 4e9
MOST_ITEM = 99
MOST_QUERY = 300
_EQUAL = {
    "channel": ("phone", "wechat", "app"),
    "agent": ("bot", "human"),
    "source": ("held", "desk", "imported"),
    "state": ("open", "queued", "reviewed", "closed_by_rule"),
}


def _without_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not contain the character NUL")
    return text


Text = Annotated[str, AfterValidator(_without_nul)]
Reason = Annotated[Text, Field(min_length=1, max_length=500)]
Number = Annotated[int, Field(ge=1, le=MOST_ID)]
ItemNumber = Annotated[int, Field(ge=1, le=MOST_ITEM)]
Share = Annotated[float, Field(ge=0, le=1)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class CorrectionBody(_Body):
    """Another score for an item."""

    item: ItemNumber
    score: Share | None
    reason: Reason


class ReviewBody(_Body):
    """POST /quality/conversations/{id}/review."""

    corrections: list[CorrectionBody] = Field(max_length=MOST_ITEM)
    comment: Annotated[Text, Field(max_length=500)] = ""


class AppealBody(_Body):
    """POST /quality/conversations/{id}/appeals."""

    item: ItemNumber
    reason: Reason


class VerdictBody(_Body):
    """POST /quality/appeals/{id}/judge and /close."""

    accepted: bool
    score: Share | None = 1.0
    reason: Reason


class AssignBody(_Body):
    """POST /quality/queue/{id}/assign."""

    reviewer_id: Number


class PlanBody(_Body):
    """PUT /quality/plan."""

    plan: Plan
    reason: Reason


class CalibrationBody(_Body):
    """POST /quality/calibrations."""

    title: Annotated[Text, Field(min_length=1, max_length=128)]
    conversations: list[Number] = Field(min_length=1, max_length=50)


class ItemScoreBody(_Body):
    """One item as somebody scores it."""

    item: ItemNumber
    score: Share | None


class CalibrationScoresBody(_Body):
    """POST /quality/calibrations/{id}/scores."""

    conversation: Number
    items: list[ItemScoreBody] = Field(min_length=1, max_length=MOST_ITEM)


class ScoringBody(_Body):
    """POST /quality/jobs: the days of the conversations, seconds since the epoch."""

    since: Annotated[float, Field(ge=0, le=MOST_SECONDS)]
    until: Annotated[float, Field(ge=0, le=MOST_SECONDS)] | None = None


class AcknowledgeBody(_Body):
    """POST /quality/alerts/{id}/acknowledge."""

    note: Reason


def parse_filters(query: Mapping[str, str]) -> list[Any]:
    """Return the conditions that a list of conversations is to fulfil. Raises BadRequest."""
    wanted = [SCORES.c[name] == read_choice(query, name, _EQUAL[name]) for name in _EQUAL if query.get(name)]
    wanted += [SCORES.c[name] == read_text(query, name) for name in ("agent_key", "release") if query.get(name)]
    if scope := read_text(query, "scope"):
        wanted.append(in_place(SCORES.c.scope, scope))
    if intent := read_text(query, "intent"):
        wanted.append(SCORES.c.intents.contains(f'"{intent}"', autoescape=True))
    if query.get("query"):
        wanted.append(SCORES.c.conversation_id.contains(read_text(query, "query"), autoescape=True))
    if item := read_number(query, "item", 1, MOST_ITEM):
        wanted.append(SCORES.c.deducted.contains(f",{int(item)},"))
    if query.get("fatal") == "1":
        wanted.append(SCORES.c.fatal != "")
    bounds = {
        "since": SCORES.c.started_at.__ge__,
        "until": SCORES.c.started_at.__lt__,
        "min": SCORES.c.final.__ge__,
        "max": SCORES.c.final.__le__,
    }
    for name, compare in bounds.items():
        if (value := read_number(query, name, 0, MOST_SECONDS)) is not None:
            wanted.append(compare(value))
    return wanted


def read_choice(query: Mapping[str, str], name: str, choices: tuple[str, ...], default: str = "") -> str:
    """Return one of some words. Raises BadRequest."""
    value = query.get(name) or default
    if value and value not in choices:
        raise BadRequest("invalid_query", f"{name}: one of {', '.join(choices)}")
    return value


def read_text(query: Mapping[str, str], name: str) -> str:
    """Return some words of the query. Raises BadRequest."""
    text = query.get(name, "")
    if len(text) > MOST_QUERY or "\x00" in text:
        raise BadRequest("invalid_query", f"{name}: at most {MOST_QUERY} characters")
    return text


def read_number(query: Mapping[str, str], name: str, least: float, most: float) -> float | None:
    """Return a number of the query; None where there is none. Raises BadRequest."""
    text = query.get(name, "")
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        raise BadRequest("invalid_query", f"{name}: a number from {least:g} to {most:g}")
    return value
