"""The process that holds espeak-ng: `python -m speech.synthesizers.espeak_worker`.

It runs apart because the library is GPL-3.0 and because it may crash. On stdin comes one JSON line per request,
`{"text", "voice", "words_per_minute", "pitch"}`; on stdout goes 4 bytes sample rate, 4 bytes length (little endian),
then int16 samples. A length of 0 with rate 0 is a refusal.
"""

from __future__ import annotations

import json
import struct
import sys

from speech.synthesizers.espeak_library import PITCH, RATE, EspeakLibrary


def serve() -> None:
    """Answer requests until stdin ends."""
    espeak = EspeakLibrary()
    out = sys.stdout.buffer
    for line in sys.stdin.buffer:
        request = json.loads(line)
        sound, rate_hz = b"", 0
        if espeak.set_voice(request["voice"]):
            espeak.set_parameter(RATE, request["words_per_minute"])
            espeak.set_parameter(PITCH, request["pitch"])
            sound, rate_hz = espeak.speak(request["text"]).samples.tobytes(), espeak.sample_rate_hz
        out.write(struct.pack("<II", rate_hz, len(sound)) + sound)
        out.flush()


if __name__ == "__main__":
    serve()
