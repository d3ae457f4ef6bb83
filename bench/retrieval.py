"""Time to find an answer among 1,000, 10,000 and 100,000 articles, to start with them, and until an edit is live.

The articles are synthetic (two texts each, in files of FILE articles), the questions those of data/eval. An encoder of
letters stands in for the shipped one, which would embed 200,000 texts for the better part of an hour; what the shipped
one takes for a question is measured beside it. The index is the one that serving would choose: flat, HNSW or IVF.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from bench.errors import BenchError, NotMeasurable
from bench.figures import Extent, Figure, collect_figures, percentile
from bench.server import ROOT
from bench.synthetic_articles import recombine_articles
from bench.synthetic_embedder import LetterEncoder
from bot.assembly import known_action_names
from bot.config import KnowledgeEntry
from bot.project import load_project
from knowledge_base.answer import Answer
from knowledge_base.article import Article
from knowledge_base.assembly import VOCABULARY, load_knowledge
from knowledge_base.live import KnowledgeBase
from knowledge_base.load_articles import load_articles
from nlu.encoder.onnx_encoder import OnnxEncoder
from storage.clock import system_clock

FILE = 500
"""Articles a file; only the file that is edited is read again."""
_NEAREST = 32
_NEW_ANSWER = "这是刚刚修改过的答案。"
_NEW_QUESTION = "刚刚修改过的条目在哪里看得到"
T = TypeVar("T")
_QUESTIONS = ROOT / "data" / "eval" / "knowledge_dev.jsonl"


def measure_retrieval(extent: Extent) -> list[Figure]:
    """Build a knowledge base of each size, ask it, and edit it. Raises NotMeasurable without the encoder."""
    entry = load_project(ROOT, actions=known_action_names()).config.knowledge
    if entry.encoder is None or not (ROOT / entry.encoder / "encoder.onnx").is_file():
        raise NotMeasurable("the encoder is not here: train and export it, or name it in config.yml")
    shipped = OnnxEncoder(ROOT / entry.encoder).load()
    questions = _load_questions()[: extent.choose(300, 20)]
    times = _times(lambda question: shipped.embed([question]), questions)
    figures = [Figure("shipped encoder, one question", "ms", (percentile(times, 0.5),))]
    encoder = LetterEncoder(shipped.width)
    for count in extent.choose((1_000, 10_000, 100_000), (300,)):
        with TemporaryDirectory() as root:
            figures += _measure(Path(root), entry, encoder, count, questions, extent)
    return figures


def _measure(
    root: Path, entry: KnowledgeEntry, encoder: LetterEncoder, count: int, questions: list[str], extent: Extent
) -> list[Figure]:
    articles = recombine_articles(load_articles(ROOT / entry.articles), count)
    _write_all(root, entry, articles)
    first, seconds_first = _load(root, entry, encoder)
    del first
    knowledge, seconds_again = _load(root, entry, encoder)
    index = knowledge.searcher.snapshot.meanings
    note = f"{len(index) if index else 0:,} texts, {index.kind if index else 'no index'}"
    return [
        Figure(f"{count:,} articles: first start", "s", (seconds_first,), f"{note}; reads, embeds, indexes"),
        Figure(f"{count:,} articles: next start", "s", (seconds_again,), f"{note}; reads, maps the index"),
        *_ask(knowledge, encoder, count, questions, extent, note),
        Figure(f"{count:,} articles: edit is live after", "s", (_edit(root, articles, knowledge),), note),
    ]


def _load(root: Path, entry: KnowledgeEntry, encoder: LetterEncoder) -> tuple[KnowledgeBase, float]:
    begin = time.perf_counter()
    knowledge = load_knowledge(
        root / "knowledge",
        calibration=ROOT / entry.calibration,
        embed=encoder.embed,
        cache_folder=root / "index",
    )
    return knowledge, time.perf_counter() - begin


def _ask(
    knowledge: KnowledgeBase, encoder: LetterEncoder, count: int, questions: list[str], extent: Extent, note: str
) -> list[Figure]:
    index = knowledge.searcher.snapshot.meanings
    assert index is not None
    vectors = list(encoder.embed(questions))
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


def _edit(root: Path, articles: Sequence[Article], knowledge: KnowledgeBase) -> float:
    """Save a file with one article changed; return the seconds until its new wording finds its new answer."""
    changed = replace(
        articles[0],
        question=_NEW_QUESTION,
        answer=_NEW_ANSWER,
        version=articles[0].version + 1,
        regions=frozenset(),
        customer_class="全部",
        state="published",
    )
    _write(root / "knowledge" / "000.yml", [changed, *articles[1:FILE]])
    begin = time.perf_counter()
    knowledge.reload()
    found = knowledge.find(_NEW_QUESTION, region="山东", at=system_clock())
    if not (isinstance(found, Answer) and found.text == _NEW_ANSWER):
        raise BenchError(f"the edit is not live: {found}")
    return time.perf_counter() - begin


def _write_all(root: Path, entry: KnowledgeEntry, articles: Sequence[Article]) -> None:
    (root / "knowledge").mkdir()
    shutil.copyfile((ROOT / entry.articles).parent / VOCABULARY, root / VOCABULARY)
    for begin in range(0, len(articles), FILE):
        _write(root / "knowledge" / f"{begin // FILE:03}.yml", articles[begin : begin + FILE])


def _write(path: Path, articles: Sequence[Article]) -> None:
    """Write JSON, which is YAML, in a tenth of the time."""
    lines = [json.dumps(_entry_of(article), ensure_ascii=False, default=str) for article in articles]
    path.write_text("".join(f"- {line}\n" for line in lines), encoding="utf-8")


def _entry_of(article: Article) -> dict[str, object]:
    keys = ("id", "version", "topic", "question", "similar", "answer", "voice", "category", "customer_class", "state")
    source = article.source
    return {key: getattr(article, key) for key in keys} | {
        "referral": article.is_referral,
        "regions": sorted(article.regions),
        "source": {"document": source.document, "certainty": source.certainty, "checked": source.checked},
        "valid_from": article.valid_from,
        "valid_to": article.valid_to,
    }


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


def _load_questions() -> list[str]:
    lines = _QUESTIONS.read_text(encoding="utf-8").splitlines()
    return [str(json.loads(line)["question"]) for line in lines if line.strip()]
