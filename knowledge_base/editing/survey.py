"""All wordings of all questions side by side: which are the same, which are near, who owns them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from knowledge_base.article import ALL_CUSTOMERS, Article
from knowledge_base.search import Searcher
from knowledge_base.text import read_text
from knowledge_base.vector_cache import Vectors

_NEAREST: Final = 12
_FIGURE: Final = re.compile(
    r"(?<![\d.月])(\d+(?:\.\d+)?)\s*(个工作日|工作日|小时|分钟|千瓦时|千伏安|千伏|千瓦|个月|[%％元角天日度米倍次户])"
)
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?|[零一二两三四五六七八九十百千万半]+")
_SAME_UNIT: Final = {"工作日": "个工作日", "％": "%", "度": "千瓦时", "天": "日"}


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording of one article's question."""

    article: Article
    text: str
    plain: str
    """In the words of the trade, without fillers and places."""


@dataclass(frozen=True, slots=True)
class Near:
    """A wording that is near another one."""

    wording: Wording
    similarity: float
    """Cosine of the two; 1.0 where they are the same in the words of the trade."""


class Survey:
    """The wordings of one state of the knowledge base."""

    def __init__(self, searcher: Searcher) -> None:
        self.searcher = searcher
        vocabulary = searcher.snapshot.vocabulary
        self.wordings = tuple(
            Wording(article, text, read_text(text, vocabulary).plain)
            for topic in searcher.snapshot.topics
            for article in topic.articles
            for text in article.questions
        )
        """In the order of the index."""
        self._by_plain: dict[str, list[int]] = {}
        for place, wording in enumerate(self.wordings):
            self._by_plain.setdefault(wording.plain, []).append(place)

    def near(self, text: str, topic: str, least: float) -> list[Near]:
        """Return the wordings of other topics that are near a text, the nearest of each article, best first."""
        reading = read_text(text, self.searcher.snapshot.vocabulary)
        embed = self.searcher.embed
        vector = embed([reading.spoken])[0] if embed is not None and reading.spoken else None
        return self._near(reading.plain, vector, topic, least)

    def pairs(self, least: float) -> Iterator[tuple[Wording, Near]]:
        """Yield each wording with those of other topics that are near it, each pair once."""
        meanings = self.searcher.snapshot.meanings
        place_of = {id(wording): place for place, wording in enumerate(self.wordings)}
        for place, wording in enumerate(self.wordings):
            vector = meanings.vectors([place])[0] if meanings is not None else None
            for near in self._near(wording.plain, vector, wording.article.topic, least):
                if place_of[id(near.wording)] > place:
                    yield wording, near

    def _near(self, plain: str, vector: Vectors | None, topic: str, least: float) -> list[Near]:
        found = dict.fromkeys(self._by_plain.get(plain, ()), 1.0)
        meanings = self.searcher.snapshot.meanings
        if meanings is not None and vector is not None:
            places = [int(place) for place in meanings.nearest(vector, _NEAREST)]
            scores = meanings.similarities(vector, places)
            found |= {
                place: float(s) for place, s in zip(places, scores, strict=True) if s >= least and place not in found
            }
        numbers = numbers_in(plain)  # an encoder hardly tells 第一档 from 第二档
        best: dict[str, Near] = {}
        for place, similarity in found.items():
            wording = self.wordings[place]
            if similarity < 1.0 and numbers_in(wording.plain) != numbers:
                continue
            known = best.get(wording.article.id)
            if wording.article.topic != topic and (known is None or known.similarity < similarity):
                best[wording.article.id] = Near(wording, similarity)
        return sorted(best.values(), key=lambda near: -near.similarity)


def meet(one: Article, other: Article, today: date) -> bool:
    """Say whether some customer may be told both on the same day, today or later."""
    is_same_place = not one.regions or not other.regions or bool(one.regions & other.regions)
    classes = {one.customer_class, other.customer_class}
    is_same_class = len(classes) == 1 or ALL_CUSTOMERS in classes
    last, first = min(one.valid_to or date.max, other.valid_to or date.max), max(one.valid_from, other.valid_from)
    return is_same_place and is_same_class and max(first, today) <= last


def numbers_in(plain: str) -> frozenset[str]:
    """Return the numbers that a question names: two that name others are not the same question."""
    return frozenset(_NUMBER.findall(plain))


def figures_in(text: str) -> Mapping[str, frozenset[str]]:
    """Return the figures of a text by unit: {"个工作日": {"5"}}."""
    found: dict[str, set[str]] = {}
    for number, unit in _FIGURE.findall(text):
        found.setdefault(_SAME_UNIT.get(unit, unit), set()).add(number)
    return {unit: frozenset(numbers) for unit, numbers in found.items()}


def contradict(one: str, other: str) -> bool:
    """Say whether two answers name figures of one unit and none in common."""
    mine, yours = figures_in(one), figures_in(other)
    return any(not mine[unit] & yours[unit] for unit in mine.keys() & yours.keys())
