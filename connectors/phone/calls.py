"""Every call of every line passes here: its record and recording are opened, held, written; metrics are kept."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import structlog

from connectors.phone.metrics import CALLS, CALLS_NOW, EVENTS, FIRST_SOUND, FRAME_LATENESS
from speech.call import Call, CallTools
from speech.call_record import CallerLine, CallRecord
from speech.call_settings import CallSettings
from speech.media import MediaSession
from speech.protocols import Respond
from speech.recording import Recording

_LOG = structlog.get_logger(__name__)
_UNSAFE = re.compile(r"[^A-Za-z0-9._@-]")
_NAME_CHARACTERS = 80
OpenRespond = Callable[[str, bool], Respond]


class PhoneCalls:
    """Holds calls."""

    def __init__(
        self,
        tools: CallTools,
        settings: CallSettings,
        open_respond: OpenRespond,
        folder: Path,
        writers: ThreadPoolExecutor,
    ) -> None:
        self._tools = tools
        self._settings = settings
        self._open_respond = open_respond
        self._folder = folder
        self._writers = writers

    async def prepare(self) -> None:
        """Render what is said in every call."""
        notice = [self._settings.phrases.notice] if self._settings.is_recorded else []
        await self._tools.voice.prepare([*notice, self._settings.greeting, *self._settings.phrases.all()])

    async def take(self, media: MediaSession) -> None:
        """Hold one call to its end; whatever goes wrong, its record is written."""
        now = self._tools.clock()
        conversation_id = f"phone:{media.call_id}"
        record = CallRecord(conversation_id, media.call_id, now)
        path = self._folder / now.date().isoformat() / f"{now:%H%M%S}-{file_name(media.call_id)}"
        recording = Recording(path.with_suffix(".wav"), self._writers) if self._settings.is_recorded else None
        if recording is not None:
            record.recording = recording.path.name
        respond = self._open_respond(conversation_id, media.can_transfer)
        settings = replace(self._settings, has_agents=media.can_transfer)
        call = Call(media, self._tools, respond, settings, record, recording)
        CALLS_NOW.inc()
        try:
            await call.run()
        finally:
            CALLS_NOW.dec()
            record.ended_at = self._tools.clock()
            record.quality = media.quality()
            _measure(record)
            await asyncio.shield(self._write(record, recording, path.with_suffix(".json")))

    async def _write(self, record: CallRecord, recording: Recording | None, path: Path) -> None:
        try:
            if recording is not None:
                await recording.close()
            await asyncio.get_running_loop().run_in_executor(self._writers, record.save, path)
        except OSError as error:
            _LOG.error("a call could not be recorded", error=type(error).__name__, call=record.call_id)


def _measure(record: CallRecord) -> None:
    CALLS.labels(record.outcome).inc()
    FRAME_LATENESS.observe(record.worst_frame_lateness_seconds)
    for name, number in record.counts.items():
        EVENTS.labels(name).inc(number)
    for line in record.lines:
        if isinstance(line, CallerLine) and line.times.total is not None and line.kind == "speech":
            FIRST_SOUND.observe(line.times.total)


def file_name(call_id: str) -> str:
    """A Call-ID is the caller's text: nothing of it may become a path."""
    return _UNSAFE.sub("_", call_id)[:_NAME_CHARACTERS].lstrip(".") or "call"
