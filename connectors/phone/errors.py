"""Errors of the phone line.

PhoneError
├── OfferRefused    a session description that cannot be served; carries the SIP status of the refusal
├── LineUnavailable the port is taken, or no port for sound is left
└── CallFailed      a call that we made was refused or not answered
"""

from __future__ import annotations


class PhoneError(Exception):
    """Root of the phone line's errors."""


class OfferRefused(PhoneError):
    """A session description that cannot be served."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}")
        self.status = status
        self.reason = reason


class LineUnavailable(PhoneError):
    """No socket could be had."""


class CallFailed(PhoneError):
    """Nobody answered, or we were refused; the message says which."""
