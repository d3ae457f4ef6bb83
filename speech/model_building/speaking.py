"""Thousands of sentences spoken in processes of their own: espeak-ng now and then dies of a voice or a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np

from speech.model_building.synthetic_speech import LabelledFrames, Speakers, speak_all
from speech.synthesizers.espeak_library import EspeakLibrary

_PIECE = 250
"""Sentences that one process speaks; a babble is mixed of those before."""


@dataclass(frozen=True, slots=True)
class SpeakingPlan:
    """Who speaks, and how it is drawn."""

    voices: tuple[str, ...]
    index_of: dict[str, int]
    """phone -> output of the network"""
    seed: int
    processes: int = 1


def speak_apart(sentences: Sequence[str], plan: SpeakingPlan, report: Callable[[str], None]) -> list[LabelledFrames]:
    """Return every sentence as labelled frames, in order, but for those of which espeak-ng dies; they are reported."""
    spoken: list[LabelledFrames] = []
    pieces = [tuple(sentences[start : start + _PIECE]) for start in range(0, len(sentences), _PIECE)]
    rounds = [pieces[start : start + plan.processes] for start in range(0, len(pieces), plan.processes)]
    for number, together in enumerate(rounds):
        for piece in _speak_together(together, plan, number * plan.processes):
            spoken += piece
    if missing := len(sentences) - len(spoken):
        report(f"{missing} sentences were left out: espeak-ng died of them")
    return spoken


def _speak_together(
    pieces: Sequence[tuple[str, ...]], plan: SpeakingPlan, number: int
) -> Iterator[list[LabelledFrames]]:
    """Speak some pieces side by side; where a process dies, halve its piece and draw anew."""
    with ProcessPoolExecutor(len(pieces), get_context("spawn"), max_tasks_per_child=1) as processes:
        begun = [
            processes.submit(_speak, piece, plan, (plan.seed, number + place)) for place, piece in enumerate(pieces)
        ]
        for piece, one in zip(pieces, begun, strict=True):
            try:
                yield one.result()
            except BrokenProcessPool:
                yield _speak_halves(piece, plan, (plan.seed, number, len(piece)))


def _speak_halves(piece: tuple[str, ...], plan: SpeakingPlan, seed: tuple[int, ...]) -> list[LabelledFrames]:
    if len(piece) == 1:
        return []
    spoken: list[LabelledFrames] = []
    middle = len(piece) // 2
    for half in (piece[:middle], piece[middle:]):
        with ProcessPoolExecutor(1, get_context("spawn")) as process:
            try:
                spoken += process.submit(_speak, half, plan, (*seed, len(half))).result()
            except BrokenProcessPool:
                spoken += _speak_halves(half, plan, (*seed, len(half)))
    return spoken


def _speak(sentences: tuple[str, ...], plan: SpeakingPlan, seed: tuple[int, ...]) -> list[LabelledFrames]:
    draw = np.random.default_rng(seed)
    return speak_all(sentences, Speakers(EspeakLibrary(), plan.voices, draw), plan.index_of, draw)
