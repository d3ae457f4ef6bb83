"""A small identity provider that a test runs: discovery, keys, authorization with PKCE, tokens signed RS256."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.test_utils import TestServer
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "gridtalk", "client-secret-1"


def _key(name: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig", "alg": "RS256"})


@dataclass
class IdentityProvider:
    """The provider, and what it is made to do wrong."""

    person: dict[str, Any]
    """Claims of who is logged in there."""
    changes: dict[str, Any] = field(default_factory=dict)
    """Claims that are written otherwise; None leaves one out."""
    key: RSAKey = field(default_factory=lambda: _key("k1"))
    published: list[RSAKey] = field(default_factory=list)
    algorithm: str = "RS256"
    is_away: bool = False
    server: TestServer | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        assert self.server is not None
        return str(self.server.make_url("")).rstrip("/")

    async def start(self) -> None:
        self.published = self.published or [self.key]
        application = web.Application()
        application.add_routes(
            [
                web.get("/.well-known/openid-configuration", self.configuration),
                web.get("/keys", self.keys),
                web.get("/authorize", self.authorize),
                web.post("/token", self.token),
            ]
        )
        self.server = TestServer(application)
        await self.server.start_server()

    async def configuration(self, _: web.Request) -> web.Response:
        self.asked.append("configuration")
        if self.is_away:
            return web.Response(status=503)
        addresses = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
        told = {name: f"{self.issuer}{path}" for name, path in addresses.items()}
        return web.json_response({"issuer": self.issuer, **told})

    async def keys(self, _: web.Request) -> web.Response:
        return web.json_response(KeySet(list(self.published)).as_dict(private=False))

    async def authorize(self, request: web.Request) -> web.Response:
        """Whoever asks is the person; a real provider would ask for a password here."""
        query = request.query
        assert (query["response_type"], query["client_id"], query["code_challenge_method"]) == ("code", CLIENT, "S256")
        assert "openid" in query["scope"].split()
        code = secrets.token_urlsafe(8)
        self.codes[code] = dict(query)
        back = f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"
        return web.Response(status=302, headers={"Location": back})

    async def token(self, request: web.Request) -> web.Response:
        form = await request.post()
        asked = self.codes.pop(str(form.get("code")), None)  # a code works once
        challenge = base64.urlsafe_b64encode(hashlib.sha256(str(form.get("code_verifier")).encode()).digest())
        is_client = (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        if asked is None or not is_client or challenge.rstrip(b"=").decode() != asked["code_challenge"]:
            return web.json_response({"error": "invalid_grant"}, status=400)
        return web.json_response({"id_token": self.id_token(asked["nonce"]), "token_type": "Bearer"})

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce, **self.person}
        claims = {name: value for name, value in {**claims, **self.changes}.items() if value is not None}
        if self.algorithm == "none":
            parts = [base64.urlsafe_b64encode(json.dumps(one).encode()).decode() for one in ({"alg": "none"}, claims)]
            return ".".join([*(part.rstrip("=") for part in parts), ""])
        bare = {name: value for name, value in self.key.as_dict(private=True).items() if name not in ("alg", "use")}
        key = RSAKey.import_key(bare)
        return jwt.encode({"alg": self.algorithm, "kid": self.key.kid}, claims, key, algorithms=[self.algorithm])

    async def close(self) -> None:
        assert self.server is not None
        await self.server.close()
