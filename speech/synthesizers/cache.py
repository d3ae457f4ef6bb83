"""Rendered sentences on disk, keyed by text, voice and engine version; the oldest go when the folder is full.

A file is written beside its place and renamed, so that a reader never sees half a sound. Sentences that name a
customer's figures are cached too: the file name is a keyed hash, the content is the bot's own voice.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

_SUFFIX = ".pcm"
_KEEP_SHARE = 0.8


class SoundCache:
    """Bytes by key below one folder."""

    def __init__(self, folder: Path, *, largest_bytes: int = 200_000_000) -> None:
        self._folder, self._largest_bytes = folder, largest_bytes
        folder.mkdir(parents=True, exist_ok=True)
        self._held_bytes = sum(path.stat().st_size for path in folder.glob(f"*{_SUFFIX}"))

    def get(self, text: str, voice: str, version: str) -> bytes | None:
        """Return the sound or None."""
        path = self._path(text, voice, version)
        try:
            sound = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        return sound

    def put(self, text: str, voice: str, version: str, sound: bytes) -> None:
        """Keep a sound; a full disk is no reason to fail a call."""
        try:
            with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as file:
                file.write(sound)
            Path(file.name).replace(self._path(text, voice, version))
        except OSError:
            return
        self._held_bytes += len(sound)
        if self._held_bytes > self._largest_bytes:
            self._shrink()

    def _path(self, text: str, voice: str, version: str) -> Path:
        key = hashlib.blake2b("\0".join((text, voice, version)).encode(), digest_size=20).hexdigest()
        return self._folder / f"{key}{_SUFFIX}"

    def _shrink(self) -> None:
        """Drop what was used longest ago."""
        files = [(path.stat().st_mtime, path.stat().st_size, path) for path in self._folder.glob(f"*{_SUFFIX}")]
        self._held_bytes = sum(size for _, size, _ in files)
        for _, size, path in sorted(files):
            if self._held_bytes <= self._largest_bytes * _KEEP_SHARE:
                return
            path.unlink(missing_ok=True)
            self._held_bytes -= size
