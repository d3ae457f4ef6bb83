"""sherpa-onnx as a second engine: streaming zipformer transducers, or offline SenseVoice and Paraformer models.

The library ends the process when a model's metadata is wrong, so that a model is first tried in a child process.
Alternatives, word times and run-time grammars do not exist here; a transducer's hot words could serve as hints.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from speech.errors import ModelMissing
from speech.protocols import SAMPLE_RATE_HZ, Hint, Partial, Recognition, RecognizerSession
from speech.text.written import to_written

_TRY_SECONDS = 120.0
_CONFIDENCE = 0.8
"""The engine gives none; what it heard counts as sure enough to act, not as certain."""


class SherpaRecognizer:
    """Implements `speech.protocols.Recognizer`."""

    def __init__(self, path: Path, *, threads: int = 1) -> None:
        """Load a model folder. Raises ModelMissing."""
        if not (path / "tokens.txt").is_file():
            raise ModelMissing(f"{path} is no sherpa-onnx model: tokens.txt is missing")
        if find_spec("sherpa_onnx") is None:
            raise ModelMissing("sherpa-onnx is not installed: pip install -e '.[sherpa]'")
        _try_in_child(path, threads)
        self._engine, self._is_streaming = load_engine(path, threads)

    def open(self, hint: Hint) -> RecognizerSession:
        """Begin an utterance."""
        stream = self._engine.create_stream()
        make = _StreamingSession if self._is_streaming else _OfflineSession
        return make(self._engine, stream, hint.kind)


def load_engine(path: Path, threads: int) -> tuple[Any, bool]:
    """Return (recognizer, streams?) for whatever kind of model lies in the folder. Raises ModelMissing."""
    import sherpa_onnx

    tokens = str(path / "tokens.txt")
    parts = {name: _find(path, name) for name in ("encoder", "decoder", "joiner", "model")}
    if parts["encoder"] and parts["decoder"] and parts["joiner"]:
        transducer = {name: str(parts[name]) for name in ("encoder", "decoder", "joiner")}
        return sherpa_onnx.OnlineRecognizer.from_transducer(tokens=tokens, num_threads=threads, **transducer), True
    if parts["encoder"] and parts["decoder"]:
        pair = {name: str(parts[name]) for name in ("encoder", "decoder")}
        return sherpa_onnx.OnlineRecognizer.from_paraformer(tokens=tokens, num_threads=threads, **pair), True
    if parts["model"] is None:
        raise ModelMissing(f"{path} holds no ONNX model that is known here")
    model = str(parts["model"])
    if "sense" in path.name.lower():
        engine = sherpa_onnx.OfflineRecognizer.from_sense_voice(model=model, tokens=tokens, num_threads=threads)
    else:
        engine = sherpa_onnx.OfflineRecognizer.from_paraformer(paraformer=model, tokens=tokens, num_threads=threads)
    return engine, False


def _find(path: Path, name: str) -> Path | None:
    """Return the file of this part; quantised ones come first."""
    files = sorted(path.glob(f"{name}*.onnx"), key=lambda file: (".int8." not in file.name, file.name))
    return files[0] if files else None


def _try_in_child(path: Path, threads: int) -> None:
    program = "import sys; from pathlib import Path; from speech.recognizers.sherpa import load_engine; "
    program += "load_engine(Path(sys.argv[1]), int(sys.argv[2]))"
    try:
        result = subprocess.run(
            [sys.executable, "-c", program, str(path), str(threads)],
            capture_output=True,
            timeout=_TRY_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ModelMissing(f"sherpa-onnx took too long to load {path}") from error
    if result.returncode:
        raise ModelMissing(f"sherpa-onnx cannot load the model in {path}")


def _samples(pcm: bytes) -> Any:
    return np.frombuffer(pcm, "<i2").astype(np.float32) / 32768


class _StreamingSession:
    """One utterance with a streaming model."""

    def __init__(self, engine: Any, stream: Any, kind: str) -> None:
        self._engine, self._stream, self._kind, self._partial = engine, stream, kind, ""

    def accept(self, pcm: bytes) -> Partial | None:
        """Take sound (the library resamples); return a new partial when it has changed."""
        self._stream.accept_waveform(SAMPLE_RATE_HZ, _samples(pcm))
        self._decode()
        text = self._text()
        if text == self._partial:
            return None
        self._partial = text
        return Partial(text)

    def finish(self) -> Recognition:
        """End the utterance."""
        self._stream.accept_waveform(SAMPLE_RATE_HZ, np.zeros(SAMPLE_RATE_HZ // 2, np.float32))
        self._stream.input_finished()
        self._decode()
        text = self._text()
        return Recognition(text, _CONFIDENCE if text else 0.0)

    def _decode(self) -> None:
        while self._engine.is_ready(self._stream):
            self._engine.decode_stream(self._stream)

    def _text(self) -> str:
        return to_written(str(self._engine.get_result(self._stream)).replace(" ", ""), self._kind)


class _OfflineSession:
    """One utterance with a model that hears it whole; there are no partials."""

    def __init__(self, engine: Any, stream: Any, kind: str) -> None:
        self._engine, self._stream, self._kind = engine, stream, kind
        self._sound = bytearray()

    def accept(self, pcm: bytes) -> Partial | None:
        """Keep sound for the end."""
        self._sound += pcm
        return None

    def finish(self) -> Recognition:
        """Decode everything."""
        self._stream.accept_waveform(SAMPLE_RATE_HZ, _samples(bytes(self._sound)))
        self._engine.decode_stream(self._stream)
        text = to_written(str(self._stream.result.text).strip(), self._kind)
        return Recognition(text, _CONFIDENCE if text else 0.0)
