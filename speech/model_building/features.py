"""MFCC at 8 kHz exactly as Kaldi computes them with the options in `MFCC_CONF`.

25 ms windows every 10 ms, povey window, pre-emphasis 0.97, no dither, no energy, 40 mel bands from 40 to 3800 Hz,
lifter 22, edges snipped. Source: Kaldi `src/feat/feature-mfcc.cc`, `feature-window.cc`, `mel-computations.cc`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ, WINDOW, HOP, BANDS = 8000, 200, 80, 40
_FFT, _LOW_HZ, _HIGH_HZ, _LIFTER, _EMPHASIS = 256, 40.0, 3800.0, 22.0, 0.97
MFCC_CONF = """--use-energy=false
--sample-frequency=8000
--num-mel-bins=40
--num-ceps=40
--low-freq=40
--high-freq=3800
--dither=0.0
"""


def _mel(hz: NDArray[np.floating[Any]] | float) -> NDArray[np.float64]:
    return np.asarray(1127.0 * np.log(1.0 + np.asarray(hz) / 700.0), dtype=np.float64)


def _mel_bank() -> NDArray[np.float64]:
    """(bands, bins) triangles on the mel scale."""
    low, high = float(_mel(_LOW_HZ)), float(_mel(_HIGH_HZ))
    step = (high - low) / (BANDS + 1)
    mels = _mel(SAMPLE_RATE_HZ / _FFT * np.arange(_FFT // 2))[None, :]
    left = (low + np.arange(BANDS) * step)[:, None]
    rise, fall = (mels - left) / step, (left + 2 * step - mels) / step
    return np.maximum(0.0, np.minimum(rise, fall)).astype(np.float64)


def _cosines() -> NDArray[np.float64]:
    """(coefficients, bands) of the DCT, liftered."""
    rows = np.arange(BANDS)[:, None]
    matrix = np.sqrt(2.0 / BANDS) * np.cos(np.pi / BANDS * (np.arange(BANDS) + 0.5)[None, :] * rows)
    matrix[0] = np.sqrt(1.0 / BANDS)
    return np.asarray(matrix * (1 + 0.5 * _LIFTER * np.sin(np.pi * rows / _LIFTER)))


_POVEY = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / (WINDOW - 1))) ** 0.85
_BANK, _DCT = _mel_bank().T.astype(np.float32), _cosines().T.astype(np.float32)


def compute_mfcc(samples: NDArray[np.float64]) -> NDArray[np.float32]:
    """Sound in int16 units, shape (n,) -> (frames, 40)."""
    if len(samples) < WINDOW:
        return np.zeros((0, BANDS), np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP]
    frames = frames - frames.mean(axis=1, keepdims=True)
    emphasised = frames - _EMPHASIS * np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    spectrum = np.fft.rfft((emphasised * _POVEY).astype(np.float32), _FFT)[:, : _FFT // 2]
    energies = np.maximum((spectrum.real**2 + spectrum.imag**2) @ _BANK, np.finfo(np.float32).eps)
    return np.asarray(np.log(energies) @ _DCT, dtype=np.float32)
