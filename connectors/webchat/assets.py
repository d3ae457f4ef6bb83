"""The widget's one file, as `make web` built it."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from aiohttp import web

WIDGET_FILE = Path(__file__).parent / "dist" / "gridtalk-chat.js"


async def widget_response(request: web.Request) -> web.Response:
    """Return the widget's script, for pages of any host; unchanged it is not sent twice."""
    if not WIDGET_FILE.is_file():
        raise web.HTTPNotFound
    content, tag = _read(WIDGET_FILE.stat().st_mtime_ns)
    headers = {
        "ETag": tag,
        "Cache-Control": "public, max-age=300",
        "X-Content-Type-Options": "nosniff",
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if request.headers.get("If-None-Match") == tag:
        return web.Response(status=304, headers=headers)
    response = web.Response(body=content, content_type="text/javascript", charset="utf-8", headers=headers)
    response.enable_compression()
    return response


@lru_cache(maxsize=2)
def _read(_changed: int) -> tuple[bytes, str]:
    content = WIDGET_FILE.read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:24]}"'
