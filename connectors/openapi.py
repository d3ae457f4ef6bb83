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
    return {**_talk_schemas(), **_understanding_schemas(), **_other_schemas()}


def _talk_schemas() -> dict[str, Any]:
    channel = {"enum": ["phone", "wechat", "app"]}
    metadata = _object({"channel": channel, "region": _NULLABLE_TEXT, "locale": _NULLABLE_TEXT}, required=())
    message = {
        "sender": {"type": "string", "minLength": 1, "maxLength": 256},
        "message": {"type": "string", "maxLength": 2000},
        "message_id": {"type": ["string", "null"], "minLength": 1, "maxLength": 256},
        "metadata": metadata,
    }
    reply = {
        "recipient_id": _TEXT,
        "text": _TEXT,
        "buttons": {"type": "array", "items": _ref("Button")},
        "image": _TEXT,
        "custom": {"type": "object"},
    }
    return {
        "Message": _object(message, required=("sender", "message")),
        "Button": _object({"title": _TEXT, "payload": _TEXT}),
        "Reply": _object(reply, required=("recipient_id", "text")),
    }


def _understanding_schemas() -> dict[str, Any]:
    keys = ("last_user_text", "last_intent", "last_topic", "active_flow", "requested_slot", "channel")
    context = _object(dict.fromkeys(keys, _NULLABLE_TEXT), required=())
    place = {"type": "integer"}
    entity = {"entity": _TEXT, "value": _TEXT, "text": _TEXT, "start": place, "end": place, "confidence": _NUMBER}
    understanding = {
        "text": _TEXT,
        "intent": _ref("Intent"),
        "intents": {"type": "array", "items": _ref("Intent")},
        "intent_ranking": {"type": "array", "items": _ref("Intent")},
        "entities": {"type": "array", "items": _ref("Entity")},
    }
    return {
        "ParseRequest": _object({"text": _TEXT, "context": context}, required=("text",)),
        "Intent": _object({"name": _NULLABLE_TEXT, "confidence": _NUMBER}),
        "Entity": _object(entity),
        "Understanding": _object(understanding),
    }


def _other_schemas() -> dict[str, Any]:
    error = _object({"code": _TEXT, "message": _TEXT, "available": {"type": "array"}}, ("code", "message"))
    calculation = {"total": _TEXT, "lines": {"type": "array"}, "table": {"type": "object"}, "notes": {"type": "array"}}
    wanted = "region, category, month, energy_kwh and what the category needs"
    return {
        "TariffRequest": {"type": "object", "description": wanted},
        "Calculation": _object(calculation),
        "Tracker": {"type": "object", "required": ["sender_id", "slots", "stack", "events", "release"]},
        "Sms": _object({"phone": _TEXT, "text": _TEXT, "sent_at": _TEXT}),
        "Status": _object({"status": _TEXT}),
        "Error": _object({"error": error}),
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
