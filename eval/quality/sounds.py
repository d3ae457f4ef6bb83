"""The recording of a scored conversation, where one is kept."""

from __future__ import annotations

import asyncio
import wave
from dataclasses import dataclass
from pathlib import Path

from connectors.phone.archive import CallArchive
from eval.quality.values import HELD, IMPORTED, Score


@dataclass(frozen=True, slots=True)
class Sound:
    """A file and its length."""

    path: Path
    seconds: float
    channels: int


@dataclass(frozen=True, slots=True)
class Sounds:
    """Finds recordings."""

    calls: CallArchive

    async def of(self, score: Score) -> Sound | None:
        """Return the recording; None where there is none (any more)."""
        if score.channel != "phone" or score.source not in (HELD, IMPORTED):
            return None
        return await asyncio.to_thread(self._find, score)

    def _find(self, score: Score) -> Sound | None:
        if score.source == IMPORTED:
            path = self.calls.imported(score.conversation_id)
        else:
            call = self.calls.find(score.sender_id, score.started_at)
            path = call.recording if call is not None else None
        return _measured(path) if path is not None else None


def _measured(path: Path) -> Sound | None:
    try:
        with wave.open(str(path), "rb") as file:
            return Sound(path, round(file.getnframes() / (file.getframerate() or 1), 2), file.getnchannels())
    except (OSError, EOFError, wave.Error):
        return None
