"""All articles with their indexes at one moment; never changes, is replaced as a whole."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.article import Article
from knowledge_base.dense import DenseIndex
from knowledge_base.focus import Shares
from knowledge_base.lexical import LexicalIndex
from knowledge_base.scope import Scopes
from knowledge_base.vector_cache import Vectors
from knowledge_base.vocabulary import Vocabulary

EmbedTexts = Callable[[Sequence[str]], Vectors]
"""Texts -> float32 [texts, width], rows of unit length."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One question, answered by one article or by one for each region."""

    name: str
    articles: tuple[Article, ...]
    begin: int
    """Position of its first text in the index of wordings."""
    end: int
    """Position after its last text."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Articles, grouped to topics, and what is needed to find them."""

    id: str
    """Changes whenever anything that a customer could be told changes."""
    topics: tuple[Topic, ...]
    topic_of_text: NDArray[np.int64]
    """Text position -> topic position: [texts]."""
    by_wording: dict[str, int]
    """Plain wording -> topic position, where only one topic has it."""
    wordings: LexicalIndex
    """Every wording of every question."""
    unions: LexicalIndex
    """All wordings of a topic together: one document a topic."""
    answers: LexicalIndex
    """All answers of a topic together: one document a topic."""
    meanings: DenseIndex | None
    """The wordings as vectors; None: lexical only."""
    vocabulary: Vocabulary
    everything: LexicalIndex
    """All wordings and answers of a topic together: one document a topic."""
    foci: Shares
    """Shares of a topic's wordings that ask for each kind of thing: [topics, foci]."""
    kinds: Shares
    """Whether a topic's answers hold a figure of each kind: [topics, foci]."""
    scopes: Scopes
    """What may be told to whom, where and when."""


def group_topics(articles: Sequence[Article]) -> tuple[Topic, ...]:
    """Return the topics in the order in which they first occur."""
    groups: dict[str, list[Article]] = {}
    for article in articles:
        groups.setdefault(article.topic, []).append(article)
    topics: list[Topic] = []
    begin = 0
    for name, members in groups.items():
        end = begin + sum(len(article.questions) for article in members)
        topics.append(Topic(name, tuple(members), begin, end))
        begin = end
    return tuple(topics)


def describe_article(article: Article) -> tuple[object, ...]:
    """Return all that an article says, in an order that no run changes."""
    source = article.source
    return (
        article.id,
        article.version,
        article.topic,
        article.questions,
        article.answer,
        article.voice,
        sorted(article.regions),
        article.customer_class,
        source.document,
        article.valid_from,
        article.valid_to,
        article.state,
        *(() if article.card is None else (repr(article.card),)),
    )
