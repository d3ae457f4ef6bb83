"""A SIP line on loopback with a short dialogue behind it: real UDP, scripted ears, a voice of tones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.phone.calls import PhoneCalls
from connectors.phone.settings import SipSettings
from connectors.phone.sip_line import SipLine, TakeCall
from speech.call import CallTools
from speech.call_settings import CallSettings
from speech.protocols import CallerTurn, Hint, Question, Replies, SpokenReply
from speech.vad import EnergyVad
from speech.voice import Voice
from tests.connectors.phone.raw_phone import RawPhone
from tests.speech.scripted_call import ScriptedEars, Tones

GREETING = "您好，请讲。"


class PhoneWorld:
    """The line, what its callers said, and phones to dial it with."""

    def __init__(self, line: SipLine, take: TakeCall, folder: Path, turns: list[CallerTurn]) -> None:
        self.line = line
        self.take = take
        self.folder = folder
        self.turns = turns
        self.phones: list[RawPhone] = []

    @property
    def address(self) -> tuple[str, int]:
        return self.line.socket.local_addr

    @property
    def uri(self) -> str:
        return f"sip:95598@127.0.0.1:{self.address[1]}"

    async def phone(self, host: str = "127.0.0.1") -> RawPhone:
        phone = await RawPhone(self.address, host).open()
        self.phones.append(phone)
        return phone

    async def idle(self, within_seconds: float = 3.0) -> None:
        """Wait until no call is held."""
        async with asyncio.timeout(within_seconds):
            while self.line.calls:
                await asyncio.sleep(0.01)


OpenWorld = Callable[..., Awaitable[PhoneWorld]]


async def _respond(turn: CallerTurn, turns: list[CallerTurn]) -> Replies:
    turns.append(turn)
    if turn.text == "99":
        return Replies((SpokenReply("正在转接。"),), transfer_summary="停电；我家没电了", is_urgent=True)
    if turn.text == "88":
        return Replies((SpokenReply("再见。"),), hangs_up=True)
    return Replies((SpokenReply("好的。"),), Question(Hint("digits"), min_digits=2, max_digits=4))


@pytest.fixture
async def open_world(tmp_path: Path) -> AsyncIterator[OpenWorld]:
    """Open a line with these settings."""
    opened: list[PhoneWorld] = []
    pool = ThreadPoolExecutor(2)

    async def open_line(*, is_demo: bool = True, recorded: bool = False, **settings: Any) -> PhoneWorld:
        turns: list[CallerTurn] = []

        async def respond(turn: CallerTurn) -> Replies:
            return await _respond(turn, turns)

        first = Question(Hint("digits"), min_digits=2, max_digits=4)
        call_settings = CallSettings(greeting=GREETING, is_recorded=recorded, first_question=first)
        clock = lambda: datetime(2026, 11, 21, 9, 0, tzinfo=UTC)  # noqa: E731
        tools = CallTools(EnergyVad, ScriptedEars(), Voice(Tones(0.06)), pool, clock)
        calls = PhoneCalls(tools, call_settings, lambda *_: respond, tmp_path / "calls", pool)
        told = {"bind": "127.0.0.1", "port": 0, "ring_seconds": 0.02} | settings
        line = SipLine(SipSettings(**told), calls.take, is_demo=is_demo)
        await line.start()
        opened.append(PhoneWorld(line, calls.take, tmp_path / "calls", turns))
        return opened[-1]

    yield open_line
    for world in opened:
        await world.line.stop()
        for phone in world.phones:
            phone.close()
    pool.shutdown()


@pytest.fixture
async def world(open_world: OpenWorld) -> PhoneWorld:
    """A line with the settings of a demo."""
    return await open_world()
