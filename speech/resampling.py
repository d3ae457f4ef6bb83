"""Change of sample rate: whole sounds by their spectrum, streams by a windowed-sinc polyphase filter; numpy only."""

from __future__ import annotations

from functools import lru_cache
from math import gcd

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]
_HALF_WIDTH = 16
"""Zero crossings of the sinc on each side, at the lower of both rates."""
_KAISER_BETA = 8.0


@lru_cache(maxsize=64)
def _filter_bank(up: int, down: int) -> tuple[Samples, int]:
    """Return the taps of each of the `up` phases (up, taps) and the number of samples before the centre."""
    cutoff = min(1.0, up / down) * 0.95
    half = int(np.ceil(_HALF_WIDTH / cutoff))
    offsets = np.arange(-half, half + 1)[None, :] - np.arange(up)[:, None] / up
    window = np.i0(_KAISER_BETA * np.sqrt(np.maximum(0.0, 1.0 - (offsets / (half + 1)) ** 2))) / np.i0(_KAISER_BETA)
    taps = cutoff * np.sinc(cutoff * offsets) * window
    return taps / taps.sum(axis=1, keepdims=True), half


def resample(samples: Samples, from_hz: int, to_hz: int) -> Samples:
    """Return the whole sound at the new rate, by its spectrum; shape (n,) -> (ceil(n * to / from),)."""
    if from_hz == to_hz or not len(samples):
        return samples
    up, down = _ratio(from_hz, to_hz)
    # Whole blocks of `down` samples become blocks of `up`; the last one is filled with silence.
    blocks = _smooth_size(-(-len(samples) // down) + 1)
    spectrum = np.fft.rfft(samples, blocks * down)
    kept = min(blocks * up, blocks * down) // 2 + 1
    bins = np.zeros(blocks * up // 2 + 1, complex)
    bins[:kept] = spectrum[:kept] * _roll_off(kept)
    sound = np.fft.irfft(bins, blocks * up) * (up / down)
    return np.asarray(sound[: -(-len(samples) * up // down)], dtype=np.float64)


def _roll_off(bins: int) -> Samples:
    """Fall along a cosine over the last twentieth of the band, so that edges do not ring."""
    place = np.clip((np.arange(bins) / bins - 0.95) / 0.05, 0.0, 1.0)
    return np.asarray(0.5 * (1 + np.cos(np.pi * place)))


def _smooth_size(size: int) -> int:
    """Return the next number without prime factors above 5: such transforms are fast."""
    while True:
        rest = size
        for factor in (2, 3, 5):
            while rest % factor == 0:
                rest //= factor
        if rest == 1:
            return size
        size += 1


def _convolve(padded: Samples, positions: NDArray[np.int64], up: int, taps: Samples) -> Samples:
    """Filter at `positions` (in samples of rate * up) a signal that starts with the filter's half width."""
    starts, phases = positions // up, positions % up
    windows = np.lib.stride_tricks.sliding_window_view(padded, taps.shape[1])
    return np.asarray(np.einsum("ij,ij->i", windows[starts], taps[phases]), dtype=np.float64)


def _ratio(from_hz: int, to_hz: int) -> tuple[int, int]:
    divisor = gcd(from_hz, to_hz)
    return to_hz // divisor, from_hz // divisor


class StreamResampler:
    """Resamples a stream of int16 pieces; delays it by the filter's half width (2 ms at 8 kHz)."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        self._up, self._down = _ratio(from_hz, to_hz)
        self._taps, self._half = _filter_bank(self._up, self._down)
        self._kept: Samples = np.zeros(self._half)
        self._next = 0

    def accept(self, pcm: bytes) -> bytes:
        """Take int16 little-endian bytes, return those of the new rate that are complete."""
        self._kept = np.concatenate([self._kept, np.frombuffer(pcm, "<i2").astype(np.float64)])
        last = len(self._kept) - self._taps.shape[1]
        count = max(0, (last * self._up - self._next) // self._down + 1) if last >= 0 else 0
        if not count:
            return b""
        positions = self._next + np.arange(count) * self._down
        out = _convolve(self._kept, positions, self._up, self._taps)
        after = int(positions[-1]) + self._down
        used = min(after // self._up, len(self._kept))
        self._kept, self._next = self._kept[used:], after - used * self._up
        return to_pcm(out)


def to_pcm(samples: Samples) -> bytes:
    """Clip to int16 and return little-endian bytes."""
    return np.clip(np.rint(samples), -32768, 32767).astype("<i2").tobytes()


def from_pcm(pcm: bytes) -> Samples:
    """Return int16 little-endian bytes as float samples in -32768..32767."""
    return np.frombuffer(pcm, "<i2").astype(np.float64)
