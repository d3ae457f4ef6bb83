"""From sentences to a model folder: one straight line.

Learn from nine tenths, calibrate on the last tenth, learn the last tenth too, write. The folder holds model.onnx,
sparse.npz, vocab.txt, labels.json, decision.json, surfaces.json and report.json; it is all that serving needs.
"""

import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
import torch

from nlu.augment import Augmenter
from nlu.batches import BatchBuilder
from nlu.calibrate import find_right, fit_decision, gather_evidence
from nlu.decision import Decision
from nlu.encoder.tokenizer import CharTokenizer
from nlu.encoder.vocabulary import Vocabulary, choose_tokens, count_characters, load_vocabulary
from nlu.errors import TrainingError
from nlu.examples import Example, TrainingSet
from nlu.export import export_network
from nlu.features import SparseFeatures
from nlu.fit_network import NetworkTrainer
from nlu.fit_sparse import fit_sparse_classifier
from nlu.hints import FoundValue
from nlu.idle_cores import count_idle_cores
from nlu.labels import Labels, build_labels
from nlu.model import JointNetwork, load_encoder
from nlu.noise import Phrases, load_phrases
from nlu.options import TrainingOptions
from nlu.sentence import Sentence, build_sentence
from nlu.sparse import SparseClassifier
from nlu.surfaces import Surfaces, build_surfaces
from nlu.syllables import build_syllable_table, group_homophones
from nlu.values import find_values

_ANY_DAY: Final = datetime(2026, 11, 21, 10, tzinfo=UTC)
"""When the training sentences are said; which day it is changes no border of a value."""
Progress = Callable[[str], None]
ABSORB_RATE: Final = 0.25
"""Learning rate of the last epoch, over all sentences, against the first."""


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """All parts of a model, in memory."""

    labels: Labels
    vocabulary: Vocabulary
    network: JointNetwork
    sparse: SparseClassifier
    decision: Decision
    surfaces: Surfaces
    report: dict[str, float]

    def save(self, folder: Path, *, quantise: bool) -> None:
        """Write the model folder."""
        folder.mkdir(parents=True, exist_ok=True)
        export_network(self.network, folder, quantise=quantise)
        self.vocabulary.save(folder / "vocab.txt")
        self.labels.save(folder)
        self.decision.save(folder)
        self.surfaces.save(folder)
        self.sparse.save(folder)
        (folder / "report.json").write_text(json.dumps(self.report, indent=1) + "\n", encoding="utf-8")


def report_progress(message: str) -> None:
    """Write a line to stderr."""
    print(message, file=sys.stderr, flush=True)


def train_model(
    training_set: TrainingSet, out: Path, options: TrainingOptions | None = None, progress: Progress = report_progress
) -> TrainedModel:
    """Train on the whole set and write the model folder `out`."""
    options = options or TrainingOptions()
    model = fit_model(training_set, options, progress)
    model.save(out, quantise=options.quantise)
    progress(f"model written to {out}")
    return model


def fit_model(training_set: TrainingSet, options: TrainingOptions, progress: Progress) -> TrainedModel:
    """Train on the whole set, in memory; the same set, options and processor give the same model."""
    started = time.monotonic()
    examples = training_set.examples
    labels = build_labels(examples)
    if len(labels.intents) < 2:
        raise TrainingError(f"the examples have only the intent {labels.intents[0]!r}; there must be two or more")
    _fix_seeds(options)
    vocabulary = _choose_vocabulary(examples, options)
    builder = BatchBuilder(CharTokenizer(vocabulary), labels, _find_values)
    learnt, held_out = _split(examples, options)
    features = SparseFeatures(build_syllable_table())
    network = _build_network(labels, vocabulary, options)
    trainer = NetworkTrainer(network, builder, labels, options, progress)
    source = _build_augmenter(learnt, options)
    sparse = _fit_sparse(source, labels, features, options)
    progress(f"{len(examples)} sentences, {len(labels.intents)} intents, {len(sparse.weights.hashes)} sparse features")
    trainer.run(source, epochs=options.epochs)
    decision, figures = _calibrate(held_out, trainer, builder, sparse, labels, options)
    if held_out:
        everything = _build_augmenter(examples, replace(options, seed=options.seed + 1))
        trainer.run(everything, epochs=1, rate=ABSORB_RATE)
        sparse = _fit_sparse(everything, labels, features, options)
    report = figures | {"sentences": len(examples), "seconds": round(time.monotonic() - started, 1)}
    progress(f"trained in {report['seconds']} s: {figures}")
    return TrainedModel(labels, vocabulary, network, sparse, decision, build_surfaces(training_set), report)


def _fit_sparse(
    source: Augmenter, labels: Labels, features: SparseFeatures, options: TrainingOptions
) -> SparseClassifier:
    return fit_sparse_classifier(
        list(source.epoch()),
        labels.intents,
        features,
        penalty=options.sparse_penalty,
        outside=frozenset({options.scope_intent}),
    )


def _calibrate(
    held_out: Sequence[Example],
    trainer: NetworkTrainer,
    builder: BatchBuilder,
    sparse: SparseClassifier,
    labels: Labels,
    options: TrainingOptions,
) -> tuple[Decision, dict[str, float]]:
    if not held_out:
        return Decision(urgent_intents=tuple(set(options.urgent_intents) & set(labels.intents))), {}
    sentences: list[Sentence] = [build_sentence(example) for example in held_out]
    evidence = gather_evidence(sentences, trainer.network, builder, sparse, labels.tags)
    decision = fit_decision(evidence, sentences, labels.intents, options)
    right = sum(find_right(decision, evidence, sentences, labels.intents))
    return decision, {"held_out": len(held_out), "held_out_right": round(right / len(held_out), 4)}


def _build_augmenter(examples: Sequence[Example], options: TrainingOptions) -> Augmenter:
    texts = [example.text for example in examples]
    is_chinese = _is_chinese(texts)
    return Augmenter(
        examples,
        phrases=load_phrases() if is_chinese else Phrases(),
        homophones=group_homophones(texts) if is_chinese else {},
        noise=options.noise if is_chinese else replace(options.noise, homophones=0.0, fillers=0.0),
        urgent_intents=options.urgent_intents,
        seed=options.seed,
    )


def _is_chinese(texts: Sequence[str]) -> bool:
    signs = "".join(texts)
    return sum("\u4e00" <= sign <= "\u9fff" for sign in signs) * 2 > len(signs)


def _split(examples: Sequence[Example], options: TrainingOptions) -> tuple[list[Example], list[Example]]:
    """Hold out the same share of each intent, nothing of one with few sentences."""
    groups: dict[tuple[str, ...], list[Example]] = defaultdict(list)
    for example in examples:
        groups[example.intents if len(example.intents) == 1 else ("+",)].append(example)
    dice = random.Random(options.seed)
    held_out: list[Example] = []
    for group in groups.values():
        held_out += dice.sample(group, int(len(group) * options.held_out))
    chosen = {id(example) for example in held_out}
    return [example for example in examples if id(example) not in chosen], held_out


def _choose_vocabulary(examples: Sequence[Example], options: TrainingOptions) -> Vocabulary:
    if options.encoder_dir is not None:
        return load_vocabulary(options.encoder_dir / "vocab.txt")
    return choose_tokens(count_characters(example.text for example in examples), least=1)


def _build_network(labels: Labels, vocabulary: Vocabulary, options: TrainingOptions) -> JointNetwork:
    encoder = load_encoder(options.encoder_dir, vocabulary_size=len(vocabulary), dropout=options.encoder_dropout)
    return JointNetwork(encoder, intent_count=len(labels.intents), tag_count=len(labels.tags), dropout=options.dropout)


def _find_values(text: str, requested: str | None) -> Sequence[FoundValue]:
    return find_values(text, _ANY_DAY, expected=requested)


def _fix_seeds(options: TrainingOptions) -> None:
    torch.set_num_threads(options.threads or count_idle_cores())
    torch.manual_seed(options.seed)
    np.random.seed(options.seed)
