"""May this INVITE come in? Decided before the SIP library sees it: broken offers, loops, too many, too often."""

from __future__ import annotations

from collections.abc import Callable, Container

from aiosipua import SipRequest

from connectors.phone.errors import OfferRefused
from connectors.phone.gate import InviteRate
from connectors.phone.metrics import CALLS_REFUSED
from connectors.phone.sdp import read_offer
from connectors.phone.sip_socket import Address, Refusal

_RETRY_AFTER_SECONDS = 5
_SUPPORTED = frozenset({"100rel", "timer", "replaces", "path", "outbound"})


class InviteScreen:
    """Refuses what cannot be served."""

    def __init__(self, rate: InviteRate, held: Container[str], has_room: Callable[[], bool]) -> None:
        """held: Call-IDs of the calls that are held; has_room: whether one more may be."""
        self._rate = rate
        self._held = held
        self._has_room = has_room
        self.is_closing = False

    def refusal(self, request: SipRequest, address: Address) -> Refusal | None:
        """Return why not; None lets it in."""
        if request.method != "INVITE":
            return None
        is_in_dialog = bool(request.to_addr and request.to_addr.tag)
        if is_in_dialog and (request.call_id or "") not in self._held:
            return Refusal(481, "Call/Transaction Does Not Exist")
        refusal = _offer_refusal(request)
        if refusal is not None or is_in_dialog:
            return refusal
        if (request.call_id or "") in self._held:
            return Refusal(482, "Loop Detected")
        return self._crowd_refusal(address[0])

    def _crowd_refusal(self, host: str) -> Refusal | None:
        later = (("Retry-After", str(_RETRY_AFTER_SECONDS)),)
        if self.is_closing or not self._rate.admits(host):
            CALLS_REFUSED.labels("rate").inc()
            return Refusal(503, "Service Unavailable", later)
        if not self._has_room():
            CALLS_REFUSED.labels("busy").inc()
            return Refusal(486, "Busy Here", later)
        return None


def _offer_refusal(request: SipRequest) -> Refusal | None:
    strange = [name for name in _tokens(request, "require") if name not in _SUPPORTED]
    if strange:
        return Refusal(420, "Bad Extension", (("Unsupported", ", ".join(strange)),))
    if not request.body:
        return None
    if request.content_type != "application/sdp":
        return Refusal(415, "Unsupported Media Type", (("Accept", "application/sdp"),))
    try:
        read_offer(request.text)
    except OfferRefused as refused:
        CALLS_REFUSED.labels("offer").inc()
        return Refusal(refused.status, refused.reason)
    return None


def _tokens(request: SipRequest, header: str) -> list[str]:
    listed = ",".join(request.headers.get(header))
    return [token.strip().lower() for token in listed.split(",") if token.strip()]
