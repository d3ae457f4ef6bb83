"""Deleting for good: rows of conversations, scores with what people said of them, files of calls and uploads."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Table, delete, or_, select
from sqlalchemy.engine import Connection

from connectors.webchat.uploads import UPLOADS
from console.privacy.keeping import BY_CONVERSATION
from eval.quality.table import ALERTS, APPEALS, CALIBRATION_SCORES, REVIEWS, SAMPLES, SCORES, TRANSCRIPTS
from eval.retrain.labels.table import LABELS, QUESTIONS

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Files:
    """Where recordings, call records and uploads lie."""

    calls: Path
    uploads: Path


def in_pieces(values: Collection[Any], size: int = AT_ONCE) -> Iterator[list[Any]]:
    """Return values in pieces: a statement takes only so many."""
    listed = list(values)
    return (listed[start : start + size] for start in range(0, len(listed), size))


def erase_conversations(link: Connection, senders: Collection[str], but: Collection[str] = ()) -> dict[str, int]:
    """Delete all rows of conversations, except those of some tables; returns how many by table."""
    deleted: dict[str, int] = {}
    for piece in in_pieces(senders):
        erase_questions(link, piece, deleted)
        erase_scores(link, [SCORES.c.sender_id.in_(piece)], deleted)
        for column in BY_CONVERSATION:
            if column.table.name not in but:
                _drop(link, column.table, column.in_(piece), deleted)
    return {name: count for name, count in deleted.items() if count}


def erase_questions(link: Connection, senders: Sequence[str], deleted: dict[str, int]) -> None:
    """Delete masked sentences of conversations from what is learnt, with their labels."""
    theirs = or_(*(QUESTIONS.c.conversation.startswith(f"{one}#", autoescape=True) for one in senders))
    ids = select(QUESTIONS.c.id).where(theirs)
    _drop(link, LABELS, LABELS.c.question_id.in_(ids), deleted)
    _drop(link, QUESTIONS, theirs, deleted)


def erase_scores(link: Connection, wanted: Sequence[Any], deleted: dict[str, int]) -> None:
    """Delete quality scores that fit, with reviews, appeals, samples, and what was imported for them."""
    rows = link.execute(select(SCORES.c.id, SCORES.c.conversation_id).where(*wanted)).all()
    for piece in in_pieces([row.id for row in rows]):
        for table in (REVIEWS, APPEALS, SAMPLES, CALIBRATION_SCORES):
            _drop(link, table, table.c.score_id.in_(piece), deleted)
        _drop(link, ALERTS, ALERTS.c.score_id.in_(piece), deleted)
        _drop(link, SCORES, SCORES.c.id.in_(piece), deleted)
    for piece in in_pieces([row.conversation_id for row in rows]):
        _drop(link, TRANSCRIPTS, TRANSCRIPTS.c.conversation_id.in_(piece), deleted)
        _drop(link, ALERTS, (ALERTS.c.subject_kind == "conversation") & ALERTS.c.subject.in_(piece), deleted)


def uploads_of(link: Connection, senders: Collection[str]) -> list[str]:
    """Return the ids of what conversations have sent."""
    return [
        identifier
        for piece in in_pieces(senders)
        for identifier in link.scalars(select(UPLOADS.c.id).where(UPLOADS.c.conversation_id.in_(piece)))
    ]


def calls_of(files: Files, conversations: Collection[str]) -> list[Path]:
    """Return records and recordings of calls (`phone:...`). Blocks: call it in a thread."""
    if not any(one.startswith("phone:") for one in conversations):
        return []
    found: list[Path] = []
    for record in files.calls.glob("*/*.json"):
        if _id_of(record) in conversations:
            found += [path for path in (record, record.with_suffix(".wav")) if path.is_file()]
    return found


def erase_files(files: Files, calls: Collection[Path], uploads: Collection[str]) -> int:
    """Delete files; returns how many. Blocks: call it in a thread."""
    paths = [*calls, *(files.uploads / identifier for identifier in uploads)]
    there = [path for path in paths if path.is_file()]
    for path in there:
        path.unlink(missing_ok=True)
    return len(there)


def _drop(link: Connection, table: Table, condition: Any, deleted: dict[str, int]) -> None:
    name = str(table.name)
    deleted[name] = deleted.get(name, 0) + link.execute(delete(table).where(condition)).rowcount


def _id_of(record: Path) -> str:
    try:
        content = orjson.loads(record.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return ""
    return str(content.get("id", "")) if isinstance(content, dict) else ""
