"""Labelled sentence pairs: the public pool, what is held out of it, and what is held out of our own articles."""

import zlib
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import yaml

from nlu.encoder.corpus import read_lines

HELD_OUT_SHARES: Final = {"lcqmc_dev": 0.3, "afqmc_train": 0.05}  # of the sentence groups of a source
LONGEST_CHARACTERS: Final = 36  # a pair with a longer sentence costs much and teaches little about questions
SOURCE_SHARES: Final = {  # of a source, by how its name begins, in one pass over the pool; else 1
    "idiom": 0.02,
    "weak": 0.1,
    "pawsx": 0.0,
    "qbqtc": 0.5,
    "mnli": 0.1,
    "ocnli": 0.2,
    "snli": 0.1,
    "simclue_train_rank": 0.8,
    "bq": 0.5,
    "afqmc": 0.4,  # half of the pool are questions about two loans
    "atec": 0.4,
    "lcqmc": 2.5,
}
LONELY_NEGATIVE_SHARE: Final = 0.4  # of the label-0 pairs of which neither sentence occurs in a positive pair
_GRADED_SOURCE: Final = "stsb_zh_dev"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sentences and whether they mean the same."""

    first: str
    second: str
    is_match: bool = True
    source: str = "own"
    """Negatives are ranked against positives of the same source only."""
    topic: str = ""
    """Sentences of one topic (an article) are never negatives of each other; empty: none known."""

    @property
    def length(self) -> int:
        """Return the characters of the shorter sentence."""
        return min(len(self.first), len(self.second))


@dataclass(frozen=True, slots=True)
class PairSplit:
    """A pool without the sentences on which it is measured."""

    train: tuple[Pair, ...]
    validation: tuple[Pair, ...]

    def held_out(self, source: str) -> list[Pair]:
        """Return the validation pairs of one source."""
        return [pair for pair in self.validation if pair.source == source]


def read_pairs(path: Path) -> list[Pair]:
    """Read text1, text2, label and perhaps source, tab-separated, plain or .xz."""
    rows = [line.split("\t") for line in read_lines(path)]
    return [Pair(row[0], row[1], row[2] == "1", row[3] if len(row) > 3 else path.name) for row in rows]


def read_grades(path: Path) -> list[tuple[str, str, float]]:
    """Read text1, text2, grade (0 to 5), tab-separated .xz."""
    rows = [line.split("\t") for line in read_lines(path)]
    return [(row[0], row[1], float(row[2])) for row in rows]


def split_pool(pool: Sequence[Pair]) -> PairSplit:
    """Hold out groups of linked sentences (HELD_OUT_SHARES), STS-B dev whole, and each pair that touches them.

    Training has no pair whose length tells its label; the validation pairs are left as they are.
    """
    kept_back: set[str] = set()
    validation: list[Pair] = []
    for source, share in HELD_OUT_SHARES.items():
        texts = _draw_sentences([pair for pair in pool if pair.source == source], share)
        validation += [pair for pair in pool if pair.source == source and pair.first in texts]
        kept_back |= texts
    kept_back |= {text for pair in pool if pair.source == _GRADED_SOURCE for text in (pair.first, pair.second)}
    train = [pair for pair in pool if pair.first not in kept_back and pair.second not in kept_back]
    return PairSplit(tuple(drop_telltale_lengths(train)), tuple(validation))


def drop_telltale_lengths(pairs: Sequence[Pair]) -> list[Pair]:
    """Leave out label-0 pairs that are shorter than every matching pair of their source.

    LCQMC dev has no matching pair with a sentence of less than 10 characters, but 1,449 others: a model that learns
    this takes short questions for different whatever they say.
    """
    least: dict[str, int] = {}
    for pair in pairs:
        if pair.is_match:
            least[pair.source] = min(pair.length, least.get(pair.source, pair.length))
    return [pair for pair in pairs if pair.is_match or pair.length >= least.get(pair.source, 0)]


def _draw_sentences(pairs: Sequence[Pair], share: float) -> set[str]:
    """Return all sentences of a random `share` of the groups of linked sentences, the same ones every time."""
    group = connect_sentences(pairs)
    roots = sorted(set(group.values()))
    drawn = np.random.default_rng(20).random(len(roots)) < share
    held_roots = {root for root, is_drawn in zip(roots, drawn, strict=True) if is_drawn}
    return {text for text, root in group.items() if root in held_roots}


def sample_pairs(pairs: Sequence[Pair], random: np.random.Generator) -> list[Pair]:
    """Draw one pass over the pool, each source by its share, lonely negatives thinned, long pairs left out."""
    linked = {text for pair in pairs if pair.is_match for text in (pair.first, pair.second)}
    shares = np.array([_share(pair, linked) for pair in pairs])
    times = np.floor(shares + random.random(len(pairs))).astype(np.int64)
    return [pairs[int(index)] for index in np.repeat(np.arange(len(pairs)), times)]


def _share(pair: Pair, linked: Container[str]) -> float:
    if max(len(pair.first), len(pair.second)) > LONGEST_CHARACTERS:
        return 0.0
    share = next((share for prefix, share in SOURCE_SHARES.items() if pair.source.startswith(prefix)), 1.0)
    is_lonely = not pair.is_match and pair.first not in linked and pair.second not in linked
    return share * (LONELY_NEGATIVE_SHARE if is_lonely else 1.0)


def connect_sentences(pairs: Iterable[Pair]) -> dict[str, str]:
    """Return for each sentence a representative of all that are linked to it (union-find)."""
    parent: dict[str, str] = {}

    def find(text: str) -> str:
        while parent.setdefault(text, text) != text:
            parent[text] = parent[parent[text]]
            text = parent[text]
        return text

    for pair in pairs:
        parent[find(pair.first)] = find(pair.second)
    return {text: find(text) for text in list(parent)}


@dataclass(frozen=True, slots=True)
class Topic:
    """An article by its questions."""

    name: str
    """Its topic, which the same article of another region shares, or its id."""
    questions: tuple[str, ...]
    """The standard question first, then the similar ones."""


def read_topics(folder: Path) -> list[Topic]:
    """Read the articles of a folder of YAML: any mapping with `question` and `similar`."""
    topics = []
    for path in sorted(folder.rglob("*.yml")):
        for article in _articles(yaml.safe_load(path.read_text(encoding="utf-8"))):
            questions = [article["question"], *(article.get("similar") or [])]
            name = article.get("topic") or article.get("id") or questions[0]
            topics.append(Topic(str(name), tuple(map(str, questions))))
    return topics


def _articles(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "question" in node:
            yield node
        else:
            for child in node.values():
                yield from _articles(child)
    elif isinstance(node, list):
        for child in node:
            yield from _articles(child)


def hold_out_questions(topics: Sequence[Topic], *, one_in: int = 5) -> tuple[list[Topic], list[tuple[str, str]]]:
    """Take one similar question from one article in five that has three; return the rest and (question, name).

    Which ones depends on their words alone, so that new articles never move an old question into training.
    """
    rest, held = [], []
    for topic in topics:
        number = zlib.crc32(topic.questions[0].encode())
        if number % one_in == 0 and len(topic.questions) >= 4:
            question = max(topic.questions[1:], key=lambda text: zlib.crc32(text.encode()))
            held.append((question, topic.name))
            topic = Topic(topic.name, tuple(text for text in topic.questions if text != question))
        rest.append(topic)
    return rest, held


def pair_questions(topics: Sequence[Topic]) -> list[Pair]:
    """Return every two questions of an article as a matching pair."""
    return [
        Pair(first, second, topic=topic.name)
        for topic in topics
        for place, first in enumerate(topic.questions)
        for second in topic.questions[place + 1 :]
        if first != second
    ]
