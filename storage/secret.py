"""The keys of this installation, and what they do: seal personal text, and hash it where a search is needed.

They come from GRIDTALK_SECRET (32 bytes, url-safe base64; after a rotation several, separated by commas, the oldest
first), else from GRIDTALK_HOME/secret.key, which is made on the first start. Two processes that start at once end with
the same key. The newest key seals and every key opens; look-ups and chains stay with the first one for good.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.errors import SecretUnusable
from storage.key_ring import KEY_BYTES, fingerprint, read_keys

NONCE_BYTES = 12
LOOKUP_CHARACTERS = 32


@dataclass(frozen=True, slots=True)
class _Seal:
    """One sealing key."""

    fingerprint: str
    aead: AESGCM


class Cipher:
    """Seals text with AES-256-GCM and makes keyed look-up hashes, each with a key of its own."""

    def __init__(
        self, key: bytes, newer: Sequence[bytes] = (), reload: Callable[[], Sequence[bytes]] | None = None
    ) -> None:
        """`newer` seal in the place of `key`; `reload` gives all keys again, for what another process has sealed."""
        for one in (key, *newer):
            if len(one) != KEY_BYTES:
                raise SecretUnusable(f"the key has {len(one)} bytes, {KEY_BYTES} are needed")
        self._first = key
        self._seals = _seals((key, *newer))
        self._reload = reload
        self._lookup_key = _derive(key, b"lookup")
        self._chain_key = _derive(key, b"chain")

    @property
    def newest(self) -> str:
        """Fingerprint of the key that seals."""
        return self._seals[0].fingerprint

    def seal(self, text: str) -> bytes:
        """Encrypt `text`; equal texts give different bytes."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._seals[0].aead.encrypt(nonce, text.encode(), None)

    def open(self, sealed: bytes) -> str:
        """Decrypt what `seal` made; raises SecretUnusable if no key fits or the bytes were changed."""
        opened = self._opened(sealed)
        if opened is None and self.renew():
            opened = self._opened(sealed)
        if opened is None:
            raise SecretUnusable("a stored value was sealed with another key, or was changed")
        return opened

    def renew(self) -> bool:
        """Take over keys that were added since; returns whether there are any."""
        if self._reload is None:
            return False
        keys = self._reload()
        if not keys or keys[0] != self._first or fingerprint(keys[-1]) == self.newest:
            return False
        self._seals = _seals(keys)
        return True

    def is_newest(self, sealed: bytes) -> bool:
        """Say whether the newest key has sealed this."""
        try:
            self._seals[0].aead.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
        except (InvalidTag, ValueError):
            return False
        return True

    def lookup(self, text: str) -> str:
        """Hash `text` with the key (HMAC-SHA-256, 32 hex digits); equal texts give equal hashes."""
        return hmac.new(self._lookup_key, text.encode(), hashlib.sha256).hexdigest()[:LOOKUP_CHARACTERS]

    def link(self, previous: str, text: str) -> str:
        """Return the keyed hash (64 hex digits) that joins `text` to a chain that ends with `previous`."""
        return hmac.new(self._chain_key, f"{previous}\n{text}".encode(), hashlib.sha256).hexdigest()

    def _opened(self, sealed: bytes) -> str | None:
        for seal in self._seals:
            try:
                return seal.aead.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None).decode()
            except (InvalidTag, ValueError):
                continue
        return None


def load_cipher() -> Cipher:
    """Load the installation's cipher; makes GRIDTALK_HOME/secret.key (mode 0600) on the first start."""
    keys = read_keys()
    return Cipher(keys[0], keys[1:], read_keys)


def _seals(keys: Sequence[bytes]) -> tuple[_Seal, ...]:
    """The newest first."""
    return tuple(_Seal(fingerprint(key), AESGCM(_derive(key, b"seal"))) for key in reversed(keys))


def _derive(key: bytes, purpose: bytes) -> bytes:
    return hmac.new(key, b"gridtalk " + purpose, hashlib.sha256).digest()
