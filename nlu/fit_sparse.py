"""Learning the linear half: one support vector machine an intent over TF-IDF of the sparse features."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from sklearn.svm import LinearSVC

from nlu.features import Hashes, SparseFeatures, pair_hashes
from nlu.labels import describe_context
from nlu.sentence import Sentence
from nlu.sparse import SparseClassifier, SparseWeights
from nlu.word_features import WordFeatures

_LEAST_SENTENCES: Final = 2
"""A feature that fewer sentences have is not kept, unless there are few sentences."""
_FEW_SENTENCES: Final = 200


def fit_sparse_classifier(
    sentences: Sequence[Sentence],
    intents: Sequence[str],
    features: SparseFeatures | WordFeatures,
    *,
    penalty: float = 0.5,
    outside: frozenset[str] = frozenset(),
    seed: int = 0,
) -> SparseClassifier:
    """Return the classifier of these sentences; a sentence with two requests is a yes for both.

    `outside`: intents whose sentences say nothing about what words are familiar here.
    """
    rows = [features.extract(sentence.text, describe_context(sentence.context)) for sentence in sentences]
    known, rarity = _choose_features(rows)
    matrix = _build_matrix(rows, known, rarity)
    weights = np.zeros((len(known), len(intents)), dtype=np.float32)
    bias = np.full(len(intents), -1.0, dtype=np.float32)
    for number, intent in enumerate(intents):
        wanted = np.array([intent in sentence.intents for sentence in sentences])
        if wanted.all() or not wanted.any():
            continue
        machine = LinearSVC(C=penalty, random_state=seed, intercept_scaling=1.0).fit(matrix, wanted)
        weights[:, number] = machine.coef_[0]
        bias[number] = machine.intercept_[0]
    return SparseClassifier(features, pack_weights(known, rarity, weights, bias, _familiar_pairs(sentences, outside)))


def _choose_features(rows: Sequence[Hashes]) -> tuple[Hashes, NDArray[np.float32]]:
    counts: Counter[int] = Counter()
    for row in rows:
        counts.update(row.tolist())
    least = _LEAST_SENTENCES if len(rows) > _FEW_SENTENCES else 1
    kept = sorted(feature for feature, count in counts.items() if count >= least)
    known = np.array(kept, dtype=np.uint32)
    rarity = np.log((1 + len(rows)) / (1 + np.array([counts[feature] for feature in kept]))) + 1
    return known, rarity.astype(np.float16).astype(np.float32)


def _build_matrix(rows: Sequence[Hashes], known: Hashes, rarity: NDArray[np.float32]) -> csr_matrix:
    indices: list[NDArray[np.int64]] = []
    values: list[NDArray[np.float32]] = []
    for row in rows:
        places = np.minimum(np.searchsorted(known, row), len(known) - 1)
        places = places[known[places] == row]
        weights = rarity[places]
        indices.append(places)
        values.append(weights / (float(np.sqrt(weights @ weights)) or 1.0))
    ends = np.cumsum([0, *map(len, indices)])
    return csr_matrix((np.concatenate(values), np.concatenate(indices), ends), shape=(len(rows), len(known)))


def _familiar_pairs(sentences: Sequence[Sentence], outside: frozenset[str]) -> Hashes:
    pairs = [pair_hashes(sentence.text) for sentence in sentences if not outside.intersection(sentence.intents)]
    return np.unique(np.concatenate([np.zeros(0, dtype=np.uint32), *pairs]))


def pack_weights(
    known: Hashes,
    rarity: NDArray[np.float32],
    weights: NDArray[np.float32],
    bias: NDArray[np.float32],
    familiar: Hashes,
) -> SparseWeights:
    """Return weights [F, C] in eight bits each; the others are as in `SparseWeights`."""
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-6) / 127
    return SparseWeights(
        hashes=known,
        rarity=rarity,
        weights=np.rint(weights / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        bias=bias,
        familiar=familiar,
    )
