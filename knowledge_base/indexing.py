"""From articles to a snapshot, again and again: what did not change since the last time is not read again."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import chain

import numpy as np

from knowledge_base.article import Article
from knowledge_base.dense import DenseIndex
from knowledge_base.focus import FOCI, Shares, kinds_in, shares_of_foci
from knowledge_base.lexical import LexicalIndex
from knowledge_base.postings import TokenCounts, TokenTable
from knowledge_base.scope import Scopes
from knowledge_base.snapshot import EmbedTexts, Snapshot, Topic, describe_article, group_topics
from knowledge_base.text import read_text
from knowledge_base.vocabulary import Vocabulary

IndexTexts = Callable[[Sequence[str]], DenseIndex]
"""Texts -> their index by meaning."""


@dataclass(frozen=True, slots=True)
class ReadTopic:
    """What the indexes need of one topic."""

    articles: tuple[Article, ...]
    digest: str
    """Changes whenever anything that the articles say changes."""
    spoken: tuple[str, ...]
    """[wordings], what the encoder reads."""
    plain: tuple[str, ...]
    """[wordings], in the words of the trade."""
    wordings: tuple[TokenCounts, ...]
    union: TokenCounts
    answers: TokenCounts
    everything: TokenCounts
    foci: Shares
    """[foci]."""
    kinds: Shares
    """[foci]."""


class Indexer:
    """Builds snapshots one after the other; used by one thread at a time."""

    def __init__(self, index_texts: IndexTexts | None = None) -> None:
        self._index_texts = index_texts
        self._table = TokenTable()
        self._vocabulary: Vocabulary | None = None
        self._read: dict[str, ReadTopic] = {}

    def build(self, articles: Sequence[Article], vocabulary: Vocabulary) -> Snapshot:
        """Index all articles, published or not: what may be told is decided when it is asked."""
        if vocabulary != self._vocabulary:
            self._read, self._vocabulary = {}, vocabulary
        topics = group_topics(articles)
        read = [self._read_topic(topic, vocabulary) for topic in topics]
        self._read = {topic.name: reading for topic, reading in zip(topics, read, strict=True)}
        topic_of_text = np.repeat(np.arange(len(topics)), [topic.end - topic.begin for topic in topics])
        texts = [text for topic in read for text in topic.spoken]
        meanings = self._index_texts(texts) if self._index_texts is not None and texts else None
        return Snapshot(
            id=_identify(read, vocabulary),
            topics=topics,
            topic_of_text=topic_of_text,
            by_wording=_own_wordings(read),
            wordings=self._index(chain.from_iterable(topic.wordings for topic in read), is_ranked=True),
            unions=self._index(topic.union for topic in read),
            answers=self._index(topic.answers for topic in read),
            meanings=meanings,
            vocabulary=vocabulary,
            everything=self._index(topic.everything for topic in read),
            foci=_stack(topic.foci for topic in read),
            kinds=_stack(topic.kinds for topic in read),
            scopes=Scopes([topic.articles for topic in topics], topic_of_text, meanings),
        )

    def _read_topic(self, topic: Topic, vocabulary: Vocabulary) -> ReadTopic:
        known = self._read.get(topic.name)
        if known is not None and known.articles == topic.articles:
            return known
        readings = [read_text(text, vocabulary) for article in topic.articles for text in article.questions]
        asked = [token for reading in readings for token in reading.tokens]
        told = [token for article in topic.articles for token in read_text(article.answer, vocabulary).tokens]
        count = self._table.count
        return ReadTopic(
            articles=topic.articles,
            digest=_digest(topic.articles),
            spoken=tuple(reading.spoken for reading in readings),
            plain=tuple(reading.plain for reading in readings),
            wordings=tuple(count(reading.tokens) for reading in readings),
            union=count(asked),
            answers=count(told),
            everything=count([*asked, *told]),
            foci=shares_of_foci([reading.plain for reading in readings]),
            kinds=kinds_in(article.answer for article in topic.articles),
        )

    def _index(self, documents: Iterable[TokenCounts], *, is_ranked: bool = False) -> LexicalIndex:
        return LexicalIndex.of_counts(list(documents), self._table, is_ranked=is_ranked)


def build_snapshot(
    articles: Sequence[Article], vocabulary: Vocabulary, embed_texts: EmbedTexts | None = None
) -> Snapshot:
    """Index articles once, in memory."""
    indexer = Indexer(None if embed_texts is None else lambda texts: DenseIndex(embed_texts(texts)))
    return indexer.build(articles, vocabulary)


def _identify(topics: Iterable[ReadTopic], vocabulary: Vocabulary) -> str:
    lines = sorted(topic.digest for topic in topics)
    lines += [repr(sorted(getattr(vocabulary, field.name).meaning.items())) for field in fields(vocabulary)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def _own_wordings(topics: Sequence[ReadTopic]) -> dict[str, int]:
    """Return plain wording -> topic position, where only one topic has it."""
    owner: dict[str, int] = {}
    shared: set[str] = set()
    for place, topic in enumerate(topics):
        for plain in topic.plain:
            if owner.setdefault(plain, place) != place:
                shared.add(plain)
    return {plain: place for plain, place in owner.items() if plain and plain not in shared}


def _stack(rows: Iterable[Shares]) -> Shares:
    return np.array([*rows], dtype=np.float64).reshape(-1, len(FOCI))


def _digest(articles: Iterable[Article]) -> str:
    lines = sorted(repr(describe_article(article)) for article in articles)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
