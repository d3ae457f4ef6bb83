"""Errors of the doors.

ConnectorError
├── CredentialsInvalid  credentials.yml has mistakes; the text names file, line, key and what is wrong
└── BadRequest          the client's request is unusable: 4xx with a code and a sentence
    └── TooManyRequests 429 with the seconds to wait
"""

from __future__ import annotations


class ConnectorError(Exception):
    """Root of the connectors' errors."""


class CredentialsInvalid(ConnectorError):
    """The credentials cannot be used; one line per mistake."""


class BadRequest(ConnectorError):
    """The request is unusable; `code` is short and stable."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        self.code = code
        self.status = status
        super().__init__(message)


class TooManyRequests(BadRequest):
    """Somebody asks too often; `wait_seconds` says when to come again."""

    def __init__(self, message: str, wait_seconds: float) -> None:
        self.wait_seconds = wait_seconds
        super().__init__("too_many_requests", message, 429)
