"""Errors of the agent desk.

BadRequest (connectors.errors)
├── DeskConflict      409: the session is in another state than the act needs; `code` says which
└── NotInSight        404: there is no such row, or it lies outside the scope of who asks
"""

from __future__ import annotations

from connectors.errors import BadRequest


class DeskConflict(BadRequest):
    """The act does not fit the session's state."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message, 409)


class NotInSight(BadRequest):
    """Nothing with this id can be seen by who asks."""

    def __init__(self, kind: str) -> None:
        super().__init__("not_found", f"there is no such {kind}", 404)
