"""Log-in through the provider: where it begins, and where the browser comes back. Each attempt works once."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web
from sqlalchemy import Column, Float, String, Table, delete, insert, select
from sqlalchemy.engine import Connection

from bot.guarded import guarded_write
from connectors.limits import RequestLimits
from connectors.requests import json_response
from console.account_api import LOGINS_OF_AN_ADDRESS, set_login_cookie
from console.endpoints import Call, Endpoint
from console.logins import Login
from console.oidc.errors import OidcRefused
from console.oidc.people import People
from console.oidc.provider import Provider
from console.roles import PUBLIC
from console.table import METADATA
from storage.database import Database
from storage.types import EncryptedText

ATTEMPTS = Table(
    "console_oidc_attempts",
    METADATA,
    Column("state", String(64), primary_key=True),
    Column("nonce", EncryptedText, nullable=False),
    Column("verifier", EncryptedText, nullable=False),
    Column("begun_at", Float, nullable=False),
)
COOKIE = "gridtalk_oidc"
COOKIE_PATH = "/console/api/oidc"
LASTS_SECONDS = 600.0
HOME, LOGIN_PAGE = "/console/", "/console/login"
_MOST = 2048
_AWAY = "the log-in cannot begin now; try again"


@dataclass(frozen=True, slots=True)
class OidcApi:
    """Serves the log-in through a provider, where one is named."""

    database: Database
    limits: RequestLimits
    provider: Provider | None = None
    people: People | None = None

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        return [
            Endpoint("GET", "/oidc", self.show, PUBLIC, "nobody"),
            Endpoint("GET", "/oidc/start", self.start, PUBLIC, "nobody"),
            Endpoint("GET", "/oidc/callback", self.come_back, PUBLIC, "own", "login.oidc"),
        ]

    async def show(self, _: Call) -> web.Response:
        """Say whether there is a provider, and its name."""
        label = self.provider.settings.label if self.provider is not None else ""
        return json_response({"enabled": self.provider is not None, "label": label})

    async def start(self, call: Call) -> web.Response:
        """Send the browser to the provider."""
        await self.limits.check(LOGINS_OF_AN_ADDRESS, call.address, call.address)
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        try:
            if self.provider is None:
                raise OidcRefused("oidc_off", "no provider is named in credentials.yml")
            address = await self.provider.authorization_url(state, nonce, _challenge(verifier))
        except OidcRefused as error:
            return _sent(f"{LOGIN_PAGE}?problem={error.code}")
        now = self.provider.now()
        row = {"state": _digest(state), "nonce": nonce, "verifier": verifier, "begun_at": now}

        def keep(link: Connection) -> None:
            link.execute(delete(ATTEMPTS).where(ATTEMPTS.c.begun_at < now - LASTS_SECONDS))
            link.execute(insert(ATTEMPTS), row)

        await guarded_write(self.database, keep, _AWAY)
        response = _sent(address)
        is_secure = call.request.secure or call.request.headers.get("X-Forwarded-Proto") == "https"
        response.set_cookie(
            COOKIE, state, path=COOKIE_PATH, max_age=int(LASTS_SECONDS), httponly=True, samesite="Lax", secure=is_secure
        )
        return response

    async def come_back(self, call: Call) -> web.Response:
        """Check what the provider says and open a session."""
        await self.limits.check(LOGINS_OF_AN_ADDRESS, call.address, call.address)
        try:
            login = await self._logged_in(call)
        except OidcRefused as error:
            call.detail["refused"] = error.code
            response = _sent(f"{LOGIN_PAGE}?problem={error.code}")
        else:
            call.login = login
            response = _sent(HOME)
            set_login_cookie(response, call.request, login.token)
        response.del_cookie(COOKIE, path=COOKIE_PATH)
        return response

    async def _logged_in(self, call: Call) -> Login:
        if self.provider is None or self.people is None:
            raise OidcRefused("oidc_off", "no provider is named in credentials.yml")
        query: Mapping[str, str] = call.request.query
        state, code = query.get("state", ""), query.get("code", "")
        of_browser = call.request.cookies.get(COOKIE, "")
        if not state or not secrets.compare_digest(state.encode(), of_browser.encode()):
            raise OidcRefused("oidc_state", "this log-in was not begun in this browser")
        nonce, verifier = await self._taken(state, self.provider.now())
        if query.get("error") or not code or len(code) > _MOST:
            raise OidcRefused("oidc_refused", "the provider let nobody in")
        claims = await self.provider.claims(code, verifier, nonce)
        call.actor = str(claims.get(self.provider.settings.name_claim) or "")[:64]
        staff = await self.people.staff_of(claims)
        return await self.people.logins.admit(staff, call.address)

    async def _taken(self, state: str, now: float) -> tuple[str, str]:
        """Take an attempt out of the book: it works once. Raises OidcRefused."""
        own = ATTEMPTS.c.state == _digest(state)

        def take(link: Connection) -> tuple[str, str] | None:
            row = link.execute(select(ATTEMPTS).where(own).with_for_update()).first()
            if row is None or not link.execute(delete(ATTEMPTS).where(own)).rowcount:
                return None
            return (row.nonce, row.verifier) if row.begun_at >= now - LASTS_SECONDS else None

        found = await guarded_write(self.database, take, _AWAY)
        if found is None:
            raise OidcRefused("oidc_state", "this log-in has ended already; begin again")
        return found


def _challenge(verifier: str) -> str:
    """PKCE, RFC 7636: S256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()


def _sent(address: str) -> web.Response:
    return web.Response(status=302, headers={"Location": address})
