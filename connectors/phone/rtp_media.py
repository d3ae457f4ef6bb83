"""The sound of one SIP call: RTP both ways, keys, loss and jitter; steady numbers through silence and hold."""

from __future__ import annotations

import asyncio
import struct
import time
from collections.abc import Callable
from typing import Any

import structlog
from aiortp import RTPSession

from connectors.phone.event_queue import FrameCutter
from connectors.phone.g711 import CODECS
from connectors.phone.sdp import Offer
from speech.media import HoldChanged, KeyPressed, LineQuality, MediaEvent
from speech.protocols import FRAME_BYTES, SAMPLE_RATE_HZ

_LOG = structlog.get_logger(__name__)
_RTP_HEADER_BYTES = 12
_KEYS = "0123456789*#ABCD"
_COMFORT_NOISE = 13


class RtpMedia:
    """Sends and receives one call's sound."""

    def __init__(self, emit: Callable[[MediaEvent], None]) -> None:
        self._emit = emit
        self._session: RTPSession | None = None
        self._law = 8
        self._keys_type: int | None = None
        self._hosts: set[str] = set()
        self._we_may_send: bool | None = None
        self._needs_marker = True
        self._last_key_at = -1
        self._frames = FrameCutter()
        self.has_telephone_events = False
        self.last_packet_at = time.monotonic()
        self.has_received = False

    async def open(self, bind: tuple[str, int], offer: Offer, signalling_host: str) -> None:
        """Bind and be ready to send where the offer says. Raises OSError."""
        self._law, self._keys_type = offer.payload_type, offer.keys_type
        self._session = await RTPSession.create(
            local_addr=bind,
            remote_addr=offer.address,
            payload_type=offer.payload_type,
            codec=CODECS[offer.payload_type],
            dtmf_payload_type=offer.keys_type or 0x7F,
            cname="gridtalk",
            jitter_prefetch=1,
            skip_audio_gaps=True,
            symmetric_rtp=True,
        )
        self._session.on_audio = self._take_sound
        transport = self._session._rtp_transport
        assert transport is not None
        transport._on_rtp = self._take_packet
        self.follow(offer, signalling_host)

    def follow(self, offer: Offer, signalling_host: str) -> None:
        """Take over what an offer in the middle of the call changes: address, law, hold."""
        session = self._session
        if session is None:
            return
        self._hosts = {offer.address[0], signalling_host}
        if offer.payload_type != self._law:
            self._change_law(session, offer.payload_type)
        self._keys_type = offer.keys_type
        session._dtmf_payload_type = offer.keys_type or 0x7F
        if offer.address[0] not in ("0.0.0.0", "::"):
            session.update_remote(offer.address)
        if offer.we_may_send != self._we_may_send:
            self._we_may_send = offer.we_may_send
            self._needs_marker = True
            self._emit(HoldChanged(not offer.we_may_send))
        self.last_packet_at = time.monotonic()

    def _change_law(self, session: RTPSession, law: int) -> None:
        self._law = law
        session._payload_type, session._codec = law, CODECS[law]
        if session._sender is not None:
            session._sender._payload_type = law

    @property
    def is_open(self) -> bool:
        """Whether an address to send to is known."""
        return self._session is not None

    @property
    def is_held(self) -> bool:
        """Whether the other side wants to hear nothing."""
        return not self._we_may_send

    def send(self, frame: bytes) -> None:
        """Send 20 ms; on hold only the clock goes on."""
        session = self._session
        if session is None or session._sender is None:
            return
        if not self._we_may_send:
            session._sender.advance_timestamp()
            return
        marker = 1 if self._needs_marker else 0
        self._needs_marker = False
        session._sender.send_frame_auto(CODECS[self._law].encode(frame), marker, addr=session._remote_addr)

    def send_key(self, key: str, step: int, steps: int) -> None:
        """Send one of the packets of a key (RFC 4733): `steps` of 20 ms, the last three times; numbers go on."""
        session = self._session
        if session is None or session._sender is None or self._keys_type is None:
            return
        sender, is_last = session._sender, step == steps - 1
        begun = (sender.current_timestamp - step * sender.timestamp_increment) & 0xFFFFFFFF
        flags = (0x80 if is_last else 0) | 10
        payload = struct.pack("!BBH", _KEYS.index(key), flags, (step + 1) * FRAME_BYTES // 2)
        for _ in range(3 if is_last else 1):
            sender.send_raw(self._keys_type, payload, begun, int(step == 0), session._remote_addr)
        sender.advance_timestamp()

    def _take_packet(self, data: bytes, address: tuple[str, int]) -> None:
        """Let only this call's packets reach the session; nothing that anybody sends may raise."""
        session = self._session
        if session is None or len(data) < _RTP_HEADER_BYTES or address[0] not in self._hosts:
            return
        payload_type = data[1] & 0x7F
        if payload_type not in (self._law, self._keys_type, _COMFORT_NOISE):
            return
        self.last_packet_at, self.has_received = time.monotonic(), True
        try:
            if payload_type == self._keys_type:
                self._take_key(data)
            session._handle_rtp(data, address)
        except (ValueError, AssertionError, IndexError, struct.error):
            _LOG.debug("an RTP packet that cannot be read", size=len(data))

    def _take_key(self, data: bytes) -> None:
        """Report a key at its first packet; an event keeps its timestamp through all its packets."""
        timestamp = int.from_bytes(data[4:8], "big")
        payload = data[_RTP_HEADER_BYTES + 4 * (data[0] & 0x0F) :]
        is_newer = self._last_key_at < 0 or 0 < (timestamp - self._last_key_at) & 0xFFFFFFFF < 0x80000000
        if len(payload) >= 4 and payload[0] < len(_KEYS) and is_newer:
            self._last_key_at = timestamp
            self.has_telephone_events = True
            self._emit(KeyPressed(_KEYS[payload[0]]))

    def _take_sound(self, pcm: bytes, _timestamp: int) -> None:
        """Cut into frames of 20 ms, whatever packet length the other side prefers."""
        for sound in self._frames.cut(pcm):
            self._emit(sound)

    def quality(self) -> LineQuality:
        """Return counts and jitter so far."""
        stats: dict[str, Any] = self._session.stats if self._session is not None else {}
        return LineQuality(
            packets_sent=stats.get("packets_sent", 0),
            packets_received=stats.get("packets_received", 0),
            packets_lost=max(stats.get("packets_lost", 0), 0),
            jitter_seconds=round(stats.get("jitter", 0) / SAMPLE_RATE_HZ, 5),
            concealed_frames=stats.get("concealed_frames", 0),
        )

    async def close(self) -> None:
        """Say goodbye on RTCP and let the ports go."""
        session, self._we_may_send = self._session, False
        if session is not None:
            await asyncio.shield(session.close())
