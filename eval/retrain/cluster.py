"""Unanswered questions to topics: likeness of meaning and of characters, groups by density, ids that outlive the month.

Two questions are alike by the mean of the cosines of their encoder vectors and of their character n-grams: the encoder
knows little of words that are new, and those are what new topics are made of. An n-gram counts the more, the fewer of
the known sentences have it: what everybody says makes nothing alike. Groups grow by average linkage until their
likeness falls below a threshold; what stays alone is noise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import AgglomerativeClustering
from sklearn.feature_extraction.text import TfidfVectorizer

Vectors = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Vectors]
"""Texts -> unit vectors, float32 [texts, width]."""
Counts = Any
"""Weighted character n-grams: a sparse matrix (SciPy has no types), a row of length 1 for each text."""

MOST_AT_ONCE = 6000
"""Distances are a full matrix: 6,000 texts need 290 MB."""
CHARACTERS_SHARE = 0.65
"""How much the characters count beside the encoder."""
SAME_TOPIC = 0.8
"""Cosine of the centres from which a group of this month is that of an earlier one."""


@dataclass(frozen=True, slots=True)
class ClusterPlan:
    """How alike a group must be, and how large."""

    likeness: float = 0.26
    """Mean likeness of a group's members, 0 to 1, below which it is not joined further."""
    smallest: int = 3


DEFAULT_PLAN = ClusterPlan()


@dataclass(frozen=True, slots=True)
class Topic:
    """Questions that ask for the same."""

    id: str
    """Stable from month to month as long as its centre stays where it is."""
    members: tuple[int, ...]
    """Places in the list of texts, the most typical first."""
    likeness: float
    """Mean likeness of the members to the most typical one."""
    centre: tuple[float, ...]
    """Unit vector of the encoder."""


def cluster(
    texts: Sequence[str],
    embed: Embed,
    plan: ClusterPlan = DEFAULT_PLAN,
    earlier: Sequence[Topic] = (),
    known: Sequence[str] = (),
) -> list[Topic]:
    """Group texts, the largest group first; a group that an earlier month knew keeps its id.

    `known`: sentences by which common n-grams are told from rare ones, beside the texts themselves. Raises ValueError
    for more than MOST_AT_ONCE texts: rank them first.
    """
    if len(texts) > MOST_AT_ONCE:
        raise ValueError(f"{len(texts)} texts; at most {MOST_AT_ONCE} are clustered at once")
    if len(texts) < plan.smallest:
        return []
    vectors = embed(texts)
    likeness = _likeness(texts, vectors, known)
    groups = _grown(likeness, plan)
    topics = [_topic(texts, group, vectors, likeness) for group in groups]
    return _with_lasting_ids(sorted(topics, key=lambda topic: (-len(topic.members), topic.id)), earlier)


def mixed_likeness(by_meaning: Vectors, by_characters: Counts) -> Vectors:
    """Return the likeness of texts, 0 to 1, from the cosines of their vectors and of their character n-grams."""
    characters = np.sqrt(np.clip(by_characters.toarray().astype(np.float32), 0.0, 1.0))
    mixed = (1 - CHARACTERS_SHARE) * np.clip(by_meaning, 0.0, 1.0) + CHARACTERS_SHARE * characters
    return np.asarray(mixed, dtype=np.float32)


def count_characters(known: Sequence[str], texts: Sequence[str]) -> tuple[Counts, Counts]:
    """Return the counts of both; an n-gram weighs the more, the fewer of all the texts have it."""
    counter = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)
    counts = counter.fit_transform([*known, *texts]).tocsr()
    return counts[: len(known)], counts[len(known) :]


def _likeness(texts: Sequence[str], vectors: Vectors, known: Sequence[str]) -> Vectors:
    _, grams = count_characters(known, texts)
    return mixed_likeness(vectors @ vectors.T, grams @ grams.T)


def _grown(likeness: Vectors, plan: ClusterPlan) -> list[list[int]]:
    grower = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=1.0 - plan.likeness
    )
    labels = grower.fit_predict(np.clip(1.0 - likeness, 0.0, 1.0))
    groups: dict[int, list[int]] = {}
    for place, label in enumerate(labels):
        groups.setdefault(int(label), []).append(place)
    return [group for group in groups.values() if len(group) >= plan.smallest]


def _topic(texts: Sequence[str], group: Sequence[int], vectors: Vectors, likeness: Vectors) -> Topic:
    within = likeness[np.ix_(group, group)]
    typical = np.argsort(-within.mean(axis=1), kind="stable")
    members = tuple(group[place] for place in typical)
    centre = vectors[list(group)].mean(axis=0)
    centre = centre / max(float(np.linalg.norm(centre)), 1e-9)
    name = hashlib.sha256(texts[members[0]].encode()).hexdigest()[:10]
    return Topic(name, members, float(within[typical[0]].mean()), tuple(map(float, centre)))


def _with_lasting_ids(topics: list[Topic], earlier: Sequence[Topic]) -> list[Topic]:
    """The largest topic chooses first among the earlier ones; each is given once, and no new one takes its name."""
    free = list(earlier)
    taken = {old.id for old in earlier}
    lasting = []
    for topic in topics:
        cosines = [float(np.dot(topic.centre, old.centre)) for old in free]
        name = topic.id
        if cosines and max(cosines) >= SAME_TOPIC:
            name = free.pop(int(np.argmax(cosines))).id
        else:
            while name in taken:
                name = hashlib.sha256(name.encode()).hexdigest()[:10]
        taken.add(name)
        lasting.append(Topic(name, topic.members, topic.likeness, topic.centre))
    return lasting
