"""A telephone in Python: dials, speaks, presses keys, holds, and notes what it hears. For tests and to try a line."""

from __future__ import annotations

import asyncio
import random
import re
import socket
from functools import lru_cache

from aiosipua import IncomingCall, OutgoingCall, SipUAC, SipUAS
from aiosipua.refer import notify_refer
from aiosipua.sdp import parse_sdp, serialize_sdp

from connectors.phone.caller_mouth import Earful, Mouth
from connectors.phone.errors import CallFailed
from connectors.phone.g711 import PCMA, PCMU
from connectors.phone.ports import SoundPorts
from connectors.phone.rtp_media import RtpMedia
from connectors.phone.sdp import offer_of_ours, read_offer
from connectors.phone.sip_socket import SipSocket
from speech.media import HoldChanged, LineQuality, MediaEvent, Sound
from speech.protocols import FRAME_SECONDS

_URI = re.compile(r"^sip:(?:[^@\s]+@)?(?P<host>\[[0-9a-fA-F:]+\]|[^:;@\s\]]+)(?::(?P<port>\d{1,5}))?(?:;.*)?$")
_PORTS = (30000, 39999)


class Caller:
    """One call that we make. Use as `async with Caller(...) as call`."""

    def __init__(
        self,
        uri: str,
        *,
        laws: tuple[int, ...] = (PCMA, PCMU),
        answers_within_seconds: float = 10.0,
        noise: bytes = b"",
    ) -> None:
        """noise: whole frames that lie under everything that is sent, again and again."""
        found = _URI.match(uri)
        if found is None:
            raise CallFailed(f"{uri!r} is no address such as sip:95598@127.0.0.1:5060")
        self.uri = uri
        self._target = (found["host"].strip("[]"), int(found["port"] or 5060))
        self._laws = laws
        self._patience = answers_within_seconds
        self._ended = asyncio.Event()
        self.earful = Earful()
        self.transfers: list[str] = []
        self.transfer_answer = 200
        """What we report about a transfer that is asked of us."""
        self.media = RtpMedia(self._take)
        self._mouth = Mouth(self.media, noise, self._ended.is_set)
        self._pacing: asyncio.Task[None] | None = None
        self._began_at = 0.0
        self.answered_after_seconds = 0.0
        self.is_remote_hold = False

    async def __aenter__(self) -> Caller:
        await self.dial()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.hang_up()

    @property
    def call_id(self) -> str:
        """The SIP Call-ID."""
        return self.call.call_id

    @property
    def now(self) -> float:
        """Seconds since the answer."""
        return asyncio.get_running_loop().time() - self._began_at

    async def dial(self) -> None:
        """Call and wait for the answer. Raises CallFailed with the SIP status."""
        loop = asyncio.get_running_loop()
        host = await _local_host(self._target)
        self.socket = SipSocket(local_addr=(host, 0))
        self.uac = SipUAC(self.socket)
        self.uas = SipUAS(self.socket, uac=self.uac)
        self.uas.on_bye = lambda *_: self._ended.set()
        self.uas.on_refer = self._refer
        await self.uas.start()
        self._ports = _ports_of(host)
        self.port = self._ports.take()
        started = loop.time()
        offer = parse_sdp(offer_of_ours(host=host, port=self.port, laws=self._laws))
        self.call: OutgoingCall = self.uac.send_invite(f"sip:gridtalk@{host}", self.uri, self._target, offer)
        try:
            await self.call.wait_answered(self._patience)
        except (TimeoutError, RuntimeError) as error:
            if isinstance(error, TimeoutError):
                self.call.cancel(self.uac)
            self._ports.give_back(self.port)
            await self.uas.stop()
            raise CallFailed(f"{self.uri}: {error}") from error
        self.answered_after_seconds = loop.time() - started
        answer = read_offer(_text(self.call))
        await self.media.open((host, self.port), answer, self._target[0])
        self._began_at = loop.time()
        self._pacing = asyncio.create_task(self._mouth.run())

    def say(self, pcm: bytes) -> None:
        """Queue sound: int16 at 8 kHz."""
        self._mouth.say(pcm)

    def press(self, keys: str) -> None:
        """Queue keys, each 120 ms with a pause after it."""
        self._mouth.press(keys)

    async def said(self) -> None:
        """Wait until everything queued has left, or the call is over."""
        await self._mouth.said()

    async def hears(self, within_seconds: float) -> float:
        """Wait for sound that is not silence, from now on; return when it came. Raises TimeoutError."""
        seen = len(self.earful.audible_at)
        async with asyncio.timeout(within_seconds):
            while len(self.earful.audible_at) == seen and not self.is_over:
                await asyncio.sleep(FRAME_SECONDS)
        return self.earful.audible_at[-1] if self.earful.audible_at else self.now

    async def hears_out(self, *, quiet_seconds: float = 1.0, within_seconds: float = 30.0) -> None:
        """Wait until the other side has been silent for a while. Raises TimeoutError."""
        async with asyncio.timeout(within_seconds):
            while not self.is_over:
                last = self.earful.audible_at[-1] if self.earful.audible_at else 0.0
                if self.now - last >= quiet_seconds:
                    return
                await asyncio.sleep(FRAME_SECONDS)

    @property
    def is_over(self) -> bool:
        """Whether the other side hung up."""
        return self._ended.is_set()

    async def ends(self, within_seconds: float) -> None:
        """Wait for the other side's BYE. Raises TimeoutError."""
        async with asyncio.timeout(within_seconds):
            await self._ended.wait()

    async def offer_again(self, direction: str) -> None:
        """Send a re-INVITE: `sendonly` holds, `sendrecv` comes back."""
        host = self.socket.local_addr[0]
        text = offer_of_ours(host=host, port=self.port, version=2, laws=self._laws).replace("sendrecv", direction)
        self.call.sdp_answer = None
        self.uac.send_reinvite(self.call.dialog, parse_sdp(text), self._target)
        async with asyncio.timeout(5):
            while self.call.sdp_answer is None:
                await asyncio.sleep(FRAME_SECONDS)

    def quality(self) -> LineQuality:
        """Return what the network did."""
        return self.media.quality()

    async def hang_up(self) -> None:
        """End the call and close."""
        if self._pacing is not None:
            self._pacing.cancel()
        if not self.is_over:
            self.call.hangup(self.uac)
            self._ended.set()
            await asyncio.sleep(0.05)
        await self.media.close()
        self._ports.give_back(self.port)
        await self.uas.stop()

    def drop(self) -> None:
        """Fall silent without a word, as a phone whose battery is empty."""
        if self._pacing is not None:
            self._pacing.cancel()

    def _take(self, event: MediaEvent) -> None:
        if isinstance(event, HoldChanged):
            self.is_remote_hold = event.is_held
        if isinstance(event, Sound) and self._began_at:
            self.earful.take(event.pcm, self.now)

    def _refer(self, call: IncomingCall, target: str) -> None:
        self.transfers.append(target)
        notify_refer(call, self.transfer_answer, "OK" if self.transfer_answer < 300 else "Failed")


@lru_cache(maxsize=8)
def _ports_of(host: str) -> SoundPorts:
    """One range for all callers of this process, begun anywhere: other processes call, too."""
    first, last = _PORTS
    return SoundPorts(host, first + 2 * random.randrange((last - first) // 4), last)


def _text(call: OutgoingCall) -> str:
    if call.sdp_answer is None:
        raise CallFailed("the answer has no session description")
    return serialize_sdp(call.sdp_answer)


async def _local_host(target: tuple[str, int]) -> str:
    """Return our address on the way to the target. Raises CallFailed."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(target[0], target[1], type=socket.SOCK_DGRAM)
        with socket.socket(found[0][0], socket.SOCK_DGRAM) as probe:
            probe.connect(found[0][4])
            return str(probe.getsockname()[0])
    except OSError as error:
        raise CallFailed(f"{target[0]}: {error.strerror or error}") from error
