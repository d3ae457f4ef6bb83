"""The phone line: real calls over SIP and RTP to a started server, spoken by the synthetic voice.

First sound is what the call records say: from the caller's last voiced frame to the first frame of the answer, with the
pause that ends a turn. Interruption is heard at the caller's ear: from the first voiced sample to silence.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

import numpy as np

from bench.errors import NotMeasurable, ServerFailed
from bench.figures import Extent, Figure, collect_figures, percentile
from bench.server import ready_server
from connectors.phone.caller import Caller
from speech.engines import open_synthesizer
from speech.protocols import FRAME_SECONDS, SAMPLE_RATE_HZ

SAYINGS = ("我要查电费", "上个月用了多少度电", "我家停电了")
INTERRUPTIONS = ("等一下我要查电费", "我家停电了", "你先听我说", "停停停")
_NOTICE_SECONDS = 3.2
"""By then the notice, which is not interrupted, is over and the greeting is not."""
_OPENING_SECONDS = 30.0
_VOICED = 300
_POLL_SECONDS = 0.2
_ADDRESS = re.compile(r"^Phone on (sip:\S+)$", re.MULTILINE)
_UNITS = {
    "first sound: median": "ms",
    "first sound: 95 %": "ms",
    "interruption: median": "ms",
    "interruption: worst": "ms",
    "worst frame was late by": "ms",
}


def measure_phone(extent: Extent) -> list[Figure]:
    """Hold ten calls at once, then interrupt a few. Raises NotMeasurable without a recognition model."""
    calls = extent.choose(10, 2)
    repeats = [_one_repeat(calls) for _ in range(extent.repeats)]
    return collect_figures(_UNITS, repeats, f"{calls} calls at once")


def _one_repeat(calls: int) -> dict[str, float]:
    with ready_server() as server:
        cut = asyncio.run(_talk(server.home, calls))
        return _figures(list(_records(server.home)), cut)


def _figures(records: Sequence[dict[str, Any]], cut: Sequence[float]) -> dict[str, float]:
    totals = [
        turn["seconds"]["total"]
        for record in records
        for turn in record["turns"]
        if turn["role"] == "customer" and turn["kind"] == "speech" and turn["seconds"]["total"] is not None
    ]
    if not totals:
        raise NotMeasurable("no turn was understood: is there a recognition model (`gridtalk speech check`)?")
    values = (
        percentile(totals, 0.5),
        percentile(totals, 0.95),
        percentile(cut, 0.5),
        max(cut),
        max(record["line"]["worst_frame_lateness_seconds"] for record in records),
    )
    return {name: 1000 * value for name, value in zip(_UNITS, values, strict=True)}


async def _talk(home: Path, calls: int) -> list[float]:
    synthesizer = open_synthesizer()
    try:
        sayings, interruptions = [await _sounds(synthesizer, texts) for texts in (SAYINGS, INTERRUPTIONS)]
    finally:
        await synthesizer.close()
    uri = await await_line(home)
    await asyncio.gather(*(_converse(uri, sayings, 0.3 * number) for number in range(calls)))
    return [await _interrupt(uri, sound) for sound in interruptions]


async def _sounds(synthesizer: Any, texts: Sequence[str]) -> list[bytes]:
    sounds = []
    for text in texts:
        async with aclosing(synthesizer.speak(text)) as pieces:
            sounds.append(b"".join([piece async for piece in pieces]))
    return sounds


async def await_line(home: Path) -> str:
    """Return the address; the line opens a moment after the web server. Raises NotMeasurable when its port is taken."""
    log = home / "server.log"
    for _ in range(round(_OPENING_SECONDS / _POLL_SECONDS)):
        told = log.read_text("utf-8", errors="replace")
        if (found := _ADDRESS.search(told)) is not None:
            return found.group(1)
        if "phone: no calls" in told:
            raise NotMeasurable("the phone line's port is taken by another program")
        await asyncio.sleep(_POLL_SECONDS)
    raise ServerFailed("the phone line did not open")


async def _converse(uri: str, sounds: Sequence[bytes], after_seconds: float) -> None:
    await asyncio.sleep(after_seconds)
    async with Caller(uri) as caller:
        await caller.hears(10)
        for sound in sounds:
            await caller.hears_out(quiet_seconds=1.0)
            caller.say(sound)
            await caller.said()
            await caller.hears(10)


async def _interrupt(uri: str, sound: bytes) -> float:
    """Return the seconds from the first voiced sample to silence."""
    onset = int(np.argmax(np.abs(np.frombuffer(sound, np.int16).astype(int)) > _VOICED)) / SAMPLE_RATE_HZ
    async with Caller(uri) as caller:
        await asyncio.sleep(_NOTICE_SECONDS)
        began = caller.now + onset
        caller.say(sound)
        await asyncio.sleep(1.2)
        heard = [at for at in caller.earful.audible_at if at < began + 1.0]
        return heard[-1] + FRAME_SECONDS - began


def _records(home: Path) -> Iterator[dict[str, Any]]:
    for path in (home / "calls").rglob("*.json"):
        yield json.loads(path.read_text("utf-8"))
