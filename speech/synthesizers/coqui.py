"""Coqui TTS over HTTP: the `tts-server` of coqui-tts in its own environment or container.

`GET /api/tts?text=...` answers a WAV file. A server that fails is left alone for a while, so that a call never waits
for it twice.
"""

from __future__ import annotations

import asyncio
import time

import aiohttp

from speech.errors import SynthesisFailed
from speech.synthesizers.sound import finish_sound, read_wav

_LONGEST_BYTES = 20_000_000
_REST_SECONDS = 30.0


class CoquiSynthesizer:
    """Asks one server for one sentence."""

    def __init__(
        self, url: str, *, speaker: str = "", language: str = "", timeout_seconds: float = 2.0, version: str = "1"
    ) -> None:
        """`url` is the server's root; `version` is changed by the operator when the server's model changes."""
        self._url = url.rstrip("/") + "/api/tts"
        self._fixed = {key: value for key, value in (("speaker_id", speaker), ("language_id", language)) if value}
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)
        self._version = version
        self._rests_until = 0.0

    @property
    def version(self) -> str:
        """Return what a cached sound depends on."""
        return f"coqui-{self._url}-{sorted(self._fixed.items())}-{self._version}"

    async def render(self, text: str, voice: str = "") -> bytes:
        """Return telephone PCM. Raises SynthesisFailed."""
        if time.monotonic() < self._rests_until:
            raise SynthesisFailed("the Coqui server has failed a moment ago")
        query = {"text": text, **self._fixed, **({"speaker_id": voice} if voice else {})}
        try:
            content = await self._fetch(query)
        except (aiohttp.ClientError, TimeoutError) as error:
            self._rests_until = time.monotonic() + _REST_SECONDS
            raise SynthesisFailed(f"the Coqui server gave no sound: {type(error).__name__}") from error
        samples, rate_hz = await asyncio.to_thread(read_wav, content)
        return await asyncio.to_thread(finish_sound, samples, rate_hz)

    async def _fetch(self, query: dict[str, str]) -> bytes:
        async with (
            aiohttp.ClientSession(timeout=self._timeout) as session,
            session.get(self._url, params=query, raise_for_status=True) as response,
        ):
            content = await response.content.read(_LONGEST_BYTES)
            if not response.content.at_eof():
                raise SynthesisFailed("the Coqui server's sound is too long")
            return content

    async def close(self) -> None:
        """Nothing stays open between sentences."""
