"""One SIP call: signalling and sound together, as the dialogue's MediaSession."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from urllib.parse import quote

from aiosipua import IncomingCall, SipResponse, SipUAC
from aiosipua.dialog import DialogState
from aiosipua.headers import stringify_uri
from aiosipua.sdp import SdpMessage, parse_sdp

from connectors.phone.errors import OfferRefused
from connectors.phone.event_queue import EventQueue
from connectors.phone.rtp_media import RtpMedia
from connectors.phone.sdp import Offer, answer_to, offer_of_ours, read_offer
from connectors.phone.settings import SipSettings
from speech.media import CallEnded, KeyPressed, LineQuality, MediaEvent, TransferRequest

_LOOK_EVERY_SECONDS = 0.5
_NEVER_HEARD_SECONDS = 120.0
"""A caller whose sound never came may still listen; longer than after a sound that broke off."""
_HELD_SECONDS = 600.0
_SUMMARY_BYTES = 900


class SipCall:
    """Implements speech.media.MediaSession for a call that came by SIP."""

    def __init__(self, call: IncomingCall, uac: SipUAC, host: str, port: int, settings: SipSettings) -> None:
        self.call = call
        self.port = port
        self._uac = uac
        self._host = host
        self._settings = settings
        self._events = EventQueue()
        self.media = RtpMedia(self._events.put)
        self._answers = 0
        self._is_over = False
        self._transferred: asyncio.Future[bool] | None = None
        self._watch: asyncio.Task[None] | None = None

    @property
    def call_id(self) -> str:
        """The SIP Call-ID."""
        return self.call.call_id

    @property
    def can_transfer(self) -> bool:
        """Whether an address of agents is set."""
        return self._settings.agent_uri is not None

    @property
    def is_answered(self) -> bool:
        """Whether the INVITE has got its answer."""
        return self._watch is not None

    @property
    def is_over(self) -> bool:
        """Whether either side has ended it."""
        return self._is_over

    async def answer(self, bind_host: str, offer: Offer | None) -> None:
        """Answer the INVITE; without an offer we make one, and the ACK brings the answer. Raises OfferRefused."""
        if offer is None:
            self._answers += 1
            self.call.accept(parse_sdp(offer_of_ours(host=self._host, port=self.port)))
        else:
            await self.media.open((bind_host, self.port), offer, self.call.source_addr[0])
            self.call.accept(self._answer(offer))
        self._watch = asyncio.create_task(self._watch_line())

    async def take_late_answer(self, bind_host: str, text: str) -> None:
        """The ACK brought the answer to our offer."""
        try:
            await self.media.open((bind_host, self.port), read_offer(text), self.call.source_addr[0])
        except (OfferRefused, OSError):
            await self.hang_up()

    def renegotiate(self, offer: Offer | None) -> None:
        """Answer an offer in the middle of the call: hold, resume, another address. Raises OfferRefused."""
        contact = self.call.invite.contact
        if contact:
            self.call.dialog.remote_target = stringify_uri(contact[0].uri)
        if offer is None:
            self._answers += 1
            self.call.accept(parse_sdp(offer_of_ours(host=self._host, port=self.port, version=self._answers)))
            return
        self.call.accept(self.follow(offer))

    def follow(self, offer: Offer) -> SdpMessage:
        """Take an offer over and return our answer. Raises OfferRefused."""
        answer = self._answer(offer)
        self.media.follow(offer, self.call.source_addr[0])
        return answer

    def _answer(self, offer: Offer) -> SdpMessage:
        self._answers += 1
        return answer_to(offer, host=self._host, port=self.port, version=self._answers)

    def events(self) -> AsyncIterator[MediaEvent]:
        """Yield what comes; the last is CallEnded."""
        return self._events.events()

    def send(self, frame: bytes) -> None:
        """Send 20 ms."""
        if not self._is_over:
            self.media.send(frame)

    def take_info_key(self, key: str) -> None:
        """A key by SIP INFO; a phone that also sends telephone-events would press each key twice."""
        if not self.media.has_telephone_events:
            self._events.put(KeyPressed(key))

    def end(self, cause: str) -> None:
        """The other side, the line or we have ended it."""
        if self._is_over:
            return
        self._is_over = True
        if self._transferred is not None and not self._transferred.done():
            self._transferred.set_result(cause == "caller")  # many exchanges hang up as soon as they have taken over
        self._events.put(CallEnded(cause))

    async def hang_up(self, cause: str = "us") -> None:
        """Say BYE."""
        if not self._is_over and self.call.dialog.state == DialogState.CONFIRMED:
            self.call.hangup()
        self.end(cause)

    async def transfer(self, request: TransferRequest) -> bool:
        """REFER the caller to the agents; True when somebody took the call (then our leg is ended)."""
        if self._settings.agent_uri is None or self._is_over or self.call.dialog.state != DialogState.CONFIRMED:
            return False
        self._transferred = asyncio.get_running_loop().create_future()
        headers = {
            "Refer-To": f"<{self._settings.agent_uri}>",
            "Referred-By": f"<{self.call.dialog.local_uri}>",
            "X-Gridtalk-Conversation": request.conversation_id,
            "X-Gridtalk-Summary": quote(request.summary)[:_SUMMARY_BYTES],
        }
        if request.is_urgent:
            headers["Priority"] = "emergency"
        self._uac._send_in_dialog(self.call.dialog, "REFER", self.call.source_addr, extra_headers=headers)
        try:
            taken = await asyncio.wait_for(self._transferred, self._settings.transfer_timeout_seconds)
        except TimeoutError:
            taken = False
        if taken:
            await self.hang_up()
        return taken

    def take_response(self, response: SipResponse) -> None:
        """A refused REFER ends the attempt at once."""
        cseq = response.cseq
        if cseq is not None and cseq.method == "REFER" and response.status_code >= 300:
            self.note_transfer(response.status_code)

    def note_transfer(self, status: int) -> None:
        """Progress of the transfer as the other side reports it: 1xx goes on, 2xx is taken, the rest has failed."""
        if self._transferred is not None and not self._transferred.done() and status >= 200:
            self._transferred.set_result(status < 300)

    def quality(self) -> LineQuality:
        """Return what the network did so far."""
        return self.media.quality()

    async def close(self) -> None:
        """Let the sockets go."""
        if self._watch is not None:
            self._watch.cancel()
        await self.media.close()

    async def _watch_line(self) -> None:
        while not self._is_over:
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
            silent = time.monotonic() - self.media.last_packet_at
            allowed = self._settings.rtp_timeout_seconds if self.media.has_received else _NEVER_HEARD_SECONDS
            if silent > (_HELD_SECONDS if self.media.is_held and self.media.has_received else allowed):
                if self.call.dialog.state == DialogState.CONFIRMED:
                    self.call.hangup()
                self.end("line_silent")
