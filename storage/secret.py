"""The key of this installation, and what it does: seal personal text, and hash it where a search is needed.

The key comes from GRIDTALK_SECRET (32 bytes, url-safe base64), else from GRIDTALK_HOME/secret.key, which is made on the
first start. Two processes that start at once end with the same key.
"""

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.errors import SecretUnusable
from storage.home import home_folder

KEY_BYTES = 32
NONCE_BYTES = 12
LOOKUP_CHARACTERS = 32


class Cipher:
    """Seals text with AES-256-GCM and makes keyed look-up hashes, each with a key of its own."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise SecretUnusable(f"the key has {len(key)} bytes, {KEY_BYTES} are needed")
        self._seal = AESGCM(_derive(key, b"seal"))
        self._lookup_key = _derive(key, b"lookup")

    def seal(self, text: str) -> bytes:
        """Encrypt `text`; equal texts give different bytes."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._seal.encrypt(nonce, text.encode(), None)

    def open(self, sealed: bytes) -> str:
        """Decrypt what `seal` made; raises SecretUnusable if the key is another one or the bytes were changed."""
        try:
            return self._seal.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None).decode()
        except (InvalidTag, ValueError) as error:
            raise SecretUnusable("a stored value was sealed with another key, or was changed") from error

    def lookup(self, text: str) -> str:
        """Hash `text` with the key (HMAC-SHA-256, 32 hex digits); equal texts give equal hashes."""
        return hmac.new(self._lookup_key, text.encode(), hashlib.sha256).hexdigest()[:LOOKUP_CHARACTERS]


def load_cipher() -> Cipher:
    """Load the installation's cipher; makes GRIDTALK_HOME/secret.key (mode 0600) on the first start."""
    setting = os.environ.get("GRIDTALK_SECRET", "").strip()
    if setting:
        return Cipher(_parse_key(setting, "GRIDTALK_SECRET"))
    path = home_folder() / "secret.key"
    if not path.exists():
        _create_key(path)
    return Cipher(_parse_key(path.read_text(encoding="ascii").strip(), str(path)))


def _parse_key(text: str, origin: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(text)
    except (binascii.Error, ValueError) as error:
        raise SecretUnusable(f"{origin} is no url-safe base64") from error
    if len(key) != KEY_BYTES:
        raise SecretUnusable(f"{origin} holds {len(key)} bytes, {KEY_BYTES} are needed")
    return key


def _create_key(path: Path) -> None:
    """Write a complete file first and link it into place: whoever comes second keeps the first one's key."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".secret")
    with os.fdopen(descriptor, "wb") as file:
        file.write(base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)


def _derive(key: bytes, purpose: bytes) -> bytes:
    return hmac.new(key, b"gridtalk " + purpose, hashlib.sha256).digest()
