"""The cause `novel`: a message that was understood and answered, but is far from everything that the bot has learnt.

Where the bot is sure and wrong nothing else speaks: a question of a new topic is taken for a known intent, or answered
from the article next to it. How strange a text is: its distance in meaning from the nearest known sentence, and half of
the share of its character pairs that no known sentence has; the encoder knows little of words that are new.
Less strange messages count in company: where two others, that nobody understood or that are strange, are about as like
them as anything known. Thresholds: tests/eval/retrain/test_novel.py measures what they let through.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from eval.personal import filled
from eval.retrain.capture import NOVEL, TOPICAL, WeakMessage
from eval.retrain.cluster import CHARACTERS_SHARE, Counts, Embed, Vectors, count_characters, mixed_likeness
from eval.retrain.rank import folded_wording
from nlu.features import Hashes, pair_hashes

PAIRS_SHARE = 0.5
"""What a text of nothing but unknown pairs of characters adds to its distance."""
COMPANY = 2
"""Wordings of other customers that make a message novel which is not strange enough alone."""
COMPANY_STRANGE = 0.3
"""How strange a message must be to count as company: what is known well but was badly heard says nothing."""
COMPANY_LEAD = 0.15
"""By how much the nearest known sentence may be more alike than the company is."""
_AT_ONCE = 512
"""Rows of a comparison: with 16,000 known sentences 33 MB."""
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Ground:
    """What the bot has learnt: the sentences within its scope, and the questions that it answers."""

    texts: Sequence[str]
    vectors: Vectors
    """Unit vectors of the texts, [texts, width]."""

    def distances(self, vectors: Vectors) -> Floats:
        """Return 1 - cosine to the nearest known sentence, 0 to 1, one a row."""
        parts = [np.max(vectors[rows] @ self.vectors.T, axis=1) for rows in _slices(len(vectors))]
        return 1.0 - np.clip(np.concatenate(parts), 0.0, 1.0) if parts else np.zeros(0, dtype=np.float32)

    def strangeness(self, texts: Sequence[str], vectors: Vectors) -> Floats:
        """Return how far texts are from everything known, 0 to 1.5."""
        familiar = np.unique(np.concatenate([pair_hashes(text) for text in self.texts]))
        shares = [_new_share(pair_hashes(text), familiar) for text in texts]
        return self.distances(vectors) + PAIRS_SHARE * np.array(shares, dtype=np.float32)


def _new_share(pairs: Hashes, familiar: Hashes) -> float:
    if not len(pairs) or not len(familiar):
        return 0.0
    places = np.minimum(np.searchsorted(familiar, pairs), len(familiar) - 1)
    return float(np.mean(familiar[places] != pairs))


def with_novel(messages: Sequence[WeakMessage], ground: Ground, embed: Embed, far: float) -> list[WeakMessage]:
    """Return the messages that are worth a look: those with a cause, and with the cause `novel` added, the novel ones.

    `messages`: of all customers, as `capture` returns them; `far`: strangeness from which a message needs no company.
    """
    asked = [message for message in messages if message.is_request and not TOPICAL & set(message.reasons)]
    novel = {id(asked[place]) for place in _novel_places(asked, messages, ground, embed, far)}
    marked = [replace(one, reasons=(*one.reasons, NOVEL)) if id(one) in novel else one for one in messages]
    return [message for message in marked if message.reasons]


def _novel_places(
    asked: Sequence[WeakMessage], messages: Sequence[WeakMessage], ground: Ground, embed: Embed, far: float
) -> list[int]:
    """Return the places of the novel ones in `asked`."""
    if not asked or not len(ground.texts):
        return []
    known_badly = [message for message in messages if TOPICAL & set(message.reasons)]
    everyone = [*asked, *known_badly]
    texts = [filled(message.text).text for message in everyone]
    vectors = embed(texts)
    strange = ground.strangeness(texts, vectors)
    is_far = strange[: len(asked)] >= far
    speaks = np.concatenate([is_far, strange[len(asked) :] >= COMPANY_STRANGE])
    company = _Company(everyone, texts, vectors, ground)
    return [*map(int, np.flatnonzero(is_far)), *company.kept(np.flatnonzero(~is_far), np.flatnonzero(speaks))]


class _Company:
    """Who says something like it, compared with what is known that is like it."""

    def __init__(self, messages: Sequence[WeakMessage], texts: Sequence[str], vectors: Vectors, ground: Ground) -> None:
        self._wordings = [folded_wording(message.text) for message in messages]
        self._senders = [message.conversation.rpartition("#")[0] for message in messages]
        self._vectors, self._ground = vectors, ground
        self._known_counts, self._counts = count_characters(ground.texts, texts)

    def kept(self, doubtful: NDArray[np.intp], seeds: NDArray[np.intp]) -> list[int]:
        """Return those of the places `doubtful` that are in the company of `seeds`."""
        found: list[int] = []
        for rows in _slices(len(doubtful)):
            places = doubtful[rows]
            alike = self._alike(places, self._vectors[seeds], self._counts[seeds])
            is_near = self._could(places, alike)
            places, alike = places[is_near], alike[is_near]
            known = self._alike(places, self._ground.vectors, self._known_counts).max(axis=1, initial=0.0)
            for place, row, floor in zip(places, alike, known - COMPANY_LEAD, strict=True):
                if self._count(int(place), seeds[row > floor]) >= COMPANY:
                    found.append(int(place))
        return found

    def _could(self, places: NDArray[np.intp], alike: Floats) -> NDArray[np.bool_]:
        """Say which rows may have company at all: a known sentence is at least as like as its meaning alone says."""
        least = (1 - CHARACTERS_SHARE) * (1.0 - self._ground.distances(self._vectors[places])) - COMPANY_LEAD
        return np.asarray((alike > least[:, None]).sum(axis=1) >= COMPANY)

    def _alike(self, places: NDArray[np.intp], vectors: Vectors, counts: Counts) -> Floats:
        return mixed_likeness(self._vectors[places] @ vectors.T, self._counts[places] @ counts.T)

    def _count(self, place: int, near: NDArray[np.intp]) -> int:
        """Count the other wordings that other customers used."""
        wordings = {self._wordings[seed] for seed in near if self._senders[seed] != self._senders[place]}
        return len(wordings - {self._wordings[place]})


def _slices(count: int) -> Iterator[slice]:
    return (slice(begin, begin + _AT_ONCE) for begin in range(0, count, _AT_ONCE))
