"""FreeSWITCH's mod_audio_stream: a WebSocket per call, binary L16 at 8 kHz both ways.

The module carries no keys and no transfer: keys come as {"type": "key", "key": "5"} from the dialplan's script, which
is told {"type": "transfer" | "hangup"} as text.
"""

from __future__ import annotations

import asyncio
import hmac
import uuid
from collections.abc import AsyncIterator
from typing import Any

import orjson
from aiohttp import WSMsgType, web

from connectors.phone.errors import LineUnavailable
from connectors.phone.event_queue import EventQueue, FrameCutter
from connectors.phone.settings import FreeSwitchSettings
from connectors.phone.sip_line import TakeCall
from speech.media import CallEnded, KeyPressed, LineQuality, MediaEvent, TransferRequest

_LARGEST_MESSAGE = 64_000
_MOST_UNSENT = 50


class FreeSwitchCall:
    """Implements speech.media.MediaSession for one WebSocket."""

    def __init__(self, call_id: str, socket: web.WebSocketResponse) -> None:
        self._call_id = call_id
        self._socket = socket
        self._events = EventQueue()
        self._unsent: asyncio.Queue[bytes | str] = asyncio.Queue(_MOST_UNSENT)
        self._frames = FrameCutter()
        self._received = self._sent = 0
        self._is_over = False

    @property
    def call_id(self) -> str:
        """FreeSWITCH's UUID of the call, where it was told; else ours."""
        return self._call_id

    @property
    def can_transfer(self) -> bool:
        """The dialplan's script can."""
        return True

    async def read(self) -> None:
        """Read until the socket closes."""
        async for message in self._socket:
            if message.type is WSMsgType.BINARY:
                self._take_sound(message.data)
            elif message.type is WSMsgType.TEXT:
                self._take_text(message.data)
        self.end("caller")

    async def write(self) -> None:
        """Send what is queued."""
        while not self._socket.closed:
            item = await self._unsent.get()
            await (self._socket.send_bytes(item) if isinstance(item, bytes) else self._socket.send_str(item))

    def _take_sound(self, data: bytes) -> None:
        self._received += 1
        for sound in self._frames.cut(data):
            self._events.put(sound)

    def _take_text(self, text: str) -> None:
        told = parse_text(text)
        key = str(told.get("key", ""))
        if told.get("type") == "key" and len(key) == 1 and key in "0123456789*#":
            self._events.put(KeyPressed(key))

    def events(self) -> AsyncIterator[MediaEvent]:
        """Yield what comes; the last is CallEnded."""
        return self._events.events()

    def send(self, frame: bytes) -> None:
        """Queue 20 ms; a socket that takes nothing loses frames, not our clock."""
        if not self._is_over and not self._unsent.full():
            self._sent += 1
            self._unsent.put_nowait(frame)

    async def transfer(self, request: TransferRequest) -> bool:
        """Tell the script to hand the call over."""
        told = {"type": "transfer", "conversation": request.conversation_id, "summary": request.summary}
        await self._socket.send_str(orjson.dumps(told | {"urgent": request.is_urgent}).decode())
        return True

    async def hang_up(self) -> None:
        """Tell the script to hang up, and close."""
        if not self._is_over and not self._socket.closed:
            await self._socket.send_str('{"type": "hangup"}')
        self.end("us")
        await self._socket.close()

    def end(self, cause: str) -> None:
        """The call is over."""
        if not self._is_over:
            self._is_over = True
            self._events.put(CallEnded(cause))

    def quality(self) -> LineQuality:
        """TCP loses nothing."""
        return LineQuality(packets_sent=self._sent, packets_received=self._received)


class FreeSwitchLine:
    """A WebSocket server of its own, on the loop that sends sound."""

    def __init__(self, settings: FreeSwitchSettings, take_call: TakeCall) -> None:
        self._settings = settings
        self._take_call = take_call
        self._calls = 0
        application = web.Application()
        application.router.add_get("/", self._connected)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=2)

    async def start(self) -> None:
        """Listen. Raises LineUnavailable."""
        settings = self._settings
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, settings.bind, settings.port).start()
        except OSError as error:
            raise LineUnavailable(f"TCP {settings.bind}:{settings.port}: {error.strerror or error}") from error

    async def stop(self) -> None:
        """Close every call's socket."""
        await self._runner.cleanup()

    @property
    def address(self) -> str:
        """Where FreeSWITCH connects."""
        return f"ws://{self._settings.bind}:{self.port}/"

    @property
    def port(self) -> int:
        """The port that was bound."""
        return int(self._runner.addresses[0][1])

    async def _connected(self, request: web.Request) -> web.StreamResponse:
        given = request.query.get("token", "").encode()
        if not hmac.compare_digest(given, self._settings.token.get_secret_value().encode()):
            raise web.HTTPForbidden
        if self._calls >= self._settings.max_calls:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "5"})
        socket = web.WebSocketResponse(max_msg_size=_LARGEST_MESSAGE, heartbeat=15)
        await socket.prepare(request)
        call = FreeSwitchCall(_call_id(request), socket)
        halves = [asyncio.create_task(call.read()), asyncio.create_task(call.write())]
        self._calls += 1
        try:
            await self._take_call(call)
        finally:
            self._calls -= 1
            await call.hang_up()
            for half in halves:
                half.cancel()
        return socket


def parse_text(text: str) -> dict[str, Any]:
    """Return a JSON object; anything else is nothing."""
    try:
        told = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return told if isinstance(told, dict) else {}


def _call_id(request: web.Request) -> str:
    told = request.query.get("call", "")
    return told if 0 < len(told) <= 128 else str(uuid.uuid4())
