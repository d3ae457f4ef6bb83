"""Cold start: from the start of the process to the first answer over REST, in a fresh home and in a warm one.

The files of the installation may be in the system's cache: what is measured is our work, not the disk.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.figures import Extent, Figure, collect_figures
from bench.server import started_server

_UNITS = {
    "fresh home: first answer": "s",
    "fresh home: demo data made, ready": "s",
    "warm home: first answer": "s",
    "warm home: ready": "s",
}


def measure_cold_start(extent: Extent) -> list[Figure]:
    """Start a server twice in the same home, each time with a new process."""
    return collect_figures(_UNITS, [_start_twice() for _ in range(extent.repeats)])


def _start_twice() -> dict[str, float]:
    seconds = []
    with tempfile.TemporaryDirectory(prefix="gridtalk-bench-") as home:
        for _ in ("fresh", "warm"):
            with started_server(Path(home)) as server:
                seconds += [server.await_answer(), server.await_ready()]
    return dict(zip(_UNITS, seconds, strict=True))
