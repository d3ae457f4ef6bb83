"""WeChat's seal: SHA-1 signatures over sorted parts, AES-256-CBC with PKCS#7 to 32 bytes, the receiver's id inside.

Layout of what is sealed: random (16) + length (4, network order) + message + receiver's id. Source: the platform's page
on message encryption (消息加解密).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from connectors.wechat.errors import DeliveryRefused

_BLOCK_BYTES = 32
_CIPHER_BLOCK_BYTES = 16
_RANDOM_BYTES = 16
_LENGTH_BYTES = 4


def sign(*parts: str) -> str:
    """Return the SHA-1, in hex, of the sorted and joined parts."""
    return hashlib.sha1("".join(sorted(parts)).encode(errors="surrogatepass"), usedforsecurity=False).hexdigest()


def is_signed(given: str, *parts: str) -> bool:
    """Compare in constant time; anything that is not ASCII is no signature."""
    return given.isascii() and hmac.compare_digest(sign(*parts).encode(), given.encode())


@dataclass(frozen=True, slots=True)
class Seal:
    """One EncodingAESKey, for one receiver (an app id, or a corporation's id)."""

    key: bytes
    """32 bytes; the first 16 are also the IV, as the platform wants it."""
    receiver_id: str

    def close(self, message: bytes) -> str:
        """Seal a message; base64."""
        inner = os.urandom(_RANDOM_BYTES) + len(message).to_bytes(_LENGTH_BYTES) + message + self.receiver_id.encode()
        missing = _BLOCK_BYTES - len(inner) % _BLOCK_BYTES
        encryptor = self._cipher().encryptor()
        return base64.b64encode(encryptor.update(inner + bytes([missing]) * missing) + encryptor.finalize()).decode()

    def open(self, sealed: str) -> bytes:
        """Open a message. Raises DeliveryRefused where it was not sealed with this key for this receiver."""
        try:
            secret = base64.b64decode(sealed, validate=True)
        except (binascii.Error, ValueError) as error:
            raise DeliveryRefused("broken_ciphertext") from error
        if not secret or len(secret) % _CIPHER_BLOCK_BYTES:
            raise DeliveryRefused("broken_ciphertext")
        decryptor = self._cipher().decryptor()
        return self._unpacked(_unpadded(decryptor.update(secret) + decryptor.finalize()))

    def _unpacked(self, inner: bytes) -> bytes:
        start = _RANDOM_BYTES + _LENGTH_BYTES
        end = start + int.from_bytes(inner[_RANDOM_BYTES:start])
        if len(inner) < start or end > len(inner):
            raise DeliveryRefused("broken_ciphertext")
        if inner[end:] != self.receiver_id.encode():
            raise DeliveryRefused("foreign_receiver")
        return inner[start:end]

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self.key), modes.CBC(self.key[:_CIPHER_BLOCK_BYTES]))


def build_seals(receiver_id: str, *keys: str | None) -> tuple[Seal, ...]:
    """Return the seals for these EncodingAESKeys (43 characters each), leaving out what is None."""
    return tuple(Seal(base64.b64decode(key + "="), receiver_id) for key in keys if key)


def open_with_any(seals: Sequence[Seal], sealed: str) -> tuple[bytes, Seal]:
    """Return the message and the seal that opened it, the current one first. Raises DeliveryRefused."""
    refusal = DeliveryRefused("no_key")
    for seal in seals:
        try:
            return seal.open(sealed), seal
        except DeliveryRefused as error:
            refusal = error
    raise refusal


def _unpadded(padded: bytes) -> bytes:
    missing = padded[-1]
    if not 1 <= missing <= _BLOCK_BYTES or padded[-missing:] != bytes([missing]) * missing:
        raise DeliveryRefused("broken_ciphertext")
    return padded[:-missing]
