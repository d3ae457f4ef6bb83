"""Read what clients send: bounded in size, checked in shape, refused with a clear sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import orjson
from aiohttp import web
from pydantic import BaseModel, ValidationError

from connectors.errors import BadRequest

MAX_BODY_BYTES = 64 * 1024
M = TypeVar("M", bound=BaseModel)


async def read_json(request: web.Request) -> Any:
    """Return the JSON body. Raises BadRequest when it is too large or no JSON."""
    if request.content_length is not None and request.content_length > MAX_BODY_BYTES:
        raise BadRequest("body_too_large", f"the body may have {MAX_BODY_BYTES} bytes", 413)
    body = await request.content.read(MAX_BODY_BYTES + 1)
    while len(body) <= MAX_BODY_BYTES and (more := await request.content.read(MAX_BODY_BYTES + 1 - len(body))):
        body += more
    if len(body) > MAX_BODY_BYTES:
        raise BadRequest("body_too_large", f"the body may have {MAX_BODY_BYTES} bytes", 413)
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadRequest("invalid_json", f"the body is not JSON in UTF-8: {error}") from error


async def read_body(request: web.Request, model: type[M]) -> M:
    """Return the body as this model. Raises BadRequest naming the first field that does not fit."""
    return parse_body(model, await read_json(request))


def parse_body(model: type[M], content: Any) -> M:
    """Return JSON content as this model. Raises BadRequest naming the first field that does not fit."""
    if not isinstance(content, dict):
        raise BadRequest("invalid_body", "the body must be a JSON object")
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "body"
        raise BadRequest("invalid_body", f"{place}: {first['msg']}") from error


def json_response(content: Any, status: int = 200) -> web.Response:
    """Return a JSON response in UTF-8, not escaped."""
    return web.Response(body=orjson.dumps(content), status=status, content_type="application/json", charset="utf-8")


def error_response(code: str, message: str, status: int, available: Sequence[str] | None = None) -> web.Response:
    """Return `{"error": {...}}`."""
    error: dict[str, Any] = {"code": code, "message": message}
    if available is not None:
        error["available"] = list(available)
    return json_response({"error": error}, status)
