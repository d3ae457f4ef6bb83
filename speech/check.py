"""`gridtalk speech check`: what the telephone can hear and say here, what is missing, and where it comes from."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from speech.errors import SpeechError
from speech.protocols import FRAME_BYTES, SAMPLE_RATE_HZ, Hint, Recognition, Recognizer, Synthesizer
from speech.recognizers.model_folder import ENVIRONMENT_NAME, inspect_model, model_path
from speech.recognizers.vosk import VoskRecognizer
from speech.resampling import resample, to_pcm
from speech.synthesizers.sound import read_wav

Say = Callable[[str], None]
_SAMPLE = "我想查一下上个月的电费"


@dataclass(frozen=True, slots=True)
class OfficialModel:
    """A model that an operator can fetch; we neither fetch nor ship it."""

    name: str
    size: str
    licence: str
    about: str


OFFICIAL_MODELS = (
    OfficialModel("vosk-model-small-cn-0.22", "42 MB", "Apache-2.0", "small; words can be narrowed by question"),
    OfficialModel("vosk-model-cn-0.22", "1.3 GB", "Apache-2.0", "servers; the most exact"),
)
MODEL_PAGE = "https://alphacephei.com/vosk/models"


def check_speech(synthesizer: Synthesizer, wav: Path | None, say: Say) -> bool:
    """Report on recognizer and voice, and recognise `wav` or a sentence that the voice says; True when all works."""
    sound = _sample_sound(synthesizer, wav, say)
    recognizer = _open(say)
    if recognizer is None or sound is None:
        return False
    heard = recognize(recognizer, sound)
    source = "file" if wav else "own voice"
    say(f"sample ({source}, {len(sound) / 2 / SAMPLE_RATE_HZ:.1f} s): {heard.text or '(nothing)'}")
    others = ", ".join(other.text for other in heard.alternatives)
    say(f"confidence {heard.confidence:.2f}; other readings: {others or 'none'}")
    return bool(heard.text)


def recognize(recognizer: Recognizer, pcm: bytes) -> Recognition:
    """Recognise a whole sound (blocks)."""
    session = recognizer.open(Hint())
    for start in range(0, len(pcm), FRAME_BYTES):
        session.accept(pcm[start : start + FRAME_BYTES])
    return session.finish()


def _open(say: Say) -> VoskRecognizer | None:
    path = model_path()
    source = ENVIRONMENT_NAME if os.environ.get(ENVIRONMENT_NAME) else "the shipped model"
    try:
        folder = inspect_model(path)
        say(f"recognizer: {folder.name} ({source}), {folder.sample_rate_hz} Hz")
        if folder.is_synthetic:
            say("  trained on synthetic speech only: for demos and tests, not for human callers")
        can_narrow = folder.has_runtime_grammar or folder.grammar_path
        say("  grammars at run time: " + ("yes" if can_narrow else "no (the graph is static)"))
        recognizer = VoskRecognizer(path)
    except SpeechError as error:
        say(f"recognizer: {error}")
        _explain_models(say)
        return None
    if folder.is_synthetic:
        _explain_models(say)
    return recognizer


def _explain_models(say: Say) -> None:
    say(f"models for real callers, from {MODEL_PAGE}:")
    for model in OFFICIAL_MODELS:
        say(f"  {model.name}: {model.size}, {model.licence}; {model.about}")
    say(f"  unpack the archive and set {ENVIRONMENT_NAME} to the folder that holds am/, conf/ and graph/")


def _sample_sound(synthesizer: Synthesizer, wav: Path | None, say: Say) -> bytes | None:
    try:
        if wav is not None:
            samples, rate_hz = read_wav(wav.read_bytes())
            return to_pcm(resample(samples, rate_hz, SAMPLE_RATE_HZ))
        sound = asyncio.run(_speak(synthesizer))
    except (SpeechError, OSError) as error:
        say(f"{'sample' if wav else 'voice'}: {error}")
        if find_spec("espeakng_loader") is None:
            say("  pip install espeakng-loader (GPL-3.0, runs in a process of its own), or set GRIDTALK_COQUI_URL")
        return None
    say("voice: works")
    return to_pcm(np.concatenate([np.zeros(2400), np.frombuffer(sound, "<i2").astype(np.float64), np.zeros(4000)]))


async def _speak(synthesizer: Synthesizer) -> bytes:
    return b"".join([piece async for piece in synthesizer.speak(_SAMPLE)])
