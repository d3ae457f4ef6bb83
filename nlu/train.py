"""From sentences to a model folder: one straight line.

Learn from nine tenths, calibrate on the last tenth, learn the last tenth too, write. The folder holds model.onnx,
sparse.npz, transitions.npz, vocab.txt, labels.json, decision.json, surfaces.json, gazetteer.json, front_end.json and
report.json; it is all that serving needs.
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
from nlu.entities import READABLE
from nlu.errors import TrainingError
from nlu.examples import Example, TrainingSet
from nlu.export import export_network
from nlu.features import SparseFeatures
from nlu.fit_network import NetworkTrainer
from nlu.fit_sparse import fit_sparse_classifier
from nlu.frontend import WORDS, FrontEnd, TextTokenizer
from nlu.gazetteer import Gazetteer, build_gazetteer
from nlu.hints import FoundValue
from nlu.labels import Labels, build_labels
from nlu.model import JointNetwork
from nlu.noise import Phrases, load_phrases
from nlu.options import TrainingOptions
from nlu.parser_trust import are_parsers_right
from nlu.reader import Reader, build_reader, plan_reading
from nlu.sentence import Sentence, build_sentence
from nlu.sparse import SparseClassifier
from nlu.surfaces import Surfaces, build_surfaces
from nlu.syllables import build_syllable_table, group_homophones
from nlu.values import find_values
from nlu.warm_start import WARM_RATE, Anchor, save_weights, take_weights
from nlu.word_features import WordFeatures

_ANY_DAY: Final = datetime(2026, 11, 21, 10, tzinfo=UTC)
"""When the training sentences are said; which day it is changes no border of a value."""
_CHINESE_NOISE: Final = {"homophones": 0.0, "fillers": 0.0, "openings": 0.0, "closings": 0.0, "lost_punctuation": 0.0}
"""What does not happen to other languages; blanks would be lost with the punctuation."""
Progress = Callable[[str], None]
ABSORB_RATE: Final = 0.25
"""Learning rate of the last epoch, over all sentences, against the first."""


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """All parts of a model, in memory."""

    labels: Labels
    front_end: FrontEnd
    tokenizer: TextTokenizer
    network: JointNetwork
    sparse: SparseClassifier
    decision: Decision
    surfaces: Surfaces
    gazetteer: Gazetteer
    report: dict[str, float]

    def save(self, folder: Path, *, quantise: bool) -> None:
        """Write the model folder."""
        folder.mkdir(parents=True, exist_ok=True)
        export_network(self.network, folder, quantise=quantise)
        self.front_end.save(folder)
        self.tokenizer.save(folder)
        self.labels.save(folder)
        self.decision.save(folder)
        self.surfaces.save(folder)
        self.gazetteer.save(folder)
        self.sparse.save(folder)
        self.network.chain.transitions().save(folder)
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
    if options.keep_weights:
        save_weights(model.network, out)
    progress(f"model written to {out}")
    return model


def fit_model(training_set: TrainingSet, options: TrainingOptions, progress: Progress) -> TrainedModel:
    """Train on the whole set, in memory; the same set, options and processor give the same model."""
    started = time.monotonic()
    examples = training_set.examples
    labels = build_labels(examples)
    if len(labels.intents) < 2:
        raise TrainingError(f"the examples have only the intent {labels.intents[0]!r}; there must be two or more")
    texts = [example.text for example in examples]
    front_end, options = plan_reading(texts, options)
    _fix_seeds(options)
    reader = build_reader(front_end, texts, options)
    if front_end.has_parsers and not are_parsers_right(examples, _find_values, READABLE):
        front_end = replace(front_end, has_parsers=False)
    gazetteer = Gazetteer() if front_end.has_parsers else build_gazetteer(examples)
    find = _find_values if front_end.has_parsers else _find_nothing
    builder = BatchBuilder(reader.tokenizer, labels, find, gazetteer)
    features = WordFeatures() if front_end.kind == WORDS else SparseFeatures(build_syllable_table())
    network = _build_network(labels, reader, options)
    start = take_weights(network, options.start_from, labels, progress)
    learnt, held_out = _split(examples, options) if start is None else (list(examples), [])
    anchor = Anchor(network, options.anchor) if start is not None and options.anchor else None
    trainer = NetworkTrainer(network, builder, labels, options, progress, anchor)
    source = _build_augmenter(learnt, front_end, options)
    finish = take_weights(network, options.finish_at, labels, progress) if start is not None else None
    sparse = _fit_sparse(source, labels, features, options) if finish is None else finish.sparse
    progress(f"{len(examples)} sentences, {len(labels.intents)} intents, {len(sparse.weights.hashes)} sparse features")
    if finish is None:
        trainer.run(source, epochs=options.epochs, rate=1.0 if start is None else WARM_RATE)
    if start is not None:
        start.blend_into(network, options.start_share)
        sparse = start.blend_sparse_into(sparse, options.start_share)
    decision, figures = _calibrate(held_out, trainer, builder, sparse, labels, options)
    decision = (
        decision if start is None else start.decision
    )  # thresholds that were calibrated once stay, so that little flips
    if held_out:
        everything = _build_augmenter(examples, front_end, replace(options, seed=options.seed + 1))
        trainer.run(everything, epochs=1, rate=ABSORB_RATE)
        sparse = _fit_sparse(everything, labels, features, options)
    report = figures | {"sentences": len(examples), "seconds": round(time.monotonic() - started, 1)}
    progress(f"trained in {report['seconds']} s: {figures}")
    surfaces = build_surfaces(training_set)
    return TrainedModel(labels, front_end, reader.tokenizer, network, sparse, decision, surfaces, gazetteer, report)


def _fit_sparse(
    source: Augmenter, labels: Labels, features: SparseFeatures | WordFeatures, options: TrainingOptions
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


def _build_augmenter(examples: Sequence[Example], front_end: FrontEnd, options: TrainingOptions) -> Augmenter:
    texts = [example.text for example in examples]
    is_chinese = _is_chinese(texts)
    return Augmenter(
        examples,
        phrases=_choose_phrases(front_end, is_chinese=is_chinese),
        homophones=group_homophones(texts) if is_chinese else {},
        noise=options.noise if is_chinese else replace(options.noise, **_CHINESE_NOISE),
        urgent_intents=options.urgent_intents,
        seed=options.seed,
    )


def _choose_phrases(front_end: FrontEnd, *, is_chinese: bool) -> Phrases:
    """Return the phrases of the trade for our own kind of data, of other Chinese no more than what joins sentences."""
    if not is_chinese:
        return Phrases()
    phrases = load_phrases()
    return phrases if front_end.has_parsers else replace(phrases, openings=(), closings=(), fillers=(), alike=())


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


def _build_network(labels: Labels, reader: Reader, options: TrainingOptions) -> JointNetwork:
    return JointNetwork(
        reader.encoder,
        intent_count=len(labels.intents),
        tags=labels.tags,
        act_count=len(labels.acts),
        dropout=options.dropout,
    )


def _find_values(text: str, requested: str | None) -> Sequence[FoundValue]:
    return find_values(text, _ANY_DAY, expected=requested)


def _find_nothing(text: str, requested: str | None) -> Sequence[FoundValue]:
    del text, requested  # the parsers are Chinese
    return ()


def _fix_seeds(options: TrainingOptions) -> None:
    torch.manual_seed(options.seed)
    np.random.seed(options.seed)
