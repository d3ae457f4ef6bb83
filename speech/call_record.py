"""What is kept of a call: its turns with times, what was heard of each prompt, interruptions, transfers, the line.

The turns have the shape that quality scoring reads. Digits of a sensitive answer are never in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from speech.media import LineQuality
from speech.protocols import TurnKind

MASKED = "＊＊＊"


@dataclass(slots=True)
class TurnTimes:
    """Seconds of one turn; None where that step did not happen."""

    end_of_turn_wait: float | None = None
    """From the last voiced frame to the decision that the caller has finished."""
    recognition: float | None = None
    steps: tuple[tuple[str, float], ...] = ()
    """understanding, action ..., as the bot reports them."""
    answer: float | None = None
    """From the words to the bot's replies."""
    first_audio: float | None = None
    """From the replies to the first frame of them."""
    total: float | None = None
    """From the last voiced frame (or the key) to that frame."""


@dataclass(slots=True)
class CallerLine:
    """What the caller said or pressed."""

    text: str
    kind: TurnKind
    at: datetime
    start_seconds: float
    """Position in the recording."""
    end_seconds: float
    confidence: float
    message_id: str
    times: TurnTimes = field(default_factory=TurnTimes)


@dataclass(slots=True)
class BotLine:
    """What the bot said: `text` as far as it was heard."""

    text: str
    at: datetime
    start_seconds: float
    end_seconds: float = 0.0
    unheard: str = ""


@dataclass(slots=True)
class CallRecord:
    """One call."""

    conversation_id: str
    call_id: str
    started_at: datetime
    recording: str | None = None
    ended_at: datetime | None = None
    outcome: str = ""
    """caller | bot | transferred | line_silent | never_acknowledged | failed | too_long | shutdown"""
    lines: list[CallerLine | BotLine] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    """barge_ins, false_barge_ins, no_inputs, no_matches, keys, fillers, transfers, failed_transfers"""
    quality: LineQuality = field(default_factory=LineQuality)
    worst_frame_lateness_seconds: float = 0.0

    def count(self, name: str) -> None:
        """Add one."""
        self.counts[name] = self.counts.get(name, 0) + 1

    def save(self, path: Path) -> None:
        """Write it as JSON; a half-written file is never seen."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        draft.write_bytes(orjson.dumps(render_record(self), option=orjson.OPT_INDENT_2))
        draft.replace(path)


def render_record(record: CallRecord) -> dict[str, Any]:
    """Return the record as it is kept."""
    return {
        "id": record.conversation_id,
        "call_id": record.call_id,
        "channel": "phone",
        "agent": "bot",
        "started_at": record.started_at.isoformat(),
        "ended_at": record.ended_at.isoformat() if record.ended_at else None,
        "outcome": record.outcome,
        "recording": record.recording,
        "turns": [_line(number, line) for number, line in enumerate(record.lines, start=1)],
        "counts": record.counts,
        "line": {
            "packets_sent": record.quality.packets_sent,
            "packets_received": record.quality.packets_received,
            "packets_lost": record.quality.packets_lost,
            "jitter_seconds": record.quality.jitter_seconds,
            "concealed_frames": record.quality.concealed_frames,
            "worst_frame_lateness_seconds": round(record.worst_frame_lateness_seconds, 4),
        },
    }


def _line(number: int, line: CallerLine | BotLine) -> dict[str, Any]:
    rendered: dict[str, Any] = {
        "n": number,
        "role": "customer" if isinstance(line, CallerLine) else "bot",
        "text": line.text,
        "at": line.at.isoformat(),
        "start_seconds": round(line.start_seconds, 2),
        "end_seconds": round(line.end_seconds, 2),
    }
    if isinstance(line, BotLine):
        return rendered | ({"unheard": line.unheard} if line.unheard else {})
    times = line.times
    return rendered | {
        "kind": line.kind,
        "confidence": round(line.confidence, 3),
        "message_id": line.message_id,
        "seconds": {
            "end_of_turn_wait": _rounded(times.end_of_turn_wait),
            "recognition": _rounded(times.recognition),
            **{name: _rounded(seconds) for name, seconds in times.steps},
            "answer": _rounded(times.answer),
            "first_audio": _rounded(times.first_audio),
            "total": _rounded(times.total),
        },
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)


Clock = Callable[[], datetime]
