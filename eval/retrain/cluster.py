"""Unanswered questions to topics: likeness of meaning and of characters, groups by density, ids that outlive the month.

Two questions are alike by the mean of the cosines of their encoder vectors and of their character n-grams: the encoder
knows little of words that are new, and those are what new topics are made of. Groups grow by average linkage until
their likeness falls below a threshold; what stays alone is noise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import AgglomerativeClustering
from sklearn.feature_extraction.text import TfidfVectorizer

Vectors = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Vectors]
"""Texts -> unit vectors, float32 [texts, width]."""

MOST_AT_ONCE = 6000
"""Distances are a full matrix: 6,000 texts need 290 MB."""
SAME_TOPIC = 0.8
"""Cosine of the centres from which a group of this month is that of an earlier one."""


@dataclass(frozen=True, slots=True)
class ClusterPlan:
    """How alike a group must be, and how large."""

    likeness: float = 0.33
    """Mean likeness of a group's members, 0 to 1, below which it is not joined further."""
    smallest: int = 3
    characters_share: float = 0.55
    """How much the characters count beside the encoder."""


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
    texts: Sequence[str], embed: Embed, plan: ClusterPlan = DEFAULT_PLAN, earlier: Sequence[Topic] = ()
) -> list[Topic]:
    """Group texts, the largest group first; a group that an earlier month knew keeps its id.

    Raises ValueError for more than MOST_AT_ONCE texts: rank them first.
    """
    if len(texts) > MOST_AT_ONCE:
        raise ValueError(f"{len(texts)} texts; at most {MOST_AT_ONCE} are clustered at once")
    if len(texts) < plan.smallest:
        return []
    vectors = embed(texts)
    likeness = _likeness(texts, vectors, plan.characters_share)
    groups = _grown(likeness, plan)
    topics = [_topic(texts, group, vectors, likeness) for group in groups]
    return _with_lasting_ids(sorted(topics, key=lambda topic: (-len(topic.members), topic.id)), earlier)


def _likeness(texts: Sequence[str], vectors: Vectors, characters_share: float) -> Vectors:
    by_meaning = np.clip(vectors @ vectors.T, 0.0, 1.0)
    grams = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True).fit_transform(texts)
    by_characters = (grams @ grams.T).toarray().astype(np.float32)
    mixed = (1 - characters_share) * by_meaning + characters_share * np.sqrt(np.clip(by_characters, 0.0, 1.0))
    return np.asarray(mixed, dtype=np.float32)


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
