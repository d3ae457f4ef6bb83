"""What releases cost: a turn without a candidate, with one in the shadow, in a canary; time and memory to hold two."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from bench.figures import MEGABYTE, Extent, Figure, collect_figures, percentile
from bench.server import ROOT
from bot.assembly import Bot, build_bot
from bot.assistant import Converses
from bot.message import UserMessage
from bot.releases.follower import ReleaseFollower
from bot.releases.make import make_release
from bot.releases.manifest import Manifest
from storage.clock import system_clock
from storage.home import home_folder, passing_home

SAID = ("你好", "居民用电多少钱一度", "空调怎么开省电", "谢谢你啊", "充电桩电价是多少", "今天天气真好")
"""No back end is needed for an answer."""
CANDIDATE = "candidate"
_REASON = "measured"
_DIRECT, _NONE, _SHADOW, _CANARY = "past the router", "no candidate", "candidate in the shadow", "candidate in a canary"


def measure_releases(extent: Extent) -> list[Figure]:
    """Answer the same sentences in the four ways, block by block in turns, so that a busy machine hits them alike."""
    repeats = [_measure(extent.choose(40, 2), extent.choose(18, 6)) for _ in range(extent.repeats)]
    turns = {f"turn, {way}: p50": "ms" for way in (_DIRECT, _NONE, _SHADOW, _CANARY)}
    units = {
        **turns,
        "loading a second release": "s",
        "slowest turn meanwhile": "ms",
        "memory of a second release": "MB",
    }
    return collect_figures(units, repeats)


def _measure(blocks: int, size: int) -> dict[str, float]:
    with passing_home("gridtalk-bench-"):
        return asyncio.run(_in_process(blocks, size))


async def _in_process(blocks: int, size: int) -> dict[str, float]:
    bot = await build_bot(ROOT, system_clock, serves_releases=True)
    bot.ready.set()
    follower = bot.follower
    assert follower is not None
    try:
        await follower.look()
        ways: dict[str, Converses] = {_DIRECT: bot.assistant.stable.assistant, _NONE: bot.assistant}
        figures = await _by_turns(ways, blocks, size)
        figures |= await _loading(bot, follower)
        figures |= await _by_turns({_SHADOW: bot.assistant}, blocks // 2, size)
        await follower.book.canary(CANDIDATE, 100, by=_REASON, reason=_REASON)
        await follower.look()
        return figures | await _by_turns({_CANARY: bot.assistant}, blocks // 2, size)
    finally:
        await bot.close()


async def _loading(bot: Bot, follower: ReleaseFollower) -> dict[str, float]:
    manifest = Manifest(id=CANDIDATE, made_at=time.time(), made_by=_REASON)
    folder = await asyncio.to_thread(make_release, ROOT, home_folder(), manifest=manifest)
    await follower.book.add(folder, manifest)
    await follower.book.shadow(CANDIDATE, by=_REASON, reason=_REASON)
    before, began, slowest = _resident(), time.perf_counter(), 0.0
    while len(bot.assistant.loaded()) < 2:
        await follower.look()
        slowest = max(slowest, *await _block(bot.assistant, len(SAID)))
    seconds = time.perf_counter() - began
    return {
        "loading a second release": seconds,
        "slowest turn meanwhile": slowest,
        "memory of a second release": _resident() - before,
    }


async def _by_turns(ways: dict[str, Converses], blocks: int, size: int) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(blocks + 1):
        for name, assistant in ways.items():
            found = await _block(assistant, size)
            if number:  # the first block warms up
                times[name] += found
    return {f"turn, {name}: p50": percentile(found, 0.5) for name, found in times.items()}


async def _block(assistant: Converses, size: int) -> Sequence[float]:
    answer: Callable[[UserMessage], Awaitable[object]] = assistant.answer
    times = []
    for number in range(size):
        message = UserMessage(SAID[number % len(SAID)], f"customer-{time.perf_counter_ns()}", "app")
        began = time.perf_counter()
        await answer(message)
        times.append(1000 * (time.perf_counter() - began))
    return times


def _resident() -> float:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / MEGABYTE
