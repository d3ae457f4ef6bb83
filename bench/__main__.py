"""`python -m bench [NAME ...]`: runs benchmarks one after the other; tables to stderr, JSON to stdout or to --out."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench.catalogue import BENCHMARKS, choose_benchmarks
from bench.errors import BenchError, NotMeasurable, UnknownBenchmark
from bench.figures import Extent, Figure, Measure, Result
from bench.machine import read_load, read_machine
from bench.report import render_json, render_table

FAILED, BAD_INPUT = 1, 2
_CONSOLE = Console(stderr=True, width=None if sys.stderr.isatty() else 150)


def run(
    names: Annotated[list[str] | None, typer.Argument(help=", ".join(BENCHMARKS), metavar="[NAME]...")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the JSON to this file.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Once, at tiny size: does it work?")] = False,
) -> None:
    """Measure speed, size and memory on this machine."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that servers are stopped
    try:
        chosen = choose_benchmarks(names or [])
    except UnknownBenchmark as error:
        _CONSOLE.print(f"bench: {error}", markup=False)
        raise typer.Exit(BAD_INPUT) from error
    began_at = datetime.now(UTC)
    results = _run_all(chosen, Extent(is_quick=quick))
    text = json.dumps(render_json(results, read_machine(), began_at, is_quick=quick), ensure_ascii=False, indent=2)
    if out is None:
        sys.stdout.write(text + "\n")
    else:
        out.write_text(text + "\n", encoding="utf-8")
    raise typer.Exit(FAILED if any(result.failed for result in results) else 0)


def _run_all(chosen: Mapping[str, Measure], extent: Extent) -> list[Result]:
    results = []
    for name, measure in chosen.items():
        _CONSOLE.print(f"{name} ...")
        results.append(run_benchmark(name, measure, extent))
        _CONSOLE.print(render_table(results[-1]))
    return results


def run_benchmark(name: str, measure: Measure, extent: Extent) -> Result:
    """Run one benchmark; what cannot be measured, or fails, is told in the result, and the next one has its turn."""
    load = read_load()
    begin = time.perf_counter()
    figures: Sequence[Figure] = ()
    skipped = failed = ""
    try:
        figures = measure(extent)
    except NotMeasurable as reason:
        skipped = str(reason)
    except BenchError as error:
        failed = str(error)
    return Result(name, load, time.perf_counter() - begin, tuple(figures), skipped, failed)


if __name__ == "__main__":
    typer.run(run)
