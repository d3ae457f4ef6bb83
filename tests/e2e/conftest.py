"""A running demo server, started as users start it, and a real browser."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.e2e.sign_on import SignOn, running_sign_on

ROOT = Path(__file__).parents[2]
START_SECONDS = 60

expect.set_options(timeout=15_000)  # a page on a busy machine takes its time; what is there at once costs none


@dataclass(frozen=True, slots=True)
class DemoServer:
    """A running `gridtalk run --demo`."""

    url: str
    home: Path

    def post(self, path: str, body: Any, method: str = "POST") -> Any:
        """Post JSON, or send it otherwise, and return JSON."""
        request = urllib.request.Request(
            self.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"}, method=method
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)

    def get(self, path: str) -> Any:
        """Get JSON."""
        with urllib.request.urlopen(self.url + path, timeout=30) as response:
            return json.load(response)

    def say(self, sender: str, message: str, **extra: Any) -> str:
        """Say something over REST and return all that the bot says."""
        replies = self.post("/webhooks/rest/webhook", {"sender": sender, "message": message, **extra})
        return "\n".join(reply["text"] for reply in replies)


@pytest.fixture(scope="session")
def sign_on() -> Iterator[SignOn]:
    """The identity provider that the demo's log-in page offers."""
    with running_sign_on() as provider:
        yield provider


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, sign_on: SignOn) -> Iterator[DemoServer]:
    """Start the demo with two workers on a free port, wait until it is ready, stop it afterwards."""
    home = tmp_path_factory.mktemp("home")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    credentials = home / "credentials.yml"
    credentials.write_text(sign_on.credentials(f"http://127.0.0.1:{port}"), "utf-8")
    command = [sys.executable, "-m", "gridtalk", "run", "--demo", "--port", str(port), "--workers", "2"]
    command += ["--credentials", str(credentials)]
    environment = {**os.environ, "GRIDTALK_HOME": str(home), "GRIDTALK_NOW": "2026-11-20T10:00:00+08:00"}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    made = DemoServer(f"http://127.0.0.1:{port}", home)
    try:
        wait_until(lambda: made.get("/readyz")["status"] == "ready", START_SECONDS)
        yield made
    finally:
        process.terminate()
        assert process.wait(timeout=20) == 0


@pytest.fixture(scope="session")
def accounts(server: DemoServer) -> list[dict[str, Any]]:
    """The demo customers, as `gridtalk demo accounts --json` tells them beside the running server."""
    environment = {**os.environ, "GRIDTALK_HOME": str(server.home), "GRIDTALK_NOW": "2026-11-20T10:00:00+08:00"}
    command = [sys.executable, "-m", "gridtalk", "demo", "accounts", "--json"]
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True, timeout=60)
    listed: list[dict[str, Any]] = json.loads(result.stdout)
    return listed


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium (tests/run.sh installs one where it can)")
    return path


def wait_until(is_so: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if is_so():
                return
        except OSError:
            pass  # not listening yet, or not ready
        time.sleep(0.2)
    raise TimeoutError(f"the demo server was not ready in {seconds} s")
