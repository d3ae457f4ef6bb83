"""Imported conversations: kept sealed until they are scored, and shown beside their score."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from eval.quality.import_file import ImportedTranscript
from eval.quality.source import Found, Task, needs_scoring
from eval.quality.store import QualityStore
from eval.quality.table import TRANSCRIPTS
from eval.quality.values import IMPORTED, Known, Subject, named_key

PREFIX = "import:"
ROWS_AT_ONCE = 200


class ImportedSource:
    """Keeps and reads imported conversations."""

    def __init__(self, store: QualityStore) -> None:
        self.store = store

    async def keep(self, transcripts: Sequence[ImportedTranscript], at: float) -> None:
        """Keep conversations; one with the same id is replaced. Raises StoreUnavailable."""
        for start in range(0, len(transcripts), ROWS_AT_ONCE):
            rows = {row["conversation_id"]: row for row in map(_row, transcripts[start : start + ROWS_AT_ONCE])}
            stamped = [{**row, "imported_at": at} for row in rows.values()]

            def write(link: Connection, rows: list[dict[str, Any]] = stamped) -> None:
                names = [row["conversation_id"] for row in rows]
                link.execute(delete(TRANSCRIPTS).where(TRANSCRIPTS.c.conversation_id.in_(names)))
                link.execute(insert(TRANSCRIPTS), rows)

            await self.store.write(write)

    async def read(self, task: Task, known: Mapping[str, Known]) -> AsyncIterator[Found]:
        """Return what is to be scored, in the order of ids."""
        last = ""
        while rows := await self.store.read(lambda link, last=last: _rows(link, task, last)):  # type: ignore[misc]
            last = rows[-1].conversation_id
            for row in rows:
                # what an importing house does not know stays unknown: nothing is waited for
                if needs_scoring(known.get(row.conversation_id), row.ended_at, task, came_again=False):
                    yield _found(row)


def parse_kept(text: str) -> ImportedTranscript:
    """Return a kept conversation."""
    return ImportedTranscript.model_validate_json(text)


def _row(transcript: ImportedTranscript) -> dict[str, Any]:
    times = [turn.at.timestamp() for turn in transcript.turns if turn.at is not None]
    return {
        "conversation_id": f"{PREFIX}{transcript.id}",
        "started_at": times[0],
        "ended_at": max(times),
        "agent_name": transcript.agent_name,
        "scope": transcript.place,
        "transcript": transcript.model_dump_json(),
    }


def _rows(link: Connection, task: Task, last: str) -> Sequence[Any]:
    began = (TRANSCRIPTS.c.started_at >= task.since.timestamp()) & (TRANSCRIPTS.c.conversation_id > last)
    if task.until is not None:
        began &= TRANSCRIPTS.c.started_at < task.until.timestamp()
    return link.execute(
        select(TRANSCRIPTS).where(began).order_by(TRANSCRIPTS.c.conversation_id).limit(ROWS_AT_ONCE)
    ).all()


def _found(row: Any) -> Found:
    transcript = parse_kept(row.transcript)
    subject = Subject(
        conversation_id=row.conversation_id,
        sender_id=row.conversation_id,
        source=IMPORTED,
        channel=transcript.channel,
        agent=transcript.agent,
        scope=row.scope,
        started_at=row.started_at,
        ended_at=row.ended_at,
        turns=len(transcript.turns),
        is_settled=True,
        agent_key=named_key(row.agent_name) if transcript.agent == "human" else "",
        agent_name=row.agent_name,
        intents=tuple(dict.fromkeys(turn.intent.name for turn in transcript.turns if turn.intent is not None)),
    )
    return Found(subject, transcript)
