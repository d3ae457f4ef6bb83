"""Sentences to labelled frames: synthetic speech of many voices over random telephone lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from speech.model_building.channel import Samples, random_line
from speech.model_building.features import HOP, SAMPLE_RATE_HZ, WINDOW, compute_mfcc
from speech.model_building.lexicon import SILENCE, clean_phone
from speech.resampling import resample
from speech.synthesizers.espeak_library import PITCH, RANGE, RATE, EspeakLibrary, Utterance

_OTHERS = 12
_LONG_NUMBER = re.compile("[零一二三四五六七八九幺]{6,}")
_IN_ONE_BREATH = 0.35


@dataclass(frozen=True, slots=True)
class LabelledFrames:
    """One utterance."""

    features: NDArray[np.float16]
    """(frames, 40)"""
    labels: NDArray[np.int16]
    """(frames,) index into the list of phones"""


@dataclass(frozen=True, slots=True)
class CleanSpeech:
    """One utterance at 8 kHz before the line."""

    samples: Samples
    phones: tuple[tuple[float, str], ...]
    """(start in samples, phone; empty for a pause)"""


class Speakers:
    """Says sentences in random voices, rates, pitches and vocal-tract lengths."""

    def __init__(self, espeak: EspeakLibrary, voices: Sequence[str], draw: np.random.Generator) -> None:
        self._espeak, self._voices, self._draw = espeak, voices, draw

    def say(self, sentence: str) -> CleanSpeech:
        """Return one rendering of the sentence with silence around it."""
        draw = self._draw
        self._espeak.set_voice(str(draw.choice(self._voices)))
        self._espeak.set_parameter(RATE, int(draw.integers(120, 241)))
        self._espeak.set_parameter(PITCH, int(draw.integers(15, 86)))
        self._espeak.set_parameter(RANGE, int(draw.integers(20, 81)))
        # Playing a sound at another speed shifts its formants as a longer or shorter vocal tract would.
        warped_hz = SAMPLE_RATE_HZ * int(draw.integers(94, 107)) // 100
        return _place(self._espeak.speak(dictate(sentence, draw)), self._espeak.sample_rate_hz, warped_hz, draw)


def dictate(sentence: str, draw: np.random.Generator) -> str:
    """Long numbers as people dictate them: mostly in groups of three or four with a short pause between."""

    def grouped(match: re.Match[str]) -> str:
        if draw.random() < _IN_ONE_BREATH:
            return match[0]
        pieces, rest = [], match[0]
        while rest:
            size = int(draw.integers(2, 5))
            pieces.append(rest[:size])
            rest = rest[size:]
        return "，".join(pieces)

    return _LONG_NUMBER.sub(grouped, sentence)


def _place(utterance: Utterance, rate_hz: int, warped_hz: int, draw: np.random.Generator) -> CleanSpeech:
    speech = resample(utterance.samples.astype(np.float64), rate_hz, warped_hz)
    before, after = int(draw.integers(600, 4000)), int(draw.integers(1600, 4800))
    ratio = warped_hz / rate_hz
    phones = tuple((before + phone.start_sample * ratio, clean_phone(phone.name)) for phone in utterance.phones)
    return CleanSpeech(np.concatenate([np.zeros(before), speech, np.zeros(after)]), phones)


def label_frames(speech: CleanSpeech, frames: int, index_of: dict[str, int]) -> NDArray[np.int16]:
    """Return the phone that sounds in the middle of each frame."""
    centres = np.arange(frames) * HOP + WINDOW / 2
    starts = np.array([start for start, _ in speech.phones])
    indices = np.array([index_of[SILENCE], *(index_of.get(name or SILENCE, 0) for _, name in speech.phones)])
    return np.asarray(indices[np.searchsorted(starts, centres, side="right")], dtype=np.int16)


def speak_all(
    sentences: Iterable[str], speakers: Speakers, index_of: dict[str, int], draw: np.random.Generator
) -> list[LabelledFrames]:
    """Return every sentence as labelled frames, each over a line of its own."""
    others: list[Samples] = []
    result = []
    for sentence in sentences:
        speech = speakers.say(sentence)
        heard = random_line(speech.samples, others, draw)
        others = [*others[-_OTHERS:], speech.samples]
        features = compute_mfcc(heard)
        result.append(LabelledFrames(features.astype(np.float16), label_frames(speech, len(features), index_of)))
    return result
