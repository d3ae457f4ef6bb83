"""Vectors of texts that were embedded before, on disk, so that a start or an edit embeds only what is new.

The encoder is known by the vectors of a probe sentence: another encoder, another file.
"""

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Vectors]
"""Texts -> float32 [texts, width], rows of unit length."""

_PROBE: Final = "电费怎么交"
_DIGITS: Final = 2


def embed_with_cache(
    texts: Sequence[str], embed: Embed, *, cache_folder: Path | None = None, shipped: Path | None = None
) -> Vectors:
    """Return unit vectors float32 [texts, width]; both folders are read, only the cache is written."""
    probe = embed([_PROBE])
    width = probe.shape[1]
    name = f"vectors-{_name_encoder(probe)}.npz"
    known: dict[str, Vectors] = {}
    for folder in (shipped, cache_folder):
        if folder is not None:
            known.update(_read(folder / name, width))
    keys = [_key(text) for text in texts]
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    if missing:
        known.update(zip(missing, embed(list(missing.values())), strict=True))
        if cache_folder is not None:
            _write(cache_folder / name, {key: known[key] for key in dict.fromkeys(keys)})
    return normalise(np.array([known[key] for key in keys], dtype=np.float32).reshape(len(keys), width))


def normalise(vectors: Vectors) -> Vectors:
    """Return rows of unit length."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


def _name_encoder(probe: Vectors) -> str:
    rounded = np.round(probe.astype(np.float64), _DIGITS) + 0.0
    return hashlib.sha256(rounded.tobytes()).hexdigest()[:16]


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _read(path: Path, width: int) -> dict[str, Vectors]:
    """Return what a file holds; a file that is missing or broken holds nothing."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            keys, vectors = stored["keys"], stored["vectors"].astype(np.float32)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}
    if vectors.ndim != 2 or vectors.shape != (len(keys), width):
        return {}
    return {str(key): vector for key, vector in zip(keys, vectors, strict=True)}


def _write(path: Path, known: Mapping[str, Vectors]) -> None:
    """Replace the file in one step, so that another worker never reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as part:
        np.savez(part, keys=np.array(list(known)), vectors=np.array(list(known.values()), dtype=np.float16))
    os.replace(part.name, path)
