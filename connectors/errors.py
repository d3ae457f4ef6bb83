"""Errors of the doors.

ConnectorError
└── BadRequest     the client's request is unusable: 4xx with a code and a sentence
"""

from __future__ import annotations


class ConnectorError(Exception):
    """Root of the connectors' errors."""


class BadRequest(ConnectorError):
    """The request is unusable; `code` is short and stable."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        self.code = code
        self.status = status
        super().__init__(message)
