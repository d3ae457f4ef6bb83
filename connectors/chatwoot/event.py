"""Events of Chatwoot: verified, and read as far as the bot needs them."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from connectors.chatwoot.settings import ChatwootCredentials
from connectors.errors import BadRequest

WINDOW_SECONDS = 300.0
INCOMING = ("incoming", 0)
"""Webhooks say the name, some older versions the number."""


@dataclass(frozen=True, slots=True)
class CustomerSaid:
    """A customer's message in a conversation."""

    message_id: int
    conversation_id: int
    """As Chatwoot's pages show it."""
    status: str
    """pending (the bot's), open (the agents'), resolved, snoozed."""
    text: str
    """Empty where only a file came."""


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Verifies deliveries."""

    settings: ChatwootCredentials
    wall: Callable[[], float]
    """Seconds since the epoch; Chatwoot signs by the real clock."""

    def check(self, headers: Mapping[str, str], query: Mapping[str, str], body: bytes) -> None:
        """Believe a delivery that is signed, or that knows the address's token. Raises BadRequest (403)."""
        secret, token = self.settings.webhook_secret, self.settings.webhook_token
        if secret is not None:
            self._check_signature(secret.get_secret_value(), headers, body)
        elif token is None or not _equal(query.get("token", ""), token.get_secret_value()):
            raise _refusal()

    def _check_signature(self, secret: str, headers: Mapping[str, str], body: bytes) -> None:
        stamp = headers.get("X-Chatwoot-Timestamp", "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
            raise _refusal()
        seal = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        if not _equal(headers.get("X-Chatwoot-Signature", ""), f"sha256={seal}"):
            raise _refusal()
        if abs(self.wall() - int(stamp)) > WINDOW_SECONDS:
            raise _refusal()


def read_event(body: bytes, account_id: int) -> CustomerSaid | None:
    """Return what a customer of this account said; None for everything else. Raises BadRequest."""
    try:
        event = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadRequest("invalid_json", "the body is not JSON") from error
    if not isinstance(event, dict) or event.get("event") != "message_created":
        return None
    account, conversation = event.get("account"), event.get("conversation")
    if not isinstance(account, dict) or account.get("id") != account_id or not isinstance(conversation, dict):
        return None
    if event.get("message_type") not in INCOMING or event.get("private"):
        return None
    return _said(event, conversation)


def _said(event: Mapping[str, Any], conversation: Mapping[str, Any]) -> CustomerSaid | None:
    message_id, number = event.get("id"), conversation.get("id")
    if not isinstance(message_id, int) or not isinstance(number, int):
        return None
    status, text = str(conversation.get("status", "")), event.get("content")
    return CustomerSaid(message_id, number, status, text if isinstance(text, str) else "")


def _refusal() -> BadRequest:
    return BadRequest("forbidden", "not a delivery of this Chatwoot", 403)


def _equal(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())
