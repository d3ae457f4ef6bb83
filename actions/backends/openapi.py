"""The OpenAPI 3.1 document of the back-end contract, made from the table of operations."""

import inspect
from typing import Any

from pydantic import TypeAdapter

from actions.backends.operations import (
    KEY_ARGUMENT,
    KEY_HEADER,
    OPERATIONS,
    PROTOCOLS,
    Operation,
    arguments_model,
    path_arguments,
    result_adapter,
)

DESCRIPTION = (
    "What the bot asks of billing, outage, profile and ticket systems. Money and energy are decimal strings "
    "(yuan, kWh), months YYYY-MM, times ISO 8601 with zone. A look-up of one thing that is not there answers null."
)
REFERENCE = "#/components/schemas/{model}"
ERROR_ANSWERS = {
    "400": "the arguments do not fit",
    "401": "the token is missing or wrong",
    "404": "the thing that a write names is not there (code not_found)",
    "409": "the idempotency key was used for another request (code key_reused)",
    "422": "understood and refused; `reason` says why (code rejected)",
    "503": "not available now; repeat with the same key (code unavailable)",
    "504": "no answer in time; repeat with the same key (code timeout)",
}


def build_openapi() -> dict[str, Any]:
    """Build the document as JSON-ready dicts."""
    schemas: dict[str, Any] = {"Error": _error_schema()}
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.verb.lower()] = _describe(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Gridtalk back ends",
            "version": "1",
            "description": DESCRIPTION,
        },
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "security": [{"token": []}],
    }


def _describe(operation: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    function = getattr(PROTOCOLS[operation.backend], operation.method)
    arguments = arguments_model(operation).model_json_schema(ref_template=REFERENCE, mode="validation")
    schemas.update(arguments.pop("$defs", {}))
    described: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [operation.backend],
        "summary": inspect.getdoc(function),
        "parameters": _parameters(operation, arguments),
        "responses": {"200": _answer("the result", _result_schema(operation, schemas)), **_error_answers()},
    }
    if operation.verb == "POST":
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _body(operation, arguments)}},
        }
    return described


def _parameters(operation: Operation, arguments: dict[str, Any]) -> list[dict[str, Any]]:
    in_path, required = path_arguments(operation), arguments.get("required", [])
    parameters = []
    for name, schema in arguments["properties"].items():
        if name in in_path:
            parameters.append({"name": name, "in": "path", "required": True, "schema": schema})
        elif name == KEY_ARGUMENT:
            parameters.append({"name": KEY_HEADER, "in": "header", "required": True, "schema": schema})
        elif operation.verb == "GET":
            parameters.append({"name": name, "in": "query", "required": name in required, "schema": schema})
    return parameters


def _body(operation: Operation, arguments: dict[str, Any]) -> dict[str, Any]:
    outside = {*path_arguments(operation), KEY_ARGUMENT}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: schema for name, schema in arguments["properties"].items() if name not in outside},
        "required": [name for name in arguments.get("required", []) if name not in outside],
    }


def _result_schema(operation: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    adapter: TypeAdapter[Any] = result_adapter(operation)
    schema = adapter.json_schema(ref_template=REFERENCE, mode="serialization")
    schemas.update(schema.pop("$defs", {}))
    if schema.get("type") == "object" and "title" in schema:
        schemas[schema["title"]] = schema
        return {"$ref": REFERENCE.format(model=schema["title"])}
    return schema


def _error_answers() -> dict[str, Any]:
    return {status: _answer(text, {"$ref": "#/components/schemas/Error"}) for status, text in ERROR_ANSWERS.items()}


def _answer(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _error_schema() -> dict[str, Any]:
    texts = {name: {"type": "string"} for name in ("code", "message", "reason")}
    error = {"type": "object", "properties": texts, "required": ["code", "message"]}
    return {"type": "object", "properties": {"error": error}, "required": ["error"]}
