"""Latency and throughput over REST: 1, 4, 16 and 64 clients that talk without a pause, with 1 and 2 workers."""

from __future__ import annotations

from bench.client import Assignment, Diary
from bench.figures import Extent, Figure, collect_figures, percentile
from bench.load import make_load
from bench.sayings import KINDS
from bench.server import WEBHOOK, Server, list_accounts, ready_server

_QUANTITIES = {
    "p50": "ms",
    "p90": "ms",
    "p99": "ms",
    "throughput": "messages/s",
    "failed": "answers",
    "unexpected": "answers",
}


def measure_rest(extent: Extent) -> list[Figure]:
    """Measure every number of clients against every number of workers."""
    figures = []
    for workers in extent.choose((1, 2), (1,)):
        with ready_server(workers) as server:
            accounts = list_accounts(server.home)
            for clients in extent.choose((1, 4, 16, 64), (1, 4)):
                diaries = [
                    _talk(server, extent, clients, accounts, f"bench-{clients}-{repeat}")
                    for repeat in range(extent.repeats)
                ]
                figures += _summarise(diaries, f"{_count(workers, 'worker')}, {_count(clients, 'client')}: ")
                if workers == 1 and clients == 1:
                    figures += _summarise_kinds(diaries)
    return figures


def _talk(server: Server, extent: Extent, clients: int, accounts: list[str], run: str) -> Diary:
    return make_load(
        Assignment(
            port=server.port,
            path=WEBHOOK,
            clients=clients,
            warm_up_seconds=extent.choose(2.0, 0.5),
            seconds=extent.choose(10.0, 1.5),
            run=run,
            accounts=accounts,
        )
    )


def _summarise(diaries: list[Diary], prefix: str) -> list[Figure]:
    repeats = [
        {
            f"{prefix}p50": percentile(times, 0.5),
            f"{prefix}p90": percentile(times, 0.9),
            f"{prefix}p99": percentile(times, 0.99),
            f"{prefix}throughput": len(times) / diary.seconds,
            f"{prefix}failed": float(diary.failed),
            f"{prefix}unexpected": float(diary.unexpected),
        }
        for diary in diaries
        for times in [diary.all_milliseconds]
    ]
    return collect_figures({prefix + name: unit for name, unit in _QUANTITIES.items()}, repeats)


def _summarise_kinds(diaries: list[Diary]) -> list[Figure]:
    """Return the p50 of each kind of conversation."""
    names = {kind: f"1 worker, 1 client: p50 of {kind}" for kind in KINDS}
    repeats = [{names[kind]: percentile(times, 0.5) for kind, times in diary.milliseconds.items()} for diary in diaries]
    return collect_figures(dict.fromkeys(names.values(), "ms"), repeats)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
