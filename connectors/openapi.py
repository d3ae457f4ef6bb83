"""The HTTP interface as an OpenAPI 3.1 document, kept beside the routes that it describes."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

JSON = "application/json"
_TEXT: dict[str, Any] = {"type": "string"}
_NULLABLE_TEXT: dict[str, Any] = {"type": ["string", "null"]}
_NUMBER: dict[str, Any] = {"type": "number"}


@lru_cache(maxsize=1)
def openapi_document() -> dict[str, Any]:
    """Return the document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Gridtalk",
            "version": "1",
            "description": "Customer service of an electric utility: talk, parse, calculate, look into a conversation.",
        },
        "paths": _paths(),
        "components": {"schemas": _schemas(), "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }


def _paths() -> dict[str, Any]:
    message_array = {"type": "array", "items": _ref("Reply")}
    return {
        "/webhooks/rest/webhook": {
            "post": _post("Say something to the bot", "Message", message_array, errors=("400", "413", "503"))
        },
        "/model/parse": {
            "post": _post(
                "Understand one sentence", "ParseRequest", _ref("Understanding"), ("400", "401", "403", "413"), True
            )
        },
        "/tariffs/calculate": {
            "post": _post("Calculate a bill", "TariffRequest", _ref("Calculation"), ("400", "413", "422"))
        },
        "/conversations/{sender}/tracker": {
            "get": {
                **_get("State and events of a conversation", _ref("Tracker"), ("401", "403")),
                "parameters": [{"name": "sender", "in": "path", "required": True, "schema": _TEXT}],
                "security": [{"token": []}],
            }
        },
        "/demo/sms": {
            "get": {
                **_get("Text messages that the demo has sent, oldest first", {"type": "array", "items": _ref("Sms")}),
                "parameters": [{"name": "phone", "in": "query", "required": False, "schema": _TEXT}],
            }
        },
        "/healthz": {"get": _get("The process lives", _ref("Status"))},
        "/readyz": {"get": _get("Messages can be answered", _ref("Status"), ("503",))},
        "/version": {"get": _get("The release id", _object({"release": _TEXT}))},
    }


def _schemas() -> dict[str, Any]:
    intent = _object({"name": _NULLABLE_TEXT, "confidence": _NUMBER})
    entity = _object(
        {
            "entity": _TEXT,
            "value": _TEXT,
            "text": _TEXT,
            "start": {"type": "integer"},
            "end": {"type": "integer"},
            "confidence": _NUMBER,
        }
    )
    metadata = _object(
        {"channel": {"enum": ["phone", "wechat", "app"]}, "region": _NULLABLE_TEXT, "locale": _NULLABLE_TEXT}, required=()
    )
    context = {
        key: _NULLABLE_TEXT
        for key in ("last_user_text", "last_intent", "last_topic", "active_flow", "requested_slot", "channel")
    }
    return {
        "Message": _object(
            {
                "sender": {"type": "string", "minLength": 1, "maxLength": 256},
                "message": {"type": "string", "maxLength": 2000},
                "message_id": {"type": ["string", "null"], "minLength": 1, "maxLength": 256},
                "metadata": metadata,
            },
            required=("sender", "message"),
        ),
        "Button": _object({"title": _TEXT, "payload": _TEXT}),
        "Reply": _object(
            {
                "recipient_id": _TEXT,
                "text": _TEXT,
                "buttons": {"type": "array", "items": _ref("Button")},
                "image": _TEXT,
                "custom": {"type": "object"},
            },
            required=("recipient_id", "text"),
        ),
        "ParseRequest": _object({"text": _TEXT, "context": _object(context, required=())}, required=("text",)),
        "Intent": intent,
        "Entity": entity,
        "Understanding": _object(
            {
                "text": _TEXT,
                "intent": _ref("Intent"),
                "intents": {"type": "array", "items": _ref("Intent")},
                "intent_ranking": {"type": "array", "items": _ref("Intent")},
                "entities": {"type": "array", "items": _ref("Entity")},
            }
        ),
        "TariffRequest": {"type": "object", "description": "region, category, month, energy_kwh and what the category needs"},
        "Calculation": _object(
            {"total": _TEXT, "lines": {"type": "array"}, "table": {"type": "object"}, "notes": {"type": "array"}}
        ),
        "Tracker": {"type": "object", "required": ["sender_id", "slots", "stack", "events", "release"]},
        "Sms": _object({"phone": _TEXT, "text": _TEXT, "sent_at": _TEXT}),
        "Status": _object({"status": _TEXT}),
        "Error": _object({"error": _object({"code": _TEXT, "message": _TEXT, "available": {"type": "array"}}, ("code", "message"))}),
    }


def _object(properties: dict[str, Any], required: tuple[str, ...] | None = None) -> dict[str, Any]:
    names = tuple(properties) if required is None else required
    return {"type": "object", "properties": properties, "required": list(names)}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _content(schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"description": description, "content": {JSON: {"schema": schema}}}


def _get(summary: str, schema: dict[str, Any], errors: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "summary": summary,
        "responses": {"200": _content(schema, "done"), **{code: _content(_ref("Error"), "refused") for code in errors}},
    }


def _post(
    summary: str, body: str, schema: dict[str, Any], errors: tuple[str, ...], guarded: bool = False
) -> dict[str, Any]:
    operation = {
        **_get(summary, schema, errors),
        "requestBody": {"required": True, "content": {JSON: {"schema": _ref(body)}}},
    }
    return {**operation, "security": [{"token": []}]} if guarded else operation
