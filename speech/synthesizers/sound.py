"""What every synthesizer does to its sound: 8 kHz, even loudness, no clipping, no click at the ends."""

from __future__ import annotations

import io
import wave

import numpy as np
from numpy.typing import NDArray

from speech.errors import SynthesisFailed
from speech.protocols import SAMPLE_RATE_HZ
from speech.resampling import resample, to_pcm

_TARGET_RMS = 3300.0
"""-20 dB below full scale over the voiced part: the level of a G.711 announcement (ITU-T P.56 active level)."""
_PEAK = 26_000.0
_MOST_GAIN = 12.0
_FADE = 40
"""Samples at 8 kHz: 5 ms."""
_WINDOW = 160
_SILENT_RMS = 60.0
_EDGE_WINDOWS = 2


def finish_sound(samples: NDArray[np.float64], rate_hz: int) -> bytes:
    """Bring mono sound in int16 units to telephone PCM: resampled, levelled, trimmed, faded."""
    sound = _trim(resample(samples, rate_hz, SAMPLE_RATE_HZ))
    if not len(sound):
        return b""
    sound = sound * _gain(sound)
    fade = np.minimum(1.0, np.minimum(np.arange(len(sound)), np.arange(len(sound))[::-1]) / _FADE)
    return to_pcm(sound * fade)


def _levels(sound: NDArray[np.float64]) -> NDArray[np.float64]:
    """RMS of each 20 ms."""
    count = len(sound) // _WINDOW
    return np.asarray(np.sqrt(np.mean(sound[: count * _WINDOW].reshape(count, _WINDOW) ** 2, axis=1)))


def _gain(sound: NDArray[np.float64]) -> float:
    levels = _levels(sound)
    voiced = levels[levels > max(_SILENT_RMS, levels.max(initial=0.0) * 0.1)]
    if not len(voiced):
        return 1.0
    rms = float(np.sqrt(np.mean(voiced**2)))
    return min(_TARGET_RMS / rms, _PEAK / float(np.abs(sound).max()), _MOST_GAIN)


def _trim(sound: NDArray[np.float64]) -> NDArray[np.float64]:
    """Drop silence at both ends but for 40 ms: the call makes its own pauses."""
    levels = _levels(sound)
    loud = np.flatnonzero(levels > max(_SILENT_RMS, levels.max(initial=0.0) * 0.01))
    if not len(loud):
        return sound[: _WINDOW * _EDGE_WINDOWS]
    first, last = max(0, int(loud[0]) - _EDGE_WINDOWS), int(loud[-1]) + 1 + _EDGE_WINDOWS
    return sound[first * _WINDOW : last * _WINDOW]


def read_wav(content: bytes) -> tuple[NDArray[np.float64], int]:
    """Return (mono samples in int16 units, rate). Raises SynthesisFailed for anything but 16-bit PCM WAV."""
    try:
        with wave.open(io.BytesIO(content)) as file:
            if file.getsampwidth() != 2:
                raise SynthesisFailed("the WAV file is not 16-bit PCM")
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float64)
            return samples.reshape(-1, file.getnchannels()).mean(axis=1), file.getframerate()
    except (wave.Error, EOFError, ValueError) as error:
        raise SynthesisFailed(f"not a WAV file: {error}") from error
