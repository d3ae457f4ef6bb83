"""Vectors of texts that were embedded before, in a file that is shipped or kept beside the index.

A file is used only if the encoder gives a probe sentence the vector that the file holds: another processor rounds a
little differently, another encoder differs much.
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

PROBE: Final = "电费怎么交"
FILE: Final = "vectors.npz"
_SAME_ENCODER: Final = 0.999
"""Cosine of the probe's vectors from which two encoders are taken for the same one."""
_READABLE: Final = 0o644


def embed_with_cache(
    texts: Sequence[str], embed: Embed, *, cache_folder: Path | None = None, shipped: Path | None = None
) -> Vectors:
    """Return unit vectors float32 [texts, width]; both folders are read, only the cache is written."""
    probe = normalise(embed([PROBE]))
    width = probe.shape[1]
    known: dict[str, Vectors] = {}
    for folder in (shipped, cache_folder):
        if folder is not None:
            known.update(read_vectors(folder / FILE, probe))
    keys = [key_of(text) for text in texts]
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    if missing:
        known.update(zip(missing, embed(list(missing.values())), strict=True))
        if cache_folder is not None:
            write_vectors(cache_folder / FILE, probe, {key: known[key] for key in dict.fromkeys(keys)})
    return normalise(np.array([known[key] for key in keys], dtype=np.float32).reshape(len(keys), width))


def normalise(vectors: Vectors) -> Vectors:
    """Return rows of unit length."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


def key_of(text: str) -> str:
    """Return the name of a text's vector."""
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def is_same_encoder(own: Vectors, stored: Vectors) -> bool:
    """Say whether the vectors [1, width] of the probe sentence are one encoder's."""
    return own.shape == stored.shape and float((own * stored).sum()) >= _SAME_ENCODER


def read_vectors(path: Path, probe: Vectors) -> dict[str, Vectors]:
    """Return what a file holds; one that is missing, broken or another encoder's holds nothing."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            keys, vectors, own_probe = stored["keys"], stored["vectors"].astype(np.float32), stored["probe"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}
    if vectors.shape != (len(keys), probe.shape[1]) or not is_same_encoder(probe, own_probe):
        return {}
    return {str(key): vector for key, vector in zip(keys, vectors, strict=True)}


def write_vectors(path: Path, probe: Vectors, known: Mapping[str, Vectors]) -> None:
    """Replace the file in one step, so that another worker never reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    vectors = np.array(list(known.values()), dtype=np.float16).reshape(len(known), probe.shape[1])
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as part:
        np.savez(part, keys=np.array(list(known), dtype=np.str_), vectors=vectors, probe=probe)
    os.chmod(part.name, _READABLE)
    os.replace(part.name, path)
