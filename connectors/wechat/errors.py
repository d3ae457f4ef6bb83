"""Errors of the WeChat doors.

WeChatError
├── DeliveryRefused   a delivery that is not to be believed: refused without detail; `reason` is for the metrics
├── ApiFailed         WeChat's API answered with an error code
├── ApiUnreachable    it did not answer, or not in its language
└── SoundUnusable     a voice message that cannot be decoded
"""

from __future__ import annotations

from connectors.errors import ConnectorError


class WeChatError(ConnectorError):
    """Root of the WeChat doors' errors."""


class DeliveryRefused(WeChatError):
    """The delivery is not to be believed; nothing of it is said to the sender."""

    def __init__(self, reason: str, status: int = 403) -> None:
        self.reason = reason
        self.status = status
        super().__init__(reason)


class ApiFailed(WeChatError):
    """An error code of the API."""

    def __init__(self, code: int, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(f"{code} {message}")


class ApiUnreachable(WeChatError):
    """No answer, or an unreadable one."""


class SoundUnusable(WeChatError):
    """The sound cannot be decoded."""
