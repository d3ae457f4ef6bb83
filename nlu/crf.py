"""The linear chain over the entity tags at work, without torch: the likeliest path, and how likely each tag is.

A path's score is the sum of its emissions, of its transitions, of how it begins and how it ends (Lafferty, McCallum
and Pereira 2001). What the BIO scheme forbids has no share in either answer. Emissions may be shifted by a constant
for each token: probabilities of a softmax serve as well as the logits before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlu.errors import ModelError

_FILE: Final = "transitions.npz"
FORBIDDEN: Final = -1e4
_TINY: Final = 1e-15
"""Least probability of a tag at a token."""
_RESCALED: Final = 12
"""Tokens after which numbers are brought back to about one, long before they leave the range of float64."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Transitions:
    """Scores of T tags beside one another; what BIO forbids is `FORBIDDEN`."""

    between: Floats
    """From tag [T] to tag [T]."""
    first: Floats
    """Of the first tag [T]."""
    last: Floats
    """Of the last tag [T]."""

    def save(self, folder: Path) -> None:
        """Write transitions.npz."""
        np.savez(folder / _FILE, between=self.between, first=self.first, last=self.last)


def load_transitions(folder: Path, tags: Sequence[str]) -> Transitions:
    """Read transitions.npz; a model without one has no other rule than BIO."""
    path = folder / _FILE
    if not path.is_file():
        return forbid_in_bio(tags)
    try:
        with np.load(path) as file:
            read = Transitions(file["between"], file["first"], file["last"])
    except (OSError, KeyError, ValueError) as error:
        raise ModelError(f"{folder}: {_FILE} is broken ({error}); train a model with `gridtalk train`") from error
    if read.between.shape != (len(tags), len(tags)):
        raise ModelError(f"{folder}: {_FILE} is of another model: {len(read.first)} tags, not {len(tags)}")
    return read


def forbid_in_bio(tags: Sequence[str]) -> Transitions:
    """Return 0 for what may stand beside one another, `FORBIDDEN` where `I-x` follows neither `B-x` nor `I-x`."""
    inside = np.array([tag.startswith("I-") for tag in tags])
    follows = np.array([[before[2:] == tag[2:] and before != "O" for tag in tags] for before in tags])
    between = np.where(inside[None, :] & ~follows, FORBIDDEN, 0.0).astype(np.float32)
    first = np.where(inside, FORBIDDEN, 0.0).astype(np.float32)
    return Transitions(between, first, np.zeros(len(tags), dtype=np.float32))


class TagChain:
    """Reads sentences with one model's transitions; safe to be used by several threads."""

    def __init__(self, transitions: Transitions) -> None:
        self._transitions = transitions
        self._incoming = np.ascontiguousarray(transitions.between.T)
        self._weights = np.exp(transitions.between.astype(np.float64))
        self._begins = np.exp(transitions.first.astype(np.float64))
        self._ends = np.exp(transitions.last.astype(np.float64))

    def best_path(self, probabilities: Floats) -> list[int]:
        """Return the likeliest tags [L] (Viterbi) of the network's probabilities [L, T]."""
        if not len(probabilities):
            return []
        emissions = np.log(np.maximum(probabilities, _TINY))
        score = self._transitions.first + emissions[0]
        numbers = np.arange(len(score))
        back = []
        for emission in emissions[1:]:
            candidates = self._incoming + score
            best = candidates.argmax(axis=1)
            back.append(best)
            score = candidates[numbers, best] + emission
        path = [int((score + self._transitions.last).argmax())]
        for best in reversed(back):
            path.append(int(best[path[-1]]))
        return path[::-1]

    def marginals(self, probabilities: Floats) -> Floats:
        """Return the probability of each tag at each token [L, T], over all paths (forward and backward)."""
        count = len(probabilities)
        if not count:
            return probabilities
        seen = np.maximum(probabilities, _TINY).astype(np.float64)
        forward, backward = np.empty_like(seen), np.empty_like(seen)
        row = forward[0] = seen[0] * self._begins
        for place in range(1, count):
            row = (row @ self._weights) * seen[place]
            if not place % _RESCALED:
                row /= row.sum()
            forward[place] = row
        row = backward[-1] = self._ends
        for place in range(count - 2, -1, -1):
            row = self._weights @ (row * seen[place + 1])
            if not place % _RESCALED:
                row /= row.sum()
            backward[place] = row
        both = forward * backward
        return np.asarray(both / both.sum(axis=1, keepdims=True), dtype=np.float32)
