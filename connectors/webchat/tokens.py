"""Signed tokens: JSON Web Tokens with HMAC-SHA-256 and nothing else (RFC 7515, 7519).

The window's own token names its conversation; a host application's names its user. They have different keys, and the
algorithm is not for the token to choose.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import orjson

from connectors.errors import BadRequest

MOST_CHARACTERS = 4096
_LEEWAY_SECONDS = 5.0


class BadToken(BadRequest):
    """The token is malformed, forged or has run out."""

    def __init__(self, message: str) -> None:
        super().__init__("bad_token", message, 401)


def sign_token(claims: Mapping[str, Any], kid: str, key: bytes) -> str:
    """Return a token with these claims."""
    head = _pack(orjson.dumps({"alg": "HS256", "typ": "JWT", "kid": kid}))
    signed = f"{head}.{_pack(orjson.dumps(dict(claims)))}"
    return f"{signed}.{_pack(_seal(signed, key))}"


def read_token(token: str, keys: Mapping[str, bytes], now: float) -> tuple[str, dict[str, Any]]:
    """Return the `kid` and the claims of a token that one of these keys signed and that has not run out.

    `now` in seconds since the epoch. Raises BadToken.
    """
    try:
        head, body, seal = _ascii(token).split(".")
        header, given = orjson.loads(_unpack(head)), _unpack(seal)
    except (ValueError, binascii.Error) as error:
        raise BadToken("the token is no signed JSON Web Token") from error
    if not isinstance(header, dict) or header.get("alg") != "HS256":
        raise BadToken("the token must be signed with HS256")
    key = keys.get(str(header.get("kid")))
    if key is None:
        raise BadToken("the token names no known key (kid)")
    if not hmac.compare_digest(_seal(f"{head}.{body}", key), given):
        raise BadToken("the token's signature is wrong")
    return str(header["kid"]), _valid_claims(body, now)


def _valid_claims(body: str, now: float) -> dict[str, Any]:
    try:
        claims = orjson.loads(_unpack(body))
    except (ValueError, binascii.Error) as error:
        raise BadToken("the token's claims are no JSON") from error
    ends = claims.get("exp") if isinstance(claims, dict) else None
    if not isinstance(ends, int | float) or isinstance(ends, bool):
        raise BadToken("the token must say when it ends (exp)")
    if ends <= now:
        raise BadToken("the token has run out")
    begins = claims.get("nbf", 0)
    if not isinstance(begins, int | float) or begins > now + _LEEWAY_SECONDS:
        raise BadToken("the token is not valid yet")
    return dict(claims)


def _ascii(token: str) -> str:
    if len(token) > MOST_CHARACTERS or not token.isascii():
        raise ValueError("no token")
    return token


def _seal(signed: str, key: bytes) -> bytes:
    return hmac.new(key, signed.encode("ascii"), hashlib.sha256).digest()


def _pack(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _unpack(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
