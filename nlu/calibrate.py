"""Fitting the decision: weights and thresholds that serve held-out sentences best."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product

import numpy as np
import torch

from nlu.batches import BatchBuilder
from nlu.decision import Decision, Floats
from nlu.labels import describe_context
from nlu.model import JointNetwork
from nlu.options import TrainingOptions
from nlu.requests import decide_requests
from nlu.sentence import OUTSIDE, Sentence
from nlu.sparse import SparseClassifier

_NETWORK_WEIGHTS = (0.02, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5)
_SPARSE_RATIOS = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 100.0)
"""Weight of a margin against that of a logit."""
_USUAL_RATIO = 3.0
_LEAST_RATIO = 0.25
_SECOND_THRESHOLDS = tuple(step / 4 for step in range(-3, 13))
_URGENT_THRESHOLDS = (0.06, 0.08, 0.1, 0.15, 0.2, 0.25, 0.3)
_SCOPE_THRESHOLDS = (0.4, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1, 0.0)
_CAUTION = 0.002
_NOVELTY_WEIGHTS = (3.0, 2.0, 4.0, 1.0, 5.0, 0.0)
"""The usual one first: it wins where sentences are too few to tell."""
_SEVERAL_WEIGHT = 2


@dataclass(frozen=True, slots=True)
class Evidence:
    """The classifiers' raw answers for N sentences."""

    logits: Floats
    """[N, intents]."""
    margins: Floats
    """[N, intents]."""
    places: Floats
    """[N, intents]."""
    second: Floats
    """Probability of more than one request [N]."""
    novelty: Floats
    """Share of unfamiliar character pairs [N]."""
    tags: tuple[tuple[str, ...], ...]
    """The likeliest tag of each token that stands for text."""


def gather_evidence(
    sentences: Sequence[Sentence],
    network: JointNetwork,
    builder: BatchBuilder,
    sparse: SparseClassifier,
    tag_names: Sequence[str],
) -> Evidence:
    """Ask both classifiers about each sentence."""
    logits, places, second = [], [], []
    tags: list[tuple[str, ...]] = []
    with torch.inference_mode():
        for start in range(0, len(sentences), 64):
            batch = builder.build(sentences[start : start + 64])
            outputs = network(batch.ids, batch.mask, batch.sight, batch.hints)
            logits.append(outputs.intents.numpy())
            places.append(outputs.places.numpy())
            second.append(torch.sigmoid(outputs.second).numpy())
            best = outputs.tags.argmax(dim=2)
            tags += [
                tuple(tag_names[int(tag)] for tag in row[seen.bool()])
                for row, seen in zip(best, batch.sight, strict=True)
            ]
    margins = np.stack([sparse.margins(item.text, describe_context(item.context)) for item in sentences])
    novelty = np.array([_novelty(item, sparse) for item in sentences], dtype=np.float32)
    return Evidence(
        np.concatenate(logits), margins, np.concatenate(places), np.concatenate(second), novelty, tuple(tags)
    )


def _novelty(sentence: Sentence, sparse: SparseClassifier) -> float:
    hidden = [(place, place + 1) for place, tag in enumerate(sentence.tags) if tag != OUTSIDE]
    return sparse.novelty(sentence.text, hidden)


def fit_decision(
    evidence: Evidence, sentences: Sequence[Sentence], names: Sequence[str], options: TrainingOptions
) -> Decision:
    """Return the decision with the least surprise (weights) and then the most sentences right (thresholds).

    Caution may cost a little: the urgent threshold is the lowest, the scope threshold the highest that loses no more
    than `_CAUTION` of the sentences.
    """
    decision = Decision(
        urgent_intents=tuple(name for name in options.urgent_intents if name in names),
        urgent_threshold=options.urgent_threshold,
        scope_intent=options.scope_intent,
        scope_threshold=options.scope_threshold if options.scope_intent in names else 0.0,
    )
    if len(sentences) < 2 * len(names):
        return decision
    alone = np.array([len(sentence.intents) == 1 for sentence in sentences])
    truth = np.array([names.index(sentence.intents[0]) for sentence in sentences])[alone]
    pairs = product(_NETWORK_WEIGHTS, _SPARSE_RATIOS)
    candidates = [replace(decision, network_weight=left, sparse_weight=left * right) for left, right in pairs]
    decision = min(candidates, key=lambda candidate: _surprise(candidate, evidence, alone, truth))
    judge = partial(_count_right, evidence=evidence, sentences=sentences, names=names)
    decision = max((replace(decision, novelty_weight=value) for value in _NOVELTY_WEIGHTS), key=judge)
    candidates = [replace(decision, second_threshold=value) for value in reversed(_SECOND_THRESHOLDS)]
    decision = max(candidates, key=judge)
    urgent = [value for value in _URGENT_THRESHOLDS if value <= options.urgent_threshold]
    decision = _most_cautious([replace(decision, urgent_threshold=value) for value in urgent], judge, len(sentences))
    scope = [value for value in _SCOPE_THRESHOLDS if value <= decision.scope_threshold]
    return _most_cautious([replace(decision, scope_threshold=value) for value in scope], judge, len(sentences))


def _most_cautious(candidates: Sequence[Decision], judge: Callable[[Decision], int], total: int) -> Decision:
    """Return the first of the candidates, most cautious first, that loses little against the best."""
    counts = [judge(candidate) for candidate in candidates]
    least = max(counts) - _CAUTION * total
    return next(candidate for candidate, count in zip(candidates, counts, strict=True) if count >= least)


def find_right(
    decision: Decision, evidence: Evidence, sentences: Sequence[Sentence], names: Sequence[str]
) -> list[bool]:
    """Say of each sentence whether its requests are all found and nothing else."""
    scope = names.index(decision.scope_intent) if decision.scope_intent in names else None
    probabilities = decision.probabilities(evidence.logits, evidence.margins, novelty=evidence.novelty, scope=scope)
    rows = zip(sentences, probabilities, evidence.places, evidence.second, strict=True)
    return [
        {intent.name for intent in decide_requests(names, row, places, float(second), decision)}
        == set(sentence.intents)
        for sentence, row, places, second in rows
    ]


def _count_right(decision: Decision, evidence: Evidence, sentences: Sequence[Sentence], names: Sequence[str]) -> int:
    """Count the sentences that are right; the few with several requests count twice."""
    right = find_right(decision, evidence, sentences, names)
    weights = (_SEVERAL_WEIGHT if len(sentence.intents) > 1 else 1 for sentence in sentences)
    return sum(weight for weight, is_right in zip(weights, right, strict=True) if is_right)


def _surprise(decision: Decision, evidence: Evidence, alone: np.ndarray, truth: np.ndarray) -> float:
    """Return mean negative log-likelihood over the sentences with one request, and what an unusual ratio costs.

    Where the held-out sentences are few, the usual ratio is a better guess than theirs.
    """
    probabilities = decision.probabilities(evidence.logits[alone], evidence.margins[alone])
    surprise = -np.log(probabilities[np.arange(len(truth)), truth] + 1e-9).mean()
    ratio = max(decision.sparse_weight / decision.network_weight, _LEAST_RATIO)
    return float(surprise + np.log2(ratio / _USUAL_RATIO) ** 2 / len(truth))
