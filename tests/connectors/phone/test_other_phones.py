"""Calls of baresip, a softphone. Where it is not installed the tests are skipped and counted."""

from __future__ import annotations

import asyncio
import shutil
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import orjson
import pytest

from tests.connectors.phone.conftest import OpenWorld, PhoneWorld
from tests.connectors.phone.sipp_scenario import run

MODULES = Path("/usr/lib/baresip/modules")
needs_sipp = pytest.mark.skipif(shutil.which("sipp") is None, reason="sipp is not installed (sip-tester)")
needs_baresip = pytest.mark.skipif(
    shutil.which("baresip") is None or not MODULES.is_dir(), reason="baresip is not installed"
)
CONFIG = """
module_path {modules}
module g711.so
module aufile.so
module sndfile.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control}
sip_listen 127.0.0.1:0
net_interface 127.0.0.1
audio_source aufile,{folder}/caller.wav
snd_path {folder}
"""


class Baresip:
    """A running baresip that is told what to do over its control port."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self._port = port
        folder.mkdir()
        (folder / "config").write_text(CONFIG.format(modules=MODULES, folder=folder, control=port))
        (folder / "accounts").write_text("<sip:tester@127.0.0.1>;regint=0;audio_codecs=PCMA\n")
        (folder / "contacts").write_text("")
        with wave.open(str(folder / "caller.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(8000)
            file.writeframes(bytes(16000 * 30))

    async def __aenter__(self) -> Baresip:
        self._running = asyncio.create_task(run("baresip", "-f", str(self.folder), "-t", "15", within_seconds=20))
        async with asyncio.timeout(10):
            while True:
                try:
                    _, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
                    return self
                except OSError:
                    await asyncio.sleep(0.05)

    async def __aexit__(self, *_: object) -> None:
        await self.tell("quit")
        await self._running
        self._writer.close()

    async def tell(self, command: str, params: str = "") -> None:
        """Send a command as a netstring."""
        content = orjson.dumps({"command": command, "params": params})
        self._writer.write(f"{len(content)}:".encode() + content + b",")
        await self._writer.drain()

    async def press(self, keys: str) -> None:
        for key in keys:
            await self.tell("sndcode", key)
            await asyncio.sleep(0.3)


@needs_baresip
async def test_baresip_hears_the_greeting_presses_keys_and_comes_back_from_hold(
    world: PhoneWorld, tmp_path: Path, unused_tcp_port: int
) -> None:
    async with Baresip(tmp_path / "baresip", unused_tcp_port) as phone:
        await phone.tell("dial", world.uri)
        await asyncio.sleep(1.0)
        await phone.press("12#")
        (call,) = world.line._calls.values()
        await phone.tell("hold")
        await until(lambda: call.media.is_held)
        await phone.tell("resume")
        await until(lambda: not call.media.is_held)
        await phone.tell("hangup")
        await world.idle(5)
    assert [turn.text for turn in world.turns][:1] == ["12"]
    (heard,) = phone.folder.glob("*-dec.wav")
    with wave.open(str(heard)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    assert np.abs(samples).max() > 5000


@needs_baresip
@needs_sipp
async def test_baresip_is_handed_to_an_agent(
    open_world: OpenWorld, tmp_path: Path, unused_tcp_port: int, unused_udp_port: int
) -> None:
    world = await open_world(recorded=True, agent_uri=f"sip:agents@127.0.0.1:{unused_udp_port}")
    agent = asyncio.create_task(
        run("sipp", "-sn", "uas", "-i", "127.0.0.1", "-p", str(unused_udp_port), "-m", "1", "-nostdin",
            "-timeout", "12", cwd=tmp_path, within_seconds=15)
    )  # fmt: skip
    async with Baresip(tmp_path / "baresip", unused_tcp_port) as phone:
        await phone.tell("dial", world.uri)
        await asyncio.sleep(1.0)
        await phone.press("99#")
        await world.idle(8)
        await asyncio.sleep(0.3)
    status, printed = await agent
    assert status == 0, printed
    (record,) = [orjson.loads(path.read_bytes()) for path in world.folder.rglob("*.json")]
    assert record["outcome"] == "transferred"


async def until(holds: Callable[[], bool], within_seconds: float = 5.0) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(within_seconds):
        while not holds():
            await asyncio.sleep(0.02)
