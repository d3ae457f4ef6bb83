"""Which pages may open the window: those of this host, and those whose origin is named exactly."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from connectors.errors import BadRequest

_METHODS = "GET, POST, DELETE, OPTIONS"
_HEADERS = "Authorization, Content-Type, Last-Event-ID"


@dataclass(frozen=True, slots=True)
class Origins:
    """Checks the `Origin` of requests and answers browsers that ask beforehand (CORS)."""

    allowed: frozenset[str]

    def check(self, request: web.Request) -> None:
        """Let pass a page of this host, a named one, and a caller that is no page. Raises BadRequest (403)."""
        origin = request.headers.get("Origin")
        if origin is None or origin in self.allowed or self._is_own(origin, request):
            return
        raise BadRequest("foreign_origin", "this page may not open a chat here", 403)

    def headers(self, request: web.Request) -> dict[str, str]:
        """Return the headers by which a browser lets a named page read the answer."""
        origin = request.headers.get("Origin")
        if origin is None or origin not in self.allowed:
            return {"Vary": "Origin"}
        return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}

    async def preflight(self, request: web.Request) -> web.Response:
        """Answer a browser that asks whether it may."""
        self.check(request)
        allowed = {
            "Access-Control-Allow-Methods": _METHODS,
            "Access-Control-Allow-Headers": _HEADERS,
            "Access-Control-Max-Age": "600",
        }
        return web.Response(status=204, headers={**self.headers(request), **allowed})

    def middleware(self, prefix: str) -> Middleware:
        """Return a middleware that puts the headers on every answer below `prefix`, refusals too."""

        @web.middleware
        async def add_headers(request: web.Request, handler: Handler) -> web.StreamResponse:
            response = await handler(request)
            if request.path.startswith(prefix) and not response.prepared:
                response.headers.update(self.headers(request))
            return response

        return add_headers

    @staticmethod
    def _is_own(origin: str, request: web.Request) -> bool:
        """A page of this host; the scheme may differ where a proxy ends TLS."""
        scheme, _, host = origin.partition("://")
        return scheme in ("http", "https") and host == request.host
