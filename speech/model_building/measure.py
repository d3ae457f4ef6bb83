"""Character error rates of a recognizer, with voices that it was not trained with, clean and with noise."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from speech.model_building.channel import Samples, add_noise, colored_noise, through_alaw
from speech.protocols import FRAME_BYTES, Hint, Recognizer
from speech.resampling import resample, to_pcm
from speech.synthesizers.espeak_library import PITCH, RANGE, RATE, EspeakLibrary
from speech.text.distance import edit_distance
from speech.text.written import to_written

_PEAK = 12_000.0
_LEAD = 2400
_TAIL = 4000


@dataclass(slots=True)
class ErrorCount:
    """Sums over sentences."""

    errors: int = 0
    characters: int = 0
    exact: int = 0
    sentences: int = 0
    cpu_seconds: float = 0.0
    sound_seconds: float = 0.0
    mistakes: list[tuple[str, str]] = field(default_factory=list)
    """(said, heard)"""

    @property
    def rate(self) -> float:
        """Return errors per character."""
        return self.errors / max(1, self.characters)


class TestSpeaker:
    """Says sentences over an A-law line in a given voice."""

    __test__ = False

    def __init__(self, espeak: EspeakLibrary, *, seed: int = 7) -> None:
        self._espeak, self._draw = espeak, np.random.default_rng(seed)

    def say(self, sentence: str, voice: str, *, snr_db: float | None = None, words_per_minute: int = 175) -> bytes:
        """Return telephone PCM; white noise at `snr_db` under the speech, a little line noise without."""
        self._espeak.set_voice(voice)
        for parameter, value in ((RATE, words_per_minute), (PITCH, 50), (RANGE, 50)):
            self._espeak.set_parameter(parameter, value)
        sound = resample(self._espeak.speak(sentence).samples.astype(np.float64), self._espeak.sample_rate_hz, 8000)
        sound = sound / (np.abs(sound).max(initial=1e-9)) * _PEAK
        return to_pcm(through_alaw(self._add_line(np.concatenate([np.zeros(_LEAD), sound, np.zeros(_TAIL)]), snr_db)))

    def _add_line(self, sound: Samples, snr_db: float | None) -> Samples:
        if snr_db is None:
            return sound + self._draw.standard_normal(len(sound)) * 10
        return add_noise(sound, colored_noise(len(sound), 0.0, self._draw), snr_db)


def count_errors(
    recognizer: Recognizer,
    sentences: Sequence[str],
    voices: Sequence[str],
    speaker: TestSpeaker,
    *,
    snr_db: float | None = None,
) -> ErrorCount:
    """Speak each sentence in one of the voices in turn and compare in written form."""
    count = ErrorCount()
    for number, sentence in enumerate(sentences):
        sound = speaker.say(sentence, voices[number % len(voices)], snr_db=snr_db)
        started = time.thread_time()
        session = recognizer.open(Hint())
        for start in range(0, len(sound), FRAME_BYTES):
            session.accept(sound[start : start + FRAME_BYTES])
        heard = session.finish().text
        count.cpu_seconds += time.thread_time() - started
        count.sound_seconds += len(sound) / 16_000
        _add(count, to_written(sentence), heard)
    return count


def _add(count: ErrorCount, said: str, heard: str) -> None:
    errors = edit_distance(said, heard)
    count.errors += errors
    count.characters += len(said)
    count.exact += errors == 0
    count.sentences += 1
    if errors:
        count.mistakes.append((said, heard))
