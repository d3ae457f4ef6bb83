"""Conversations that somebody brings: whose they may be, kept under their place, with their recording."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import Connection

from connectors.desk.organisation import Organisation
from connectors.desk.values import is_within
from connectors.phone.archive import CallArchive
from eval.errors import QuestionMistake
from eval.quality.import_file import ImportedTranscript, Reading
from eval.quality.imported_source import PREFIX, ImportedSource
from eval.quality.store import QualityStore
from eval.quality.table import TRANSCRIPTS
from storage.clock import CHINA


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes conversations from elsewhere."""

    store: QualityStore
    organisation: Organisation
    calls: CallArchive

    async def checked(self, reading: Reading, scope: str, file: str) -> Reading:
        """Return what the caller may bring: conversations of his place (none is his own); the rest as mistakes."""
        taken = await self.store.read(lambda link: _places(link, [one.id for one in reading.transcripts]))
        kept: list[ImportedTranscript] = []
        mistakes = list(reading.mistakes)
        for one in reading.transcripts:
            placed = one if one.place else one.model_copy(update={"scope": scope})
            if not self.organisation.has(placed.place):
                mistakes.append(QuestionMistake(file, 0, one.id, "unknown place"))
            elif not is_within(placed.place, scope) or not is_within(taken.get(one.id, scope), scope):
                mistakes.append(QuestionMistake(file, 0, one.id, "belongs to another place"))
            else:
                kept.append(placed)
        return replace(reading, transcripts=tuple(kept), mistakes=tuple(mistakes))

    async def may_bring(self, name: str, place: str, scope: str) -> bool:
        """Say whether a conversation with this id and place may be brought by somebody of this scope."""
        taken = await self.store.read(lambda link: _places(link, [name]))
        return self.organisation.has(place) and is_within(place, scope) and is_within(taken.get(name, scope), scope)

    async def keep(self, transcripts: Sequence[ImportedTranscript], at: float) -> None:
        """Keep conversations until they are scored; the same id again replaces. Raises StoreUnavailable."""
        await ImportedSource(self.store).keep(transcripts, at)

    async def keep_recording(self, transcript: ImportedTranscript, sound: Path) -> None:
        """Keep the sound of a conversation beside the calls of its day. Raises OSError."""
        day = next(turn.at.astimezone(CHINA).date() for turn in transcript.turns if turn.at is not None)
        place = self.calls.place_for(f"{PREFIX}{transcript.id}", day)
        await asyncio.to_thread(_copy, sound, place)


def _copy(sound: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_suffix(".part")
    shutil.copyfile(sound, draft)
    draft.replace(place)


def _places(link: Connection, ids: Sequence[str]) -> dict[str, str]:
    """The places of those that are kept already, by the id that the file gives them."""
    found: dict[str, str] = {}
    for start in range(0, len(ids), 500):
        names = [f"{PREFIX}{one}" for one in ids[start : start + 500]]
        columns = (TRANSCRIPTS.c.conversation_id, TRANSCRIPTS.c.scope)
        rows = link.execute(select(*columns).where(TRANSCRIPTS.c.conversation_id.in_(names)))
        found |= {row.conversation_id.removeprefix(PREFIX): row.scope for row in rows}
    return found
