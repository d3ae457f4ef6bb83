"""Rows as CSV that the usual spreadsheet programs open as it is meant."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from console.spreadsheet import FORMULA

_BYTE_ORDER: Final = "\ufeff"
"""Without it the usual program takes UTF-8 for something else."""


def render_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return CSV in UTF-8; what begins like a formula is none."""
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(header)
    table.writerows([_cell(value) for value in row] for row in rows)
    return (_BYTE_ORDER + written.getvalue()).encode()


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
