"""Public text and our own sentences as an endless stream of token rows, all rows of a batch equally long.

Rows of one length need no padding and no attention mask, which on a CPU is a third of the time.
"""

import lzma
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlu.encoder.tokenizer import CharTokenizer
from nlu.errors import TrainingError

Batch = NDArray[np.int64]  # [rows, length] token numbers

QUERY_PREFIXES: Final = ("queries_", "questions_", "dialogue_", "reviews_", "power_")
OWN_REPEATS: Final = 10
_REST_SHARE: Final = 0.35  # of the lines of laws, news, essays
_ANNOTATION: Final = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")
_OWN_LINE: Final = re.compile(r"^\s*(?:-\s+)?(?:[A-Za-z_]+:\s*)?[\"']?(.*?)[\"']?\s*$")
_HAN: Final = re.compile(r"[一-鿿]")


@dataclass(frozen=True, slots=True)
class TextSource:
    """The lines of one file and how many of them a shard takes."""

    name: str
    """File name without its endings."""
    lines: tuple[str, ...]
    """One sentence or paragraph each."""
    share: float
    """Part of the lines that one pass over the corpus takes, 0 to 1."""


def load_text(folder: Path) -> list[TextSource]:
    """Read every .txt and .txt.xz of `folder`; queries count whole, the rest is sampled."""
    paths = sorted([*folder.glob("*.txt"), *folder.glob("*.txt.xz")])
    return [TextSource(_stem(path), tuple(read_lines(path)), _share(_stem(path))) for path in paths]


def read_lines(path: Path) -> list[str]:
    """Return the lines of a plain or .xz file that are not empty."""
    packed = path.read_bytes()
    text = (lzma.decompress(packed) if path.suffix == ".xz" else packed).decode("utf-8")
    return [line for line in text.split("\n") if line]


def read_own_sentences(folders: Sequence[Path]) -> list[str]:
    """Return the Chinese lines of the project's YAML, annotations removed; files may be half written."""
    paths = [path for folder in folders for path in sorted(folder.rglob("*.yml"))]
    lines = [line for path in paths for line in path.read_text(encoding="utf-8", errors="ignore").splitlines()]
    plain = [_ANNOTATION.sub(r"\1", line) for line in lines if not line.lstrip().startswith("#")]
    values = [match.group(1) for line in plain if (match := _OWN_LINE.match(line))]
    found = [sentence for value in values for sentence in _flow_items(value) if _HAN.search(sentence)]
    return list(dict.fromkeys(found))


def _flow_items(value: str) -> list[str]:
    """Return the items of a YAML list in one line, nothing of a mapping in one line, else the value."""
    if value.startswith("{"):
        return []
    return value.strip("[]").split(", ") if value.startswith("[") and value.endswith("]") else [value]


def _stem(path: Path) -> str:
    return path.name.removesuffix(".xz").removesuffix(".txt")


def _share(name: str) -> float:
    return 1.0 if name.startswith(QUERY_PREFIXES) else _REST_SHARE


class BatchStream:
    """Batches for masked training: shard after shard, our own sentences read anew for each shard."""

    def __init__(
        self,
        sources: Sequence[TextSource],
        tokenizer: CharTokenizer,
        *,
        own_folders: Sequence[Path] = (),
        tokens_per_batch: int = 8192,
        shards_per_pass: int = 8,
        seed: int = 1,
    ) -> None:
        self._sources = sources
        self._tokenizer = tokenizer
        self._own_folders = own_folders
        self._tokens_per_batch = tokens_per_batch
        self._shards_per_pass = shards_per_pass
        self._random = np.random.default_rng(seed)

    def __iter__(self) -> Iterator[Batch]:
        while batches := self._pack(self._rows(self._shard_lines())):
            yield from batches
        raise TrainingError("the corpus has no line of three characters")

    def _shard_lines(self) -> list[str]:
        lines: list[str] = []
        for source in self._sources:
            count = max(1, int(len(source.lines) * source.share / self._shards_per_pass))
            lines += [source.lines[i] for i in self._random.integers(0, len(source.lines), count)]
        own = read_own_sentences(self._own_folders)
        repeats = OWN_REPEATS / self._shards_per_pass
        return lines + [own[i] for i in self._random.permutation(int(len(own) * repeats) or 0) % max(1, len(own))]

    def _rows(self, lines: Sequence[str]) -> list[list[int]]:
        """Cut long lines to pieces of at most 62 characters, one in eight to pieces of at most 190."""
        rows: list[list[int]] = []
        whole = self._tokenizer.max_length - 2
        for line in lines:
            room = whole if len(line) > 62 and self._random.random() < 0.125 else min(62, whole)
            pieces = [line[begin : begin + room] for begin in range(0, len(line), room)]
            rows += [self._tokenizer.token_ids(piece) for piece in pieces if len(piece) >= 4 or len(pieces) == 1]
        return rows

    def _pack(self, rows: Sequence[list[int]]) -> list[Batch]:
        """Return batches of rows of one length, in random order; small remainders wait for another shard."""
        by_length: dict[int, list[list[int]]] = {}
        for row in rows:
            if len(row) > 4:
                by_length.setdefault(len(row), []).append(row)
        batches: list[Batch] = []
        for length, group in by_length.items():
            size = max(1, self._tokens_per_batch // length)
            order = self._random.permutation(len(group))
            groups = [order[begin : begin + size] for begin in range(0, len(group), size)]
            batches += [np.array([group[i] for i in part], dtype=np.int64) for part in groups]
        full = [batch for batch in batches if batch.size > self._tokens_per_batch // 4] or batches
        return [full[i] for i in self._random.permutation(len(full))]
