"""The chat window's part of the OpenAPI document."""

from __future__ import annotations

from typing import Any

from connectors.openapi_parts import (
    ID,
    NULLABLE_TEXT,
    NUMBER,
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
from connectors.webchat.records import RATING_TAGS

_CODES = (400, 401, 403, 413, 429, 500, 503)
_COUNT: Schema = {"type": "integer", "minimum": 0, "maximum": 999_999_999_999_999}


def webchat_paths() -> dict[str, Any]:
    """Return the paths below /webchat/."""
    return {**_talk_paths(), **_upload_paths(), **_record_paths()}


def _talk_paths() -> dict[str, Any]:
    script = {"200": answer(TEXT, "text/javascript"), "304": answer(description="unchanged")}
    line = {"101": answer(description="the line is open; frames stand in the manual")}
    last = query("last_event_id", _COUNT)
    return {
        "/webchat/widget.js": {"get": operation("The chat window's script", script, codes=(404,))},
        "/webchat/session": {
            "post": operation(
                "Open a session, or go on with one",
                ref("ChatSession"),
                codes=_CODES,
                body=body_of(ref("SessionRequest")),
            )
        },
        "/webchat/ws": {
            "get": operation("A WebSocket; the token comes in its first frame", line, codes=(400, 403, 426, 500))
        },
        "/webchat/messages": {
            "post": _with_session(
                "Say something; the answer comes as events", ref("Accepted"), body=body_of(ref("ChatMessage"))
            )
        },
        "/webchat/events": {
            "get": _with_session(
                "What comes, as server-sent events",
                {"200": answer(TEXT, STREAM)},
                parameters=[last, query("Last-Event-ID", _COUNT, place="header")],
            )
        },
        "/webchat/poll": {
            "get": _with_session(
                "What was missed; `wait` so many seconds for something to come, 25 at most",
                ref("ChatEvents"),
                parameters=[last, query("wait", _COUNT)],
            )
        },
    }


def _upload_paths() -> dict[str, Any]:
    signed = [query("until", _COUNT, required=True), query("sign", TEXT, required=True)]
    file = {"200": {"description": "the picture or the sound", "content": {"*/*": {}}}}
    return {
        "/webchat/uploads": {
            "post": _with_session(
                "Send a picture or a voice message",
                ref("Accepted"),
                extra=(415, 422),
                body=body_of({"type": "string", "contentMediaType": "application/octet-stream"}, "*/*"),
                parameters=[
                    query("kind", {"enum": ["image", "voice"]}, required=True),
                    query("message_id", ID, required=True),
                ],
            )
        },
        "/webchat/uploads/{name}": {
            "get": operation(
                "A picture or a voice message, to who has the signed link",
                file,
                codes=(404, 500, 503),
                parameters=[query("name", TEXT, required=True, place="path"), *signed],
            )
        },
    }


def _record_paths() -> dict[str, Any]:
    agreed, rated = object_of({"consent": TEXT}), object_of({"rating": ref("Rating")})
    return {
        "/webchat/consent": {
            "post": _with_session("Agree to a version of the policy", agreed, body=body_of(ref("Consent")))
        },
        "/webchat/csat": {"post": _with_session("Rate the session", rated, extra=(409,), body=body_of(ref("Rating")))},
        "/webchat/history": {"delete": _with_session("Clear the history", ref("ChatSession"))},
    }


def _with_session(summary: str, good: Schema, *, extra: tuple[int, ...] = (), **parts: Any) -> dict[str, Any]:
    return operation(summary, good, codes=(*_CODES, *extra), security="session", **parts)


def webchat_schemas() -> dict[str, Any]:
    """Return the schemas that these paths name."""
    message = {
        "type": {"const": "message"},
        "text": {"type": "string", "maxLength": 2000},
        "message_id": ID,
        "region": {"type": ["string", "null"], "maxLength": 32},
    }
    rating = {
        "score": {"enum": [1, 2, 3, 4, 5]},
        "resolved": {"type": ["boolean", "null"]},
        "tags": {**array_of({"enum": sorted(RATING_TAGS)}), "maxItems": len(RATING_TAGS)},
        "comment": {"type": ["string", "null"], "maxLength": 500},
    }
    token = {"type": ["string", "null"], "maxLength": 4096}
    events = {"events": {"type": "array"}, "notices": {"type": "array"}, "last_event_id": _COUNT}
    return {
        "SessionRequest": object_of({"token": token, "login": token}, ()),
        "ChatSession": _session(),
        "ChatMessage": object_of(message, ("text", "message_id")),
        "ChatEvents": object_of(events),
        "Accepted": object_of({"message_id": TEXT, "accepted": {"const": True}}),
        "Consent": object_of({"version": {"type": "string", "minLength": 1, "maxLength": 64}}),
        "Rating": object_of(rating, ("score",)),
    }


def _session() -> Schema:
    return object_of(
        {
            "token": TEXT,
            "expires_at": NUMBER,
            "conversation": TEXT,
            "is_user": {"type": "boolean"},
            "consent": NULLABLE_TEXT,
            "rating": {"anyOf": [ref("Rating"), {"type": "null"}]},
            "limits": object_of({"image_bytes": _COUNT, "voice_seconds": NUMBER}),
            "recognises_voice": {"type": "boolean"},
        }
    )
