"""The UDP socket under the SIP library, with what the library leaves out of RFC 3261.

- Opens the socket itself: on Python 3.11 the library's own protocol dies on an assertion.
- Remembers the answer to each request for 32 s and repeats it: a repeated INVITE makes no second call.
- Repeats our requests until they are answered and our refusals until they are acknowledged; acknowledges refusals.
- Copies Record-Route into answers; screens requests before the library sees them; drops keep-alives and garbage.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiosipua import SipRequest, SipResponse
from aiosipua.message import SipMessage
from aiosipua.transport import UdpSipTransport, _stamp_via_received

from connectors.phone.errors import LineUnavailable

_LOG = structlog.get_logger(__name__)
Address = tuple[str, int]
Key = tuple[str, str]
REMEMBERED_SECONDS = 32.0
MAX_DATAGRAM = 16_384
_REMEMBERED_AT_MOST = 8192
_FIRST_REPEAT_SECONDS, _SLOWEST_REPEAT_SECONDS = 0.5, 4.0
_HEADERS_OF_ACK = ("From", "Call-ID")


@dataclass(slots=True)
class Transaction:
    """A request that came, and our latest answer to it."""

    expires_at: float
    request: SipRequest
    answer: tuple[bytes, Address] | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A final answer that needs no dialogue."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...] = ()


Screen = Callable[[SipRequest, Address], Refusal | None]


def _let_all_in(_request: SipRequest, _address: Address) -> Refusal | None:
    return None


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, owner: SipSocket) -> None:
        self._owner = owner

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        self._owner.take_datagram(data, (str(addr[0]), int(addr[1])))

    def error_received(self, exc: Exception) -> None:
        """An ICMP refusal of an earlier datagram: the transaction's own timeout says the same."""


@dataclass
class SipSocket(UdpSipTransport):
    """Datagrams in and out for SipUAS and SipUAC."""

    screen: Screen = _let_all_in
    """Looks at each request that starts something; a refusal goes straight back."""
    is_allowed: Callable[[str], bool] = lambda _host: True
    """Whether anything from this host is read at all."""
    on_info: Callable[[SipRequest], bool] | None = None
    on_ack: Callable[[SipRequest], None] | None = None
    on_response: Callable[[SipResponse], None] | None = None
    _seen: OrderedDict[Key, Transaction] = field(default_factory=OrderedDict, init=False, repr=False)
    _repeating: dict[Key, asyncio.TimerHandle] = field(default_factory=dict, init=False, repr=False)
    _invites: dict[str, SipRequest] = field(default_factory=dict, init=False, repr=False)

    async def start(self) -> None:
        """Bind. Raises LineUnavailable."""
        loop = asyncio.get_running_loop()
        try:
            transport, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(self), local_addr=self.local_addr)
        except OSError as error:
            raise LineUnavailable(
                f"UDP {self.local_addr[0]}:{self.local_addr[1]}: {error.strerror or error}"
            ) from error
        self._udp_transport = transport
        self.local_addr = (self.local_addr[0], int(transport.get_extra_info("sockname")[1]))

    async def stop(self) -> None:
        """Close the socket and forget what was to be repeated."""
        for handle in self._repeating.values():
            handle.cancel()
        self._repeating.clear()
        await super().stop()

    def take_datagram(self, data: bytes, address: Address) -> None:
        """Read one datagram; whatever is wrong with it ends here."""
        if len(data) > MAX_DATAGRAM or not data.strip(b"\r\n\t \0") or not self.is_allowed(address[0]):
            return
        try:
            message = SipMessage.parse(data)
            key = _key(message)
        except Exception:  # a boundary: anybody may send anything
            _LOG.debug("a datagram that is no SIP message", size=len(data))
            return
        if isinstance(message, SipResponse):
            self._take_response(message, key, address)
        else:
            self._take_request(message, key, address)

    def _take_request(self, request: SipRequest, key: Key, address: Address) -> None:
        _stamp_via_received(request, address)
        _tidy_content_type(request)
        if request.method == "ACK":
            self._stop_repeating((key[0], "INVITE"))
            if self.on_ack is not None:
                self.on_ack(request)
            self._hand_over(request, address)
            return
        if (known := self._seen.get(key)) is not None and known.expires_at > time.monotonic():
            if known.answer is not None and self._udp_transport is not None:
                self._udp_transport.sendto(*known.answer)
            return
        self._remember(key, request)
        if (refusal := self.screen(request, address)) is not None:
            self.refuse(request, refusal)
        elif request.method == "INFO" and self.on_info is not None and self.on_info(request):
            self.refuse(request, Refusal(200, "OK"))
        else:
            self._hand_over(request, address)

    def _take_response(self, response: SipResponse, key: Key, address: Address) -> None:
        if response.status_code >= 200 or key[1] == "INVITE":
            self._stop_repeating(key)
        if key[1] == "INVITE" and response.status_code >= 200:
            invite = self._invites.get(key[0])
            if invite is not None and response.status_code >= 300:
                self.send(_ack_of_refusal(invite, response), address)
        if self.on_response is not None:
            self.on_response(response)
        self._hand_over(response, address)

    def _hand_over(self, message: SipRequest | SipResponse, address: Address) -> None:
        if self.on_message is None:
            return
        try:
            self.on_message(message, address)
        except Exception as error:  # a boundary: one message may not end the line
            _LOG.warning("a SIP message was not understood", error=type(error).__name__)
            if isinstance(message, SipRequest) and message.method != "ACK":
                self.refuse(message, Refusal(400, "Bad Request"))

    def refuse(self, request: SipRequest, refusal: Refusal) -> None:
        """Answer a request outside any dialogue."""
        response = SipResponse(status_code=refusal.status, reason_phrase=refusal.reason)
        for name in ("Via", "From", "Call-ID", "CSeq"):
            for value in request.headers.get(name.lower()):
                response.headers.append(name, value)
        receiver = request.get_header("to") or ""
        is_tagged = ";tag=" in receiver or refusal.status == 200
        response.headers.set_single("To", receiver if is_tagged else f"{receiver};tag=g{abs(hash(receiver)) % 10**8}")
        for name, value in refusal.headers:
            response.headers.set_single(name, value)
        try:
            self.send_reply(response)
        except (ValueError, OSError):
            _LOG.debug("a refusal that cannot be routed", status=refusal.status)

    def send(self, message: SipRequest | SipResponse, addr: Address) -> None:
        """Send, and repeat what UDP may lose."""
        if self._udp_transport is None or self._udp_transport.is_closing():
            return
        key = _key(message)
        if isinstance(message, SipResponse):
            self._note_answer(message, key, addr)
        elif message.method == "INVITE":
            self._invites[key[0]] = message
            asyncio.get_running_loop().call_later(REMEMBERED_SECONDS, self._invites.pop, key[0], None)
        data = bytes(message)
        self._udp_transport.sendto(data, addr)
        if isinstance(message, SipRequest) and message.method != "ACK":
            self._repeat(key, data, addr, _FIRST_REPEAT_SECONDS, time.monotonic() + REMEMBERED_SECONDS)

    def _note_answer(self, response: SipResponse, key: Key, address: Address) -> None:
        known = self._seen.get(key)
        if known is not None and key[1] == "INVITE" and 100 < response.status_code < 300:
            response.headers.remove("Record-Route")
            for route in known.request.headers.get("record-route"):
                response.headers.append("Record-Route", route)
        data = bytes(response)
        if known is not None:
            known.answer = (data, address)
        if key[1] == "INVITE" and response.status_code >= 300 and key not in self._repeating:
            self._repeat(key, data, address, _FIRST_REPEAT_SECONDS, time.monotonic() + REMEMBERED_SECONDS)

    def _repeat(self, key: Key, data: bytes, address: Address, wait_seconds: float, until: float) -> None:
        def again() -> None:
            self._repeating.pop(key, None)
            if self._udp_transport is None or self._udp_transport.is_closing() or time.monotonic() >= until:
                return
            self._udp_transport.sendto(data, address)
            self._repeat(key, data, address, min(2 * wait_seconds, _SLOWEST_REPEAT_SECONDS), until)

        self._stop_repeating(key)
        self._repeating[key] = asyncio.get_running_loop().call_later(wait_seconds, again)

    def _stop_repeating(self, key: Key) -> None:
        if (handle := self._repeating.pop(key, None)) is not None:
            handle.cancel()

    def _remember(self, key: Key, request: SipRequest) -> None:
        now = time.monotonic()
        while self._seen and (
            len(self._seen) >= _REMEMBERED_AT_MOST or next(iter(self._seen.values())).expires_at < now
        ):
            self._seen.popitem(last=False)
        self._seen[key] = Transaction(now + REMEMBERED_SECONDS, request)


def _key(message: SipRequest | SipResponse) -> Key:
    """Name the transaction: branch, call and number, and the method.

    The branch alone should do (RFC 3261, 17.2.3), but phones of before that RFC have none, and some reuse theirs.
    """
    cseq = message.cseq
    method = message.method.upper() if isinstance(message, SipRequest) else (cseq.method.upper() if cseq else "")
    via = message.via
    branch = (via[0].branch or "") if via else ""
    return f"{branch}|{message.call_id}|{cseq.seq if cseq else 0}", method


def _tidy_content_type(request: SipRequest) -> None:
    """Make `Application/SDP; charset=utf-8` what the library compares with."""
    kind = (request.content_type or "").split(";")[0].strip().lower()
    if kind == "application/sdp":
        request.content_type = kind


def _ack_of_refusal(invite: SipRequest, response: SipResponse) -> SipRequest:
    """RFC 3261, 17.1.1.3: same branch, To of the answer."""
    ack = SipRequest(method="ACK", uri=invite.uri)
    ack.headers.append("Via", invite.headers.get("via")[0])
    for name in _HEADERS_OF_ACK:
        ack.headers.set_single(name, invite.get_header(name.lower()) or "")
    ack.headers.set_single("To", response.get_header("to") or invite.get_header("to") or "")
    number = invite.cseq.seq if invite.cseq else 1
    ack.headers.set_single("CSeq", f"{number} ACK")
    ack.headers.set_single("Max-Forwards", "70")
    return ack
