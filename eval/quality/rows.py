"""Rows of the quality review's tables as values, and values as columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from eval.quality.table import SCORES
from eval.quality.totals import dump_items, lost_points, total_of
from eval.quality.values import Judged, Person, Review, Score, Sight

LISTED = tuple(
    column for column in SCORES.c if column.name not in ("items", "facts", "lost", "is_settled", "is_current")
)
"""The columns of a list: nothing sealed is opened for it."""


def numbers_text(numbers: Iterable[int]) -> str:
    """Return item numbers as `,3,13,`, so that one can be looked for; nothing where there is none."""
    found = ",".join(str(number) for number in numbers)
    return f",{found}," if found else ""


def parse_numbers(text: str) -> tuple[int, ...]:
    """Return what `numbers_text` made."""
    return tuple(int(number) for number in text.split(",") if number)


def columns_of(judged: Judged, rubric: str, model: str, at: float) -> dict[str, Any]:
    """Return a fresh score as columns."""
    subject, total = judged.subject, total_of(judged.items)
    return {
        "conversation_id": subject.conversation_id,
        "sender_id": subject.sender_id,
        "source": subject.source,
        "channel": subject.channel,
        "agent": subject.agent,
        "agent_key": subject.agent_key,
        "agent_name": subject.agent_name,
        "scope": subject.scope,
        "release": subject.release,
        "intents": orjson.dumps(list(subject.intents)).decode(),
        "started_at": subject.started_at,
        "ended_at": subject.ended_at,
        "turns": subject.turns,
        "facts": orjson.dumps(dict(subject.facts)).decode(),
        "automatic": total.points,
        "reviewed": None,
        "final": total.points,
        "fatal": numbers_text(total.fatal),
        "deducted": numbers_text(one.item for one in judged.items if one.is_deducted),
        "lost": orjson.dumps({str(item): lost for item, lost in lost_points(judged.items).items()}).decode(),
        "items": dump_items(judged.items),
        "rubric": rubric,
        "model": model,
        "scored_at": at,
        "is_settled": subject.is_settled,
        "is_current": True,
        "state": "open",
    }


def score_of(row: Any) -> Score:
    """Return a row as a score."""
    packed = {"intents", "fatal", "deducted"}
    plain = {name: getattr(row, name) for name in Score.__slots__ if name not in packed}
    return Score(
        **plain,
        intents=tuple(orjson.loads(row.intents)),
        fatal=parse_numbers(row.fatal),
        deducted=parse_numbers(row.deducted),
    )


def review_of(row: Any) -> Review:
    """Return a row as a review."""
    packed = {"reviewer"}
    plain = {name: getattr(row, name) for name in Review.__slots__ if name not in packed}
    return Review(**plain, reviewer=Person(row.reviewer_id, row.reviewer))


def in_place(column: Any, scope: str) -> Any:
    """Return the condition that a row lies in a place; one that lies nowhere lies in no place."""
    if not scope:
        return column.is_not(None)
    return (column == scope) | column.startswith(f"{scope}/", autoescape=True)


def in_sight(sight: Sight) -> Any:
    """Return the condition that a score may be seen. An agent's own may lie in his place or in none."""
    if sight.agent_keys is None:
        return in_place(SCORES.c.scope, sight.scope)
    own = SCORES.c.agent_key.in_([key for key in sight.agent_keys if key])
    return own & (in_place(SCORES.c.scope, sight.scope) | (SCORES.c.scope == ""))
