"""Who scores: this process, processes of this machine, or a Ray cluster. All do the same `score_chunk`."""

from __future__ import annotations

import asyncio
import importlib
import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

from eval.errors import ExtraMissing
from eval.quality.rubric import Rubric
from eval.quality.work import score_chunk

CHUNKS_BEFORE_POOL = 20
"""So many are scored here first: a process that starts costs as much as some thousand turns."""
RAY_HINT = "scoring on Ray needs the extra: pip install 'gridtalk[ray]'"
LOCAL = "local"
"""The address that starts a cluster on this machine."""
RAY_SECONDS = 600.0
"""How long a chunk may take on a cluster, with the time until a machine is free."""
_RUBRIC: list[Rubric] = []
"""The rubric of a process of the pool, set once when it starts."""


class Workers(Protocol):
    """Scores chunks, several at a time."""

    @property
    def at_once(self) -> int:
        """How many chunks keep all of them busy."""
        ...

    async def score(self, transcripts: Sequence[bytes]) -> list[str]:
        """Return the items of each transcript as JSON."""
        ...

    def close(self) -> None:
        """Let go of processes."""
        ...


@dataclass(frozen=True, slots=True)
class OwnProcess:
    """Scores here, one chunk after the other."""

    rubric: Rubric
    at_once: int = 1

    async def score(self, transcripts: Sequence[bytes]) -> list[str]:
        """Return the items of each transcript as JSON."""
        return await asyncio.to_thread(score_chunk, transcripts, self.rubric)

    def close(self) -> None:
        """Nothing is held."""


@dataclass(slots=True)
class ProcessPool:
    """Scores in processes of this machine; a small job needs none."""

    rubric: Rubric
    processes: int
    here: int = CHUNKS_BEFORE_POOL
    """So many chunks are scored in this process first."""
    _pool: ProcessPoolExecutor | None = None
    _chunks: int = 0

    @property
    def at_once(self) -> int:
        """Two for each process: one in work, one that waits."""
        return 2 * self.processes

    async def score(self, transcripts: Sequence[bytes]) -> list[str]:
        """Return the items of each transcript as JSON."""
        self._chunks += 1
        if self._chunks <= self.here:
            return await asyncio.to_thread(score_chunk, transcripts, self.rubric)
        if self._pool is None:
            # spawn: the database's threads must not be copied into a child
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self.processes, context, _remember, (self.rubric,))
        return await asyncio.get_running_loop().run_in_executor(self._pool, score_remembered, list(transcripts))

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)


@dataclass(slots=True)
class RayCluster:
    """Scores on a cluster; every machine needs the same release of this package."""

    ray: Any
    remote: Any
    rubric: Any
    """The rubric in the cluster's store: sent to a machine once."""
    at_once: int

    async def score(self, transcripts: Sequence[bytes]) -> list[str]:
        """Return the items of each transcript as JSON."""
        reference = self.remote.remote(list(transcripts), self.rubric)
        return list(await asyncio.wait_for(asyncio.wrap_future(reference.future()), RAY_SECONDS))

    def close(self) -> None:
        """Let go of the cluster; one that was started for this job ends."""
        self.ray.shutdown()


def open_workers(rubric: Rubric, ray_address: str | None = None, processes: int | None = None) -> Workers:
    """Return who scores. `ray_address`: of a cluster, or `local` for one on this machine. Raises ExtraMissing."""
    if ray_address is not None:
        return _open_ray(rubric, ray_address)
    number = processes or os.cpu_count() or 1
    return OwnProcess(rubric) if number == 1 else ProcessPool(rubric, number)


def _open_ray(rubric: Rubric, address: str) -> Workers:
    try:
        ray = importlib.import_module("ray")
    except ModuleNotFoundError as error:
        raise ExtraMissing(f"{error}; {RAY_HINT}") from error
    options = {"include_dashboard": False} if address == LOCAL else {}
    try:
        ray.init(address=address, ignore_reinit_error=True, log_to_driver=False, **options)
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise ExtraMissing(f"the Ray cluster {address!r} cannot be reached: {error}") from error
    cpus = int(ray.cluster_resources().get("CPU", 1))
    return RayCluster(ray, ray.remote(score_chunk), ray.put(rubric), 2 * cpus)


def _remember(rubric: Rubric) -> None:
    _RUBRIC[:] = [rubric]


def score_remembered(transcripts: Sequence[bytes]) -> list[str]:
    """Score in a process that holds the rubric."""
    return score_chunk(transcripts, _RUBRIC[0])
