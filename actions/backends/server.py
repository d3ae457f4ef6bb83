"""The reference server of the back-end contract: the protocols over HTTP, for tests and for comparison."""

import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiohttp import web
from pydantic import ValidationError

from actions.backends.openapi import build_openapi
from actions.backends.operations import KEY_ARGUMENT, KEY_HEADER, OPERATIONS, Operation, arguments_model, result_adapter
from actions.backends.protocols import Backends
from actions.errors import BackendError

MAX_BODY_BYTES = 64 * 1024
STATUS_OF_CODE = {
    "not_found": 404,
    "key_reused": 409,
    "rejected": 422,
    "unavailable": 503,
    "timeout": 504,
    "backend_error": 500,
}
log = structlog.get_logger(__name__)
Endpoint = Callable[[web.Request], Awaitable[web.StreamResponse]]


def build_backend_app(backends: Backends, *, token: str | None = None) -> web.Application:
    """Build the application; with `token` every request needs it as a bearer token."""
    app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[_token_check(token)])
    app.router.add_get("/healthz", _health)
    app.router.add_get("/openapi.json", _openapi)
    for operation in OPERATIONS:
        app.router.add_route(operation.verb, operation.path, _endpoint(operation, backends))
    return app


def _endpoint(operation: Operation, backends: Backends) -> Endpoint:
    method = getattr(getattr(backends, operation.backend), operation.method)
    adapter = result_adapter(operation)

    async def respond(request: web.Request) -> web.Response:
        try:
            arguments = arguments_model(operation).model_validate(await _collect(request))
            result = await method(**{name: getattr(arguments, name) for name in type(arguments).model_fields})
        except (ValidationError, json.JSONDecodeError, UnicodeDecodeError) as error:
            return _error(400, "bad_request", _explain(error))
        except web.HTTPRequestEntityTooLarge:
            return _error(413, "too_large", f"the body is larger than {MAX_BODY_BYTES} bytes")
        except BackendError as error:
            return _error(STATUS_OF_CODE[error.code], error.code, str(error), getattr(error, "reason", None))
        except Exception:
            log.exception("a back end failed unexpectedly", operation=operation.name)
            return _error(500, "backend_error", "the back end failed")
        return web.Response(body=adapter.dump_json(result), content_type="application/json")

    return respond


async def _collect(request: web.Request) -> dict[str, Any]:
    """Collect an operation's arguments from path, query or body, and header."""
    arguments: dict[str, Any] = dict(request.query)
    if request.method == "POST":
        body = await request.json() if request.can_read_body else {}
        arguments = body if isinstance(body, dict) else {"": body}
        arguments[KEY_ARGUMENT] = request.headers.get(KEY_HEADER)
    return arguments | dict(request.match_info)


def _explain(error: Exception) -> str:
    """Say what does not fit, without repeating values."""
    if not isinstance(error, ValidationError):
        return "the body is no JSON object"
    return "; ".join(
        f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}" for problem in error.errors()
    )


def _error(status: int, code: str, message: str, reason: str | None = None) -> web.Response:
    error = {"code": code, "message": message} | ({} if reason is None else {"reason": reason})
    return web.json_response({"error": error}, status=status)


def _token_check(token: str | None) -> Any:
    @web.middleware
    async def check(request: web.Request, handler: Endpoint) -> web.StreamResponse:
        expected = f"Bearer {token}".encode()
        given = request.headers.get("Authorization", "").encode()
        if token is None or request.path == "/healthz" or hmac.compare_digest(given, expected):
            return await handler(request)
        return _error(401, "unauthorized", "a bearer token is needed")

    return check


async def _health(_request: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


async def _openapi(_request: web.Request) -> web.Response:
    return web.json_response(build_openapi())
