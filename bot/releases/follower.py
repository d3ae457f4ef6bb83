"""Keeps one worker at what the book says: loads and drops releases, counts, judges the canary, rolls it back.

It looks every second, and never stands in the way of a message: loading happens on another thread, and while a
candidate is not loaded here the stable release answers everybody.
"""

from __future__ import annotations

import asyncio
import os
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import structlog

from bot.errors import StoreUnavailable
from bot.releases.alerts import WorkerBoard
from bot.releases.book import ReleaseBook
from bot.releases.counts import Figures
from bot.releases.failures import describe, place_of
from bot.releases.figures import FigureBook
from bot.releases.judge import Judged, judge_canary
from bot.releases.loaded import LoadedRelease
from bot.releases.router import ReleaseRouter
from bot.releases.settings import CanarySettings
from bot.releases.shadow import Mask, Shadow
from bot.releases.shadow_book import ShadowBook
from bot.releases.start import Load, load_and_probe
from bot.releases.values import Serving, WorkerState
from bot.releases.watch import Tally, TurnWatch
from storage.clock import Clock
from storage.database import Database

_LOG = structlog.get_logger(__name__)
LOOK_SECONDS: Final = 1.0
REPORT_SECONDS: Final = 10.0
MOST_CRASHES: Final = 2
"""Of processes that held a candidate, within a minute."""
_NAMES: Final = {
    "exceptions": "异常次数",
    "not_understood": "没听懂的比例",
    "failed_actions": "办理失败的比例",
    "handoffs": "转人工的比例",
    "one_intent": "同一意图的比例",
    "p95_ms": "耗时（毫秒，95 分位）",
}


@dataclass(slots=True)
class ReleaseFollower:
    """Follows the book in one worker."""

    book: ReleaseBook
    figures: FigureBook
    shadows: ShadowBook
    board: WorkerBoard
    router: ReleaseRouter
    load: Load
    settings: CanarySettings
    clock: Clock
    mask: Mask | None
    tally: Tally
    worker: str = field(default_factory=lambda: f"{socket.gethostname()[:48]}:{os.getpid()}")
    _loaded: dict[str, LoadedRelease] = field(default_factory=dict)
    _loading: dict[str, asyncio.Task[LoadedRelease]] = field(default_factory=dict)
    _failures: dict[str, tuple[str, str]] = field(default_factory=dict)
    """(kind, reason) by release: to be told to the book."""
    _exceptions: int = 0
    _is_new: bool = True
    _shadow: Shadow | None = None
    _in_use: tuple[object, ...] = ()
    _told: tuple[object, ...] = ()
    _reported_at: float = 0.0
    _problem: str = ""
    _awake: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def over(
        cls,
        database: Database,
        router: ReleaseRouter,
        load: Load,
        settings: CanarySettings,
        clock: Clock,
        mask: Mask | None,
    ) -> ReleaseFollower:
        """Return the follower of a worker that has loaded its stable release."""
        books = (ReleaseBook(database, clock), FigureBook(database), ShadowBook(database), WorkerBoard(database))
        follower = cls(*books, router, load, settings, clock, mask, Tally(lambda: clock().timestamp()))
        follower._loaded[router.stable.id] = router.stable
        router.on_failure = follower.note_failure
        return follower

    async def run(self) -> None:
        """Look for ever; a database that is away is asked again, and what is loaded goes on answering."""
        try:
            while True:
                self._awake.clear()
                try:
                    await self.look()
                    self._problem = ""
                except StoreUnavailable as error:
                    if not self._problem:
                        _LOG.warning("the book of releases is away; what is loaded goes on")
                    self._problem = str(error)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._awake.wait(), LOOK_SECONDS)
        finally:
            await self._end()

    async def look(self) -> None:
        """Do once what there is to do. Raises StoreUnavailable."""
        serving = await self.book.serving()
        if serving.revision != self.tally.revision:
            self.tally.revision, self._exceptions = serving.revision, 0
        await self._look_for_crashes(serving)
        if await self._tell_failures(serving):
            serving = await self.book.serving()
        await self._load(serving)
        self._use(serving)
        if serving.mode:
            await self._write(serving)
            await self._judge(serving)
        await self._report(serving)

    def note_failure(self, release: LoadedRelease, error: Exception) -> None:
        """Note that a candidate raised in a turn; beyond what is allowed this worker asks it no more, at once."""
        self.tally.of(release.id).exceptions += 1
        self._exceptions += 1
        if self._exceptions <= self.settings.exceptions or release is not self.router.candidate:
            return
        self.router.candidate = None
        self._failures[release.id] = ("exception", f"答复时抛出异常：{place_of(error)}")
        self._awake.set()

    async def _look_for_crashes(self, serving: Serving) -> None:
        """Once, when this worker is new: a candidate that took processes with it is not loaded again and again."""
        if not self._is_new:
            return
        self._is_new = False
        if serving.candidate is None:
            return
        crashes = await self.board.crashes(self.worker.rpartition(":")[0], serving.candidate)
        if crashes >= MOST_CRASHES:
            self._failures[serving.candidate] = ("exception", f"{crashes} 个进程在装载或使用它时退出")

    async def _tell_failures(self, serving: Serving) -> bool:
        """Tell the book what failed; say whether anything did."""
        has_failed = bool(self._failures)
        for name, (kind, reason) in list(self._failures.items()):
            if name in (serving.candidate, serving.stable) and await self.book.fail(name, kind, reason):
                _LOG.error("a release was rolled back", release=name, cause=kind)
            del self._failures[name]
        return has_failed

    async def _load(self, serving: Serving) -> None:
        """Begin to load what is wanted, take what is loaded, drop what is not wanted any more."""
        for name in (serving.stable, serving.candidate):
            if name is not None and not {name} & {*self._loaded, *self._loading, *self._failures}:
                loading = load_and_probe(name, self.load, self.settings.probes)
                self._loading[name] = asyncio.create_task(loading, name=f"load-{name}")
                self._loading[name].add_done_callback(lambda _: self._awake.set())
        for name, task in list(self._loading.items()):
            if not task.done():
                continue
            del self._loading[name]
            if (error := task.exception()) is not None:
                _LOG.error("a release cannot be loaded", release=name, cause=describe(error))
                self._failures[name] = ("load", f"装不上：{describe(error)}")
                self._awake.set()  # told at once, at the next look
            else:
                self._loaded[name] = task.result()
        wanted = {serving.stable, serving.former, serving.candidate, self.router.stable.id}
        for name in set(self._loaded) - wanted:
            del self._loaded[name]

    def _use(self, serving: Serving) -> None:
        """Let those answer who are to, as far as they are loaded."""
        stable = self._loaded.get(serving.stable)
        candidate = self._loaded.get(serving.candidate) if serving.candidate else None
        if candidate is not None and candidate.id in self._failures:
            candidate = None
        in_use = (serving.revision, stable, candidate, len(self._loaded))
        if in_use == self._in_use:
            return
        self._in_use = in_use
        if stable is not None:
            self.router.stable = stable
        is_canary = serving.mode == "canary" and stable is not None
        self.router.percent = serving.percent
        self.router.candidate = candidate if is_canary else None
        self.router.others = tuple(self._loaded.values())
        self._watch(serving, candidate)

    def _watch(self, serving: Serving, candidate: LoadedRelease | None) -> None:
        if self._shadow is not None:
            self._shadow.close()
            self._shadow = None
        for release in self._loaded.values():
            release.assistant.watch = None
        if serving.mode == "shadow" and candidate is not None:
            self._shadow = Shadow(self.router.stable, candidate, self.settings.shadow, self.clock, self.mask)
        if serving.mode:
            stable = self.router.stable
            stable.assistant.watch = TurnWatch(stable.id, self.tally, self._shadow)
        if serving.mode == "canary" and candidate is not None:
            candidate.assistant.watch = TurnWatch(candidate.id, self.tally)

    async def _write(self, serving: Serving) -> None:
        if changed := self.tally.take_changed():
            try:
                await self.figures.write(self.worker, changed)
            except StoreUnavailable:
                self.tally.put_back(changed)
                raise
        if self._shadow is None:
            return
        counts, found = self._shadow.take()
        if counts:
            name, most = self._shadow.candidate.id, self.settings.shadow.examples
            await self.shadows.write(name, self.worker, counts, found, most)
        if (error := self._shadow.failure) is not None:
            self._failures[self._shadow.candidate.id] = ("exception", f"影子里抛出异常：{place_of(error)}")
            self._awake.set()

    async def _judge(self, serving: Serving) -> None:
        if serving.mode != "canary" or serving.candidate is None or serving.candidate not in self._loaded:
            return
        at = self.clock().timestamp()
        stable, candidate = await self.figures.compare(serving, self.settings, at)
        breached = [one for one in judge_canary(stable, candidate, self.settings) if one.breached]
        if breached:
            self.router.candidate = None
            kind = "exception" if breached[0].name == "exceptions" else "breach"
            self._failures[serving.candidate] = (kind, _reason(breached[0], candidate))
            self._awake.set()

    async def _report(self, serving: Serving) -> None:
        """Tell the board what is loaded, when that changed and every few seconds."""
        at = self.clock().timestamp()
        candidate = serving.candidate if serving.candidate in self._loaded else None
        loading = f"装载中：{'、'.join(self._loading)}" if self._loading else ""
        state = WorkerState(
            worker=self.worker,
            seen_at=at,
            revision=serving.revision,
            stable=self.router.stable.id,
            candidate=candidate,
            problem=loading,
            megabytes=_megabytes(),
        )
        told = (serving.revision, state.stable, candidate, loading)
        if told != self._told or at - self._reported_at >= REPORT_SECONDS:
            await self.board.write(state)
            self._told, self._reported_at = told, at

    async def _end(self) -> None:
        for task in self._loading.values():
            task.cancel()
        if self._shadow is not None:
            self._shadow.close()
        try:
            if changed := self.tally.take_changed():
                await self.figures.write(self.worker, changed)
            await self.board.forget(self.worker)
        except StoreUnavailable:
            pass  # the board forgets it by itself


def _reason(one: Judged, candidate: Figures) -> str:
    is_share = one.name not in ("exceptions", "p95_ms")
    share = "{:.1%}".format if is_share else "{:g}".format
    before = f"稳定版 {share(one.stable)}，" if one.stable is not None else ""
    found = f"{_NAMES[one.name]} {share(one.candidate or 0)}，超过限度 {share(one.limit)}"
    return f"{found}（{before}候选 {candidate.turns} 轮）"


def _megabytes() -> float:
    """Return the memory of this process; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except OSError:
        return 0.0
