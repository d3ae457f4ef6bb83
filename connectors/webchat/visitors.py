"""Who talks: an anonymous visitor with a token of ours, or a user for whom the host application vouches.

A bare id is never enough. Anonymous conversations have unguessable names; a user's is a keyed hash of what the host
calls him, so that neither his name nor his number stands in our tables.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from connectors.login import HostLogin
from connectors.webchat.tokens import BadToken, read_token, sign_token
from storage.secret import Cipher

PREFIX = "web:"
_KID = "chat"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at the window."""

    conversation_id: str
    is_user: bool = False
    """The host application vouches for him."""


@dataclass(frozen=True, slots=True)
class Visitors:
    """Issues and reads the window's tokens, and reads the hosts'."""

    cipher: Cipher
    hosts: HostLogin
    clock: Callable[[], datetime]
    token_seconds: float

    def welcome(self, token: str | None, login: str | None) -> Visitor:
        """Return who comes: the login's user, else the token's visitor, else somebody new.

        Raises BadToken for a bad login.
        A token of ours that has run out or was forged is no error: its owner starts anew.
        """
        if login:
            return self._user(login)
        if token:
            try:
                return self.read(token)
            except BadToken:
                pass
        return Visitor(f"{PREFIX}a:{secrets.token_urlsafe(18)}")

    def issue(self, visitor: Visitor) -> tuple[str, float]:
        """Return a token for this visitor, and when it ends (seconds since the epoch)."""
        ends = self.clock().timestamp() + self.token_seconds
        claims = {"c": visitor.conversation_id, "u": visitor.is_user, "exp": int(ends)}
        return sign_token(claims, _KID, self._key()), ends

    def read(self, token: str) -> Visitor:
        """Return the visitor to whom this token was issued. Raises BadToken."""
        _, claims = read_token(token, {_KID: self._key()}, self.clock().timestamp())
        return Visitor(str(claims["c"]), bool(claims["u"]))

    def sign_link(self, name: str, ends: int) -> str:
        """Return the signature of a link that holds until `ends`."""
        return self.cipher.lookup(f"webchat link\n{name}\n{ends}")

    def is_link_signed(self, name: str, ends: int, given: str) -> bool:
        """Say whether this is the signature of a link that still holds."""
        expected = self.sign_link(name, ends).encode()
        return ends > self.clock().timestamp() and hmac.compare_digest(expected, given.encode())

    def _user(self, login: str) -> Visitor:
        application, subject = self.hosts.user(login)
        name = self.cipher.lookup(f"webchat user\n{application}\n{subject}")
        return Visitor(f"{PREFIX}u:{name}", is_user=True)

    def _key(self) -> bytes:
        return self.cipher.lookup("webchat token").encode()
