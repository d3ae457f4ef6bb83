"""The doors for Asterisk (AudioSocket) and FreeSWITCH (WebSocket), over real sockets."""

from __future__ import annotations

import asyncio
import struct
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import numpy as np
import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr

from connectors.phone.audiosocket import AudioSocketLine, read_frame
from connectors.phone.freeswitch import FreeSwitchLine
from connectors.phone.outcomes import Outcomes
from connectors.phone.settings import AudioSocketSettings, FreeSwitchSettings
from tests.connectors.phone.conftest import OpenWorld, PhoneWorld

TOKEN = "a-token-of-24-characters"
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class AsteriskLine:
    """The door and a folder of outcomes."""

    def __init__(self, world: PhoneWorld, folder: Path, **settings: object) -> None:
        self.world = world
        self.outcomes = Outcomes(folder)
        told = AudioSocketSettings(port=0, **settings)  # type: ignore[arg-type]
        self.line = AudioSocketLine(told, world.take, self.outcomes)

    async def connect(self, call_id: uuid.UUID | None = None) -> Streams:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.line.port)
        if call_id is not None:
            writer.write(struct.pack("!BH", 1, 16) + call_id.bytes)
        return reader, writer


@pytest.fixture
async def asterisk(open_world: OpenWorld, tmp_path: Path) -> AsyncIterator[AsteriskLine]:
    line = AsteriskLine(await open_world(), tmp_path / "outcomes", max_calls=1)
    await line.line.start()
    yield line
    await line.line.stop()


async def frames_of(reader: asyncio.StreamReader, seconds: float) -> list[tuple[int, bytes]]:
    """What comes in this time."""
    found = []
    try:
        async with asyncio.timeout(seconds):
            while True:
                found.append(await read_frame(reader))
    except (TimeoutError, asyncio.IncompleteReadError):
        return found


@pytest.mark.parametrize(("kind", "size"), [(0x10, 320), (0x12, 640)])
async def test_asterisk_gets_sound_at_its_rate_50_times_a_second(asterisk: AsteriskLine, kind: int, size: int) -> None:
    reader, writer = await asterisk.connect(uuid.uuid4())
    writer.write(struct.pack("!BH", kind, size) + bytes(size))
    sound = [payload for found, payload in await frames_of(reader, 0.6) if found == kind]
    assert 22 <= len(sound) <= 32
    assert np.abs(np.frombuffer(b"".join(sound), np.int16)).max() > 5000
    assert len(sound[-1]) == size
    writer.close()


async def test_asterisks_keys_are_a_turn_and_a_person_is_left_to_the_dialplan(asterisk: AsteriskLine) -> None:
    call_id = uuid.uuid4()
    reader, writer = await asterisk.connect(call_id)
    await frames_of(reader, 0.3)
    for key in b"99#":
        writer.write(struct.pack("!BHB", 3, 1, key))
    frames = await frames_of(reader, 4)
    assert frames[-1] == (0, b"")
    assert [turn.text for turn in asterisk.world.turns] == ["99"]
    application = web.Application()
    application.router.add_routes(asterisk.outcomes.routes())
    async with TestClient(TestServer(application)) as client:
        told = [await (await client.get(f"/phone/outcome/{call_id}")).text() for _ in range(2)]
        other = await (await client.get("/phone/outcome/..%2f..%2fetc")).text()
    assert told == ["urgent", "hangup"]
    assert other == "hangup"


async def test_a_second_call_and_a_stranger_to_the_protocol_are_let_go(asterisk: AsteriskLine) -> None:
    _, first = await asterisk.connect(uuid.uuid4())
    await asyncio.sleep(0.1)
    reader, _ = await asterisk.connect(uuid.uuid4())
    assert await frames_of(reader, 1) == [(0, b"")]
    reader, writer = await asterisk.connect()
    writer.write(b"GET / HTTP/1.1\r\n\r\n" * 3)
    writer.write_eof()
    assert (await frames_of(reader, 1))[:1] in ([], [(0, b"")])
    first.close()


@pytest.fixture
async def freeswitch(world: PhoneWorld) -> AsyncIterator[tuple[PhoneWorld, str]]:
    line = FreeSwitchLine(FreeSwitchSettings(port=0, token=SecretStr(TOKEN)), world.take)
    await line.start()
    yield world, f"http://127.0.0.1:{line.port}/"
    await line.stop()


async def test_freeswitch_talks_by_websocket_with_keys_and_transfer(freeswitch: tuple[PhoneWorld, str]) -> None:
    world, address = freeswitch
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{address}?token={TOKEN}&call=fs-1") as socket:
        await socket.send_str("whatever the dialplan says")
        sound = b""
        for _ in range(40):
            await socket.send_bytes(bytes(320))
            sound += await socket.receive_bytes(timeout=2)
        assert np.abs(np.frombuffer(sound, np.int16)).max() > 5000
        for key in "99#":
            await socket.send_json({"type": "key", "key": key})
        told = [message.data async for message in socket if message.type is aiohttp.WSMsgType.TEXT]
    assert [turn.text for turn in world.turns] == ["99"]
    assert orjson.loads(told[0])["type"] == "transfer"
    assert orjson.loads(told[0])["conversation"] == "phone:fs-1"


async def test_freeswitch_needs_the_token(freeswitch: tuple[PhoneWorld, str]) -> None:
    _, address = freeswitch
    async with aiohttp.ClientSession() as session, session.get(f"{address}?token=wrong") as response:
        assert response.status == 403
