"""Why a letter was not sent. A channel's `send` raises one of these; anything else counts as `SendDelayed`.

OutboxError
├── SendRefused    it will never go out: the letter is dead, and counted
├── SendDelayed    it may go out later: the letter is tried again
└── SendHeld       it waits until somebody releases it, for instance until the customer writes again
"""

from __future__ import annotations


class OutboxError(Exception):
    """Root of the outbox's errors; `cause` is short, stable, and without personal data."""

    def __init__(self, cause: str) -> None:
        self.cause = cause
        super().__init__(cause)


class SendRefused(OutboxError):
    """The channel will never take this letter."""


class SendDelayed(OutboxError):
    """The channel may take it later; `wait_seconds` overrules the usual back-off."""

    def __init__(self, cause: str, wait_seconds: float | None = None, most_attempts: int | None = None) -> None:
        self.wait_seconds = wait_seconds
        self.most_attempts = most_attempts
        super().__init__(cause)


class SendHeld(OutboxError):
    """The channel may take it after something has happened."""
