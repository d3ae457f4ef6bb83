"""The bot's synthesizer: recorded prompts, then the cache, then the engines in order.

The first sentence is handed out as soon as it is there, and the next is rendered while it is spoken.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Protocol

import structlog

from speech.errors import SynthesisFailed
from speech.synthesizers.cache import SoundCache
from speech.synthesizers.recorded import RecordedPrompts
from speech.synthesizers.sentences import split_sentences
from speech.text.spoken import to_spoken

_LOG = structlog.get_logger(__name__)
PAUSE = bytes(2 * 8 * 180)
"""180 ms between sentences."""


class Engine(Protocol):
    """Something that can render one spoken sentence."""

    @property
    def version(self) -> str:
        """What a cached sound depends on."""
        ...

    async def render(self, text: str, voice: str = "") -> bytes:
        """Return telephone PCM. Raises SynthesisFailed."""
        ...

    async def close(self) -> None:
        """Let go of processes and threads."""
        ...


class ChainedSynthesizer:
    """Implements `speech.protocols.Synthesizer`."""

    def __init__(
        self, engines: Sequence[Engine], *, recorded: RecordedPrompts | None = None, cache: SoundCache | None = None
    ) -> None:
        self._engines, self._recorded, self._cache = tuple(engines), recorded, cache

    async def speak(self, text: str, *, voice: str = "") -> AsyncIterator[bytes]:
        """Yield each sentence as one piece. Raises SynthesisFailed where no engine can say it."""
        sentences = split_sentences(text)
        upcoming: asyncio.Task[bytes] | None = None
        try:
            for index, sentence in enumerate(sentences):
                sound = await (upcoming or self._sentence(sentence, voice))
                following = sentences[index + 1] if index + 1 < len(sentences) else None
                upcoming = asyncio.create_task(self._sentence(following, voice)) if following else None
                yield sound + (PAUSE if following else b"")
        finally:
            if upcoming is not None:
                upcoming.cancel()

    async def _sentence(self, sentence: str, voice: str) -> bytes:
        recording = self._recorded.find(sentence) if self._recorded else None
        if recording is not None:
            return recording
        spoken = to_spoken(sentence)
        if not spoken:
            return b""
        return await self._from_engines(spoken, voice)

    async def _from_engines(self, spoken: str, voice: str) -> bytes:
        failure: SynthesisFailed | None = None
        for engine in self._engines:
            kept = await self._look_up(spoken, voice, engine.version)
            if kept is not None:
                return kept
            try:
                sound = await engine.render(spoken, voice)
            except SynthesisFailed as error:
                _LOG.warning("a voice failed", engine=engine.version.split("-")[0], cause=str(error))
                failure = error
                continue
            if self._cache is not None:
                await asyncio.to_thread(self._cache.put, spoken, voice, engine.version, sound)
            return sound
        raise failure or SynthesisFailed("no voice is configured")

    async def _look_up(self, spoken: str, voice: str, version: str) -> bytes | None:
        return None if self._cache is None else await asyncio.to_thread(self._cache.get, spoken, voice, version)

    async def close(self) -> None:
        """Let go of the engines."""
        for engine in self._engines:
            await engine.close()
