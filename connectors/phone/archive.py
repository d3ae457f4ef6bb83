"""The calls that were held, read back: record and recording of one conversation.

`calls.py` writes them, `retention.py` deletes them. All of it blocks: call it in a thread.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from connectors.phone.calls import file_name
from storage.clock import CHINA
from storage.home import home_folder

FOLDER = "calls"
"""Below GRIDTALK_HOME: a folder a day, in it a record (.json) and a recording (.wav) a call."""
PREFIX = "phone:"
_IMPORTED = "import-"


@dataclass(frozen=True, slots=True)
class StoredCall:
    """What is kept of one call."""

    record: Mapping[str, Any]
    """As `speech.call_record.render_record` made it."""
    recording: Path | None
    """Two channels, left the caller; None where it was not recorded."""


@dataclass(frozen=True, slots=True)
class CallArchive:
    """Finds calls and recordings that were brought from elsewhere."""

    folder: Path

    def find(self, sender_id: str, at: float) -> StoredCall | None:
        """Return the call of a conversation that began at this second; None where nothing is kept (any more)."""
        if not sender_id.startswith(PREFIX):
            return None
        # as a path is made of a Call-ID: what follows its last dot is a suffix, and replaced
        ending = Path(f"-{file_name(sender_id.removeprefix(PREFIX))}").with_suffix(".json").name
        days = [datetime.fromtimestamp(at, CHINA).date() + timedelta(days=days) for days in (0, -1, 1)]
        paths = [path for day in days for path in self._files(day, ending)]
        found = [(path, record) for path in paths if (record := _record(path)).get("id") == sender_id]
        if not found:
            return None
        path, record = min(found, key=lambda one: abs(_started_at(one[1]) - at))
        recording = path.with_suffix(".wav")
        return StoredCall(record, recording if record.get("recording") and recording.is_file() else None)

    def place_for(self, conversation_id: str, day: date) -> Path:
        """Return where the recording of an imported conversation belongs."""
        return self.folder / day.isoformat() / f"{_IMPORTED}{_digest(conversation_id)}.wav"

    def imported(self, conversation_id: str) -> Path | None:
        """Return the recording of an imported conversation, the newest where it was taken twice."""
        paths = sorted(self.folder.glob(f"*/{_IMPORTED}{_digest(conversation_id)}.wav"))
        return paths[-1] if paths else None

    def _files(self, day: date, ending: str) -> Iterator[Path]:
        place = self.folder / day.isoformat()
        return (path for path in (place.iterdir() if place.is_dir() else ()) if path.name.endswith(ending))


def open_archive() -> CallArchive:
    """Return this installation's."""
    return CallArchive(home_folder() / FOLDER)


def _digest(conversation_id: str) -> str:
    """An id from outside never becomes part of a path."""
    return hashlib.sha256(conversation_id.encode()).hexdigest()[:32]


def _record(path: Path) -> dict[str, Any]:
    try:
        content = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return {}
    return content if isinstance(content, dict) else {}


def _started_at(record: Mapping[str, Any]) -> float:
    try:
        moment = datetime.fromisoformat(str(record.get("started_at")))
    except ValueError:
        return 0.0
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
