"""The identity provider: where it lies, how a code becomes claims, and which claims are believed.

Token checks are joserfc's: signature by the provider's published keys (no symmetric or empty algorithm), issuer,
audience, expiry, nonce. The client's clock may differ by half a minute.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from connectors.console_settings import OidcSettings
from console.oidc.errors import OidcRefused

ALGORITHMS = ("RS256", "PS256", "ES256")
LEEWAY_SECONDS = 30
KEPT_SECONDS = 3600.0
LEAST_RENEW_SECONDS = 10.0
_MOST_BYTES = 512 * 1024


@dataclass(frozen=True, slots=True)
class Addresses:
    """What the provider publishes of itself."""

    authorization: str
    token: str
    keys: str


@dataclass(slots=True)
class Provider:
    """Talks to the provider."""

    settings: OidcSettings
    now: Callable[[], float] = time.time
    _addresses: Addresses | None = None
    _keys: KeySet | None = None
    _read_at: float = 0.0
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def authorization_url(self, state: str, nonce: str, challenge: str) -> str:
        """Return where the browser is sent. Raises OidcRefused (oidc_away)."""
        addresses, _ = await self._published()
        asked = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": self.settings.redirect_url,
            "scope": " ".join(self.settings.scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        joint = "&" if "?" in addresses.authorization else "?"
        return f"{addresses.authorization}{joint}{urlencode(asked)}"

    async def claims(self, code: str, verifier: str, nonce: str) -> Mapping[str, Any]:
        """Exchange a code and return the claims of the id token. Raises OidcRefused."""
        addresses, _ = await self._published()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.settings.redirect_url,
            "client_id": self.settings.client_id,
            "client_secret": self.settings.client_secret.get_secret_value(),
            "code_verifier": verifier,
        }
        answer = await self._ask("POST", addresses.token, form)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise OidcRefused("oidc_refused", "the provider gave no id token")
        return await self._checked(token, nonce)

    async def _checked(self, token: str, nonce: str) -> Mapping[str, Any]:
        _, keys = await self._published()
        try:
            decoded = self._decoded(token, keys)
        except JoseError:  # signed with a key that is newer than what was read
            _, keys = await self._published(anew=True)
            try:
                decoded = self._decoded(token, keys)
            except JoseError as error:
                raise OidcRefused("oidc_refused", f"the id token is not good: {type(error).__name__}") from error
        rules = jwt.JWTClaimsRegistry(
            now=lambda: int(self.now()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self.settings.issuer},
            aud={"essential": True, "value": self.settings.client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            rules.validate(decoded.claims)
        except JoseError as error:
            raise OidcRefused("oidc_refused", f"the id token is not good: {type(error).__name__}") from error
        self._check_party(decoded.claims)
        return decoded.claims

    def _decoded(self, token: str, keys: KeySet) -> jwt.Token:
        return jwt.decode(token, keys, algorithms=list(ALGORITHMS))

    def _check_party(self, claims: Mapping[str, Any]) -> None:
        """A token for several clients must name us as the one it was given to."""
        party, audience = claims.get("azp"), claims.get("aud")
        is_for_many = isinstance(audience, list) and len(audience) > 1
        if (is_for_many or party is not None) and party != self.settings.client_id:
            raise OidcRefused("oidc_refused", "the id token was given to another client")

    async def _published(self, *, anew: bool = False) -> tuple[Addresses, KeySet]:
        async with self._reading:
            age = self.now() - self._read_at
            is_old = age > (LEAST_RENEW_SECONDS if anew else KEPT_SECONDS)
            if self._addresses is None or self._keys is None or is_old:
                self._addresses, self._keys = await self._read()
                self._read_at = self.now()
            return self._addresses, self._keys

    async def _read(self) -> tuple[Addresses, KeySet]:
        told = await self._ask("GET", f"{self.settings.issuer}/.well-known/openid-configuration")
        if told.get("issuer") != self.settings.issuer:
            raise OidcRefused("oidc_away", "the provider names itself otherwise than `issuer`")
        try:
            addresses = Addresses(told["authorization_endpoint"], told["token_endpoint"], told["jwks_uri"])
            keys = KeySet.import_key_set(await self._ask("GET", addresses.keys))  # type: ignore[arg-type]
        except (KeyError, TypeError, ValueError, JoseError) as error:
            raise OidcRefused("oidc_away", "the provider's configuration cannot be read") from error
        return addresses, keys

    async def _ask(self, method: str, address: str, form: Mapping[str, str] | None = None) -> dict[str, Any]:
        timeout = aiohttp.ClientTimeout(total=self.settings.timeout_seconds)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.request(method, address, data=form, allow_redirects=False) as response,
            ):
                content = await response.content.read(_MOST_BYTES)
                if response.status != 200:
                    code = "oidc_refused" if response.status in (400, 401, 403) else "oidc_away"
                    raise OidcRefused(code, f"the provider answered {response.status}")
                answer = _parsed(content)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise OidcRefused("oidc_away", "the provider does not answer") from error
        return answer


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        answer = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise OidcRefused("oidc_away", "the provider's answer is no JSON") from error
    if not isinstance(answer, dict):
        raise OidcRefused("oidc_away", "the provider's answer is no object")
    return answer
