"""Two linear halves as one: what a training made, taken back towards the one that it started from."""

import numpy as np
from numpy.typing import NDArray

from nlu.features import Hashes
from nlu.fit_sparse import pack_weights
from nlu.sparse import SparseClassifier


def blend_sparse(before: SparseClassifier, after: SparseClassifier, share: float) -> SparseClassifier:
    """Return weights of which `share` is that of `before`; a feature that one of them lacks has weight 0 there.

    Both must have the same intents in the same order.
    """
    old, new = before.weights, after.weights
    hashes = np.union1d(old.hashes, new.hashes)
    rarity = _spread(hashes, new.hashes, new.rarity)
    rarity[np.searchsorted(hashes, old.hashes)] = old.rarity
    weights = share * _spread(hashes, old.hashes, old.weights * old.scale)
    weights += (1 - share) * _spread(hashes, new.hashes, new.weights * new.scale)
    bias = share * old.bias + (1 - share) * new.bias
    familiar = np.union1d(old.familiar, new.familiar)
    return SparseClassifier(after.features, pack_weights(hashes, rarity, weights, bias, familiar))


def _spread(hashes: Hashes, own: Hashes, values: NDArray[np.float32]) -> NDArray[np.float32]:
    spread = np.zeros((len(hashes), *values.shape[1:]), dtype=np.float32)
    spread[np.searchsorted(hashes, own)] = values
    return spread
