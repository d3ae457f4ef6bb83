"""The machine under the measurement: what it is, and how busy it was before."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_LOOK_SECONDS = 1.0
_IDLE_COLUMNS = (3, 4)
"""`idle` and `iowait` among the figures of the `cpu` line in /proc/stat (proc(5))."""


@dataclass(frozen=True, slots=True)
class Load:
    """How busy the machine was with other work."""

    average: float
    """Load average of the last minute."""
    busy_cores: float
    """Cores at work during one second just before."""


@dataclass(frozen=True, slots=True)
class Machine:
    """Where the figures come from."""

    processor: str
    cores: int
    memory_bytes: int
    system: str
    python: str


def read_machine() -> Machine:
    """Describe this machine."""
    models = [line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    return Machine(
        processor=models[0] if models else platform.machine(),
        cores=len(os.sched_getaffinity(0)),
        memory_bytes=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        system=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
    )


def read_load(look_seconds: float = _LOOK_SECONDS) -> Load:
    """Watch the machine for a moment and say how busy it is."""
    idle, total = _processor_ticks()
    time.sleep(look_seconds)
    idle_after, total_after = _processor_ticks()
    share = 1 - (idle_after - idle) / max(1, total_after - total)
    return Load(os.getloadavg()[0], max(0.0, share) * (os.cpu_count() or 1))


@contextmanager
def on_one_core() -> Iterator[None]:
    """Keep this thread, and threads that it starts, on one core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _processor_ticks() -> tuple[int, int]:
    ticks = [int(number) for number in _lines("/proc/stat")[0].split()[1:9]]
    return sum(ticks[column] for column in _IDLE_COLUMNS), sum(ticks)


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines()
