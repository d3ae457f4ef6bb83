"""A chat window's side of the protocol, on real sockets."""

from __future__ import annotations

import io
import struct
import wave
from typing import Any

from aiohttp import ClientWebSocketResponse
from PIL import Image

from tests.connectors.conftest import Client

Frame = dict[str, Any]


async def open_session(client: Client, **body: Any) -> dict[str, Any]:
    """Open a session."""
    response = await client.post("/webchat/session", json=body)
    assert response.status == 200, await response.text()
    opened: dict[str, Any] = await response.json()
    return opened


def bearer(session: dict[str, Any]) -> dict[str, str]:
    """The header that shows a session's token."""
    return {"Authorization": f"Bearer {session['token']}"}


async def connect(client: Client, session: dict[str, Any], last_event_id: int = 0) -> ClientWebSocketResponse:
    """Open a WebSocket and say hello."""
    socket = await client.ws_connect("/webchat/ws")
    await socket.send_json({"type": "hello", "token": session["token"], "last_event_id": last_event_id})
    return socket


async def say(socket: ClientWebSocketResponse, text: str, message_id: str) -> None:
    """Say something."""
    await socket.send_json({"type": "message", "text": text, "message_id": message_id})


async def frames_until(socket: ClientWebSocketResponse, kind: str, count: int = 1) -> list[Frame]:
    """Return all frames up to the `count`-th one whose type or kind is `kind`."""
    frames: list[Frame] = []
    while count:
        frame = await socket.receive_json(timeout=5)
        frames.append(frame)
        count -= kind in (frame["type"], frame.get("kind"))
    return frames


def events_of(frames: list[Frame]) -> list[Frame]:
    """Only the messages."""
    return [frame for frame in frames if frame["type"] == "event"]


def picture(width: int = 60, height: int = 30) -> bytes:
    """A JPEG that tells where it was taken."""
    made = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[0x0112] = 6  # lies on its side
    Image.new("RGB", (width, height), "teal").save(made, "JPEG", exif=exif)
    return made.getvalue()


def sound(seconds: float) -> bytes:
    """A WAV with a rising tone."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"".join(struct.pack("<h", place % 3000) for place in range(int(8000 * seconds))))
    return made.getvalue()
