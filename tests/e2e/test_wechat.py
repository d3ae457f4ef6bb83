"""WeChat against the running product: real processes, SQLite, and `kill -9` in the middle of everything."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import aiohttp
import pytest

from tests.connectors.wechat.simulator import AES_KEY, APP_ID, SECRET, TOKEN, Heard, WeChatSide

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("GRIDTALK_TEST_KILLS", "3"))
CUSTOMERS = 12
MOST_DELIVERIES = 12
"""WeChat gives up after the fourth; a busy machine may need longer than 20 s to start the server again."""


class Product:
    """`gridtalk run` with these doors; started, killed, and started again over the same folder."""

    def __init__(self, home: Path, doors: str) -> None:
        self.home = home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.credentials = home / "credentials.yml"
        self.credentials.write_text(f"rest: {{}}\n{doors}\n", "utf-8")
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [sys.executable, "-m", "gridtalk", "run", "--port", str(self.port), "--workers", "2"]
        environment = {**os.environ, "GRIDTALK_HOME": str(self.home), "WX_SECRET": SECRET, "GRIDTALK_TOKEN": "t"}
        environment.pop("GRIDTALK_NOW", None)  # stamps here are of the machine's clock, and the window is five minutes
        self.process = subprocess.Popen(
            [*command, "--credentials", str(self.credentials)],
            cwd=ROOT,
            env=environment,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def kill(self) -> None:
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    async def is_up(self, seconds: float = 60.0) -> None:
        deadline = time.monotonic() + seconds
        async with aiohttp.ClientSession() as session:
            while time.monotonic() < deadline:
                try:
                    async with session.get(self.url + "/healthz") as response:
                        if response.status == 200:
                            return
                except aiohttp.ClientError:
                    await asyncio.sleep(0.1)
        raise TimeoutError("the server did not start")

    async def said(self, sender: str) -> list[str]:
        """What the customer of a conversation said, by its tracker."""
        path = f"{self.url}/conversations/{sender}/tracker"
        bearer = {"Authorization": "Bearer t"}
        async with aiohttp.ClientSession() as session, session.get(path, headers=bearer) as response:
            tracker = await response.json()
        return [event["text"] for event in tracker["events"] if event["event"] == "user"]


@pytest.mark.timeout(1800)
async def test_kill_9_in_the_middle_loses_nothing_and_repeats_nothing(tmp_path: Path) -> None:
    side = WeChatSide(time.time)
    async with side.serving() as base:
        account = f"app_id: {APP_ID}, app_secret: '${{WX_SECRET}}', token: {TOKEN}, encoding_aes_key: {AES_KEY}"
        product = Product(tmp_path, f"wechat: {{{account}, api_base: '{base}'}}")
        side.url = f"{product.url}/webhooks/wechat/webhook"
        product.start()
        try:
            await product.is_up()
            for kill in range(KILLS):
                await _talk_and_kill(product, side, kill)
        finally:
            product.kill()


async def _talk_and_kill(product: Product, side: WeChatSide, number: int) -> None:
    chance = random.Random(number)
    openids = [f"o{number}-{index}" for index in range(CUSTOMERS)]

    async def customer(openid: str) -> Heard:
        await asyncio.sleep(chance.random() * 0.4)
        return await side.insist(side.message(openid, "居民电价是多少"), retries=MOST_DELIVERIES)

    talking = [asyncio.create_task(customer(openid)) for openid in openids]
    await asyncio.sleep(0.05 + 0.1 * (number % 7))
    product.kill()
    product.start()
    heard = dict(zip(openids, await asyncio.gather(*talking), strict=True))
    await product.is_up()
    async with asyncio.timeout(90):
        while any(not heard[openid].text and not side.texts(openid) for openid in openids):
            await asyncio.sleep(0.1)
    await asyncio.sleep(1.5)
    for openid in openids:
        answers = Counter([*([heard[openid].text] if heard[openid].text else []), *side.texts(openid)])
        assert sum(answers.values()) == 1, openid
        assert await product.said(f"wechat:{openid}") == ["居民电价是多少"]
