"""Time to find an answer among 1,000, 10,000 and 100,000 articles: the whole knowledge base, and the dense index alone.

The articles are synthetic (two texts each), the questions those of data/eval. The encoder embeds up to EMBEDDED_TEXTS
texts; where there are more it would take too long, and random unit vectors stand in for their meanings: the index does
the same work, or more, because random vectors have no neighbourhoods.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import numpy as np

from bench.errors import NotMeasurable
from bench.figures import Extent, Figure, collect_figures, percentile
from bench.server import ROOT
from bench.synthetic_articles import recombine_articles
from bot.assembly import known_action_names
from bot.config import KnowledgeEntry
from bot.project import load_project
from knowledge_base.assembly import VOCABULARY
from knowledge_base.dense import DenseIndex, Vectors
from knowledge_base.fuse import load_calibration
from knowledge_base.live import KnowledgeBase
from knowledge_base.load_articles import load_articles
from knowledge_base.search import Searcher
from knowledge_base.snapshot import Snapshot, build_snapshot
from knowledge_base.vector_cache import normalise
from knowledge_base.vocabulary import load_vocabulary
from nlu.encoder.onnx_encoder import OnnxEncoder
from storage.clock import system_clock

EMBEDDED_TEXTS = 20_000
_NEAREST = 50
T = TypeVar("T")
_QUESTIONS = ROOT / "data" / "eval" / "knowledge_dev.jsonl"


def measure_retrieval(extent: Extent) -> list[Figure]:
    """Build an index of each size and ask it. Raises NotMeasurable without the encoder."""
    entry = load_project(ROOT, actions=known_action_names()).config.knowledge
    if entry.encoder is None or not (ROOT / entry.encoder / "encoder.onnx").is_file():
        raise NotMeasurable("the encoder is not here: train and export it, or name it in config.yml")
    encoder = OnnxEncoder(ROOT / entry.encoder).load()
    figures = []
    for count in extent.choose((1_000, 10_000, 100_000), (300,)):
        begin = time.perf_counter()
        searcher, note = _build(entry, encoder, count)
        built = time.perf_counter() - begin
        figures.append(Figure(f"{count:,} articles: index built", "s", (built,), note))
        figures += _ask(searcher, encoder, count, extent, note)
    return figures


def _build(entry: KnowledgeEntry, encoder: OnnxEncoder, count: int) -> tuple[Searcher, str]:
    articles = recombine_articles(load_articles(ROOT / entry.articles), count)
    texts = sum(len(article.questions) for article in articles)
    is_real = texts <= EMBEDDED_TEXTS
    embed = encoder.embed if is_real else partial(_random_units, width=encoder.width)
    vocabulary = load_vocabulary((ROOT / entry.articles).parent / VOCABULARY)
    snapshot = build_snapshot(articles, vocabulary, embed)
    note = f"{texts:,} texts, " + ("vectors of the encoder" if is_real else "random unit vectors")
    return Searcher(snapshot, load_calibration(ROOT / entry.calibration), encoder.embed), note


def _ask(searcher: Searcher, encoder: OnnxEncoder, count: int, extent: Extent, note: str) -> list[Figure]:
    questions = _load_questions()[: extent.choose(300, 20)]
    knowledge = KnowledgeBase(lambda: searcher, list)
    index = _index_of(searcher.snapshot)
    vectors = [encoder.embed([question])[0] for question in questions]
    now = system_clock()
    repeats = []
    for _ in range(extent.repeats):
        whole = _times(lambda question: knowledge.find(question, region="山东", at=now), questions)
        dense = _times(lambda vector: index.nearest(vector, _NEAREST), vectors)
        repeats.append(
            {
                f"{count:,} articles: {what} {name}": percentile(times, share)
                for what, times in (("find", whole), ("dense index alone", dense))
                for name, share in (("p50", 0.5), ("p99", 0.99))
            }
        )
    return collect_figures(dict.fromkeys(repeats[0], "ms"), repeats, note)


def _times(ask: Callable[[T], object], questions: Sequence[T]) -> list[float]:
    """Return the milliseconds of each question, after one round to warm up."""
    for question in questions[:20]:
        ask(question)
    times = []
    for question in questions:
        begin = time.perf_counter()
        ask(question)
        times.append(1000 * (time.perf_counter() - begin))
    return times


def _index_of(snapshot: Snapshot) -> DenseIndex:
    assert snapshot.meanings is not None
    return snapshot.meanings


def _random_units(texts: Sequence[str], *, width: int) -> Vectors:
    chance = np.random.default_rng(len(texts))
    return normalise(chance.standard_normal((len(texts), width), dtype=np.float32))


def _load_questions() -> list[str]:
    lines = _QUESTIONS.read_text(encoding="utf-8").splitlines()
    return [str(json.loads(line)["question"]) for line in lines if line.strip()]
