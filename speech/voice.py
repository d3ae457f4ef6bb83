"""The bot's voice: renders sentences ahead of their turn and keeps fixed phrases ready."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

import structlog

from speech.errors import SpeechError
from speech.protocols import BYTES_PER_SECOND, Synthesizer
from speech.saying import PAUSE_SECONDS, Saying, Sentence

_LOG = structlog.get_logger(__name__)
_RENDER_SECONDS = 10.0
_PAUSE = bytes(2 * int(PAUSE_SECONDS * BYTES_PER_SECOND / 2))


class Voice:
    """Turns sentences into sound; shared by all calls."""

    def __init__(self, synthesizer: Synthesizer, name: str = "", *, fallback: str = "") -> None:
        """fallback: one of the prepared phrases, said instead of what cannot be said."""
        self._synthesizer = synthesizer
        self._fallback = fallback
        self._name = name
        self._phrases: dict[str, bytes] = {}

    async def prepare(self, phrases: Sequence[str]) -> None:
        """Render fixed phrases once: they start at once and sound the same in every call."""
        for phrase in phrases:
            sentence = Sentence(phrase)
            await self._render_sentence(sentence)
            if sentence.sound:
                self._phrases[phrase] = bytes(sentence.sound)

    async def render(self, saying: Saying) -> None:
        """Fill the sentences one after the other; the first is spoken while the second is rendered."""
        for sentence in saying.sentences:
            if not sentence.is_claimed:
                await self._render_sentence(sentence)

    async def _render_sentence(self, sentence: Sentence) -> None:
        """A sentence that cannot be said is logged, and the apology takes its place: better than silence."""
        sentence.is_claimed = True
        ready = self._phrases.get(sentence.text)
        try:
            if ready is not None:
                sentence.sound += ready
                return
            async with asyncio.timeout(_RENDER_SECONDS):
                async with contextlib.aclosing(self._synthesizer.speak(sentence.text, voice=self._name)) as pieces:  # type: ignore[type-var]
                    async for piece in pieces:
                        sentence.sound += piece
            sentence.sound += _PAUSE
        except (SpeechError, TimeoutError, OSError) as error:
            _LOG.error("a sentence could not be said", error=type(error).__name__, characters=len(sentence.text))
            if not sentence.sound:
                sentence.sound += self._phrases.get(self._fallback, b"")
        finally:
            sentence.is_rendered = True
