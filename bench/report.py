"""What was measured, as a table for people and as JSON for everything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from rich.table import Table

from bench.figures import Figure, Result
from bench.machine import Machine

_DECIMALS = 4


def render_table(result: Result) -> Table:
    """Return one benchmark's figures with the load that the machine had before."""
    load = result.load_before
    table = Table(
        title=f"{result.name} ({result.seconds:.0f} s; before: load average {load.average:.1f}, "
        f"{load.busy_cores:.1f} cores busy)",
        title_justify="left",
    )
    for column in ("figure", "min", "median", "max", "unit", "repeats", "note"):
        table.add_column(column, justify="right" if column in ("min", "median", "max", "repeats") else "left")
    for figure in result.figures:
        spread = (min(figure.values), figure.median, max(figure.values))
        numbers = [_format(value) for value in spread]
        table.add_row(figure.name, *numbers, figure.unit, str(len(figure.values)), figure.note)
    for outcome, reason in (("skipped", result.skipped), ("failed", result.failed)):
        if reason:
            table.add_row(outcome, "", "", "", "", "", reason)
    return table


def render_json(results: Sequence[Result], machine: Machine, at: datetime, *, is_quick: bool) -> dict[str, Any]:
    """Return everything as JSON values."""
    return {
        "at": at.isoformat(timespec="seconds"),
        "quick": is_quick,
        "machine": asdict(machine),
        "results": [_render_result(result) for result in results],
    }


def _render_result(result: Result) -> dict[str, Any]:
    return {
        "name": result.name,
        "load_before": asdict(result.load_before),
        "seconds": round(result.seconds, 1),
        "skipped": result.skipped or None,
        "failed": result.failed or None,
        "figures": [_render_figure(figure) for figure in result.figures],
    }


def _render_figure(figure: Figure) -> dict[str, Any]:
    return {
        "name": figure.name,
        "unit": figure.unit,
        "min": round(min(figure.values), _DECIMALS),
        "median": round(figure.median, _DECIMALS),
        "max": round(max(figure.values), _DECIMALS),
        "repeats": len(figure.values),
        "note": figure.note or None,
    }


def _format(value: float) -> str:
    """Three figures that count, no more."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3g}"
