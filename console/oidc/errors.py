"""Errors of the log-in through a provider.

OidcRefused (connectors.errors.BadRequest)   `code` says why, and is what the log-in page words
"""

from __future__ import annotations

from connectors.errors import BadRequest


class OidcRefused(BadRequest):
    """Nobody is logged in."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message, 401)
