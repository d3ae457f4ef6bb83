"""Errors of the staff console.

BadRequest (connectors.errors)
├── NotLoggedIn       401: no session, or it has ended
├── LockedOut         423: too many wrong passwords; wait
├── Forbidden         403: the role does not reach so far, or the request is not the page's own
└── Refused           the act cannot be done so; beside code and text it says what the page needs to go on

StaffUnusable         a command names staff, role or scope that cannot be
"""

from __future__ import annotations

from typing import Any

from connectors.errors import BadRequest


class NotLoggedIn(BadRequest):
    """There is no session."""

    def __init__(self, code: str = "not_logged_in", message: str = "log in first") -> None:
        super().__init__(code, message, 401)


class LockedOut(BadRequest):
    """The account is closed for a while after wrong passwords."""

    def __init__(self, wait_seconds: float) -> None:
        self.wait_seconds = wait_seconds
        super().__init__("locked", "too many failed attempts; try again later", 423)


class Forbidden(BadRequest):
    """The caller may not."""

    def __init__(self, code: str = "forbidden", message: str = "your role does not allow this") -> None:
        super().__init__(code, message, 403)


class Refused(BadRequest):
    """The act cannot be done so; `more` stands beside code and message in the error's JSON."""

    def __init__(self, code: str, message: str, status: int, **more: Any) -> None:
        self.more = more
        super().__init__(code, message, status)


class StaffUnusable(Exception):
    """An account cannot be made or changed as asked."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)
