"""From an HTTP delivery to a message that can be believed, and back: modes, signatures, keys, the time window.

Compatible mode trusts the sealed part alone: what stands beside it in the clear is not signed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from connectors.wechat.errors import DeliveryRefused
from connectors.wechat.packet import Fields, Form, form_of, parse_packet, render_packet
from connectors.wechat.seal import Seal, is_signed, open_with_any, sign

WINDOW_SECONDS = 300.0
MOST_NONCE_CHARACTERS = 128
Mode = Literal["plain", "compatible", "safe"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One verified delivery."""

    fields: Mapping[str, str]
    """The message."""
    nonce: str
    digest: str
    """Of the message's bytes: the same nonce with another digest is a replay."""
    form: Form
    """How the outer packet was written; the answer is written the same way."""
    inner_form: Form
    seal: Seal | None
    """The one that opened it, and closes the answer; None in plain mode."""


@dataclass(frozen=True, slots=True)
class Envelopes:
    """Opens deliveries and closes answers for one account."""

    token: str
    seals: Sequence[Seal]
    mode: Mode
    clock: Callable[[], datetime]

    def echo(self, query: Mapping[str, str]) -> str:
        """Return what the check of the address wants back. Raises DeliveryRefused."""
        parts = (self.token, query.get("timestamp", ""), query.get("nonce", ""))
        if not is_signed(query.get("signature", ""), *parts):
            raise DeliveryRefused("bad_signature")
        return query.get("echostr", "")

    def echo_sealed(self, query: Mapping[str, str]) -> str:
        """Return the opened `echostr`, as WeCom wants it. Raises DeliveryRefused."""
        sealed = query.get("echostr", "")
        self._check_seal(query, sealed)
        return open_with_any(self.seals, sealed)[0].decode(errors="replace")

    def open(self, query: Mapping[str, str], body: bytes) -> Delivery:
        """Verify and open a POST. Raises DeliveryRefused."""
        if self.mode == "plain" and query.get("encrypt_type", "raw") == "raw":
            parts = (self.token, query.get("timestamp", ""), query.get("nonce", ""))
            if not is_signed(query.get("signature", ""), *parts):
                raise DeliveryRefused("bad_signature")
            self._check_window(query)
            return self._delivery(query, body, form_of(body), None)
        outer = parse_packet(body)
        sealed = outer.get("Encrypt", "").strip()
        self._check_seal(query, sealed)
        self._check_window(query)
        message, seal = open_with_any(self.seals, sealed)
        return self._delivery(query, message, form_of(body), seal)

    def close(self, delivery: Delivery, fields: Fields) -> bytes:
        """Write an answer as the delivery was written, sealed with the key that opened it."""
        message = render_packet(fields, delivery.inner_form)
        if delivery.seal is None:
            return message
        sealed = delivery.seal.close(message)
        stamp, nonce = int(self.clock().timestamp()), delivery.nonce
        signature = sign(self.token, str(stamp), nonce, sealed)
        packet: Fields = {"Encrypt": sealed, "MsgSignature": signature, "TimeStamp": stamp, "Nonce": nonce}
        return render_packet(packet, delivery.form)

    def _check_seal(self, query: Mapping[str, str], sealed: str) -> None:
        if not sealed or "msg_signature" not in query:
            raise DeliveryRefused("not_sealed")
        parts = (self.token, query.get("timestamp", ""), query.get("nonce", ""), sealed)
        if not is_signed(query["msg_signature"], *parts):
            raise DeliveryRefused("bad_signature")

    def _check_window(self, query: Mapping[str, str]) -> None:
        stamp = query.get("timestamp", "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
            raise DeliveryRefused("bad_timestamp")
        if abs(self.clock().timestamp() - int(stamp)) > WINDOW_SECONDS:
            raise DeliveryRefused("outside_window")
        if not 0 < len(query.get("nonce", "")) <= MOST_NONCE_CHARACTERS:
            raise DeliveryRefused("bad_nonce")

    @staticmethod
    def _delivery(query: Mapping[str, str], message: bytes, form: Form, seal: Seal | None) -> Delivery:
        digest = hashlib.sha256(message).hexdigest()
        return Delivery(parse_packet(message), query["nonce"], digest, form, form_of(message), seal)
