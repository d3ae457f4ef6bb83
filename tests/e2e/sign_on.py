"""The utility's identity provider beside the running server: of another site, and it asks before it lets anybody in."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import Any
from urllib.parse import urlencode

import yaml
from aiohttp import web

from tests.console.identity_provider import CLIENT, SECRET, IdentityProvider

LABEL = "国网统一认证"
PERSON = {"sub": "u-17", "preferred_username": "Song.Lan", "name": "宋岚", "roles": ["kf-zuoxi"], "ou": "qingdao"}


class SignOn(IdentityProvider):
    """Shows a page with two links: go on, or do not."""

    @property
    def issuer(self) -> str:
        """Browsers take localhost for another site than 127.0.0.1, where the console is."""
        return super().issuer.replace("127.0.0.1", "localhost")

    async def authorize(self, request: web.Request) -> web.Response:
        """Ask whoever comes."""
        there = (await super().authorize(request)).headers["Location"]
        denied = urlencode({"error": "access_denied", "state": request.query["state"]})
        away = f"{request.query['redirect_uri']}?{denied}"
        links = f'<a href="{escape(there)}">同意并登录</a> <a href="{escape(away)}">取消</a>'
        return web.Response(text=f"<!doctype html><title>{LABEL}</title>{links}", content_type="text/html")

    def settings(self, console: str) -> dict[str, Any]:
        """What credentials.yml says of it."""
        return {
            "issuer": self.issuer,
            "client_id": CLIENT,
            "client_secret": SECRET,
            "redirect_url": f"{console}/console/api/oidc/callback",
            "label": LABEL,
            "roles": {"kf-banzhang": "supervisor", "kf-zuoxi": "agent"},
            "place_claim": "ou",
            "places": {"qingdao": "山东/青岛市"},
        }

    def credentials(self, console: str) -> str:
        """The file: the doors that are open without one, and this way in."""
        return yaml.safe_dump({"rest": {}, "webchat": {}, "console": {"oidc": self.settings(console)}})


@contextmanager
def running_sign_on() -> Iterator[SignOn]:
    """Run the provider on a thread of its own: tests and the server talk to it at their own pace."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    provider = SignOn(dict(PERSON))
    try:
        asyncio.run_coroutine_threadsafe(provider.start(), loop).result(30)
        yield provider
        asyncio.run_coroutine_threadsafe(provider.close(), loop).result(30)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
