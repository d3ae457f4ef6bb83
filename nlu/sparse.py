"""The linear half of the intent classifier: one weight for each feature and intent, eight bits each.

It knows the words that the encoder has seen too seldom, and costs a tenth of a millisecond.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlu.errors import ModelError
from nlu.features import Hashes, SparseFeatures, SyllableTable, pair_hashes
from nlu.word_features import WordFeatures

_FILE: Final = "sparse.npz"


@dataclass(frozen=True, slots=True)
class SparseWeights:
    """F features, C intents."""

    hashes: Hashes
    """The known features, ascending [F]."""
    rarity: NDArray[np.float32]
    """Inverse document frequency of each [F]."""
    weights: NDArray[np.int8]
    """[F, C]; times `scale` is the weight."""
    scale: NDArray[np.float32]
    """[C]."""
    bias: NDArray[np.float32]
    """[C]."""
    familiar: Hashes
    """Pairs of characters that sentences within the scope have, ascending."""


class SparseClassifier:
    """Margins of the intents, from the features alone."""

    def __init__(self, features: SparseFeatures | WordFeatures, weights: SparseWeights) -> None:
        self.features = features
        self.weights = weights

    def margins(self, text: str, context: Sequence[str] = ()) -> NDArray[np.float32]:
        """Return one margin an intent [C]; about -1 for no, 1 for yes."""
        hashes = self.features.extract(text, context)
        known = self.weights.hashes
        places = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
        rows = places[known[places] == hashes]
        values = self.weights.rarity[rows]
        length = float(np.sqrt(values @ values)) or 1.0
        summed = (values / length) @ self.weights.weights[rows].astype(np.float32)
        return np.asarray(summed * self.weights.scale + self.weights.bias, dtype=np.float32)

    def novelty(self, text: str, hidden: Sequence[tuple[int, int]] = ()) -> float:
        """Return the share of character pairs that no sentence within the scope had; `hidden`: names and values."""
        pairs, familiar = pair_hashes(text, hidden), self.weights.familiar
        if not len(pairs) or not len(familiar):
            return 0.0
        places = np.minimum(np.searchsorted(familiar, pairs), len(familiar) - 1)
        return float(np.mean(familiar[places] != pairs))

    def save(self, folder: Path) -> None:
        """Write sparse.npz."""
        weights, syllables = self.weights, self.features.syllables
        np.savez_compressed(
            folder / _FILE,
            hashes=weights.hashes,
            rarity=weights.rarity.astype(np.float16),
            weights=weights.weights,
            scale=weights.scale,
            bias=weights.bias,
            familiar=weights.familiar,
            codes=syllables.codes,
            syllables=syllables.syllables,
        )


def load_sparse_classifier(folder: Path) -> SparseClassifier:
    """Read sparse.npz as `SparseClassifier.save` wrote it."""
    try:
        with np.load(folder / _FILE) as file:
            syllables = SyllableTable(file["codes"], file["syllables"])
            weights = SparseWeights(
                hashes=file["hashes"],
                rarity=file["rarity"].astype(np.float32),
                weights=file["weights"],
                scale=file["scale"],
                bias=file["bias"],
                familiar=file["familiar"],
            )
    except (OSError, KeyError, ValueError) as error:
        raise ModelError(
            f"{folder}: {_FILE} is missing or broken ({error}); train a model with `gridtalk train`"
        ) from error
    is_in_words = not len(syllables.codes)
    return SparseClassifier(WordFeatures() if is_in_words else SparseFeatures(syllables), weights)
