"""Log-in, log-out, password, authenticator: what everybody does for himself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from connectors.desk.organisation import Organisation
from connectors.errors import BadRequest
from connectors.limits import Limit, RequestLimits
from connectors.requests import json_response
from connectors.service_api import LOOPBACK
from console.endpoints import Call, Endpoint
from console.guard import COOKIE, COOKIE_PATH
from console.logins import IDLE_SECONDS, Login, Logins
from console.roles import PUBLIC, SELF
from console.staff import Staff, StaffBook
from console.totp import matching_step, new_secret, provisioning_uri

LOGINS_OF_AN_ADDRESS = Limit("console-login", 120, 300.0)
"""A whole office may begin its day at one address; each account closes by itself."""


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class LoginBody(_Body):
    """POST /login."""

    name: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=256)
    code: str | None = Field(None, max_length=16)


class PasswordBody(_Body):
    """POST /password."""

    old: str = Field(min_length=1, max_length=256)
    new: str = Field(min_length=1, max_length=256)


class CodeBody(_Body):
    """POST /totp/confirm."""

    code: str = Field(min_length=6, max_length=16)


class OnlyPasswordBody(_Body):
    """POST /totp/remove."""

    password: str = Field(min_length=1, max_length=256)


@dataclass(frozen=True, slots=True)
class AccountApi:
    """Serves one's own account."""

    logins: Logins
    book: StaffBook
    organisation: Organisation
    limits: RequestLimits
    release: Callable[[], str]
    is_demo: bool = False

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        return [
            Endpoint("POST", "/login", self.log_in, PUBLIC, "own", "login", LoginBody),
            Endpoint("GET", "/session", self.session, SELF, "own"),
            Endpoint("POST", "/logout", self.log_out, SELF, "own", "logout"),
            Endpoint("POST", "/password", self.change_password, SELF, "own", "password.change", PasswordBody),
            Endpoint("POST", "/totp/begin", self.begin_totp, SELF, "own", "totp.begin"),
            Endpoint("POST", "/totp/confirm", self.confirm_totp, SELF, "own", "totp.confirm", CodeBody),
            Endpoint("POST", "/totp/remove", self.remove_totp, SELF, "own", "totp.remove", OnlyPasswordBody),
            Endpoint("GET", "/organisation", self.tree, SELF, "rows"),
        ]

    async def log_in(self, call: Call) -> web.Response:
        """Open a session; five wrong passwords close the account for a quarter of an hour."""
        await self.limits.check(LOGINS_OF_AN_ADDRESS, call.address, call.address)
        body: LoginBody = call.body
        call.actor = body.name.strip().lower()[:64]
        is_forwarded = "X-Forwarded-For" in call.request.headers
        is_loopback = call.request.remote in LOOPBACK and call.address in LOOPBACK and not is_forwarded
        login = await self.logins.open(body.name, body.password, body.code, call.address, is_loopback=is_loopback)
        call.login = login
        response = json_response(self._session(login))
        set_login_cookie(response, call.request, login.token)
        return response

    async def session(self, call: Call) -> web.Response:
        """Tell who is in."""
        assert call.login is not None
        return json_response(self._session(call.login))

    async def log_out(self, call: Call) -> web.Response:
        """End the session."""
        if call.login is not None:
            await self.logins.end(call.login)
        response = json_response({"ok": True})
        response.del_cookie(COOKIE, path=COOKIE_PATH)
        return response

    async def change_password(self, call: Call) -> web.Response:
        """Change one's own password; all other sessions of the account end."""
        body: PasswordBody = call.body
        await self._check_password(call.staff, body.old)
        if body.old == body.new:
            raise BadRequest("weak_password", "the new password is the old one")
        await self.book.set_password(call.staff.id, call.staff.name, body.new, must_change=False)
        assert call.login is not None
        await self.logins.end_all(call.staff.id, but=call.login.token_hash)
        return json_response({"ok": True})

    async def begin_totp(self, call: Call) -> web.Response:
        """Make a secret for an authenticator; it counts when the first code is confirmed."""
        secret = new_secret()
        await self.book.keep(call.staff.id, totp_new_secret=secret)
        return json_response({"secret": secret, "uri": provisioning_uri(secret, call.staff.name)})

    async def confirm_totp(self, call: Call) -> web.Response:
        """From now on a code is asked for."""
        _, secret, _ = await self.book.secrets(call.staff.id)
        step = matching_step(secret, call.body.code, None) if secret else None
        if step is None:
            raise BadRequest("bad_code", "this is not the code that the authenticator shows now")
        await self.book.keep(call.staff.id, totp_secret=secret, totp_new_secret=None, totp_last_step=step)
        return json_response({"ok": True})

    async def remove_totp(self, call: Call) -> web.Response:
        """Ask for no code any more."""
        await self._check_password(call.staff, call.body.password)
        await self.book.keep(call.staff.id, totp_secret=None, totp_new_secret=None, totp_last_step=None)
        return json_response({"ok": True})

    async def tree(self, call: Call) -> web.Response:
        """Show the organisation as far as the caller's scope goes."""
        return json_response({"tree": self.organisation.tree(call.scope)})

    async def _check_password(self, staff: Staff, password: str) -> None:
        if not await self.logins.is_password(staff, password):
            raise BadRequest("bad_password", "this is not your password")

    def _session(self, login: Login) -> dict[str, Any]:
        return {
            "staff": render_staff(login.staff),
            "csrf": login.csrf,
            "permissions": sorted(login.staff.permissions),
            "idle_seconds": IDLE_SECONDS,
            "ends_at": login.ends_at,
            "is_demo": self.is_demo,
            "release": self.release(),
            "now": self.book.clock().timestamp(),
        }


def set_login_cookie(response: web.Response, request: web.Request, token: str) -> None:
    """Hand the session to the browser, to no script and to no other site's request."""
    is_secure = request.secure or request.headers.get("X-Forwarded-Proto") == "https"
    response.set_cookie(COOKIE, token, path=COOKIE_PATH, httponly=True, samesite="Strict", secure=is_secure)


def render_staff(staff: Staff, *, is_locked: bool = False) -> dict[str, Any]:
    """Return an account as JSON values."""
    return {
        "id": staff.id,
        "name": staff.name,
        "display_name": staff.display_name,
        "role": staff.role,
        "scope": staff.scope,
        "skills": list(staff.skills),
        "capacity": staff.capacity,
        "is_active": staff.is_active,
        "is_locked": is_locked,
        "has_totp": staff.has_totp,
        "must_change_password": staff.must_change_password,
        "created_at": staff.created_at,
        "last_login_at": staff.last_login_at,
    }
