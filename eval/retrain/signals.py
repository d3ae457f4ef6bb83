"""What is known of a conversation beside its events: the rating, what the quality review found against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.guarded import guarded_read
from connectors.webchat import records
from eval.quality.rows import parse_numbers
from eval.quality.store import QualityStore
from eval.quality.table import SCORES
from eval.quality.totals import parse_items
from eval.quality.values import HELD
from storage.database import Database

_AWAY = "the ratings and scores of conversations do not answer"


@dataclass(frozen=True, slots=True)
class Signals:
    """Findings by the id of the held conversation."""

    thumbs_down: frozenset[str] = frozenset()
    """Conversations that the customer rated badly, or called unresolved."""
    deductions: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Turns of the scored transcript (`eval/quality/from_history.py` counts them) that cost points."""


NO_SIGNALS = Signals()


async def read_signals(
    database: Database, start: float, end: float, poor_rating: int, items: tuple[int, ...]
) -> Signals:
    """Read what is known of the conversations that began in `[start, end)`. Raises StoreUnavailable."""
    await database.create_tables(records.METADATA)
    await QualityStore(database).prepare()
    rated = await guarded_read(database, partial(_rated, start=start, poor=poor_rating), _AWAY)
    found = await guarded_read(database, partial(_deducted, start=start, end=end, items=items), _AWAY)
    return Signals(rated, found)


def _rated(link: Connection, start: float, poor: int) -> frozenset[str]:
    """Ratings come after the conversation, perhaps in the next month: all since the month's start are read."""
    table = records.RATINGS
    bad = (table.c.score <= poor) | table.c.resolved.is_(False)
    rows = link.execute(select(table.c.conversation_id, table.c.first_turn).where(table.c.created_at >= start, bad))
    return frozenset(f"{row.conversation_id}#{row.first_turn}" for row in rows)


def _deducted(link: Connection, start: float, end: float, items: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    began = (SCORES.c.started_at >= start) & (SCORES.c.started_at < end)
    query = select(SCORES.c.conversation_id, SCORES.c.deducted, SCORES.c["items"])
    rows = link.execute(query.where(began, SCORES.c.is_current, SCORES.c.source == HELD, SCORES.c.deducted != ""))
    found: dict[str, tuple[int, ...]] = {}
    for row in rows:
        wanted = set(parse_numbers(row.deducted)) & set(items)
        verdicts = parse_items(row.items) if wanted else ()
        turns = {turn for one in verdicts if one.item in wanted and one.is_deducted for turn, _ in one.evidence}
        if turns:
            found[row.conversation_id] = tuple(sorted(turns))
    return found
