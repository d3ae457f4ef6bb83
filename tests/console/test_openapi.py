"""Whatever is sent to the console's API, nothing ends in a server error (schemathesis over its own document)."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from tests.bot.conftest import make_actions
from tests.console.conftest import Office, _open

TOKEN = {"Authorization": "Bearer machine-token"}
QUICKLY = settings(
    max_examples=1, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
ENDLESS = ["/console/api/desk/ws"]


class RunningOffice:
    """The console on an event loop of its own."""

    def __init__(self, folder: Path) -> None:
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.opened = _open(make_actions(), folder, None)
        self.office: Office = self.do(anext(self.opened))
        self.url = str(self.office.server.make_url("")).rstrip("/")

    def do(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    async def _shut(self) -> None:
        async for _ in self.opened:
            pass

    def close(self) -> None:
        self.do(self._shut())
        self.loop.call_soon_threadsafe(self.loop.stop)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningOffice]:
    """A console over a fresh home."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRIDTALK_HOME", str(tmp_path_factory.mktemp("home")))
        made = RunningOffice(tmp_path_factory.mktemp("office"))
        yield made
        made.close()


def test_nothing_ends_in_a_server_error(running: RunningOffice) -> None:
    told = requests.get(f"{running.url}/console/api/openapi.json", headers=TOKEN, timeout=10).json()
    document = schemathesis.openapi.from_dict(told).exclude(path=ENDLESS)
    failed, tried = list[Any](), 0

    def attempt(case: Any) -> None:
        response = case.call(base_url=running.url, headers=TOKEN, timeout=30)
        if response.status_code >= 500:
            failed.append((case.method, case.path, response.status_code, response.text[:300], case.body))

    for found in document.get_all_operations():
        operation = found.ok()
        for mode in GenerationMode:
            try:
                QUICKLY(given(case=operation.as_strategy(generation_mode=mode))(attempt))()
            except Unsatisfiable:  # nothing can be wrong with what takes nothing
                continue
        tried += 1
    assert failed == []
    assert tried >= 100
