"""The vectors of all texts and their index on disk: written beside and renamed, mapped by every worker, edited at once.

A folder holds generations, each a folder of its own that never changes, and `current`, which names the one in use.
A reader opens what `current` names; a writer that dies leaves the old generation in place. Vectors of texts that are
newer than the generation stand in a small file until the next generation takes them in.
"""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from knowledge_base.dense import Base, DenseIndex
from knowledge_base.nearest import build_index, choose_kind, map_index, vectors_in, write_index
from knowledge_base.vector_cache import (
    FILE,
    PROBE,
    Embed,
    Vectors,
    is_same_encoder,
    key_of,
    normalise,
    read_vectors,
    write_vectors,
)

CURRENT: Final = "current"
FRESH_SHARE: Final = 0.05
"""A new generation is written when more of the texts than this are not in the old one."""
FRESH_FEW: Final = 512
"""As many fresh vectors are always borne: they cost a tenth of a millisecond a question."""
_PREFIX: Final = "index-"
_PART: Final = ".part-"
_KEY_DIGITS: Final = 16
"""Hexadecimal digits of a text's name that are compared: 64 bits."""
_TRIES: Final = 3

Keys = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Generation:
    """One index on disk."""

    folder: Path
    keys: Keys
    """Names of the texts, ascending: [rows]; mapped."""
    base: Base


@dataclass(slots=True)
class VectorStore:
    """Gives texts their vectors and their index; what is new is embedded and remembered."""

    embed: Embed
    folder: Path
    shipped: Path | None = None
    flat_up_to: int | None = None
    """Size from which the index is a graph; None: the usual one."""
    _probe: Vectors | None = None
    _known: dict[int, Vectors] = field(default_factory=dict)
    """Vectors that are in no generation."""
    _generation: Generation | None = None
    _indexed: Keys = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    """Names of the texts that were indexed last."""
    _has_read: bool = False

    def index(self, texts: Sequence[str]) -> DenseIndex:
        """Return the index of texts, embedding those that nobody embedded before."""
        probe = self._read()
        keys = _keys_of(texts)
        self._indexed = np.unique(keys)
        if self._generation is None:
            self._know(keys, texts, np.ones(len(keys), dtype=np.bool_))
            self._generation = self._replace(self._indexed)
        generation = self._generation
        rows, is_stored = _find_rows(generation.keys, keys)
        self._know(keys, texts, ~is_stored)
        fresh_keys, fresh_rows = np.unique(keys[~is_stored], return_inverse=True)
        rows[~is_stored] = len(generation.keys) + fresh_rows
        fresh = np.array([self._known[int(key)] for key in fresh_keys], dtype=np.float32)
        return DenseIndex.of_rows(generation.base, fresh.reshape(len(fresh_keys), probe.shape[1]), rows)

    def tidy(self) -> bool:
        """Take over a newer generation, or write one if too much is fresh; say whether the index is to be made anew."""
        if self._generation is None:
            return False
        if self._reopen():
            return True
        if not self._is_worn(self._indexed):
            return False
        self._generation = self._replace(self._indexed)
        return True

    def _is_worn(self, keys: Keys) -> bool:
        """Too much is not in the generation yet, or too much in it is of no use any more."""
        assert self._generation is not None
        size = len(self._generation.keys)
        stored = int(_find_rows(self._generation.keys, keys)[1].sum())
        return len(keys) - stored > max(FRESH_FEW, FRESH_SHARE * size) or stored < size / 2 - FRESH_FEW

    def _read(self) -> Vectors:
        """Return the probe's vector; the first time, read what is on disk."""
        if self._probe is None:
            self._probe = normalise(self.embed([PROBE]))
        if not self._has_read:
            self._has_read = True
            for source in (self.shipped, self.folder):
                if source is not None:
                    self._known.update(_by_number(read_vectors(source / FILE, self._probe)))
            self._reopen()
        return self._probe

    def _know(self, keys: Keys, texts: Sequence[str], wanted: NDArray[np.bool_]) -> None:
        """Embed the wanted texts that are not known."""
        places = np.flatnonzero(wanted)
        missing = {int(keys[place]): texts[int(place)] for place in places if int(keys[place]) not in self._known}
        if missing:
            vectors = normalise(self.embed(list(missing.values())))
            self._known.update(zip(missing, vectors, strict=True))
            if self._generation is not None and self._probe is not None:
                others = read_vectors(self.folder / FILE, self._probe)
                own = {key_of(text): vector for text, vector in zip(missing.values(), vectors, strict=True)}
                write_vectors(self.folder / FILE, self._probe, others | own)

    def _reopen(self) -> bool:
        """Take over the generation that `current` names, if it is another one; say whether it is."""
        for _ in range(_TRIES):
            name = _read_name(self.folder)
            if name is None or (self._generation is not None and self._generation.folder.name == name):
                return False
            opened = self._open(self.folder / name)
            if opened is not None:
                self._generation = opened
                return True
            time.sleep(0.05)  # it was replaced between the two readings
        return False

    def _open(self, folder: Path) -> Generation | None:
        """Map a generation; None if it is gone, broken or another encoder's."""
        assert self._probe is not None
        try:
            if not is_same_encoder(self._probe, np.load(folder / "probe.npy")):
                return None
            keys: Keys = np.load(folder / "keys.npy", mmap_mode="r")
            vectors = np.load(folder / "vectors.npy", mmap_mode="r")
            index = map_index(folder / "index.faiss")
        except (OSError, ValueError, EOFError, RuntimeError):
            return None
        is_whole = len(keys) == len(vectors) == index.ntotal
        return (
            Generation(folder, keys, Base(exact if (exact := vectors_in(index)) is not None else vectors, index))
            if is_whole
            else None
        )

    def _replace(self, keys: Keys) -> Generation:
        """Write a generation of these texts, unless another worker has just done so, and take it over."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with _alone(self.folder / "lock"):
            if self._reopen() and self._generation is not None and not self._is_worn(keys):
                return self._generation
            vectors = self._vectors_of(keys)
            _publish(self.folder, lambda part: self._write(part, keys, vectors))
            self._generation = None
            self._reopen()
            (self.folder / FILE).unlink(missing_ok=True)
        assert self._generation is not None
        self._known = {}
        return self._generation

    def _vectors_of(self, keys: Keys) -> Vectors:
        """Return the vectors of texts that are known or in the old generation: [keys, width]."""
        assert self._probe is not None
        vectors = np.zeros((len(keys), self._probe.shape[1]), dtype=np.float32)
        is_stored = np.zeros(len(keys), dtype=np.bool_)
        if self._generation is not None:
            rows, is_stored = _find_rows(self._generation.keys, keys)
            vectors[is_stored] = self._generation.base.vectors[rows[is_stored]]
        for place in np.flatnonzero(~is_stored):
            vectors[place] = self._known[int(keys[place])]
        return vectors

    def _write(self, part: Path, keys: Keys, vectors: Vectors) -> None:
        kind = choose_kind(len(keys)) if self.flat_up_to is None else choose_kind(len(keys), flat_up_to=self.flat_up_to)
        np.save(part / "keys.npy", keys)
        np.save(part / "vectors.npy", vectors.astype(np.float16))
        np.save(part / "probe.npy", self._probe if self._probe is not None else normalise(self.embed([PROBE])))
        write_index(build_index(vectors, kind), part / "index.faiss")


def _keys_of(texts: Sequence[str]) -> Keys:
    return np.array([_number_of(key_of(text)) for text in texts], dtype=np.uint64)


def _number_of(key: str) -> int:
    return int(key[:_KEY_DIGITS], 16)


def _by_number(vectors: dict[str, Vectors]) -> dict[int, Vectors]:
    return {_number_of(key): vector for key, vector in vectors.items()}


def _find_rows(stored: Keys, keys: Keys) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the row of each key, and whether it has one: two [keys]."""
    if not len(stored):
        return np.zeros(len(keys), dtype=np.int64), np.zeros(len(keys), dtype=np.bool_)
    rows = np.minimum(np.searchsorted(stored, keys), len(stored) - 1)
    return rows, stored[rows] == keys


def _read_name(folder: Path) -> str | None:
    try:
        return (folder / CURRENT).read_text(encoding="utf-8").strip() or None
    except OSError:
        return None


def _publish(folder: Path, write: Callable[[Path], None]) -> None:
    """Write a generation beside the others, then let `current` name it; the older ones go when it does."""
    part = Path(tempfile.mkdtemp(prefix=_PART, dir=folder))
    part.chmod(0o755)
    write(part)
    fresh = folder / f"{_PREFIX}{time.time_ns()}"
    part.rename(fresh)
    pointer = folder / f"{CURRENT}{_PART}{os.getpid()}"
    pointer.write_text(fresh.name, encoding="utf-8")
    pointer.replace(folder / CURRENT)
    for old in (*folder.glob(f"{_PREFIX}*"), *folder.glob(f"{_PART}*")):
        if old != fresh:
            shutil.rmtree(old, ignore_errors=True)  # what is mapped stays readable until it is let go


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep other processes out; the lock goes with the process that holds it."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
