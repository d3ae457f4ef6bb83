"""Every address of the console's API as one line of a table: who may, whose rows, what the audit says.

Nothing is served that has no line here (`tests/console/test_endpoints.py` walks table and router). A row's scope is
checked where the row is read, always in the same transaction; `scope` says how.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel

from connectors.desk.values import Viewer
from connectors.errors import BadRequest
from console.logins import Login
from console.roles import EVERYWHERE, MACHINE, MACHINE_PERMISSIONS
from console.staff import Staff

MOST_PER_PAGE = 100
Scope = Literal["nobody", "own", "rows"]
"""nobody: shows no rows of anybody; own: the caller's own alone; rows: those in the caller's scope."""
UNSAFE = frozenset({"POST", "PATCH", "PUT", "DELETE"})


@dataclass(slots=True)
class Call:
    """One request, after it was let in."""

    request: web.Request
    address: str
    login: Login | None = None
    body: Any = None
    """As the endpoint's model."""
    object: str = ""
    """What was acted upon, for the audit."""
    detail: dict[str, Any] = field(default_factory=dict)
    """What was changed, for the audit."""
    actor: str = ""
    """Who acts where nobody is logged in yet."""

    @property
    def staff(self) -> Staff:
        """Who asks. Raises BadRequest where it is a machine, that has no account."""
        if self.login is None:
            raise BadRequest("no_account", "a machine has no account of its own", 409)
        return self.login.staff

    @property
    def permissions(self) -> frozenset[str]:
        """What the caller may."""
        return self.login.staff.permissions if self.login is not None else MACHINE_PERMISSIONS

    @property
    def scope(self) -> str:
        """Where the caller may."""
        return self.login.staff.scope if self.login is not None else EVERYWHERE

    @property
    def viewer(self) -> Viewer:
        """The caller at the desk."""
        return self.login.staff.viewer if self.login is not None else Viewer(0, MACHINE, is_supervisor=True)

    @property
    def name(self) -> str:
        """Who acts, for the audit."""
        return self.login.staff.name if self.login is not None else self.actor or MACHINE

    def did(self, target: str, **detail: Any) -> None:
        """Tell the audit what is acted upon, and what is changed."""
        self.object = target
        self.detail.update(detail)

    def number(self, name: str) -> int:
        """Return a number of the path."""
        text = self.request.match_info[name]
        return int(text) if len(text) < 10 else 0

    def page(self, most: int = MOST_PER_PAGE) -> tuple[int, int]:
        """Return (page, size) of the query. Raises BadRequest."""
        return self.query_number("page", 1, 1_000_000), self.query_number("size", 20, most)

    def query_number(self, name: str, default: int, most: int) -> int:
        """Return a number of the query, 1 or more. Raises BadRequest."""
        text = self.request.query.get(name, "")
        if not text:
            return default
        if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:12]) <= most:
            raise BadRequest("invalid_query", f"{name}: a number from 1 to {most}")
        return int(text)


Act = Callable[[Call], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address."""

    method: str
    path: str
    """Below /console/api."""
    act: Act
    permission: str
    scope: Scope
    audit: str | None = None
    """Name of the act in the audit; whatever changes something, or shows what a customer said, has one."""
    body: type[BaseModel] | None = None
    most_body_bytes: int = 64 * 1024
