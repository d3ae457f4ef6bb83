"""A data version: the written sentences and the accepted labels as one training folder with a hash.

The newest conversations of the month are held out: the candidate is measured on what customers say next, not on what it
was taught. Labels that say word by word what a frozen set says are left out; a frozen sentence in the written data
refuses the version.
"""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import orjson

from eval.errors import FrozenSentenceLearnt
from eval.retrain.frozen import FrozenSets, plain
from nlu.annotations import Span
from nlu.examples import COMPOSITE_JOINT, Example, load_training_set
from nlu.folds import render_examples
from storage.clock import CHINA

TRAINING, HELD_OUT, ABOUT = "nlu", "held_out.yml", "version.json"
LABELLED = "zz_labelled.yml"
"""Read after the written sentences, so that the training's noise on those is the same from version to version."""
HELD_OUT_SHARE = 0.25
"""Of the month's conversations, the newest."""
LEAST_FOR_HOLDING_OUT = 8
"""Conversations; of fewer nothing is held out."""
_NAMED = 3


class Labelled(Protocol):
    """An accepted label."""

    @property
    def text(self) -> str:
        """As it is learnt: personal values are stand-ins."""

    @property
    def intent(self) -> str:
        """One, or several joined by +."""

    @property
    def entities(self) -> Sequence[Any]:
        """With entity, start, end and value, places in the text."""

    @property
    def conversation(self) -> str: ...
    @property
    def at(self) -> float:
        """When it was said, in seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class DataVersion:
    """What a candidate learns from."""

    id: str
    """Sixteen hexadecimal digits over written sentences, labels and frozen sets."""
    month: str
    folder: Path
    written: int
    """Sentences of the shipped data."""
    learnt: int
    """Labelled sentences that are learnt."""
    held_out: int
    """Labelled sentences of the newest conversations, on which the candidate is measured."""
    left_out: int
    """Labels that a frozen set says too, or that contradict themselves."""
    intents: dict[str, int]
    """Labelled sentences that are learnt, by intent: the balance."""
    labels_hash: str

    @property
    def training(self) -> Path:
        """The folder that `gridtalk train --data` takes."""
        return self.folder / TRAINING

    @property
    def held_out_examples(self) -> tuple[Example, ...]:
        """The sentences that are held out."""
        file = self.folder / HELD_OUT
        return load_training_set(file).examples if self.held_out else ()

    def render(self) -> dict[str, Any]:
        """Return what is written beside it, without the place."""
        return {key: value for key, value in asdict(self).items() if key != "folder"}


def build_version(
    base: Path,
    labels: Sequence[Labelled],
    frozen: FrozenSets,
    home: Path,
    month: str,
    copies: int = 1,
) -> DataVersion:
    """Write the version of a month below `home`/retrain/data and return it; the same input gives the same version.

    `copies`: how often a labelled sentence stands in the training file. Raises FrozenSentenceLearnt, TrainingFileError.
    """
    written = load_training_set(base).examples
    refuse_frozen(written, frozen)
    usable, left_out = _usable(labels, frozen)
    learnt, held_out = split(usable, month)
    examples = [_example(label) for label in learnt]
    aside = [_example(label) for label in held_out]
    content, labels_hash = render_examples(examples * copies, {}), hash_labels(labels)
    identity = hashlib.sha256("\x1f".join([_hash_base(base), content, labels_hash, frozen.fingerprint]).encode())
    folder = home / "retrain" / "data" / identity.hexdigest()[:16]
    intents = dict(Counter(label.intent for label in learnt).most_common())
    numbers = (len(written), len(examples), len(aside), left_out)
    version = DataVersion(folder.name, month, folder, *numbers, intents, labels_hash)
    if not (folder / ABOUT).is_file():
        _write(version, base, content if examples else "", render_examples(aside, {}) if aside else "")
    return version


def refuse_frozen(written: Iterable[Example], frozen: FrozenSets) -> None:
    """Raise FrozenSentenceLearnt where more sentences of a set stand in the data than its entry admits."""
    places = {plain(example.text): example.source for example in written}
    for entry, examples in frozen.examples:
        met = [places[key] for example in examples if (key := plain(example.text)) in places]
        if len(met) > entry.shared:
            where = ", ".join(met[:_NAMED])
            raise FrozenSentenceLearnt(
                f"{len(met)} sentences of {entry.path} stand in the training data, {entry.shared} are known to: {where}"
            )


def split(labels: Sequence[Labelled], month: str) -> tuple[list[Labelled], list[Labelled]]:
    """Return what is learnt and what is held out: the newest conversations of the newest month, whole.

    A sentence that is learnt is not held out as well. Labels of earlier months are all learnt.
    """
    newest: dict[str, float] = {}
    for label in labels:
        newest[label.conversation] = max(label.at, newest.get(label.conversation, 0.0))
    of_month = {label.conversation for label in labels if _month_of(label.at) == month}
    ordered = sorted(of_month, key=lambda conversation: (newest[conversation], conversation))
    count = int(len(ordered) * HELD_OUT_SHARE) if len(ordered) >= LEAST_FOR_HOLDING_OUT else 0
    aside = set(ordered[len(ordered) - count :])
    learnt = [label for label in labels if label.conversation not in aside]
    known = {plain(label.text) for label in learnt}
    held_out = {plain(label.text): label for label in labels if label.conversation in aside}
    return learnt, [label for key, label in held_out.items() if key not in known]


def hash_labels(labels: Iterable[Labelled]) -> str:
    """Return what tells whether there are new labels, in sixteen hexadecimal digits."""
    lines = sorted(f"{label.conversation}\x1f{label.text}\x1f{label.intent}" for label in labels)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _usable(labels: Sequence[Labelled], frozen: FrozenSets) -> tuple[list[Labelled], int]:
    """Leave out what is frozen; of one sentence with several labels the most frequent one counts, if there is one."""
    votes: dict[str, Counter[str]] = {}
    for label in labels:
        votes.setdefault(plain(label.text), Counter())[label.intent] += 1
    kept: list[Labelled] = []
    for label in sorted(labels, key=lambda label: (label.at, label.conversation, label.text)):
        key = plain(label.text)
        ranked = votes[key].most_common(2)
        is_clear = len(ranked) == 1 or ranked[0][1] > ranked[1][1]
        if key and key not in frozen.texts and is_clear and label.intent == ranked[0][0]:
            kept.append(label)
    return kept, len(labels) - len(kept)


def _example(label: Labelled) -> Example:
    spans = tuple(sorted(map(_span, label.entities), key=lambda span: span.start))
    return Example(label.text, tuple(label.intent.split(COMPOSITE_JOINT)), spans)


def _span(given: Any) -> Span:
    names = ("entity", "start", "end", "value")
    read = [given.get(name) if isinstance(given, dict) else getattr(given, name, None) for name in names]
    entity, start, end, value = read
    return Span(str(entity), int(start or 0), int(end or 0), None if value is None else str(value))


def _month_of(at: float) -> str:
    return datetime.fromtimestamp(at, CHINA).strftime("%Y-%m")


def _hash_base(base: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(base.rglob("*.yml")):
        digest.update(file.relative_to(base).as_posix().encode() + b"\x1f" + file.read_bytes())
    return digest.hexdigest()


def _write(version: DataVersion, base: Path, labelled: str, held_out: str) -> None:
    """Write the folder; version.json comes last and makes it whole."""
    shutil.rmtree(version.training, ignore_errors=True)
    shutil.copytree(base, version.training)
    if labelled:
        (version.training / LABELLED).write_text(labelled, "utf-8")
    if held_out:
        (version.folder / HELD_OUT).write_text(held_out, "utf-8")
    (version.folder / ABOUT).write_bytes(orjson.dumps(version.render(), option=orjson.OPT_INDENT_2))
