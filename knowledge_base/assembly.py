"""From folders to a knowledge base that answers."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from knowledge_base.fuse import load_calibration
from knowledge_base.live import KnowledgeBase
from knowledge_base.load_articles import find_article_files, load_articles
from knowledge_base.search import Searcher
from knowledge_base.snapshot import build_snapshot
from knowledge_base.vector_cache import Embed, embed_with_cache
from knowledge_base.vocabulary import load_vocabulary

VOCABULARY: Final = "knowledge_synonyms.yml"
"""Stands beside the folder of articles."""


def load_knowledge(
    folder: Path,
    *,
    calibration: Path,
    embed: Embed | None = None,
    cache_folder: Path | None = None,
    shipped_vectors: Path | None = None,
    answer_from: float | None = None,
) -> KnowledgeBase:
    """Read and index articles; ArticleFileInvalid, VocabularyInvalid or CalibrationInvalid say what is wrong.

    `embed` maps texts to unit vectors float32 [texts, width]; without it the search is lexical only. Vectors are looked
    up in `cache_folder`, then in `shipped_vectors`, before anything is embedded; what is new is kept in `cache_folder`.
    `answer_from` is the probability from which an article is the answer, if not the calibrated one.
    """
    vocabulary_file = folder.parent / VOCABULARY
    weights = load_calibration(calibration)
    if answer_from is not None:
        weights = replace(weights, answer_from=answer_from)
    embed_texts = None
    if embed is not None:
        embed_texts = partial(embed_with_cache, embed=embed, cache_folder=cache_folder, shipped=shipped_vectors)

    def build() -> Searcher:
        articles = load_articles(folder)
        return Searcher(build_snapshot(articles, load_vocabulary(vocabulary_file), embed_texts), weights, embed)

    def files() -> list[Path]:
        return [*find_article_files(folder), vocabulary_file]

    return KnowledgeBase(build, files)
