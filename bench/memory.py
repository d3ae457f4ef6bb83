"""Memory of each worker: when it is ready, and after it answered 16 clients."""

from __future__ import annotations

from bench.client import Assignment
from bench.figures import MEGABYTE, Extent, Figure, collect_figures
from bench.load import make_load
from bench.processes import memory_of
from bench.server import WEBHOOK, Server, list_accounts, ready_server

_WORKERS = 2
_CLIENTS = 16
_UNITS = {
    f"{moment}, {what}": "MB"
    for moment in ("ready", "after load")
    for what in ("largest worker, VmRSS", "mean of the workers, PSS", "supervising process, VmRSS")
}


def measure_memory(extent: Extent) -> list[Figure]:
    """Weigh two workers (1 MB = 1,000,000 bytes)."""
    return collect_figures(_UNITS, [_weigh_twice(extent, repeat) for repeat in range(extent.repeats)])


def _weigh_twice(extent: Extent, repeat: int) -> dict[str, float]:
    with ready_server(_WORKERS) as server:
        before = _weigh(server)
        make_load(
            Assignment(
                port=server.port,
                path=WEBHOOK,
                clients=_CLIENTS,
                warm_up_seconds=0.0,
                seconds=extent.choose(20.0, 1.0),
                run=f"bench-memory-{repeat}",
                accounts=list_accounts(server.home),
            )
        )
        return dict(zip(_UNITS, [*before, *_weigh(server)], strict=True))


def _weigh(server: Server) -> list[float]:
    workers = [memory_of(process) for process in server.workers]
    return [
        max(worker.resident for worker in workers) / MEGABYTE,
        sum(worker.proportional for worker in workers) / len(workers) / MEGABYTE,
        memory_of(server.process.pid).resident / MEGABYTE,
    ]
