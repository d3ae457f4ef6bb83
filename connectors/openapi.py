"""The HTTP interface as an OpenAPI 3.1 document, kept beside the routes that it describes."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from connectors.openapi_parts import (
    ID,
    NULLABLE_TEXT,
    NUMBER,
    PLAIN,
    STREAM,
    TEXT,
    Schema,
    answer,
    array_of,
    body_of,
    object_of,
    operation,
    query,
    ref,
)
from connectors.openapi_webhooks import webhook_paths
from connectors.webchat.openapi import webchat_paths, webchat_schemas

_COUNT: Schema = {"type": "integer", "minimum": 0}
_SENDER_CODES = (400, 401, 403, 413, 429, 500, 503)


@lru_cache(maxsize=1)
def openapi_document() -> dict[str, Any]:
    """Return the document. It has every door; which of them are open stands in `credentials.yml`."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Gridtalk",
            "version": "1",
            "description": "Customer service of an electric utility: talk, parse, calculate, look into a conversation.",
        },
        "paths": {**_talk_paths(), **webhook_paths(), **webchat_paths(), **_service_paths(), **_operation_paths()},
        "components": {
            "schemas": {**_schemas(), **webchat_schemas()},
            "securitySchemes": {name: {"type": "http", "scheme": "bearer"} for name in ("token", "session", "login")},
        },
    }


def _talk_paths() -> dict[str, Any]:
    replies = array_of(ref("Reply"))
    said = {
        "200": {"description": "done", "content": {"application/json": {"schema": replies}, STREAM: {"schema": TEXT}}}
    }
    accepted = object_of({"status": {"const": "accepted"}, "message_id": TEXT})
    login: dict[str, Any] = {"security": "login", "optional_security": True}
    return {
        "/webhooks/rest/webhook": {
            "post": operation(
                "Say something to the bot", said, codes=_SENDER_CODES, body=body_of(ref("Message")), **login
            )
        },
        "/webhooks/rest/messages/{sender}": {
            "get": operation(
                "What people at the desk said to a sender; `wait` so many seconds for something to come",
                object_of({"messages": array_of({"type": "object"}), "last_id": _COUNT}),
                codes=_SENDER_CODES,
                parameters=[
                    query("sender", ID, required=True, place="path"),
                    query("after", {**_COUNT, "maximum": 2_000_000_000}),
                    query("wait", {**_COUNT, "maximum": 25}),
                ],
                **login,
            )
        },
        "/webhooks/callback/webhook": {
            "post": operation(
                "Say something; the replies are posted to the operator's address",
                accepted,
                codes=_SENDER_CODES,
                body=body_of(ref("Message")),
                **login,
            )
        },
    }


def _service_paths() -> dict[str, Any]:
    return {
        "/model/parse": {
            "post": operation(
                "Understand one sentence",
                ref("Understanding"),
                codes=(400, 401, 403, 413, 500),
                body=body_of(ref("ParseRequest")),
                security="token",
            )
        },
        "/tariffs/calculate": {
            "post": operation(
                "Calculate a bill", ref("Calculation"), codes=(400, 413, 422, 500), body=body_of(ref("TariffRequest"))
            )
        },
        "/conversations/{sender}/tracker": {
            "get": operation(
                "State and events of a conversation",
                ref("Tracker"),
                codes=(400, 401, 403, 404, 500, 503),
                parameters=[query("sender", ID, required=True, place="path")],
                security="token",
            )
        },
        "/demo/sms": {
            "get": operation(
                "Text messages that the demo has sent, oldest first",
                array_of(ref("Sms")),
                codes=(403, 500),
                parameters=[query("phone", TEXT)],
            )
        },
    }


def _operation_paths() -> dict[str, Any]:
    ready = {"200": answer(ref("Status")), "503": answer(ref("Status"), description="not yet")}
    html = {"200": answer(TEXT, "text/html")}
    part = {"200": {"description": "a script, a style sheet, a picture", "content": {"*/*": {}}}}
    return {
        "/healthz": {"get": operation("The process lives", ref("Status"))},
        "/readyz": {"get": operation("Messages can be answered", ready)},
        "/version": {"get": operation("The release id", object_of({"release": TEXT}))},
        "/metrics": {"get": operation("Figures for Prometheus", {"200": answer(TEXT, PLAIN)})},
        "/openapi.json": {"get": operation("This document", {"type": "object"})},
        "/": {"get": operation("The demo page, in demo mode", html)},
        "/demo/{name}": {
            "get": operation(
                "Parts of the demo page",
                part,
                codes=(404,),
                parameters=[query("name", TEXT, required=True, place="path")],
            )
        },
    }


def _schemas() -> dict[str, Any]:
    return {**_talk_schemas(), **_understanding_schemas(), **_other_schemas()}


def _talk_schemas() -> dict[str, Any]:
    metadata = {
        "channel": {"enum": ["phone", "wechat", "app"]},
        "region": {"type": ["string", "null"], "maxLength": 32},
        "locale": {"type": ["string", "null"], "maxLength": 32},
    }
    message = {
        "sender": ID,
        "message": {"type": "string", "maxLength": 2000},
        "message_id": {"anyOf": [ID, {"type": "null"}]},
        "metadata": object_of(metadata, required=()),
    }
    reply = {
        "recipient_id": TEXT,
        "text": TEXT,
        "buttons": array_of(ref("Button")),
        "image": TEXT,
        "custom": {"type": "object"},
    }
    return {
        "Message": object_of(message, required=("sender", "message")),
        "Button": object_of({"title": TEXT, "payload": TEXT}),
        "Reply": object_of(reply, required=("recipient_id", "text")),
    }


def _understanding_schemas() -> dict[str, Any]:
    place = {"type": "integer", "minimum": 0}
    entity = {"entity": TEXT, "value": TEXT, "text": TEXT, "start": place, "end": place, "confidence": NUMBER}
    understanding = {
        "text": TEXT,
        "intent": ref("Intent"),
        "intents": array_of(ref("Intent")),
        "intent_ranking": array_of(ref("Intent")),
        "entities": array_of(ref("Entity")),
    }
    return {
        "ParseRequest": object_of(
            {"text": {"type": "string", "maxLength": 2000}, "context": {"anyOf": [ref("Context"), {"type": "null"}]}},
            required=("text",),
        ),
        "Context": object_of(_context(), required=()),
        "Intent": object_of({"name": NULLABLE_TEXT, "confidence": NUMBER}),
        "Entity": object_of(entity),
        "Understanding": object_of(understanding),
    }


def _context() -> Schema:
    most = {
        "last_user_text": 2000,
        "last_intent": 128,
        "last_topic": 256,
        "active_flow": 128,
        "requested_slot": 128,
        "channel": 32,
    }
    return {name: {"type": ["string", "null"], "maxLength": length} for name, length in most.items()}


def _other_schemas() -> dict[str, Any]:
    error = object_of({"code": TEXT, "message": TEXT, "available": {"type": "array"}}, ("code", "message"))
    calculation = {"total": TEXT, "lines": {"type": "array"}, "table": {"type": "object"}, "notes": {"type": "array"}}
    return {
        "TariffRequest": _tariff_request(),
        "Calculation": object_of(calculation),
        "Tracker": {"type": "object", "required": ["sender_id", "slots", "stack", "events", "release"]},
        "Sms": object_of({"phone": TEXT, "text": TEXT, "sent_at": TEXT}),
        "Status": object_of({"status": TEXT}),
        "Error": object_of({"error": error}),
    }


def _tariff_request() -> Schema:
    """What `gridtalk tariff calculate` takes; a combination without a table is 422 and names what there is."""
    amount: Schema = {"anyOf": [{"type": "number", "minimum": 0, "exclusiveMaximum": 1e9}, TEXT]}
    optional: Schema = {"anyOf": [*amount["anyOf"], {"type": "null"}]}
    energies = ("annual_to_date_kwh", "peak_kwh", "valley_kwh", "flat_kwh", "sharp_kwh", "deep_valley_kwh")
    powers = ("contract_kva", "max_demand_kw", "reactive_kvarh", "power_factor_standard", "agent_price")
    needed = {
        "region": TEXT,
        "category": TEXT,
        "month": {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"},
        "energy_kwh": amount,
    }
    others = {
        "voltage": NULLABLE_TEXT,
        "months": {"enum": [1, 12, None]},
        "household_size": {"type": ["integer", "null"], "minimum": 1, "maximum": 100},
        "subsidy": {"enum": ["低保", "五保", None]},
    }
    schema = object_of({**needed, **others, **dict.fromkeys((*energies, *powers), optional)}, needed)
    return {**schema, "additionalProperties": False}
