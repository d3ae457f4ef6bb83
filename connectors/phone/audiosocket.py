"""Asterisk's AudioSocket: a TCP connection per call, frames of type (1), length (2, big endian) and payload.

There is no message for a transfer: the bot hangs up, and the dialplan asks `GET /phone/outcome/{uuid}` what comes next.
Source: docs.asterisk.org, AudioSocket; types 0x11 and up since Asterisk 20.17, 21.12, 22.7.
"""

from __future__ import annotations

import asyncio
import struct
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass

import structlog

from connectors.phone.errors import LineUnavailable
from connectors.phone.event_queue import EventQueue, FrameCutter
from connectors.phone.gate import PeerList
from connectors.phone.metrics import CALLS_REFUSED
from connectors.phone.outcomes import Outcomes
from connectors.phone.settings import AudioSocketSettings
from connectors.phone.sip_line import TakeCall
from speech.media import CallEnded, KeyPressed, LineQuality, MediaEvent, TransferRequest
from speech.protocols import SAMPLE_RATE_HZ
from speech.resampling import StreamResampler

_LOG = structlog.get_logger(__name__)
HANG_UP, CALL_ID, KEY, ERROR = 0x00, 0x01, 0x03, 0xFF
RATES = {0x10: 8000, 0x11: 12000, 0x12: 16000}
"""Sound: int16 little endian at this rate."""
_HELLO_SECONDS = 5.0
_SILENT_SECONDS = 20.0
_MOST_UNSENT_BYTES = 16_000
"""Half a second that the other side does not take: newer frames are dropped, not kept."""


class AudioSocketCall:
    """Implements speech.media.MediaSession for one connection."""

    def __init__(self, call_id: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, outcomes: Outcomes):
        self._call_id = call_id
        self._reader = reader
        self._writer = writer
        self._outcomes = outcomes
        self._events = EventQueue()
        self._kind = 0x10
        self._down: StreamResampler | None = None
        self._up: StreamResampler | None = None
        self._frames = FrameCutter()
        self._received = self._sent = 0
        self._is_over = False

    @property
    def call_id(self) -> str:
        """The UUID that the dialplan gave the call."""
        return self._call_id

    @property
    def can_transfer(self) -> bool:
        """The dialplan can."""
        return True

    async def read(self) -> None:
        """Read until the connection ends."""
        cause = "caller"
        try:
            while True:
                async with asyncio.timeout(_SILENT_SECONDS):
                    kind, payload = await read_frame(self._reader)
                if kind == HANG_UP:
                    break
                self._take(kind, payload)
        except TimeoutError:
            cause = "line_silent"
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the caller hung up without a word
        self._end(cause)

    def _take(self, kind: int, payload: bytes) -> None:
        if kind in RATES:
            self._received += 1
            self._take_sound(kind, payload)
        elif kind == KEY and len(payload) == 1 and chr(payload[0]).upper() in "0123456789*#ABCD":
            self._events.put(KeyPressed(chr(payload[0]).upper()))
        elif kind == ERROR:
            _LOG.warning("Asterisk reports an error", code=payload[:1].hex())

    def _take_sound(self, kind: int, payload: bytes) -> None:
        if kind != self._kind:
            self._kind, rate = kind, RATES[kind]
            is_other = rate != SAMPLE_RATE_HZ
            self._down = StreamResampler(rate, SAMPLE_RATE_HZ) if is_other else None
            self._up = StreamResampler(SAMPLE_RATE_HZ, rate) if is_other else None
        payload = payload[: len(payload) & ~1]
        for sound in self._frames.cut(self._down.accept(payload) if self._down is not None else payload):
            self._events.put(sound)

    def events(self) -> AsyncIterator[MediaEvent]:
        """Yield what comes; the last is CallEnded."""
        return self._events.events()

    def send(self, frame: bytes) -> None:
        """Send 20 ms at the rate in which sound comes."""
        if self._is_over or self._writer.transport.get_write_buffer_size() > _MOST_UNSENT_BYTES:
            return
        payload = self._up.accept(frame) if self._up is not None else frame
        if payload:
            self._sent += 1
            self._writer.write(struct.pack("!BH", self._kind, len(payload)) + payload)

    async def transfer(self, request: TransferRequest) -> bool:
        """Leave word for the dialplan and hang up."""
        await self._outcomes.note(self._call_id, "urgent" if request.is_urgent else "agent")
        await self.hang_up()
        return True

    async def hang_up(self) -> None:
        """End the call."""
        if not self._is_over:
            self._writer.write(struct.pack("!BH", HANG_UP, 0))
        self._end("us")

    def _end(self, cause: str) -> None:
        if not self._is_over:
            self._is_over = True
            self._events.put(CallEnded(cause))

    def quality(self) -> LineQuality:
        """TCP loses nothing."""
        return LineQuality(packets_sent=self._sent, packets_received=self._received)


@dataclass(slots=True)
class AudioSocketLine:
    """The TCP port that Asterisk connects to."""

    settings: AudioSocketSettings
    take_call: TakeCall
    outcomes: Outcomes
    _server: asyncio.Server | None = None
    _calls: int = 0

    async def start(self) -> None:
        """Listen. Raises LineUnavailable."""
        settings = self.settings
        try:
            self._server = await asyncio.start_server(self._connected, settings.bind, settings.port)
        except OSError as error:
            raise LineUnavailable(f"TCP {settings.bind}:{settings.port}: {error.strerror or error}") from error

    async def stop(self) -> None:
        """Stop listening; calls end with their connections."""
        if self._server is not None:
            self._server.close()

    @property
    def address(self) -> str:
        """Where Asterisk connects."""
        return f"AudioSocket {self.settings.bind}:{self.port}"

    @property
    def port(self) -> int:
        """The port that was bound."""
        return int(self._server.sockets[0].getsockname()[1]) if self._server is not None else 0

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = writer.get_extra_info("peername")
        try:
            if str(peer[0]) in PeerList(self.settings.allow_peers, with_loopback=False):
                await self._hold(reader, writer)
        finally:
            writer.close()

    async def _hold(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_HELLO_SECONDS):
                kind, payload = await read_frame(reader)
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError):
            return
        if kind != CALL_ID or len(payload) != 16 or self._calls >= self.settings.max_calls:
            CALLS_REFUSED.labels("busy" if kind == CALL_ID else "offer").inc()
            writer.write(struct.pack("!BH", HANG_UP, 0))
            return
        call = AudioSocketCall(str(uuid.UUID(bytes=payload)), reader, writer, self.outcomes)
        reading = asyncio.create_task(call.read())
        self._calls += 1
        try:
            await self.take_call(call)
        finally:
            self._calls -= 1
            await call.hang_up()
            reading.cancel()


async def read_frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Return (type, payload). Raises IncompleteReadError at the end of the connection."""
    kind, length = struct.unpack("!BH", await reader.readexactly(3))
    return kind, await reader.readexactly(length)
