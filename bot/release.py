"""Which bot made a turn: model, knowledge, flows and wording in one short id."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def release_id(*parts: str) -> str:
    """Return an id of twelve hexadecimal digits over the fingerprints of all parts."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]


def fingerprint(paths: Iterable[Path]) -> str:
    """Return a fingerprint of files by their contents; missing files count as empty."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.name.encode())
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()
