"""From folders to a knowledge base that answers."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import structlog

from knowledge_base.article import Article
from knowledge_base.dense import DenseIndex
from knowledge_base.fuse import Calibration, load_calibration
from knowledge_base.indexing import Indexer, IndexTexts
from knowledge_base.live import KnowledgeBase, LearnSpelling
from knowledge_base.load_articles import KnownFiles, find_article_files, load_articles
from knowledge_base.overlay import NO_OVERLAY, Overlay, Words
from knowledge_base.rerank import Rerank
from knowledge_base.search import Searcher
from knowledge_base.vector_cache import Embed, embed_with_cache
from knowledge_base.vector_store import VectorStore
from knowledge_base.vocabulary import Vocabulary, VocabularyFile, build_vocabulary, read_vocabulary, with_synonyms

_LOG: Final = structlog.get_logger(__name__)
VOCABULARY: Final = "knowledge_synonyms.yml"
"""Stands beside the folder of articles."""


def load_knowledge(
    folder: Path,
    *,
    calibration: Path,
    embed: Embed | None = None,
    embed_questions: Embed | None = None,
    cache_folder: Path | None = None,
    shipped_vectors: Path | None = None,
    answer_from: float | None = None,
    rerank: Rerank | None = None,
    learn_spelling: LearnSpelling | None = None,
    overlay: Overlay = NO_OVERLAY,
) -> KnowledgeBase:
    """Read and index articles; ArticleFileInvalid, VocabularyInvalid or CalibrationInvalid say what is wrong.

    `embed` maps texts to unit vectors float32 [texts, width]; without it the search is lexical only. `embed_questions`
    does so for questions, if they are embedded in another way than wordings. Vectors and their index are kept in
    `cache_folder`, one folder for one encoder; `shipped_vectors` are looked up before anything is embedded.
    `answer_from` is the probability from which an article is the answer, if not the calibrated one. `overlay` is what
    was published over the files.
    """
    weights = load_calibration(calibration)
    if answer_from is not None:
        weights = replace(weights, answer_from=answer_from)
    source = _Source(folder, weights, embed_questions or embed, rerank)
    if embed is None:
        return KnowledgeBase(source, overlay=overlay, learn_spelling=learn_spelling)
    if cache_folder is None:
        source.index_with(lambda texts: DenseIndex(embed_with_cache(texts, embed, shipped=shipped_vectors)))
        return KnowledgeBase(source, overlay=overlay, learn_spelling=learn_spelling)
    store = VectorStore(embed, cache_folder, shipped_vectors)
    source.index_with(store.index)
    return KnowledgeBase(source, overlay=overlay, tidy=store.tidy, learn_spelling=learn_spelling)


class _Source:
    """The files, and what is remembered of them from one snapshot to the next."""

    def __init__(self, folder: Path, weights: Calibration, embed: Embed | None, rerank: Rerank | None) -> None:
        self._folder = folder
        self._vocabulary = folder.parent / VOCABULARY
        self._weights, self._embed, self._rerank = weights, embed, rerank
        self._known: KnownFiles = {}
        self._indexer, self._trials = Indexer(), Indexer()
        self.articles: tuple[Article, ...] = ()
        self.words = VocabularyFile()
        self._overlaid: Words = ()

    def index_with(self, index_texts: IndexTexts) -> None:
        self._indexer, self._trials = Indexer(index_texts), Indexer(index_texts)

    def read(self) -> None:
        with _collector_paused():
            articles, words = load_articles(self._folder, self._known), read_vocabulary(self._vocabulary)
        self.articles, self.words = articles, words

    def build(self, overlay: Overlay) -> Searcher:
        self._overlaid = overlay.words
        return self._build(self._indexer, overlay.over(self.articles), overlay.words)

    def build_trial(self, articles: Sequence[Article], words: Words | None = None) -> Searcher:
        return self._build(self._trials, articles, self._overlaid if words is None else words)

    def _build(self, indexer: Indexer, articles: Sequence[Article], words: Words) -> Searcher:
        with _collector_paused():
            snapshot = indexer.build(articles, self._spoken(words))
        return Searcher(snapshot, self._weights, self._embed, self._rerank)

    def _spoken(self, words: Words) -> Vocabulary:
        """Return the words of the trade; those of editors are left out where a later file contradicts them."""
        try:
            return build_vocabulary(with_synonyms(self.words, words))
        except ValueError as problem:
            _LOG.error("published synonyms contradict the file and are not used", problem=str(problem))
            return build_vocabulary(self.words)

    def files(self) -> list[Path]:
        return [*find_article_files(self._folder), self._vocabulary]


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the collector from going again and again through what is being built, none of which is garbage."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
