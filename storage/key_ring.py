"""The installation's keys where they lie, the oldest first: lines of GRIDTALK_HOME/secret.key, or in GRIDTALK_SECRET.

A line is the key (url-safe base64) and, after a blank, when it was made (seconds since the epoch) where that is known.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from storage.errors import SecretUnusable
from storage.home import home_folder

KEY_BYTES = 32
SETTING = "GRIDTALK_SECRET"
FILE = "secret.key"
_FINGERPRINT_DIGITS = 12


@dataclass(frozen=True, slots=True)
class KeyTold:
    """What may be told of a key."""

    fingerprint: str
    made_at: float | None
    """None where nothing says when."""
    seals: bool
    """Whether it is the one that seals now."""
    origin: str
    """file | environment."""


def read_keys() -> list[bytes]:
    """Return the keys, the oldest first; one is made where there is none. Raises SecretUnusable."""
    return [key for key, _ in _read()]


def told_keys() -> list[KeyTold]:
    """Return what may be told of the keys, the oldest first."""
    found, origin = _read(), "environment" if _setting() else "file"
    last = len(found) - 1
    return [KeyTold(fingerprint(key), at, place == last, origin) for place, (key, at) in enumerate(found)]


def add_key(now: float | None = None) -> str:
    """Add a key that seals from now on; return its fingerprint.

    Raises SecretUnusable where the environment has the keys.
    """
    if _setting():
        raise SecretUnusable(f"{SETTING} holds the keys: add a new one there, after a comma, and start again")
    key, path = secrets.token_bytes(KEY_BYTES), home_folder() / FILE
    lines = [_line(one, at) for one, at in _read()]
    lines.append(_line(key, time.time() if now is None else now))
    _replace(path, "\n".join(lines) + "\n")
    return fingerprint(key)


def fingerprint(key: bytes) -> str:
    """Return a name for a key that tells nothing of it."""
    return hashlib.sha256(b"gridtalk fingerprint" + key).hexdigest()[:_FINGERPRINT_DIGITS]


def _read() -> list[tuple[bytes, float | None]]:
    if setting := _setting():
        return [(_parse_key(part.strip(), SETTING), None) for part in setting.split(",")]
    path = home_folder() / FILE
    if not path.exists():
        _create(path)
    lines = [line.split() for line in path.read_text(encoding="ascii").splitlines() if line.strip()]
    if not lines:
        raise SecretUnusable(f"{path} is empty")
    written = path.stat().st_mtime if len(lines) == 1 else None
    return [(_parse_key(line[0], str(path)), _moment(line[1:]) or written) for line in lines]


def _setting() -> str:
    return os.environ.get(SETTING, "").strip()


def _moment(rest: list[str]) -> float | None:
    return float(rest[0]) if rest and rest[0].isdigit() else None


def _line(key: bytes, at: float | None) -> str:
    text = base64.urlsafe_b64encode(key).decode("ascii")
    return text if at is None else f"{text} {int(at)}"


def _parse_key(text: str, origin: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(text)
    except (binascii.Error, ValueError) as error:
        raise SecretUnusable(f"{origin} is no url-safe base64") from error
    if len(key) != KEY_BYTES:
        raise SecretUnusable(f"{origin} holds {len(key)} bytes, {KEY_BYTES} are needed")
    return key


def _create(path: Path) -> None:
    """Write a complete file first and link it into place: whoever comes second keeps the first one's key."""
    draft = _draft(path, _line(secrets.token_bytes(KEY_BYTES), None))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)


def _replace(path: Path, text: str) -> None:
    os.replace(_draft(path, text), path)


def _draft(path: Path, text: str) -> str:
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".secret")
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return draft
