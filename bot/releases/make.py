"""Make a release: a whole project folder of its own, with everything that answering needs, that nobody changes.

Files that an earlier release has with the same content are hard-linked to it: a release costs what is new. Nothing is
linked to the project folder itself, where an editor may write into a file.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import orjson

from bot.errors import ReleaseInvalid
from bot.releases.manifest import MANIFEST, Manifest

FILES: Final = "files.json"
"""Hash of each file by its path."""
_READ_ONLY: Final = 0o444
_TOP: Final = ("domain.yml", "config.yml", "endpoints.yml")
_FOLDERS: Final = ("domain", "data", "models")
_LEFT_OUT: Final = frozenset({"data/eval", "data/conversations", "models/speech"})
"""Answers need none of these: sets to measure with, and what the telephone hears and speaks with."""
_HASHED_BYTES: Final = 1 << 20


def releases_folder(home: Path) -> Path:
    """Return where releases lie below GRIDTALK_HOME."""
    return home / "releases"


def make_release(
    root: Path,
    home: Path,
    *,
    manifest: Manifest,
    models: Mapping[str, Path] | None = None,
    data: Mapping[str, Path] | None = None,
) -> Path:
    """Copy a project (or another release) to a new release and return its folder.

    models, data: what takes the place of an entry of models/ or data/, by its name: {"nlu": folder}. All or nothing:
    the folder appears when it is whole. Raises ReleaseInvalid for a missing source or an id that is taken.
    """
    folder = releases_folder(home) / manifest.id
    if folder.exists():
        raise ReleaseInvalid(f"{folder} is there already")
    replaced = {f"models/{name}": path for name, path in (models or {}).items()}
    replaced |= {f"data/{name}": path for name, path in (data or {}).items()}
    if missing := [str(path) for path in (root / "domain.yml", *replaced.values()) if not path.exists()]:
        raise ReleaseInvalid(f"{missing[0]} is not there")
    known = _known_files(home)
    draft = releases_folder(home) / f".{manifest.id}.{secrets.token_hex(4)}"
    try:
        hashes = {name: _place(path, draft / name, known) for name, path in sorted(_sources(root, replaced).items())}
        (draft / FILES).write_bytes(orjson.dumps(hashes, option=orjson.OPT_INDENT_2))
        (draft / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", "utf-8")
        draft.rename(folder)
    except OSError as error:
        raise ReleaseInvalid(f"release {manifest.id} cannot be written: {error}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return folder


def check_files(folder: Path) -> None:
    """See whether a release's files are those that were made. Raises ReleaseInvalid."""
    hashes = _read_hashes(folder)
    if not hashes:
        raise ReleaseInvalid(f"{folder / FILES} is not there or holds nothing")
    for name, wanted in hashes.items():
        path = folder / name
        if not path.is_file():
            raise ReleaseInvalid(f"release {folder.name}: {name} is missing")
        if _hash(path) != wanted:
            raise ReleaseInvalid(f"release {folder.name}: {name} was changed after it was made")


def measure_files(folder: Path) -> tuple[int, int]:
    """Return (number of files, bytes) of a release."""
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return len(sizes), sum(sizes)


def _sources(root: Path, replaced: Mapping[str, Path]) -> dict[str, Path]:
    """Return every file of the release by its path in it."""
    found = {name: root / name for name in _TOP if (root / name).is_file()}
    for folder in _FOLDERS:
        for path in _files(root / folder):
            name = path.relative_to(root).as_posix()
            if "/".join(name.split("/")[:2]) not in {*_LEFT_OUT, *replaced}:
                found[name] = path
    for name, source in replaced.items():
        if source.is_file():
            found[name] = source
        found |= {f"{name}/{path.relative_to(source).as_posix()}": path for path in _files(source)}
    return found


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith("."))


def _place(source: Path, target: Path, known: Mapping[str, Path]) -> str:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = _hash(source)
    same = known.get(digest)
    if same is None or _hash(same) != digest or not _link(same, target):
        shutil.copyfile(source, target)
        target.chmod(source.stat().st_mode & _READ_ONLY)
    return digest


def _link(source: Path, target: Path) -> bool:
    """Link a file of an earlier release; say whether it could be."""
    try:
        os.link(source, target)
    except OSError:  # another file system, or it was cleared away
        return False
    return True


def _known_files(home: Path) -> dict[str, Path]:
    """Return one file by hash of all that earlier releases were made of."""
    known: dict[str, Path] = {}
    for folder in sorted(releases_folder(home).glob("[!.]*/")):
        for name, digest in _read_hashes(folder).items():
            path = folder / name
            if digest not in known and path.is_file():
                known[digest] = path
    return known


def _read_hashes(folder: Path) -> dict[str, str]:
    try:
        hashes = orjson.loads((folder / FILES).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return {}
    return hashes if isinstance(hashes, dict) else {}


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_HASHED_BYTES):
            digest.update(block)
    return digest.hexdigest()
