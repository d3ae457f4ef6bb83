"""WeChat's side, written from its documentation: signs, seals, delivers again after 5 s, counts the quota, ends tokens.

Nothing here imports the product's WeChat code: the seal is written a second time, so that both must agree with the
documentation and not only with each other.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import itertools
import json
import secrets
import struct
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError, ClientSession, web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

TOKEN, APP_ID, SECRET = "AAAAA", "wxba5fad812f8e6fb9", "app-secret-1"
AES_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
OLD_AES_KEY = "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
OTHER_AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
GH_ID = "gh_97417a04a28d"
RETRY_AFTER_SECONDS = 5.0
RETRIES = 3


def signature(*parts: str) -> str:
    """SHA-1 of the sorted parts."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def seal(message: bytes, key: str = AES_KEY, app_id: str = APP_ID) -> str:
    """Encrypt as the documentation says."""
    secret = base64.b64decode(key + "=")
    padder = padding.PKCS7(256).padder()
    plain = secrets.token_bytes(16) + struct.pack("!I", len(message)) + message + app_id.encode()
    padded = padder.update(plain) + padder.finalize()
    encryptor = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).encryptor()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def unseal(sealed: str, key: str = AES_KEY) -> tuple[bytes, str]:
    """Decrypt; return message and app id."""
    secret = base64.b64decode(key + "=")
    decryptor = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).decryptor()
    unpadder = padding.PKCS7(256).unpadder()
    padded = decryptor.update(base64.b64decode(sealed)) + decryptor.finalize()
    plain = unpadder.update(padded) + unpadder.finalize()
    length = struct.unpack("!I", plain[16:20])[0]
    return plain[20 : 20 + length], plain[20 + length :].decode()


def to_xml(fields: dict[str, Any]) -> bytes:
    """Write a message as XML."""
    parts = [f"<{k}>{v}</{k}>" if isinstance(v, int) else f"<{k}><![CDATA[{v}]]></{k}>" for k, v in fields.items()]
    return f"<xml>{''.join(parts)}</xml>".encode()


def read(body: bytes) -> dict[str, Any]:
    """Read XML or JSON."""
    if body[:1] == b"{":
        return dict(json.loads(body))
    return {child.tag: child.text for child in ElementTree.fromstring(body)}


@dataclass
class Heard:
    """What the account's server answered to one delivery."""

    status: int
    raw: bytes
    fields: dict[str, Any]
    """The opened answer; empty for `success`."""
    seconds: float

    @property
    def text(self) -> str:
        return str(self.fields.get("Content", ""))


@dataclass
class WeChatSide:
    """Delivers messages and serves the API."""

    clock: Callable[[], float]
    mode: str = "safe"
    form: str = "xml"
    key: str = AES_KEY
    url: str = ""
    token_lives_seconds: float = 7200
    token_delay_seconds: float = 0.0
    send_delay_seconds: float = 0.0
    typing_delay_seconds: float = 0.0
    counts_quota: bool = True
    media: dict[str, bytes] = field(default_factory=dict)
    answers: list[int] = field(default_factory=list)
    """Error codes that the next sends get."""
    tokens: dict[str, float] = field(default_factory=dict)
    calls: list[tuple[str, Any]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    raw_bodies: list[bytes] = field(default_factory=list)
    quota: dict[str, int] = field(default_factory=dict)
    ids: Any = field(default_factory=lambda: itertools.count(24_000_000_000_000_001))
    _runner: TestServer | None = None

    # --- deliveries

    def message(self, openid: str, content: str, **extra: Any) -> dict[str, Any]:
        """A text message; it renews the customer's quota."""
        self.quota[openid] = 5
        base = {"ToUserName": GH_ID, "FromUserName": openid, "CreateTime": int(self.clock()), "MsgType": "text"}
        return base | {"Content": content, "MsgId": next(self.ids)} | extra

    def event(self, openid: str, event: str, **extra: Any) -> dict[str, Any]:
        """An event: it has no MsgId."""
        base = {"ToUserName": GH_ID, "FromUserName": openid, "CreateTime": int(self.clock()), "MsgType": "event"}
        return base | {"Event": event} | extra

    def written(self, fields: dict[str, Any]) -> bytes:
        """Write a message in the chosen form."""
        return json.dumps(fields, ensure_ascii=False).encode() if self.form == "json" else to_xml(fields)

    def delivery(
        self, fields: dict[str, Any], *, stamp: str | None = None, nonce: str | None = None, app_id: str = APP_ID
    ) -> tuple[dict[str, str], bytes]:
        """Return query and body of one delivery."""
        stamp, nonce = stamp or str(int(self.clock())), nonce or str(secrets.randbelow(10**10))
        query = {"signature": signature(TOKEN, stamp, nonce), "timestamp": stamp, "nonce": nonce}
        plain = self.written(fields)
        if self.mode == "plain":
            return query, plain
        sealed = seal(plain, self.key, app_id)
        query |= {"encrypt_type": "aes", "msg_signature": signature(TOKEN, stamp, nonce, sealed)}
        shown = fields if self.mode == "compatible" else {"ToUserName": GH_ID}
        return query, self.written({**shown, "Encrypt": sealed})

    async def post(self, query: dict[str, str], body: bytes) -> Heard:
        """Deliver once and read the answer."""
        started = time.monotonic()
        async with ClientSession() as session, session.post(self.url, params=query, data=body) as response:
            raw = await response.read()
        return Heard(response.status, raw, self.opened(raw), time.monotonic() - started)

    async def say(self, openid: str, content: str) -> Heard:
        """Deliver one text message."""
        return await self.post(*self.delivery(self.message(openid, content)))

    async def deliver(self, fields: dict[str, Any]) -> Heard:
        """Deliver any message once."""
        return await self.post(*self.delivery(fields))

    async def insist(self, fields: dict[str, Any], retries: int = RETRIES) -> Heard:
        """Deliver as WeChat does: again after 5 s without an answer, three times at most."""
        retry_after_seconds = RETRY_AFTER_SECONDS
        for attempt in range(retries + 1):
            query, body = self.delivery(fields)
            started = time.monotonic()
            try:
                return await asyncio.wait_for(self.post(query, body), retry_after_seconds)
            except (TimeoutError, OSError, ClientError):
                if attempt == retries:
                    raise
                await asyncio.sleep(max(0.0, retry_after_seconds - (time.monotonic() - started)))
        raise AssertionError

    def opened(self, raw: bytes) -> dict[str, Any]:
        """Open an answer and check its signature."""
        if raw[:1] not in (b"<", b"{"):
            return {}
        outer = read(raw)
        if "Encrypt" not in outer:
            return outer
        parts = (TOKEN, str(outer["TimeStamp"]), str(outer["Nonce"]), outer["Encrypt"])
        assert outer["MsgSignature"] == signature(*parts)
        message, app_id = unseal(outer["Encrypt"], self.key)
        assert app_id == APP_ID
        return read(message)

    def called(self, path: str) -> list[Any]:
        """Bodies of all calls to a path."""
        return [content for called, content in self.calls if called == path]

    def texts(self, openid: str | None = None) -> list[str]:
        """Texts that were pushed, in order."""
        chosen = [body for body in self.sent if openid in (None, body["touser"])]
        return [body["text"]["content"] for body in chosen if body["msgtype"] == "text"]

    # --- the API

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """Serve the API; yield its address."""
        application = web.Application()
        application.add_routes(
            [
                web.post("/cgi-bin/stable_token", self._stable_token),
                web.post("/cgi-bin/message/custom/send", self._send),
                web.post("/cgi-bin/message/custom/typing", self._typing),
                web.post("/cgi-bin/message/template/send", self._other),
                web.post("/cgi-bin/message/subscribe/bizsend", self._other),
                web.post("/cgi-bin/menu/create", self._other),
                web.get("/cgi-bin/menu/delete", self._done),
                web.post("/cgi-bin/qrcode/create", self._code),
                web.post("/cgi-bin/media/upload", self._upload),
                web.get("/cgi-bin/media/get", self._media),
            ]
        )
        self._runner = TestServer(application)
        await self._runner.start_server()
        try:
            yield str(self._runner.make_url("")).rstrip("/")
        finally:
            await self._runner.close()

    def end_tokens(self) -> None:
        """Make every token invalid."""
        self.tokens.clear()

    async def _stable_token(self, request: web.Request) -> web.Response:
        content = await request.json()
        self.calls.append(("stable_token", content))
        await asyncio.sleep(self.token_delay_seconds)
        if (content.get("appid"), content.get("secret")) != (APP_ID, SECRET):
            return web.json_response({"errcode": 40125, "errmsg": "invalid appsecret"})
        alive = [token for token, ends in self.tokens.items() if ends > time.time()]
        token = alive[0] if alive and not content.get("force_refresh") else secrets.token_hex(256)
        self.tokens = {token: time.time() + self.token_lives_seconds}
        return web.json_response({"access_token": token, "expires_in": self.token_lives_seconds})

    def _token_error(self, request: web.Request) -> web.Response | None:
        ends = self.tokens.get(request.query.get("access_token", ""))
        if ends is None:
            return web.json_response({"errcode": 40001, "errmsg": "invalid credential"})
        return web.json_response({"errcode": 42001, "errmsg": "expired"}) if ends <= time.time() else None

    async def _send(self, request: web.Request) -> web.Response:
        raw = await request.read()
        await asyncio.sleep(self.send_delay_seconds)
        if (error := self._token_error(request)) is not None:
            return error
        self.raw_bodies.append(raw)
        body = json.loads(raw)
        self.calls.append(("send", body))
        if self.answers and (code := self.answers.pop(0)):
            return web.json_response({"errcode": code, "errmsg": "as told"})
        if body["msgtype"] == "text" and len(body["text"]["content"].encode()) > 2048:
            return web.json_response({"errcode": 45002, "errmsg": "content size out of limit"})
        left = self.quota.get(body["touser"], 0)
        if self.counts_quota and left <= 0:
            return web.json_response({"errcode": 45047, "errmsg": "out of response count limit"})
        self.quota[body["touser"]] = left - 1
        self.sent.append(body)
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    async def _typing(self, request: web.Request) -> web.Response:
        await asyncio.sleep(self.typing_delay_seconds)
        return await self._other(request)

    async def _other(self, request: web.Request) -> web.Response:
        if (error := self._token_error(request)) is not None:
            return error
        self.calls.append((request.path.removeprefix("/cgi-bin/"), await request.json()))
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    async def _done(self, request: web.Request) -> web.Response:
        if (error := self._token_error(request)) is not None:
            return error
        self.calls.append((request.path.removeprefix("/cgi-bin/"), None))
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    async def _code(self, request: web.Request) -> web.Response:
        if (error := self._token_error(request)) is not None:
            return error
        content = await request.json()
        self.calls.append(("qrcode/create", content))
        return web.json_response({"ticket": "gQ/TICKET==", "url": "http://weixin.qq.com/q/kZ"})

    async def _upload(self, request: web.Request) -> web.Response:
        if (error := self._token_error(request)) is not None:
            return error
        form = await request.post()
        self.calls.append(("media/upload", form["media"].file.read()))  # type: ignore[union-attr]
        return web.json_response({"type": "image", "media_id": "MEDIA", "created_at": 1})

    async def _media(self, request: web.Request) -> web.Response:
        if (error := self._token_error(request)) is not None:
            return error
        self.calls.append(("media/get", request.query["media_id"]))
        content = self.media.get(request.query["media_id"])
        if content is None:
            return web.json_response({"errcode": 40007, "errmsg": "invalid media_id"})
        return web.Response(body=content, content_type="audio/amr")
