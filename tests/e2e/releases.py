"""Releases beside the running server: made of a changed copy of the project, moved over HTTP, customers meanwhile."""

from __future__ import annotations

import asyncio
import threading
import time
import urllib.error
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.releases.book import ReleaseBook
from bot.releases.make import make_release
from bot.releases.manifest import GateVerdict, Manifest
from storage.database import open_database
from storage.secret import load_cipher
from tests.e2e.conftest import ROOT, DemoServer

REASON = {"reason": "端到端测试"}
STARTED = 1795140000.0
SAID = ("你好", "居民用电多少钱一度", "我家停电了")


def make(
    server: DemoServer, name: str, changes: dict[str, Callable[[str], str]], gates: GateVerdict | None = None
) -> None:
    """Make a draft of the project with changed files, and enter it into the book of the running server."""
    manifest = Manifest(id=name, made_at=STARTED, made_by="trainer", note=f"试验版 {name}", gates=gates)
    changed = make_release(ROOT, server.home / "changed", manifest=manifest)
    for path, change in changes.items():
        file = changed / path
        text = change(file.read_text("utf-8"))
        file.unlink()
        file.write_text(text, "utf-8")
    folder = make_release(changed, server.home, manifest=manifest)
    asyncio.run(_enter(server, folder, manifest))


async def _enter(server: DemoServer, folder: Path, manifest: Manifest) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("GRIDTALK_HOME", str(server.home))
        database = open_database(f"sqlite:///{server.home / 'gridtalk.sqlite'}", cipher=load_cipher())
    try:
        await ReleaseBook(database).add(folder, manifest)
    finally:
        await database.close()


def act(server: DemoServer, path: str, **body: Any) -> dict[str, Any]:
    """Do something with releases as a machine of this computer may."""
    answer: dict[str, Any] = server.post(f"/console/api{path}", {**REASON, **body})
    return answer


def wait_for_workers(server: DemoServer, is_so: Callable[[dict[str, Any]], bool], seconds: float = 60.0) -> float:
    """Wait until every worker says so; return how long that took."""
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        page = server.get("/console/api/serving")
        here = [one for one in page["workers"] if one["revision"] == page["serving"]["revision"]]
        if len(here) == 2 and all(is_so(one) for one in here):
            return time.monotonic() - started
        time.sleep(0.1)
    raise TimeoutError(f"not in {seconds} s: {page}")


@dataclass
class Customers:
    """Customers who talk all the time, from two sides."""

    server: DemoServer
    answered: int = 0
    wrong: list[str] = field(default_factory=list)
    _ended: threading.Event = field(default_factory=threading.Event)

    def talk(self, side: int) -> None:
        """Say things until it is over."""
        number = 0
        while not self._ended.is_set():
            number += 1
            try:
                if not self.server.say(
                    f"load-{side}-{number % 40}", ("你好", "居民用电多少钱一度", "我家停电了")[number % 3]
                ):
                    self.wrong.append("no reply")
            except urllib.error.HTTPError as error:
                self.wrong.append(f"{error.code} {error.read()[:200]!r}")
            self.answered += 1

    @contextmanager
    def talking(self) -> Iterator[Customers]:
        """Let them talk meanwhile."""
        threads = [threading.Thread(target=self.talk, args=(side,)) for side in range(2)]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._ended.set()
            for thread in threads:
                thread.join()
