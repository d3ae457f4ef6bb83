"""Coqui TTS in this process, for installations that have coqui-tts in the same environment (needs torch).

The model is the operator's: a folder with config.json and weights, or a name that coqui-tts knows and has fetched.
"""

from __future__ import annotations

import asyncio
import importlib
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from speech.errors import ModelMissing, SynthesisFailed
from speech.synthesizers.sound import finish_sound


class LocalCoquiSynthesizer:
    """Renders in one worker thread."""

    def __init__(self, model: str, *, version: str = "1") -> None:
        if find_spec("TTS") is None:
            raise ModelMissing("coqui-tts is not installed: see docs/speech.md, Coqui in this process")
        self._model = model
        self._version = version
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="coqui")
        self._engine: Any = None

    @property
    def version(self) -> str:
        """Return what a cached sound depends on."""
        return f"coqui-local-{self._model}-{self._version}"

    async def render(self, text: str, voice: str = "") -> bytes:
        """Return telephone PCM. Raises SynthesisFailed."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._render, text, voice)
        except (OSError, RuntimeError, ValueError) as error:
            raise SynthesisFailed(f"Coqui could not say it: {type(error).__name__}") from error

    def _render(self, text: str, voice: str) -> bytes:
        if self._engine is None:
            self._engine = self._load()
        sound = np.asarray(self._engine.tts(text, **({"speaker": voice} if voice else {})), dtype=np.float64)
        return finish_sound(sound * 32767.0, int(self._engine.synthesizer.output_sample_rate))

    def _load(self) -> Any:
        api = importlib.import_module("TTS.api").TTS
        folder = Path(self._model)
        if not folder.is_dir():
            return api(self._model)
        weights = next(iter(sorted(folder.glob("*.pth"))), None)
        if weights is None:
            raise OSError("the model folder holds no weights (*.pth)")
        return api(model_path=str(weights), config_path=str(folder / "config.json"))

    async def close(self) -> None:
        """End the worker thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)
