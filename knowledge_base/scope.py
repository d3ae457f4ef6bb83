"""Who asks, where and when, as masks over topics: what must not be told is left out before the nearest are chosen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray

from knowledge_base.article import ALL_CUSTOMERS, Article
from knowledge_base.dense import DenseIndex, TextFilter
from knowledge_base.nearest import Mask

_KEPT: Final = 64
"""Scopes that are remembered: places times classes; the day changes once a day."""
_FOREVER: Final = date.max.toordinal()

ScopeKey = tuple[str | None, frozenset[str], date]


@dataclass(frozen=True, slots=True)
class Reach:
    """Topics that may be found, in the form that each index wants; None: all."""

    topic_mask: Mask | None
    """[topics]."""
    text_mask: Mask | None
    """[texts]."""
    rows: TextFilter | None
    """For the search by meaning."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What one kind of customer may be told on one day."""

    is_told: Mask
    """Topics with an article in force, for this place and class of customers: [topics]."""
    told: Reach
    """The same."""
    rivals: Reach
    """Topics for this class of customers, wherever and whenever: what a question may be about instead."""


EVERYTHING: Final = Reach(None, None, None)


class Scopes:
    """The scopes of one snapshot, each worked out when it is first asked for."""

    def __init__(
        self, topics: Sequence[Sequence[Article]], topic_of_text: NDArray[np.int64], meanings: DenseIndex | None
    ) -> None:
        articles = [article for members in topics for article in members]
        self._size = len(topics)
        self._topic = np.repeat(np.arange(len(topics)), [len(members) for members in topics])
        self._topic_of_text = topic_of_text
        self._meanings = meanings
        self._begin = np.array([_begin_of(article) for article in articles], dtype=np.int64)
        self._end = np.array([_end_of(article) for article in articles], dtype=np.int64)
        self._is_general = np.array([not article.regions for article in articles], dtype=np.bool_)
        self._of_region = _places_by_name(article.regions for article in articles)
        self._of_class = _places_by_name((article.customer_class,) for article in articles)
        self._known: dict[ScopeKey, Scope] = {}
        self._lock = Lock()

    def of(self, place: str | None, classes: frozenset[str], day: date) -> Scope:
        """Return the scope of customers in a place (None: unknown) and of some classes (none: any) on a day."""
        key = (place, classes, day)
        scope = self._known.get(key)
        if scope is None:
            scope = self._make(place, classes, day)
            with self._lock:
                if len(self._known) >= _KEPT:
                    self._known.clear()
                self._known[key] = scope
        return scope

    def _make(self, place: str | None, classes: frozenset[str], day: date) -> Scope:
        for_them = (
            self._having(self._of_class, {*classes, ALL_CUSTOMERS}) if classes else np.ones_like(self._is_general)
        )
        here = self._is_general | self._having(self._of_region, {place}) if place is not None else for_them
        today = day.toordinal()
        told = self._by_topic(for_them & here & (self._begin <= today) & (today <= self._end))
        return Scope(told, self._reach(told), self._reach(self._by_topic(for_them)))

    def _reach(self, topics: Mask) -> Reach:
        if topics.all():
            return EVERYTHING
        texts = topics[self._topic_of_text]
        return Reach(topics, texts, None if self._meanings is None else self._meanings.allow(texts))

    def _having(self, of_name: dict[str, NDArray[np.int64]], names: Iterable[str | None]) -> Mask:
        mask = np.zeros(len(self._begin), dtype=np.bool_)
        for name in names:
            mask[of_name.get(name or "", np.zeros(0, dtype=np.int64))] = True
        return mask

    def _by_topic(self, articles: Mask) -> Mask:
        topics = np.zeros(self._size, dtype=np.bool_)
        topics[self._topic[articles]] = True
        return topics


def _begin_of(article: Article) -> int:
    """Return the first day on which an article may be told; one after all days if it never may."""
    if article.state != "published":
        return _FOREVER + 1
    return 0 if article.valid_from == article.source.checked else article.valid_from.toordinal()


def _end_of(article: Article) -> int:
    return _FOREVER if article.valid_to is None else article.valid_to.toordinal()


def _places_by_name(names: Iterable[Iterable[str]]) -> dict[str, NDArray[np.int64]]:
    places: dict[str, list[int]] = {}
    for place, own in enumerate(names):
        for name in own:
            places.setdefault(name, []).append(place)
    return {name: np.array(own, dtype=np.int64) for name, own in places.items()}
