"""The engines that this installation has: what speaks and what recognizes. Settings come from the environment.

GRIDTALK_VOSK_MODEL, GRIDTALK_SHERPA_MODEL: model folders. GRIDTALK_COQUI_URL: a tts-server; GRIDTALK_COQUI_MODEL: a
model for coqui-tts in this process. GRIDTALK_PROMPTS: folder of recorded prompts. GRIDTALK_VOICE: espeak-ng's voice.
"""

from __future__ import annotations

import os
from pathlib import Path

import structlog

from speech.errors import SpeechError
from speech.protocols import Recognizer
from speech.recognizers.model_folder import model_path
from speech.recognizers.sherpa import SherpaRecognizer
from speech.recognizers.vosk import VoskRecognizer
from speech.synthesizers.cache import SoundCache
from speech.synthesizers.chain import ChainedSynthesizer, Engine
from speech.synthesizers.coqui import CoquiSynthesizer
from speech.synthesizers.coqui_local import LocalCoquiSynthesizer
from speech.synthesizers.espeak import EspeakSynthesizer
from speech.synthesizers.recorded import RecordedPrompts
from storage.home import home_folder

_LOG = structlog.get_logger(__name__)


def open_synthesizer() -> ChainedSynthesizer:
    """Return the voice: recorded prompts, cache, Coqui where one is named, espeak-ng."""
    prompts = _setting("GRIDTALK_PROMPTS")
    return ChainedSynthesizer(
        _open_voices(),
        recorded=RecordedPrompts(Path(prompts)) if prompts else None,
        cache=SoundCache(home_folder() / "speech_cache"),
    )


def _open_voices() -> list[Engine]:
    voices: list[Engine] = []
    url, model, name = _setting("GRIDTALK_COQUI_URL"), _setting("GRIDTALK_COQUI_MODEL"), _setting("GRIDTALK_VOICE")
    if url:
        voices.append(CoquiSynthesizer(url))
    try:
        if model:
            voices.append(LocalCoquiSynthesizer(model))
        voices.append(EspeakSynthesizer(voice=name) if name else EspeakSynthesizer())
    except SpeechError as error:
        _LOG.warning("a voice is missing", cause=str(error))
    return voices


def open_recognizer() -> Recognizer | None:
    """Load the recognizer (blocks); None where no model can be loaded: callers use keys then."""
    sherpa = _setting("GRIDTALK_SHERPA_MODEL")
    try:
        return SherpaRecognizer(Path(sherpa)) if sherpa else VoskRecognizer(model_path())
    except SpeechError as error:
        _LOG.warning("no recognizer: callers use keys; see `gridtalk speech check`", cause=str(error))
        return None


def _setting(name: str) -> str:
    return os.environ.get(name, "").strip()
