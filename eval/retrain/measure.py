"""Two releases on the same frozen sets: understanding, knowledge, whole conversations, speed and size.

Sentences are parsed by both in turn, so that a busy machine slows both alike.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bot.assembly import known_action_names
from bot.load_models import open_knowledge, open_nlu
from bot.project import load_project
from bot.turn import Understands
from eval.conversations import count_right_conversations
from eval.kb import KnowledgeQuestion
from eval.knowledge_path import run_knowledge_test
from eval.retrain.frozen import CONVERSATIONS, FrozenSets, plain
from eval.retrain.gates import Measured
from nlu.examples import Example
from nlu.options import WEIGHTS_FILE
from storage.clock import Clock

HELD_OUT = "held_out"
_MEGABYTE = 1_000_000
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences for the understanding, with the names under which they may be told."""

    examples: tuple[Example, ...]
    names: tuple[str, ...]
    """The text, or set and number where the set is blind."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured besides the understanding."""

    knowledge: bool = True
    conversations: bool = True


FULL = Scale()


def choose_sentences(frozen: FrozenSets, held_out: Sequence[Example], learnt: frozenset[str]) -> Sentences:
    """Return all frozen and held-out sentences but those that were learnt (`learnt`: plain forms)."""
    examples, names = list[Example](), list[str]()
    for entry, of_set in frozen.examples:
        for number, example in enumerate(of_set, 1):
            if plain(example.text) not in learnt:
                examples.append(example)
                names.append(f"{entry.name}:{number}" if entry.blind else example.text)
    fresh = [example for example in held_out if plain(example.text) not in learnt]
    return Sentences((*examples, *fresh), (*names, *(example.text for example in fresh)))


async def measure_both(
    champion: tuple[str, Path],
    candidate: tuple[str, Path],
    sentences: Sentences,
    frozen: FrozenSets,
    clock: Clock,
    scale: Scale = FULL,
    progress: Progress = lambda _: None,
) -> tuple[Measured, Measured]:
    """Measure two project folders, each with the id of its release. Raises what loading them raises."""
    opened = [_open(folder, clock) for _, folder in (champion, candidate)]
    progress(f"{len(sentences.examples)} sentences")
    given, milliseconds = _understand(opened, sentences.examples)
    measured = []
    for number, (name, folder) in enumerate((champion, candidate)):
        one = Measured(
            name,
            sentences.names,
            tuple(example.intents[0] for example in sentences.examples),
            tuple(given[number]),
            milliseconds[number],
            size_of(folder),
        )
        progress(f"{name}: knowledge and conversations")
        measured.append(await _with_the_rest(one, folder, frozen, clock, scale))
    return measured[0], measured[1]


def size_of(folder: Path) -> float:
    """Return the megabytes of the model that a project's understanding loads."""
    entry = load_project(folder, actions=known_action_names()).config.pipeline[0]
    model = folder / str(entry.parameters.get("model", "models/nlu"))
    files = (file for file in model.glob("*") if file.is_file() and file.name != WEIGHTS_FILE)
    return sum(file.stat().st_size for file in files) / _MEGABYTE


Nearest = Callable[[KnowledgeQuestion], Sequence[str]]
"""Question -> the answers of the nearest articles, best first."""


def hits(nearest: Nearest, questions: Sequence[KnowledgeQuestion]) -> tuple[float, float]:
    """Return hit@1 and hit@3 over the answerable questions."""
    places = []
    for question in questions:
        if question.is_answerable:
            met = [question.is_met_by(answer) for answer in nearest(question)[:3]]
            places.append(met.index(True) if True in met else 3)
    if not places:
        return 1.0, 1.0
    return sum(place == 0 for place in places) / len(places), sum(place < 3 for place in places) / len(places)


def _open(folder: Path, clock: Clock) -> Understands:
    nlu: Understands = open_nlu(folder, load_project(folder, actions=known_action_names()), clock)
    return nlu


def _understand(models: Sequence[Understands], examples: Sequence[Example]) -> tuple[list[list[str]], list[float]]:
    given: list[list[str]] = [[] for _ in models]
    times: list[list[float]] = [[] for _ in models]
    for example in examples:
        for number, model in enumerate(models):
            begun = time.perf_counter()
            given[number].append(model.parse(example.text, example.context).intent.name)
            times[number].append(1000 * (time.perf_counter() - begun))
    return given, [round(float(np.percentile(one, 50)), 3) if one else 0.0 for one in times]


async def _with_the_rest(one: Measured, folder: Path, frozen: FrozenSets, clock: Clock, scale: Scale) -> Measured:
    if scale.knowledge and frozen.questions:
        report = await run_knowledge_test(frozen.questions, folder)
        first, third = hits(_nearest(folder, clock), frozen.questions)
        one = replace(
            one,
            knowledge_right=report.right / report.answerable if report.answerable else None,
            knowledge_refused=report.refused_rightly / report.unanswerable if report.unanswerable else None,
            knowledge_hit_1=first,
            knowledge_hit_3=third,
        )
    if scale.conversations:
        counts = [
            await count_right_conversations(frozen.root / entry.path, folder) for entry in frozen.of_kind(CONVERSATIONS)
        ]
        right, held = sum(count[0] for count in counts), sum(count[1] for count in counts)
        one = replace(one, conversations=right / held if held else None)
    return one


def _nearest(folder: Path, clock: Clock) -> Nearest:
    searcher = open_knowledge(folder, load_project(folder, actions=known_action_names())).searcher
    now = clock()

    def nearest(question: KnowledgeQuestion) -> Sequence[str]:
        return [article.answer for article in searcher.nearest(question.question, region=question.region, at=now)]

    return nearest
