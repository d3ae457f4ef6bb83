"""Voice messages: AMR-NB (8 kHz) and AMR-WB (16 kHz) into what recognition takes: WAV, 16 kHz, mono, 16 bits."""

from __future__ import annotations

import asyncio
import io
import wave
from collections.abc import Awaitable, Callable

from connectors.wechat.errors import SoundUnusable

SAMPLE_RATE_HZ = 16_000
MOST_SECONDS = 75
_LEAST_SECONDS = 0.1
_FORMATS = ((b"#!AMR", "amr"), (b"RIFF", "wav"), (b"ID3", "mp3"), (b"\xff\xfb", "mp3"))
"""First bytes and the reader for them; anything else is not even tried."""

Recognise = Callable[[bytes], Awaitable[str]]
"""A WAV file in, what was said out; empty when nothing could be understood."""


async def decode_sound(content: bytes) -> bytes:
    """Return the WAV, off the event loop. Raises SoundUnusable."""
    return await asyncio.to_thread(_decode, content)


def _decode(content: bytes) -> bytes:
    import av  # ffmpeg's libraries: loaded with the first voice message, not with the server

    reader = next((name for start, name in _FORMATS if content.startswith(start)), None)
    if reader is None:
        raise SoundUnusable("a format that is not read here")
    resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE_HZ)
    samples = bytearray()
    try:
        with av.open(io.BytesIO(content), "r", format=reader) as container:
            for frame in container.decode(audio=0):
                for piece in resampler.resample(frame):
                    samples += bytes(piece.planes[0])[: piece.samples * 2]
                if len(samples) > MOST_SECONDS * SAMPLE_RATE_HZ * 2:
                    raise SoundUnusable("too long")
            for piece in resampler.resample(None):
                samples += bytes(piece.planes[0])[: piece.samples * 2]
    except (av.FFmpegError, IndexError, ValueError, EOFError) as error:
        raise SoundUnusable("cannot be decoded") from error
    if len(samples) < _LEAST_SECONDS * SAMPLE_RATE_HZ * 2:
        raise SoundUnusable("too short")
    return _wav(bytes(samples))


def _wav(samples: bytes) -> bytes:
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes(samples)
    return written.getvalue()
