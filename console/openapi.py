"""The console's interface as an OpenAPI 3.1 document, made from the table of endpoints."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from connectors.openapi_parts import object_of
from console.endpoints import UNSAFE, Endpoint
from console.guard import COOKIE, CSRF_HEADER
from console.roles import PUBLIC

_PLACE = re.compile(r"\{(\w+)(?::[^{}]*(?:\{\d+\})?)?\}")
_REFUSED = ("400", "401", "403", "404", "409", "423", "429", "503")
BASE = "/console/api"


def console_document(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """Return the document."""
    paths: dict[str, dict[str, Any]] = {}
    schemas: dict[str, Any] = {
        "Error": object_of({"error": object_of({"code": {"type": "string"}, "message": {"type": "string"}})})
    }
    for one in endpoints:
        operation = _operation(one)
        if one.body is not None:
            schema = one.body.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas |= schema.pop("$defs", {})
            schemas[one.body.__name__] = schema
        paths.setdefault(_PLACE.sub(r"{\1}", f"{BASE}{one.path}"), {})[one.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "Gridtalk staff console", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
                "token": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def _operation(one: Endpoint) -> dict[str, Any]:
    told = (one.act.__doc__ or "").strip().splitlines()
    refused = {"description": "refused", "content": {"application/json": {"schema": _ref("Error")}}}
    operation: dict[str, Any] = {
        "summary": told[0] if told else one.path,
        "x-permission": one.permission,
        "x-scope": one.scope,
        "responses": {"200": {"description": "done"}, **dict.fromkeys(_REFUSED, refused)},
        "security": [] if one.permission == PUBLIC else [{"session": []}, {"token": []}],
    }
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "integer" if name == "id" else "string"}}
        for name in _PLACE.findall(one.path)
    ]
    if one.method in UNSAFE and one.permission != PUBLIC:
        parameters.append({"name": CSRF_HEADER, "in": "header", "required": False, "schema": {"type": "string"}})
    if parameters:
        operation["parameters"] = parameters
    if one.body is not None:
        content = {"application/json": {"schema": _ref(one.body.__name__)}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
