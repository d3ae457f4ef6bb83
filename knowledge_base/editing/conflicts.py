"""What does not go together in the whole base: the same question twice, near questions with other figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from knowledge_base.article import Article
from knowledge_base.editing.checks import is_file_newer
from knowledge_base.editing.survey import Survey, contradict, figures_in, meet
from knowledge_base.editing.values import Entry
from knowledge_base.load_articles import are_rivals

KINDS = ("rival", "duplicate", "conflict", "near", "file_newer")


@dataclass(frozen=True, slots=True)
class Side:
    """One of two articles that do not go together."""

    article: Article
    wording: str
    """The wording that meets the other's."""
    figures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two articles that do not go together."""

    kind: str
    """duplicate | near | conflict | rival | file_newer."""
    similarity: float
    one: Side
    other: Side


def find_conflicts(survey: Survey, entries: Iterable[Entry], near: float, today: date) -> list[Conflict]:
    """Return everything that an editor should look at, the gravest first; takes a second or two."""
    live = [article for topic in survey.searcher.snapshot.topics for article in topic.articles]
    found = [*_rivals(live), *_wordings(survey, near, today), *_files(entries)]
    return sorted(found, key=lambda one: (KINDS.index(one.kind), -one.similarity, one.one.article.id))


def _rivals(live: Sequence[Article]) -> Iterator[Conflict]:
    by_topic: dict[str, list[Article]] = {}
    for article in live:
        by_topic.setdefault(article.topic, []).append(article)
    for members in by_topic.values():
        for one, other in combinations(members, 2):
            if are_rivals(one, other):
                yield Conflict("rival", 1.0, Side(one, one.question), Side(other, other.question))


def _wordings(survey: Survey, least: float, today: date) -> Iterator[Conflict]:
    """Of two articles the nearest pair of wordings tells."""
    best: dict[tuple[str, str], Conflict] = {}
    for wording, near in survey.pairs(least):
        one, other = wording.article, near.wording.article
        key = (min(one.id, other.id), max(one.id, other.id))
        if not meet(one, other, today) or (key in best and best[key].similarity >= near.similarity):
            continue
        differs = contradict(one.answer, other.answer)
        kind = "conflict" if differs else "duplicate" if near.similarity >= 1.0 else "near"
        sides = _figured(one, wording.text), _figured(other, near.wording.text)
        best[key] = Conflict(kind, near.similarity, *sides)
    yield from best.values()


def _figured(article: Article, wording: str) -> Side:
    figures = tuple(f"{n}{unit}" for unit, numbers in figures_in(article.answer).items() for n in sorted(numbers))
    return Side(article, wording, figures)


def _files(entries: Iterable[Entry]) -> Iterator[Conflict]:
    for entry in entries:
        if entry.base is not None and entry.live is not None and is_file_newer(entry) and entry.live != entry.base:
            yield Conflict(
                "file_newer", 1.0, Side(entry.live, entry.live.question), Side(entry.base, entry.base.question)
            )
