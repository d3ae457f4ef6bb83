"""Users of a host application: it signs who they are; the bot believes its keys and no bare name."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import web

from connectors.errors import BadRequest
from connectors.webchat.tokens import BadToken, read_token


@dataclass(frozen=True, slots=True)
class HostLogin:
    """Reads the tokens that host applications sign (JSON Web Tokens, HS256)."""

    keys: Mapping[str, str] = field(default_factory=dict)
    """By their `kid`; two of them at once let a key be replaced."""
    wall: Callable[[], float] = time.time
    """A host's login ends by the host's clock, not by the set one."""

    def user(self, token: str) -> tuple[str, str]:
        """Return the application (`iss`, may be empty) and its user (`sub`). Raises BadToken."""
        _, claims = read_token(token, {kid: key.encode() for kid, key in self.keys.items()}, self.wall())
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 1 <= len(subject) <= 256:
            raise BadToken("the login token must name its user (sub, 1 to 256 characters)")
        return str(claims.get("iss", "")), subject

    def check_sender(self, request: web.Request, sender_id: str) -> None:
        """Where there are keys, require a token whose user is the sender. Raises BadToken (401) or BadRequest (403)."""
        if not self.keys:
            return
        given = request.headers.get("Authorization", "")
        if not given.startswith("Bearer "):
            raise BadToken("send Authorization: Bearer <token that the host application signed for its user>")
        if self.user(given.removeprefix("Bearer ").strip())[1] != sender_id:
            raise BadRequest("foreign_sender", "the token is another user's: sender must be its sub", 403)
