"""The server under test: `gridtalk run --demo` as users start it, in a home and on a port of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from bench.errors import ServerFailed
from bench.processes import child_processes

ROOT = Path(__file__).parents[1]
HOST = "127.0.0.1"
NOW = "2026-11-20T10:00:00+08:00"
"""The demo's data depend on the day: the same day gives the same data."""
WEBHOOK = "/webhooks/rest/webhook"
START_SECONDS = 120.0
STOP_SECONDS = 20.0
_POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Server:
    """A started `gridtalk run --demo`; it may not listen yet."""

    process: subprocess.Popen[bytes]
    port: int
    home: Path
    began_at: float
    """`time.perf_counter` at the start of the process."""

    @property
    def workers(self) -> list[int]:
        """The process numbers of the workers."""
        return child_processes(self.process.pid)

    def await_answer(self) -> float:
        """Greet until the bot answers; return the seconds since the start of the process."""
        return self._await("POST", WEBHOOK, {"sender": "bench-first", "message": "你好"})

    def await_ready(self) -> float:
        """Wait until models and data are there; return the seconds since the start of the process."""
        return self._await("GET", "/readyz", None)

    def stop(self) -> None:
        """Stop it, by force if need be."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            for worker in self.workers:
                os.kill(worker, 9)
            self.process.kill()
            self.process.wait()

    def _await(self, method: str, path: str, body: Any) -> float:
        while time.perf_counter() < self.began_at + START_SECONDS:
            if _answers(self.port, method, path, body):
                return time.perf_counter() - self.began_at
            if self.process.poll() is not None:
                raise ServerFailed(f"the server ended: {_last_line(self.home)}")
            time.sleep(_POLL_SECONDS)
        raise ServerFailed(f"no answer within {START_SECONDS:.0f} s: {_last_line(self.home)}")


@contextmanager
def started_server(home: Path, workers: int = 1, *, settings: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Start a server in this home without waiting for it; stop it at the end. settings: more of its environment."""
    port = find_free_port()
    command = [sys.executable, "-m", "gridtalk", "run", "--demo", "--port", str(port), "--workers", str(workers)]
    with (home / "server.log").open("wb") as log:
        began_at = time.perf_counter()
        environment = {**home_environment(home), **(settings or {})}
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    server = Server(process, port, home, began_at)
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def ready_server(workers: int = 1, *, settings: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Start a server in a fresh home and wait until it is ready."""
    with (
        tempfile.TemporaryDirectory(prefix="gridtalk-bench-") as home,
        started_server(Path(home), workers, settings=settings) as server,
    ):
        server.await_ready()
        for _ in range(8 * workers):  # a connection each: no worker's first answer is measured
            _answers(server.port, "POST", WEBHOOK, {"sender": "bench-first", "message": "你好"})
        yield server


def list_accounts(home: Path) -> list[str]:
    """Return the account numbers of the demo customers in this home."""
    command = [sys.executable, "-m", "gridtalk", "demo", "accounts", "--json"]
    done = subprocess.run(
        command, cwd=ROOT, env=home_environment(home), capture_output=True, check=False, timeout=START_SECONDS
    )
    if done.returncode:
        raise ServerFailed(f"no demo accounts: {done.stderr.decode(errors='replace').strip()}")
    return [str(account["account_no"]) for account in json.loads(done.stdout)]


def home_environment(home: Path) -> dict[str, str]:
    """Return the environment of a process that works in this home."""
    outer = {name: value for name, value in os.environ.items() if not name.startswith("GRIDTALK_")}
    return {**outer, "GRIDTALK_HOME": str(home), "GRIDTALK_NOW": NOW}


def find_free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _answers(port: int, method: str, path: str, body: Any) -> bool:
    connection = HTTPConnection(HOST, port, timeout=START_SECONDS)
    try:
        content = None if body is None else json.dumps(body).encode()
        connection.request(method, path, content, {"Content-Type": "application/json"})
        response = connection.getresponse()
        response.read()
    except (OSError, HTTPException):
        return False  # not listening yet
    else:
        return response.status == 200
    finally:
        connection.close()


def _last_line(home: Path) -> str:
    lines = (home / "server.log").read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"
