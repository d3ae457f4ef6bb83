"""What SIP says in the middle of calls: keys, holds, new offers, progress of transfers, the end."""

from __future__ import annotations

import re

from aiosipua import IncomingCall, SipRequest, SipResponse
from aiosipua.dialog import DialogState
from aiosipua.sdp import SdpMessage

from connectors.phone.errors import OfferRefused
from connectors.phone.sdp import Offer, read_offer
from connectors.phone.sip_call import SipCall
from connectors.phone.sip_socket import Address

_INFO_KEY = re.compile(r"^\s*(?:Signal\s*=\s*)?([0-9A-D*#])\s*$", re.IGNORECASE | re.MULTILINE)


class HeldCalls(dict[str, SipCall]):
    """The calls that are held, by Call-ID; takes what the socket and the library report about them."""

    def info(self, request: SipRequest) -> bool:
        """A key by INFO; False: this INFO is not ours."""
        call = self.get(request.call_id or "")
        if call is None or not (request.content_type or "").startswith("application/dtmf"):
            return False
        if (found := _INFO_KEY.search(request.text)) is not None:
            call.take_info_key(found.group(1).upper())
        return True

    def response(self, response: SipResponse) -> None:
        """An answer to a request of ours."""
        if (call := self.get(response.call_id or "")) is not None:
            call.take_response(response)

    def reinvite(self, call: IncomingCall) -> None:
        """A new offer by INVITE: hold, resume, another address."""
        held = self.get(call.call_id)
        if held is None:
            call.reject(481)
            return
        try:
            held.renegotiate(offer_of(call))
        except OfferRefused as refused:
            call._send_response(refused.status, refused.reason)  # reject() would end the call that goes on

    def take_update(self, call: IncomingCall, request: SipRequest) -> SdpMessage | None:
        """An offer in an UPDATE; None lets the library refuse it (or answer one without an offer)."""
        held = self.get(call.call_id)
        if held is None or not request.body:
            return None
        try:
            return held.follow(read_offer(request.text))
        except OfferRefused:
            return None

    def bye(self, call: IncomingCall, _request: SipRequest) -> None:
        """The caller hangs up, perhaps before we have answered."""
        held = self.get(call.call_id)
        if held is not None and not held.is_answered:
            call._send_response(487, "Request Terminated")  # RFC 3261, 15.1.2: the INVITE wants an answer, too
        self.end(call.call_id, "caller")

    def cancel(self, request: SipRequest, _address: Address) -> None:
        """The caller thinks better of it."""
        self.end(request.call_id or "", "caller")

    def never_acknowledged(self, call: IncomingCall) -> None:
        """RFC 3261, 13.3.1.4: no ACK for 32 s; the other side may think that it is in a call, so BYE all the same."""
        call.dialog.state = DialogState.CONFIRMED
        call.hangup()
        self.end(call.call_id, "never_acknowledged")

    def progress(self, call_id: str, status: int, _reason: str) -> None:
        """How a transfer goes."""
        if (call := self.get(call_id)) is not None:
            call.note_transfer(status)

    def end(self, call_id: str, cause: str) -> None:
        """A call is over."""
        if (call := self.get(call_id)) is not None:
            call.end(cause)


def offer_of(call: IncomingCall) -> Offer | None:
    """Return the offer of an INVITE, if it has one. Raises OfferRefused."""
    return read_offer(call.invite.text) if call.invite.body else None
