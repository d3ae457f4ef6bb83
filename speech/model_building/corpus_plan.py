"""Sizes of a build, and which sentences are learnt, spoken and kept unseen."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from speech.model_building.corpus import (
    Callers,
    read_conversations,
    read_nlu_sentences,
    read_questions,
    read_text_file,
    spoken_sentences,
)
from speech.model_building.network import TrainingPlan

_LONGEST = 30
"""Characters of a sentence that is measured."""


@dataclass(frozen=True, slots=True)
class BuildSettings:
    """Sizes of a build; the defaults make the shipped model."""

    pieces: int = 4000
    drawn_sentences: int = 20_000
    """Sentences of callers.yml for the language model."""
    spoken_sentences: int = 24_000
    """Utterances for the network."""
    held_out: int = 25
    """Every n-th sentence of data/nlu stays unseen for measuring."""
    least_gain: float = 5.0
    """What an n-gram must be worth to stay in the language model; a larger value makes a smaller graph."""
    training: TrainingPlan = field(default_factory=TrainingPlan)
    seed: int = 20261121


@dataclass(frozen=True, slots=True)
class Corpus:
    """Spoken sentences."""

    for_language: tuple[str, ...]
    for_speech: tuple[str, ...]
    held_out: tuple[str, ...]


def read_corpus(project: Path, settings: BuildSettings, *, extra_text: Path | None = None) -> Corpus:
    """Read the project's sentences and draw those of callers.yml."""
    draw = Random(settings.seed)
    texts = read_nlu_sentences(project / "data/nlu")
    held_out = texts[:: settings.held_out]
    kept = [text for number, text in enumerate(texts) if number % settings.held_out]
    seen = set(kept)
    asked = [*read_questions(project / "data/knowledge"), *read_conversations(project / "data/conversations")]
    extra = read_text_file(extra_text) if extra_text else []
    callers = Callers(project / "data/speech/callers.yml", draw)
    fixed = callers.every_fixed_text()
    drawn = list(itertools.islice(callers.sentences(), settings.drawn_sentences))
    written = spoken_sentences([*dict.fromkeys(kept), *asked, *extra], draw)
    share = settings.spoken_sentences // 2
    fresh = list(itertools.islice(callers.sentences(), settings.spoken_sentences - share))
    speech = [*fresh, *draw.choices(written, k=share)]
    draw.shuffle(speech)
    return Corpus(
        for_language=(*written, *fixed, *drawn),
        for_speech=tuple(text[:40] for text in speech if text),
        held_out=tuple(spoken_sentences([text for text in held_out if text not in seen], draw)),
    )


def draw_test_sentences(
    project: Path, corpus: Corpus, settings: BuildSettings, *, count: int = 150
) -> dict[str, list[str]]:
    """Return sentences that `corpus` does not hold: those kept back, and fresh draws of callers.yml."""
    draw = Random(settings.seed + 1)
    seen = {_plain(text) for text in (*corpus.for_language, *corpus.for_speech)}
    kept_back = [text for text in dict.fromkeys(corpus.held_out) if len(text) <= _LONGEST and _plain(text) not in seen]
    fresh = (
        text for text in Callers(project / "data/speech/callers.yml", draw).sentences() if _plain(text) not in seen
    )
    return {
        "unseen sentences": draw.sample(kept_back, min(count, len(kept_back))),
        "numbers, dates, places": list(itertools.islice(fresh, count)),
    }


def _plain(text: str) -> str:
    return text.replace("幺", "一")
