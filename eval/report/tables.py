"""A table of a report that has its own columns."""

from __future__ import annotations

from dataclasses import dataclass

Cell = str | float | None


@dataclass(frozen=True, slots=True)
class ServiceTable:
    """Rows of a name and one figure or more; None where nothing was measured."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
