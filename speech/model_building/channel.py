"""What a telephone line does to a voice: room, tilt, level, noise, A-law."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]
_A = 87.6
_KNEE = 1 + np.log(_A)


def through_alaw(samples: Samples) -> Samples:
    """Quantise as G.711 A-law does (formula of ITU-T G.711, 8 bits), in int16 units."""
    scaled = np.clip(samples / 32768, -1, 1)
    size = np.abs(scaled)
    pressed = np.where(size < 1 / _A, _A * size / _KNEE, (1 + np.log(np.maximum(_A * size, 1))) / _KNEE)
    pressed = np.round(pressed * 127) / 127
    size = np.where(pressed < 1 / _KNEE, pressed * _KNEE / _A, np.exp(pressed * _KNEE - 1) / _A)
    return np.asarray(np.sign(scaled) * size * 32768)


def colored_noise(count: int, slope: float, draw: np.random.Generator) -> Samples:
    """Return noise of unit power whose spectrum falls with f^-slope: 0 white, 0.5 pink, 1 brown."""
    if slope == 0.0:
        return draw.standard_normal(count)
    # A power of two is the fastest transform; below 40 Hz a telephone carries nothing.
    size = 1 << max(10, (count - 1).bit_length())
    spectrum = np.fft.rfft(draw.standard_normal(size))
    bins = np.maximum(np.arange(len(spectrum)), size / 8000 * 40)
    noise = np.fft.irfft(spectrum / bins**slope, size)[:count]
    return np.asarray(noise / (noise.std() + 1e-9))


def babble(count: int, voices: Sequence[Samples], draw: np.random.Generator) -> Samples:
    """Return other voices talking at once, unit power."""
    mixed = np.zeros(count)
    for voice in voices:
        start = int(draw.integers(0, max(1, len(voice))))
        mixed += np.resize(np.roll(voice, -start), count) / (voice.std() + 1e-9)
    return np.asarray(mixed / (mixed.std() + 1e-9))


def add_noise(samples: Samples, noise: Samples, snr_db: float) -> Samples:
    """Mix in `noise` (unit power) at a ratio measured over the part that holds speech."""
    loud = samples[np.abs(samples) > 1.0]
    power = float(np.sqrt(np.mean(loud**2))) if len(loud) else 1.0
    return np.asarray(samples + noise * power * 10 ** (-snr_db / 20))


def random_line(samples: Samples, others: Sequence[Samples], draw: np.random.Generator) -> Samples:
    """Send clean speech (int16 units) over a random line; `others` are the voices of a babble."""
    if draw.random() < 0.4:
        delay = int(draw.integers(40, 800))
        late = np.concatenate([np.zeros(delay), samples[:-delay]])
        samples = samples + draw.uniform(0.05, 0.4) * late
    if draw.random() < 0.5:
        samples = samples + draw.uniform(-0.6, 0.4) * np.concatenate([[0.0], samples[:-1]])
    samples = samples / (np.abs(samples).max() + 1e-9) * 32000 * 10 ** draw.uniform(-1.3, 0.0)
    if draw.random() < 0.75:
        babbles = len(others) > 2 and draw.random() < 0.25
        noise = (
            babble(len(samples), others, draw)
            if babbles
            else colored_noise(len(samples), float(draw.uniform(0, 1)) * (draw.random() < 0.6), draw)
        )
        samples = add_noise(samples, noise, float(draw.uniform(8 if babbles else 2, 28)))
    samples = samples + draw.standard_normal(len(samples)) * 10 ** draw.uniform(0, 1.5)
    return through_alaw(samples)
