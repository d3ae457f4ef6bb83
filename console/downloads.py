"""Files that a page gives away."""

from __future__ import annotations

from aiohttp import web


def file_response(content: bytes, kind: str, name: str, charset: str | None = None) -> web.Response:
    """Return a file that a browser keeps, and never shows."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return web.Response(body=content, content_type=kind, charset=charset, headers=headers)
