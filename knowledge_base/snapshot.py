"""All articles with their indexes at one moment; never changes, is replaced as a whole."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from knowledge_base.article import Article
from knowledge_base.dense import DenseIndex
from knowledge_base.lexical import LexicalIndex
from knowledge_base.text import read_text
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


def build_snapshot(
    articles: Sequence[Article], vocabulary: Vocabulary, embed_texts: EmbedTexts | None = None
) -> Snapshot:
    """Index all articles, published or not: what may be told is decided when it is asked."""
    topics = group_topics(articles)
    places, texts = [], []
    for place, topic in enumerate(topics):
        wordings = [text for article in topic.articles for text in article.questions]
        texts.extend(wordings)
        places.extend([place] * len(wordings))
    readings = [read_text(text, vocabulary) for text in texts]
    tokens = [reading.tokens for reading in readings]
    vectors = embed_texts([reading.spoken for reading in readings]) if embed_texts is not None and texts else None
    owners: dict[str, set[int]] = {}
    for place, reading in zip(places, readings, strict=True):
        owners.setdefault(reading.plain, set()).add(place)
    return Snapshot(
        id=name_snapshot(articles),
        topics=topics,
        topic_of_text=np.array(places, dtype=np.int64),
        by_wording={plain: min(own) for plain, own in owners.items() if plain and len(own) == 1},
        wordings=LexicalIndex(tokens),
        unions=LexicalIndex([list(chain(*tokens[topic.begin : topic.end])) for topic in topics]),
        answers=LexicalIndex([_answer_tokens(topic, vocabulary) for topic in topics]),
        meanings=None if vectors is None else DenseIndex(vectors),
        vocabulary=vocabulary,
    )


def _answer_tokens(topic: Topic, vocabulary: Vocabulary) -> list[str]:
    return list(chain.from_iterable(read_text(article.answer, vocabulary).tokens for article in topic.articles))


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


def name_snapshot(articles: Sequence[Article]) -> str:
    """Return a short hash of all that the articles say."""
    lines = sorted(repr((*_said(article),)) for article in articles)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def _said(article: Article) -> tuple[object, ...]:
    """Return the fields in an order that no run changes."""
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
    )
