"""Six digits from an authenticator (RFC 6238): one step of 30 seconds of tolerance, each code once."""

from __future__ import annotations

import base64
import hmac
import os
import struct
import time
from collections.abc import Callable
from hashlib import sha1
from urllib.parse import quote

STEP_SECONDS = 30
_DRIFT = 1
Wall = Callable[[], float]


def new_secret() -> str:
    """Return a secret of 160 bits as base32."""
    return base64.b32encode(os.urandom(20)).decode()


def code_at(secret: str, step: int) -> str:
    """Return the six digits of a step (RFC 4226, 5.3)."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def matching_step(secret: str, code: str, last_step: int | None, wall: Wall = time.time) -> int | None:
    """Return the step whose code this is; None for a wrong one and for one that was used already."""
    now = int(wall()) // STEP_SECONDS
    given = code.strip().replace(" ", "")
    for step in range(now - _DRIFT, now + _DRIFT + 1):
        is_new = last_step is None or step > last_step
        if is_new and given.isascii() and hmac.compare_digest(code_at(secret, step), given):
            return step
    return None


def provisioning_uri(secret: str, name: str) -> str:
    """Return the address that an authenticator reads from a QR code."""
    return f"otpauth://totp/Gridtalk:{quote(name)}?secret={secret}&issuer=Gridtalk"
