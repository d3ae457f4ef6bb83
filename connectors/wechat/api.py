"""Calls to a platform's API: one session, bounded in time and size, raw UTF-8 JSON, a refused token renewed once.

The address comes from the settings and from nowhere else: nothing that a customer sends makes us fetch an address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, FormData

from connectors.wechat.access_token import AccessToken, FreshToken
from connectors.wechat.error_codes import Remedy, remedy_for
from connectors.wechat.errors import ApiFailed, ApiUnreachable

TIMEOUT = ClientTimeout(total=10.0, connect=3.0)
MOST_MEDIA_BYTES = 10 * 1024 * 1024
MOST_ANSWER_BYTES = 4 * 1024 * 1024
_JSON = {"Content-Type": "application/json; charset=utf-8"}
Query = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Media:
    """A file from the platform."""

    content: bytes
    content_type: str


@dataclass(slots=True)
class PlatformApi:
    """The platform at one address; opens its session at the first call."""

    base: str
    _session: ClientSession | None = field(default=None)

    async def post_json(self, path: str, content: Any, query: Query | None = None) -> dict[str, Any]:
        """Post JSON. Raises ApiFailed or ApiUnreachable."""
        return await self._call("POST", path, query or {}, data=orjson.dumps(content), headers=_JSON)

    async def get_json(self, path: str, query: Query) -> dict[str, Any]:
        """Get JSON. Raises ApiFailed or ApiUnreachable."""
        return await self._call("GET", path, query)

    async def upload(self, path: str, query: Query, name: str, content: bytes, content_type: str) -> dict[str, Any]:
        """Post a file. Raises ApiFailed or ApiUnreachable."""
        form = FormData()
        form.add_field("media", content, filename=name, content_type=content_type)
        return await self._call("POST", path, query, data=form)

    async def download(self, path: str, query: Query) -> Media:
        """Get a file of at most MOST_MEDIA_BYTES. Raises ApiFailed or ApiUnreachable."""
        try:
            async with self._opened().get(self.base + path, params=query, allow_redirects=False) as response:
                content = await _bounded(response, MOST_MEDIA_BYTES)
                kind = response.content_type
                if response.status != 200:
                    raise ApiUnreachable(f"status {response.status}")
        except (ClientError, TimeoutError, OSError) as error:
            raise ApiUnreachable(type(error).__name__) from error
        if content[:1] == b"{":
            _checked(content)
            raise ApiUnreachable("JSON in the place of a file")
        return Media(content, kind)

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _call(self, method: str, path: str, query: Query, **body: Any) -> dict[str, Any]:
        try:
            request = self._opened().request(method, self.base + path, params=query, allow_redirects=False, **body)
            async with request as response:
                if response.status != 200:
                    raise ApiUnreachable(f"status {response.status}")
                return _checked(await _bounded(response, MOST_ANSWER_BYTES))
        except (ClientError, TimeoutError, OSError) as error:
            raise ApiUnreachable(type(error).__name__) from error

    def _opened(self) -> ClientSession:
        if self._session is None or self._session.closed:
            self._session = ClientSession(timeout=TIMEOUT)
        return self._session


@dataclass(frozen=True, slots=True)
class AuthorisedApi:
    """The same with an access token; a token that is refused is renewed, and the call made once more."""

    api: PlatformApi
    token: AccessToken

    async def post_json(self, path: str, content: Any) -> dict[str, Any]:
        """Post JSON. Raises ApiFailed or ApiUnreachable."""
        token = await self.token.get()
        try:
            return await self.api.post_json(path, content, {"access_token": token})
        except ApiFailed as error:
            return await self.api.post_json(path, content, {"access_token": await self._newer(token, error)})

    async def get_json(self, path: str) -> dict[str, Any]:
        """Get JSON. Raises ApiFailed or ApiUnreachable."""
        token = await self.token.get()
        try:
            return await self.api.get_json(path, {"access_token": token})
        except ApiFailed as error:
            return await self.api.get_json(path, {"access_token": await self._newer(token, error)})

    async def download(self, path: str, query: Query) -> Media:
        """Get a file. Raises ApiFailed or ApiUnreachable."""
        token = await self.token.get()
        try:
            return await self.api.download(path, {**query, "access_token": token})
        except ApiFailed as error:
            return await self.api.download(path, {**query, "access_token": await self._newer(token, error)})

    async def upload(self, path: str, query: Query, name: str, content: bytes, content_type: str) -> dict[str, Any]:
        """Post a file. Raises ApiFailed or ApiUnreachable."""
        token = await self.token.get()
        try:
            return await self.api.upload(path, {**query, "access_token": token}, name, content, content_type)
        except ApiFailed as error:
            newer = {**query, "access_token": await self._newer(token, error)}
            return await self.api.upload(path, newer, name, content, content_type)

    async def media(self, media_id: str) -> Media:
        """Fetch what a customer has sent."""
        return await self.download("/cgi-bin/media/get", {"media_id": media_id})

    async def upload_image(self, name: str, content: bytes, content_type: str) -> str:
        """Upload a picture for sending; return its media id, good for three days."""
        answer = await self.upload("/cgi-bin/media/upload", {"type": "image"}, name, content, content_type)
        media_id = answer.get("media_id")
        if not isinstance(media_id, str):
            raise ApiUnreachable("no media id in the answer")
        return media_id

    async def _newer(self, token: str, error: ApiFailed) -> str:
        if remedy_for(error.code) is not Remedy.NEW_TOKEN:
            raise error
        await self.token.refused(token)
        return await self.token.get()


def fresh_token(answer: Mapping[str, Any]) -> FreshToken:
    """Read the answer of a token call. Raises ApiUnreachable."""
    token, lives = answer.get("access_token"), answer.get("expires_in")
    if not isinstance(token, str) or not token or not isinstance(lives, int | float):
        raise ApiUnreachable("no token in the answer")
    return FreshToken(token, float(lives))


async def _bounded(response: ClientResponse, most: int) -> bytes:
    content = bytearray()
    async for part in response.content.iter_chunked(64 * 1024):
        content += part
        if len(content) > most:
            raise ApiUnreachable("the answer is too large")
    return bytes(content)


def _checked(content: bytes) -> dict[str, Any]:
    try:
        answer = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise ApiUnreachable("no JSON") from error
    if not isinstance(answer, dict):
        raise ApiUnreachable("no JSON object")
    code = answer.get("errcode", 0)
    if isinstance(code, int) and code != 0:
        raise ApiFailed(code, str(answer.get("errmsg", ""))[:300])
    return answer
