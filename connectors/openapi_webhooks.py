"""The addresses that other platforms call, as a part of the OpenAPI document."""

from __future__ import annotations

from typing import Any

from connectors.openapi_parts import JSON, PLAIN, TEXT, Schema, answer, body_of, object_of, operation, query

_SIGNED = ("timestamp", "nonce")
_XML = "application/xml"


def webhook_paths() -> dict[str, Any]:
    """Return the paths below /webhooks/ that a platform's signature opens."""
    return {
        "/webhooks/wechat/webhook": {
            "get": _check("WeChat checks the address", ("signature", *_SIGNED, "echostr")),
            "post": operation(
                "WeChat delivers a message or an event",
                {"200": _said(), "503": answer(description="nothing was accepted; deliver again"), **_refused()},
                body=_packet(),
                parameters=_named(("signature", *_SIGNED, "encrypt_type", "msg_signature")),
            ),
        },
        "/webhooks/chatwoot/webhook": {
            "post": operation(
                "Chatwoot delivers an event",
                object_of({"status": {"const": "accepted"}}),
                codes=(400, 403, 413, 500, 503),
                body=body_of({"type": "object"}),
                parameters=[
                    query("X-Chatwoot-Signature", TEXT, place="header"),
                    query("X-Chatwoot-Timestamp", TEXT, place="header"),
                    query("token", TEXT),
                ],
            )
        },
        "/webhooks/wechat/notices": {
            "post": operation(
                "Send a customer a notice of credentials.yml; for the utility's own systems",
                object_of({"status": {"const": "accepted"}, "id": TEXT}),
                codes=(400, 401, 403, 413, 422, 500, 503),
                body=body_of(_notice()),
                security="token",
            )
        },
        "/webhooks/wecom_kf/webhook": {
            "get": _check("WeCom checks the address", ("msg_signature", *_SIGNED, "echostr")),
            "post": operation(
                "WeCom signals that there are messages",
                {"200": answer(TEXT, PLAIN), **_refused()},
                body=_packet(),
                parameters=_named(("msg_signature", *_SIGNED)),
            ),
        },
    }


def _notice() -> Schema:
    most: Schema = {"type": "string", "minLength": 1, "maxLength": 200}
    properties = {
        "openid": {"type": "string", "pattern": "^[!-~]{1,128}$"},
        "notice": {"type": "string", "minLength": 1, "maxLength": 128},
        "values": {"type": "object", "additionalProperties": most, "maxProperties": 20},
        "id": {"type": "string", "minLength": 1, "maxLength": 128},
    }
    return {**object_of(properties), "additionalProperties": False}


def _check(summary: str, names: tuple[str, ...]) -> dict[str, Any]:
    return operation(summary, {"200": answer(TEXT, PLAIN), **_refused()}, parameters=_named(names))


def _named(names: tuple[str, ...]) -> list[dict[str, Any]]:
    return [query(name, TEXT) for name in names]


def _packet() -> dict[str, Any]:
    """A message as XML or JSON; sealed, it has `Encrypt`."""
    schema: Schema = object_of({"ToUserName": TEXT, "Encrypt": TEXT}, required=())
    return {**body_of(schema), "content": {_XML: {"schema": schema}, JSON: {"schema": schema}}}


def _said() -> dict[str, Any]:
    kinds = {PLAIN: {"schema": TEXT}, _XML: {"schema": {}}, JSON: {"schema": {"type": "object"}}}
    return {"description": "the answer, or `success` where it is pushed", "content": kinds}


def _refused() -> dict[str, Any]:
    """Refusals say nothing."""
    return {str(code): answer(description="refused") for code in (400, 403, 413)}
