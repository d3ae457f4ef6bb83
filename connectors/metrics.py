"""Figures of all workers at one address: each leaves its own in a folder, whoever is asked adds them up.

Counters and histograms of a worker that is gone keep counting, so that none goes backwards; of gauges the highest of
those who are alive counts, or their sum where each has a part of the whole.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from prometheus_client import REGISTRY, generate_latest
from prometheus_client.core import Metric

FOLDER = "metrics"
EVERY_SECONDS = 5.0
ALIVE_SECONDS = 20.0
PARTS = frozenset(
    {"gridtalk_phone_calls_held", "process_resident_memory_bytes", "process_virtual_memory_bytes", "process_open_fds"}
)
"""Gauges of which every worker has a part."""
_ADDED = frozenset({"counter", "histogram", "summary"})
Family = dict[str, Any]
"""name, documentation, type, samples: [[name, labels, value], ...]"""


@dataclass(frozen=True, slots=True)
class SharedMetrics:
    """Leaves this worker's figures in a folder and adds up everybody's."""

    folder: Path
    now: Callable[[], float] = time.time
    worker: str = ""

    async def run(self) -> None:
        """Leave them every few seconds until cancelled."""
        while True:
            await asyncio.to_thread(self.leave)
            await asyncio.sleep(EVERY_SECONDS)

    def leave(self) -> None:
        """Write this worker's file, whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self._own()
        draft = path.with_suffix(".part")
        draft.write_bytes(orjson.dumps({"at": self.now(), "families": [_family(one) for one in REGISTRY.collect()]}))
        draft.replace(path)

    def render(self) -> bytes:
        """Return the figures of all workers in Prometheus' text format."""
        return generate_latest(_Merged(self._all()))

    def _all(self) -> Iterator[tuple[bool, list[Family]]]:
        """Return (is alive, families) of every worker, this one's as they are now."""
        yield True, [_family(one) for one in REGISTRY.collect()]
        own = self._own()
        for path in sorted(self.folder.glob("*.json")) if self.folder.is_dir() else ():
            if path == own:
                continue
            try:
                left = orjson.loads(path.read_bytes())
            except (OSError, orjson.JSONDecodeError):
                continue
            yield left["at"] >= self.now() - ALIVE_SECONDS, left["families"]

    def _own(self) -> Path:
        return self.folder / f"{self.worker or os.getpid()}.json"


def clear_metrics(folder: Path) -> None:
    """Forget the figures of an earlier run."""
    for path in folder.glob("*.json") if folder.is_dir() else ():
        path.unlink(missing_ok=True)


class _Merged:
    """Looks like a registry."""

    def __init__(self, left: Iterable[tuple[bool, list[Family]]]) -> None:
        self.left = list(left)

    def collect(self) -> Iterator[Metric]:
        """Return families with their samples added up."""
        merged: dict[str, tuple[Family, dict[tuple[str, tuple[tuple[str, str], ...]], float]]] = {}
        for is_alive, families in self.left:
            for family in families:
                is_added = family["type"] in _ADDED
                if not is_added and not is_alive:
                    continue
                _, samples = merged.setdefault(family["name"], (family, {}))
                for name, labels, value in family["samples"]:
                    key = (name, tuple(sorted(labels.items())))
                    known = samples.get(key)
                    adds = is_added or family["name"] in PARTS
                    samples[key] = value if known is None else known + value if adds else max(known, value)
        for family, samples in merged.values():
            metric = Metric(family["name"], family["documentation"], family["type"])
            for (name, labels), value in samples.items():
                metric.add_sample(name, dict(labels), value)
            yield metric


def _family(metric: Metric) -> Family:
    samples = [[one.name, one.labels, one.value] for one in metric.samples if not one.name.endswith("_created")]
    return {"name": metric.name, "documentation": metric.documentation, "type": metric.type, "samples": samples}
