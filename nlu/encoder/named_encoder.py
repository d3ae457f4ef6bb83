"""The encoder that `knowledge: encoder:` names: our folder, a sentence-transformers or Hugging Face folder, or a name.

Ours needs ONNX Runtime alone. The others need sentence-transformers, which is imported when such a model is named.
"""

import hashlib
import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nlu.encoder.onnx_encoder import OnnxEncoder
from nlu.errors import ModelError
from nlu.hub_reach import hub_answers

Vectors = NDArray[np.float32]
OUR_GRAPH: Final = "encoder.onnx"
_OUR_FILES: Final = (OUR_GRAPH, "vocab.txt")
_ITS_FILES: Final = ("modules.json", "config.json")
_EXTRA: Final = "pip install 'gridtalk[train]'"


@dataclass(frozen=True, slots=True)
class NamedEncoder:
    """Questions and passages to unit vectors."""

    embed_questions: Callable[[Sequence[str]], Vectors]
    """Texts -> float32 [texts, width]."""
    embed_passages: Callable[[Sequence[str]], Vectors]
    """The same for what questions are compared with."""
    width: int
    """Length of a vector."""
    fingerprint: str
    """Changes with the model and the prefixes: vectors of another fingerprint are another encoder's."""


def open_encoder(
    name: str, root: Path, *, question_prefix: str = "", passage_prefix: str = "", key: str = "knowledge.encoder"
) -> NamedEncoder:
    """Load a model; ModelError says in one line what is missing. `root` is the project's folder."""
    folder = root / name
    if (folder / OUR_GRAPH).is_file():
        own = OnnxEncoder(folder).load()
        embed, width, print_ = own.embed, own.width, fingerprint_folder(folder, _OUR_FILES)
    else:
        model = load_named_model("SentenceTransformer", name, root, key)
        embed = partial(_embed, model)
        width = int(_width_of(model))
        print_ = fingerprint_folder(folder, None) if folder.is_dir() else _revision(name, model)
    fingerprint = hashlib.sha256("\n".join((print_, question_prefix, passage_prefix)).encode()).hexdigest()[:12]
    return NamedEncoder(_prefixed(embed, question_prefix), _prefixed(embed, passage_prefix), width, fingerprint)


def load_named_model(kind: str, name: str, root: Path, key: str) -> Any:
    """Return a SentenceTransformer or CrossEncoder from a folder or by its name; ModelError if that cannot be done."""
    folder = root / name
    if folder.is_dir() and not any((folder / file).is_file() for file in _ITS_FILES):
        raise ModelError(f"{key}: {name}: the folder has none of {', '.join((OUR_GRAPH, *_ITS_FILES))}")
    if not folder.is_dir() and (name.count("/") != 1 or folder.parent.is_dir()):
        raise ModelError(f"{key}: {name}: there is no such folder")
    try:
        library = importlib.import_module("sentence_transformers")
    except ImportError as error:
        raise ModelError(f"{key}: {name} needs sentence-transformers: {_EXTRA}") from error
    try:
        only_here = folder.is_dir() or not hub_answers()  # what was downloaded before is found without the hub
        return getattr(library, kind)(
            str(folder) if folder.is_dir() else name, device="cpu", local_files_only=only_here
        )
    except Exception as error:  # whatever goes wrong in there, the reader can do one thing
        raise ModelError(f"{key}: {name} cannot be loaded ({' '.join(str(error).split())[:200]})") from error


def fingerprint_folder(folder: Path, names: Sequence[str] | None) -> str:
    """Return a hash of the named files of a folder, or of all files under it."""
    files = [folder / name for name in names] if names else sorted(path for path in folder.rglob("*") if path.is_file())
    total = hashlib.sha256()
    for file in files:
        total.update(file.relative_to(folder).as_posix().encode())
        total.update(file.read_bytes())
    return total.hexdigest()


def _embed(model: Any, texts: Sequence[str]) -> Vectors:
    vectors = model.encode(list(texts), normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False)
    return np.asarray(vectors, dtype=np.float32).reshape(len(texts), -1)


def _width_of(model: Any) -> int:
    return int(_embed(model, ["电"]).shape[1])


def _revision(name: str, model: Any) -> str:
    """Return the name of a model with the revision that was loaded."""
    config = getattr(getattr(model[0], "auto_model", None), "config", None)
    return f"{name}@{getattr(config, '_commit_hash', None)}"


def _prefixed(embed: Callable[[Sequence[str]], Vectors], prefix: str) -> Callable[[Sequence[str]], Vectors]:
    return embed if not prefix else lambda texts: embed([prefix + text for text in texts])
