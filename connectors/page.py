"""The demo page: a chat window beside what the bot understood and decided."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

PAGE_FOLDER = Path(__file__).parent / "demo_page"
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; media-src 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
_TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class DemoPage:
    """Serves GET / and the page's parts, in demo mode."""

    is_demo: bool

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the page; none outside the demo."""
        return [web.get("/", self.index), web.get("/demo/{name}", self.part)] if self.is_demo else []

    async def index(self, _: web.Request) -> web.Response:
        """Return the page."""
        return _file_response(PAGE_FOLDER / "index.html")

    async def part(self, request: web.Request) -> web.Response:
        """Return a script, a style sheet or a picture of the page."""
        path = PAGE_FOLDER / request.match_info["name"]
        if path.suffix not in _TYPES or path.parent != PAGE_FOLDER or not path.is_file():
            raise web.HTTPNotFound
        return _file_response(path)


def _file_response(path: Path) -> web.Response:
    content_type = _TYPES[path.suffix]
    return web.Response(body=path.read_bytes(), content_type=content_type, charset="utf-8", headers=_HEADERS)
