"""The written sentences with which the simulated year begins: a young bot, that has yet to learn its customers."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from nlu.examples import Example, load_training_set
from nlu.folds import render_examples


def write_starting_data(written: Path, out: Path, share: int) -> int:
    """Write every n-th sentence of each intent as one file into `out`; return how many there are."""
    training = load_training_set(written)
    groups: dict[tuple[str, ...], list[Example]] = defaultdict(list)
    for example in training.examples:
        groups[example.intents].append(example)
    kept = [example for group in groups.values() for example in group[::share]]
    out.mkdir(parents=True, exist_ok=True)
    (out / "start.yml").write_text(render_examples(kept, training.synonyms), "utf-8")
    return len(kept)
