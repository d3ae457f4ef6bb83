"""Do the recognizer's other readings help? Sentences are spoken by voices that the model was not trained with.

    python -m bench.readings [--snr 10 5] [--data data/eval/asr_dev.yml]

A line for each noise: how many sentences had the right intent by the first reading, by the chosen one, and by any
reading at all; how many the choice mended and spoilt. No dialogue around them: nothing is asked.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.message import Reading
from bot.readings import CLEAR, choose_reading
from nlu.examples import Example, load_training_set
from nlu.pipeline import Pipeline
from nlu.understanding import Context, Understanding
from speech.model_building.measure import TestSpeaker
from speech.model_building.voices import HELD_OUT_VOICES
from speech.protocols import FRAME_BYTES, Hint, Recognition
from speech.recognizers.model_folder import model_path
from speech.recognizers.vosk import VoskRecognizer
from speech.synthesizers.espeak_library import EspeakLibrary
from speech.text.spoken import to_spoken
from storage.clock import CHINA

ROOT = Path(__file__).parents[1]
_NOW = datetime(2026, 11, 20, 10, 0, tzinfo=CHINA)
_ON_THE_PHONE = Context(channel="phone")


@dataclass(slots=True)
class Count:
    """Sentences with the right intent."""

    sentences: int = 0
    first: int = 0
    chosen: int = 0
    any: int = 0
    mended: int = 0
    spoilt: int = 0

    def add(self, is_first: bool, is_chosen: bool, is_any: bool) -> None:
        """Count one sentence."""
        self.sentences += 1
        self.first += is_first
        self.chosen += is_chosen
        self.any += is_any
        self.mended += is_chosen and not is_first
        self.spoilt += is_first and not is_chosen


class ReadingTest:
    """Speaks, recognises, understands."""

    def __init__(self) -> None:
        self._recognizer = VoskRecognizer(model_path())
        self._speaker = TestSpeaker(EspeakLibrary())
        self._nlu = Pipeline.load(ROOT / "models" / "nlu", lambda: _NOW)

    def count(self, examples: Sequence[Example], snr_db: float | None) -> Count:
        """Return what the readings of these sentences lead to."""
        count = Count()
        for place, example in enumerate(examples):
            heard = self._hear(example.text, HELD_OUT_VOICES[place % len(HELD_OUT_VOICES)], snr_db)
            first = self._understand(heard.text)
            others = [(Reading(one.text, one.weight), self._understand(one.text)) for one in heard.alternatives]
            is_doubtful = heard.confidence < CLEAR
            chosen = choose_reading(first, others, lambda _: False) if is_doubtful else first
            wanted = example.intents[0]
            is_any = any(one.intent.name == wanted for one in (first, *(told for _, told in others)))
            count.add(first.intent.name == wanted, chosen.intent.name == wanted, is_any)
        return count

    def _hear(self, text: str, voice: str, snr_db: float | None) -> Recognition:
        sound = self._speaker.say(to_spoken(text), voice, snr_db=snr_db)
        session = self._recognizer.open(Hint())
        for start in range(0, len(sound), FRAME_BYTES):
            session.accept(sound[start : start + FRAME_BYTES])
        return session.finish()

    def _understand(self, text: str) -> Understanding:
        return self._nlu.parse(text, _ON_THE_PHONE)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.readings", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, default=ROOT / "data" / "eval" / "asr_dev.yml")
    parser.add_argument("--snr", type=float, nargs="*", default=[10.0], help="dB of white noise, beside the clean line")
    options = parser.parse_args(arguments)
    examples = load_training_set(options.data).examples
    test = ReadingTest()
    for snr_db in (None, *options.snr):
        count = test.count(examples, snr_db)
        label = "clean" if snr_db is None else f"{snr_db:.0f} dB"
        told = f"first {count.first}, chosen {count.chosen} (+{count.mended} -{count.spoilt}), any {count.any}"
        print(f"{label}: {count.sentences} sentences, {told}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
