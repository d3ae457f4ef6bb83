"""espeak-ng as a synthesizer: one worker process, restarted when it dies or hangs."""

from __future__ import annotations

import asyncio
import json
import struct
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from importlib.util import find_spec

import numpy as np

from speech.errors import ModelMissing, SynthesisFailed
from speech.synthesizers.sound import finish_sound

_VOICE = "cmn-latn-pinyin"
"""Right in every build of espeak-ng; `cmn` reads pinyin as English in Debian's 1.51."""
_TIMEOUT_SECONDS = 5.0
_LONGEST_BYTES = 40_000_000
_ATTEMPTS = 2


class EspeakSynthesizer:
    """Renders one sentence at a time; a queue of callers waits at the lock (a sentence takes 10-30 ms)."""

    def __init__(
        self,
        *,
        voice: str = _VOICE,
        words_per_minute: int = 185,
        pitch: int = 48,
        command: tuple[str, ...] = (sys.executable, "-m", "speech.synthesizers.espeak_worker"),
        timeout_seconds: float = _TIMEOUT_SECONDS,
    ) -> None:
        """`voice` is a name of espeak-ng, with a variant if wanted (`cmn-latn-pinyin+f2`); pitch is 0..100."""
        if find_spec("espeakng_loader") is None:
            raise ModelMissing("espeak-ng is not installed: pip install espeakng-loader")
        self._voice, self._words_per_minute, self._pitch = voice, words_per_minute, pitch
        self._command, self._timeout_seconds = command, timeout_seconds
        self._process: Process | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = asyncio.Lock()
        self.restarts = 0

    @property
    def version(self) -> str:
        """Return what a cached sound depends on."""
        return f"espeak-{self._voice}-{self._words_per_minute}-{self._pitch}-1"

    async def render(self, text: str, voice: str = "") -> bytes:
        """Return telephone PCM of spoken text. Raises SynthesisFailed."""
        request = json.dumps(
            {
                "text": text.replace("\n", " "),
                "voice": voice or self._voice,
                "words_per_minute": self._words_per_minute,
                "pitch": self._pitch,
            }
        )
        self._bind()
        async with self._lock:
            rate_hz, sound = await self._ask(request.encode() + b"\n")
        if not rate_hz:
            raise SynthesisFailed(f"espeak-ng has no voice of this name: {voice or self._voice}")
        samples = np.frombuffer(sound, "<i2").astype(np.float64)
        return await asyncio.to_thread(finish_sound, samples, rate_hz)

    def _bind(self) -> None:
        """A process belongs to the loop that started it; under another loop a new one is needed."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop, self._process, self._lock = loop, None, asyncio.Lock()

    async def _ask(self, request: bytes) -> tuple[int, bytes]:
        for _ in range(_ATTEMPTS):
            try:
                async with asyncio.timeout(self._timeout_seconds):
                    return await self._exchange(request)
            except (TimeoutError, OSError, asyncio.IncompleteReadError):
                await self._stop()
            except asyncio.CancelledError:
                # The answer to a cancelled request would be taken for that of the next.
                await self._stop()
                raise
        raise SynthesisFailed("the espeak-ng worker does not answer")

    async def _exchange(self, request: bytes) -> tuple[int, bytes]:
        process = await self._running()
        if process.stdin is None or process.stdout is None:
            raise SynthesisFailed("the espeak-ng worker has no pipes")
        process.stdin.write(request)
        await process.stdin.drain()
        rate_hz, length = struct.unpack("<II", await process.stdout.readexactly(8))
        if length > _LONGEST_BYTES:
            raise SynthesisFailed("the espeak-ng worker answered nonsense")
        return rate_hz, await process.stdout.readexactly(length)

    async def _running(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            self.restarts += 1
            self._process = await asyncio.create_subprocess_exec(
                *self._command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, limit=_LONGEST_BYTES
            )
        return self._process

    async def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()

    async def close(self) -> None:
        """End the worker."""
        await self._stop()
