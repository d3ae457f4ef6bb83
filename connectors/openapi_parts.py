"""Small parts of which the OpenAPI document is put together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Schema = dict[str, Any]
JSON, STREAM, PLAIN = "application/json", "text/event-stream", "text/plain"
TEXT: Schema = {"type": "string"}
NULLABLE_TEXT: Schema = {"type": ["string", "null"]}
NUMBER: Schema = {"type": "number"}
ID: Schema = {"type": "string", "minLength": 1, "maxLength": 256, "pattern": "^[^\\u0000-\\u001f]+$"}


def ref(name: str) -> Schema:
    """Return a reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def object_of(properties: Schema, required: Iterable[str] | None = None) -> Schema:
    """Return an object's schema; every property is required where nothing else is said."""
    return {"type": "object", "properties": properties, "required": list(properties if required is None else required)}


def array_of(items: Schema) -> Schema:
    """Return a list's schema."""
    return {"type": "array", "items": items}


def answer(schema: Schema | None = None, media: str = JSON, description: str = "done") -> dict[str, Any]:
    """Return one response; without a schema it has no body."""
    if schema is None:
        return {"description": description}
    return {"description": description, "content": {media: {"schema": schema}}}


def refusals(*codes: int) -> dict[str, Any]:
    """Return responses with an error."""
    return {str(code): answer(ref("Error"), description="refused") for code in sorted(codes)}


def body_of(schema: Schema, media: str = JSON) -> dict[str, Any]:
    """Return a request body that must be there."""
    return {"required": True, "content": {media: {"schema": schema}}}


def query(name: str, schema: Schema, *, required: bool = False, place: str = "query") -> dict[str, Any]:
    """Return a parameter, of the query unless another place is named."""
    return {"name": name, "in": place, "required": required, "schema": schema}


def operation(
    summary: str,
    good: Schema | dict[str, Any],
    *,
    codes: Iterable[int] = (),
    body: dict[str, Any] | None = None,
    parameters: Iterable[dict[str, Any]] = (),
    security: str | None = None,
    optional_security: bool = False,
) -> dict[str, Any]:
    """Return an operation. `good` is the schema of the JSON in 200, or the responses by their status."""
    answers = good if all(key.isdigit() for key in good) else {"200": answer(good)}
    made: dict[str, Any] = {"summary": summary, "responses": {**answers, **refusals(*codes)}}
    if body is not None:
        made["requestBody"] = body
    if listed := list(parameters):
        made["parameters"] = listed
    if security is not None:
        made["security"] = [*([{}] if optional_security else []), {security: []}]
    return made
