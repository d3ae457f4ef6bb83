"""The words of a scored conversation, read anew where they are kept: nothing a customer said is stored twice."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from connectors.desk.errors import NotInSight as SessionGone
from connectors.desk.store import entries_after, read_session
from connectors.phone.archive import CallArchive
from eval.history import read_sender
from eval.quality.desk_source import PREFIX, transcript_of_session
from eval.quality.held_source import heard_transcript
from eval.quality.imported_source import parse_kept
from eval.quality.store import QualityStore
from eval.quality.table import TRANSCRIPTS
from eval.quality.transcript import Transcript
from eval.quality.values import DESK, IMPORTED, Score


@dataclass(frozen=True, slots=True)
class ScoredTranscripts:
    """Finds what was said."""

    store: QualityStore
    calls: CallArchive | None = None

    async def read(self, score: Score) -> Transcript | None:
        """Return a conversation's words as they were scored; None where they are deleted. Raises StoreUnavailable."""
        if score.source == IMPORTED:
            return await self._imported(score.conversation_id)
        if score.source == DESK:
            return await self._desk(int(score.conversation_id.removeprefix(PREFIX)))
        sessions = await read_sender(self.store.database, score.sender_id)
        held = next((one for one in sessions if one.id == score.conversation_id), None)
        return await heard_transcript(held, self.calls) if held is not None else None

    async def _imported(self, conversation_id: str) -> Transcript | None:
        query = select(TRANSCRIPTS.c.transcript).where(TRANSCRIPTS.c.conversation_id == conversation_id)
        text = await self.store.read(lambda link: link.scalar(query))
        return parse_kept(text) if text is not None else None

    async def _desk(self, session_id: int) -> Transcript | None:
        try:
            session = await self.store.read(lambda link: read_session(link, session_id))
        except SessionGone:
            return None
        entries = await self.store.read(lambda link: entries_after(link, session_id, 0))
        return transcript_of_session(session, entries, None)
