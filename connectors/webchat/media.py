"""Pictures and sound as they come from strangers: known by their content, bounded, and made harmless.

A picture is decoded and written anew, so that neither EXIF (place, device) nor anything hidden behind the pixels stays.
"""

from __future__ import annotations

import io
import warnings
import wave
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from connectors.errors import BadRequest

MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2560
_JPEG_QUALITY = 88
_FORMATS = ("JPEG", "PNG", "WEBP")
_RATES_HZ = range(8_000, 48_001)


@dataclass(frozen=True, slots=True)
class Medium:
    """A picture or a voice message that may be kept."""

    kind: str
    """image | voice."""
    content_type: str
    content: bytes
    width: int = 0
    height: int = 0
    seconds: float = 0.0


def read_image(content: bytes) -> Medium:
    """Return the picture written anew: upright, without EXIF, at most 2560 pixels long. Raises BadRequest."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _rewrite(content)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadRequest("bad_image", "send a picture as JPEG, PNG or WebP", 415) from error
    except Image.DecompressionBombWarning as error:
        raise _too_many_pixels() from error


def _rewrite(content: bytes) -> Medium:
    with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            raise _too_many_pixels()
        upright = ImageOps.exif_transpose(image)
    see_through = upright.mode in ("RGBA", "LA", "P", "PA")
    clean = upright.convert("RGBA" if see_through else "RGB")
    clean.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    clean.info.clear()
    made = io.BytesIO()
    if see_through:
        clean.save(made, "PNG")
    else:
        clean.save(made, "JPEG", quality=_JPEG_QUALITY)
    return Medium("image", "image/png" if see_through else "image/jpeg", made.getvalue(), clean.width, clean.height)


def _too_many_pixels() -> BadRequest:
    return BadRequest("image_too_large", f"a picture may have {MOST_PIXELS // 1_000_000} million pixels", 413)


def read_voice(content: bytes, most_seconds: float) -> Medium:
    """Return a voice message: WAV, 16 bits, 8 to 48 kHz, one or two channels. Raises BadRequest."""
    try:
        with wave.open(io.BytesIO(content)) as sound:
            rate, width, channels = sound.getframerate(), sound.getsampwidth(), sound.getnchannels()
            frames = sound.readframes(int(rate * (most_seconds + 1)) if rate in _RATES_HZ else 0)
    except (wave.Error, EOFError, ValueError) as error:
        raise BadRequest("bad_voice", "send a voice message as WAV (PCM, 16 bits)", 415) from error
    if rate not in _RATES_HZ or width != 2 or channels not in (1, 2):
        raise BadRequest("bad_voice", "a voice message has 16 bits, 8 to 48 kHz, one or two channels", 415)
    seconds = len(frames) / (rate * width * channels)
    if seconds > most_seconds + 0.5:
        raise BadRequest("voice_too_long", f"a voice message may last {most_seconds:g} seconds", 413)
    if seconds < 0.2:
        raise BadRequest("voice_too_short", "there is nothing to hear", 422)
    made = io.BytesIO()
    with wave.open(made, "wb") as clean:
        clean.setparams((channels, width, rate, 0, "NONE", "not compressed"))
        clean.writeframes(frames)
    return Medium("voice", "audio/wav", made.getvalue(), seconds=round(seconds, 2))
