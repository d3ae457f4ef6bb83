"""The built pages of web/console: every path that is no file is the application's own, and gives its first page."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

DIST = Path(__file__).parent / "dist"
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
)
"""Vue and Element Plus set styles by script, which a policy allows: no 'unsafe-inline' anywhere."""
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_FOREVER = "public, max-age=31536000, immutable"
NOT_BUILT = (
    "<!doctype html><html lang='zh-CN'><meta charset='utf-8'><title>坐席工作台</title><h1>坐席工作台尚未构建</h1>"
    "<p>请在项目目录执行 <code>make web</code>（需要 Node 20 及 npm），完成后刷新本页；正在自动构建时请稍候一分钟。</p>"
    "<p lang='en'>The console's pages are not built: run <code>make web</code>. Everything else works.</p></html>"
)


@dataclass(frozen=True, slots=True)
class Pages:
    """Serves the pages."""

    folder: Path = DIST

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [web.get("/{path:.*}", self.serve)]

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve a file of the build, else the first page."""
        path = request.match_info["path"]
        if path == "api" or path.startswith("api/"):
            raise web.HTTPNotFound
        file = (self.folder / path).resolve()
        if path and file.is_relative_to(self.folder.resolve()) and file.is_file():
            kept = _FOREVER if path.startswith("assets/") else "no-cache"
            return _file(file, kept)
        if path.startswith("assets/"):
            raise web.HTTPNotFound
        index = self.folder / "index.html"
        if not index.is_file():
            return web.Response(text=NOT_BUILT, status=503, content_type="text/html", headers=HEADERS)
        return _file(index, "no-cache")


def _file(path: Path, kept: str) -> web.FileResponse:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return web.FileResponse(path, headers={**HEADERS, "Cache-Control": kept, "Content-Type": kind})
