"""Lets requests in: log-in or machine's token, CSRF, role, and what was done into the audit."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from aiohttp import web

from connectors.errors import BadRequest
from connectors.limits import Limit, Proxies, RequestLimits
from connectors.requests import parse_body, read_json
from connectors.service_api import LOOPBACK, is_token
from console.audit import Act, Audit
from console.endpoints import UNSAFE, Call, Endpoint
from console.errors import Forbidden, NotLoggedIn
from console.logins import Logins, is_same
from console.roles import MACHINE, PUBLIC, SELF

COOKIE = "gridtalk_console"
COOKIE_PATH = "/console"
CSRF_HEADER = "X-CSRF-Token"
REASON_HEADER = "X-Reason"
"""Why somebody does something dangerous: percent-encoded UTF-8, kept with the act by the audit."""
MOST_REASON = 200
OPEN_WITH_OLD_PASSWORD = frozenset({"/session", "/password", "/logout"})
OTHER_SITES = frozenset({"cross-site", "same-site"})
CALLS = Limit("console", 900, 60.0)
"""Of one member of staff."""
CALLS_OF_AN_ADDRESS = Limit("console-address", 12_000, 60.0)
"""A whole office may come from one address."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Decides who may call what."""

    logins: Logins
    audit: Audit
    limits: RequestLimits
    proxies: Proxies
    token: str | None
    is_demo: bool

    def route(self, endpoint: Endpoint) -> web.RouteDef:
        """Return the route of an endpoint, guarded."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            return await self._serve(endpoint, request)

        if endpoint.method == "GET":
            return web.get(f"/api{endpoint.path}", guarded, allow_head=False)
        return web.route(endpoint.method, f"/api{endpoint.path}", guarded)

    async def _serve(self, endpoint: Endpoint, request: web.Request) -> web.StreamResponse:
        call = Call(request, self.proxies.caller_of(request))
        await self.limits.check(CALLS_OF_AN_ADDRESS, call.address, call.address)
        if reason := unquote(request.headers.get(REASON_HEADER, "")).strip()[:MOST_REASON]:
            call.detail["reason"] = reason
        try:
            await self._admit(endpoint, call)
            await self.limits.check(CALLS, call.name if call.login is not None else call.address, call.address)
            if endpoint.body is not None:
                call.body = parse_body(endpoint.body, await read_json(request))
            response = await endpoint.act(call)
        except BadRequest as error:
            if endpoint.audit is not None and (error.status in (401, 403, 423) or endpoint.permission == PUBLIC):
                await self._note(endpoint, call, {"refused": error.code})
            raise
        if endpoint.audit is not None:
            await self._note(endpoint, call, call.detail)
        return response

    async def _admit(self, endpoint: Endpoint, call: Call) -> None:
        if endpoint.method in UNSAFE and call.request.headers.get("Sec-Fetch-Site") in OTHER_SITES:
            raise Forbidden("csrf", "the console is for its own pages")
        if endpoint.permission == PUBLIC:
            return
        if self._is_machine(call.request):
            if endpoint.permission == SELF and endpoint.path == "/session":
                raise NotLoggedIn
            return
        call.login = await self.logins.read(call.request.cookies.get(COOKIE, ""))
        if endpoint.method in UNSAFE and not is_same(call.request.headers.get(CSRF_HEADER, ""), call.login.csrf):
            raise Forbidden("csrf", f"send the header {CSRF_HEADER} with the csrf value of the session")
        if call.staff.must_change_password and endpoint.path not in OPEN_WITH_OLD_PASSWORD:
            raise Forbidden("password_change_needed", "change the password first")
        if endpoint.permission not in (SELF, *call.permissions):
            raise Forbidden

    def _is_machine(self, request: web.Request) -> bool:
        """Say whether this is a machine with the token; in demo mode without one, any program of this machine's."""
        given = request.headers.get("Authorization", "")
        if given:
            if self.token is None or not is_token(given.removeprefix("Bearer ").strip(), self.token):
                raise NotLoggedIn("unauthorized", "send Authorization: Bearer <GRIDTALK_TOKEN>")
            return True
        is_browser = any(
            name in request.headers for name in ("Cookie", "Origin", "Sec-Fetch-Site", "Referer", "X-Forwarded-For")
        )
        return self.token is None and self.is_demo and not is_browser and request.remote in LOOPBACK

    async def _note(self, endpoint: Endpoint, call: Call, detail: dict[str, object]) -> None:
        staff = call.login.staff if call.login is not None else None
        is_nobody = staff is None and (endpoint.permission == PUBLIC or "refused" in detail)
        act = Act(
            actor=staff.name if staff is not None else call.actor or ("nobody" if is_nobody else MACHINE),
            role=staff.role if staff is not None else ("" if is_nobody else MACHINE),
            address=call.address,
            action=endpoint.audit or "",
            object=call.object,
            detail=detail,
            staff_id=staff.id if staff is not None else None,
            scope=staff.scope if staff is not None else "",
        )
        await self.audit.write(act)
