"""What was published over the files: articles that replace those of the same id, and ids that are taken out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from knowledge_base.article import Article
from knowledge_base.load_articles import are_rivals

Words = tuple[tuple[str, tuple[str, ...]], ...]
"""Word -> the other words that stand for it; none: it has no synonyms any more."""
SYNONYMS: Final = "@synonyms"
"""The id of the synonyms among the articles of the book; no article can have it."""


class Overlay(NamedTuple):
    """The published state of the database at one revision."""

    revision: int
    articles: tuple[Article, ...]
    archived: frozenset[str]
    words: Words = ()
    """Synonyms that differ from those of the file."""

    def over(self, base: Sequence[Article]) -> tuple[Article, ...]:
        """Return the articles of the files with this over them.

        A file's article that was added later and answers a published one's topic for the same customers stays out: what
        a person has published goes before it.
        """
        hidden = {article.id for article in self.articles} | self.archived
        by_topic: dict[str, list[Article]] = {}
        for article in self.articles:
            by_topic.setdefault(article.topic, []).append(article)
        kept = (
            article
            for article in base
            if article.id not in hidden
            and not any(are_rivals(article, other) for other in by_topic.get(article.topic, ()))
        )
        return (*kept, *self.articles)


NO_OVERLAY: Final = Overlay(0, (), frozenset())
