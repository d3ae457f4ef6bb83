"""REST by callback against the running product: `kill -9` in the middle loses no reply and makes no second turn."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.e2e.test_wechat import CUSTOMERS, KILLS, Product

QUESTION = "居民电价是多少"
TIMES = KILLS if KILLS > 3 else 1
"""The suite has little time; WeChat's test kills more often."""


class Address:
    """The operator's address; a post is known by its key, some get their answer late or never."""

    def __init__(self) -> None:
        self.posts = 0
        self.taken: dict[str, dict[str, Any]] = {}

    async def take(self, request: web.Request) -> web.Response:
        self.posts += 1
        self.taken[request.headers["Idempotency-Key"]] = await request.json()
        return web.Response(status=503 if self.posts % 5 == 0 else 200)

    def replies_to(self, sender: str) -> list[dict[str, Any]]:
        return [content for content in self.taken.values() if content["recipient_id"] == sender]


async def say(product: Product, sender: str) -> None:
    """Send a message again until it is accepted, as a client does."""
    body = {"sender": sender, "message": QUESTION, "message_id": f"m-{sender}"}
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
        while True:
            try:
                url = f"{product.url}/webhooks/callback/webhook"
                async with session.post(url, json=body) as response:
                    if response.status == 200:
                        return
            except (aiohttp.ClientError, TimeoutError):
                pass  # the server is dead just now
            await asyncio.sleep(0.1)


@pytest.mark.timeout(1800)
async def test_kill_9_in_the_middle_loses_no_reply_and_makes_no_second_turn(tmp_path: Path) -> None:
    address, there = Address(), web.Application()
    there.router.add_post("/in", address.take)
    async with TestServer(there) as server:
        product = Product(tmp_path, f"callback: {{url: '{server.make_url('/in')}', secret: s}}")
        product.start()
        try:
            await product.is_up()
            for kill in range(TIMES):
                await talk_and_kill(product, address, kill)
        finally:
            product.kill()


async def talk_and_kill(product: Product, address: Address, number: int) -> None:
    chance = random.Random(number)
    senders = [f"c{number}-{index}" for index in range(CUSTOMERS)]

    async def customer(sender: str) -> None:
        await asyncio.sleep(chance.random() * 0.4)
        await say(product, sender)

    talking = [asyncio.create_task(customer(sender)) for sender in senders]
    await asyncio.sleep(0.05 + 0.1 * (number % 7))
    product.kill()
    product.start()
    await asyncio.gather(*talking)
    await product.is_up()
    async with asyncio.timeout(90):  # a letter that a dead worker had in hand is free again after its lease
        while any(not address.replies_to(sender) for sender in senders):
            await asyncio.sleep(0.1)
    for sender in senders:
        assert await product.said(sender) == [QUESTION]
        assert len(address.replies_to(sender)) == 1, sender
