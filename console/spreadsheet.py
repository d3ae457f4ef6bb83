"""Tables as an Excel file: bold heads, shares in percent, nothing that a spreadsheet would run as a formula."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | int | float | None
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What begins like this is run as a formula by a spreadsheet."""
_UNPRINTABLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])
_FIRST_WIDTH = 24


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table."""

    title: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    shares: Collection[int] = ()
    """Columns, from 0, that hold shares of 1."""


def write_sheets(sheets: Iterable[Sheet]) -> bytes:
    """Return the file. It takes a while for long tables: call it in a thread."""
    from openpyxl import Workbook  # every command would pay 60 ms for it

    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        _fill(book.create_sheet(sheet.title), sheet)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def safe_cell(value: Cell) -> Cell:
    """Return a value that no spreadsheet runs as a formula, and that it can hold."""
    if not isinstance(value, str):
        return value
    text = value.translate(_UNPRINTABLE)
    return f"'{text}" if text.startswith(FORMULA) else text


def _fill(place: Worksheet, sheet: Sheet) -> None:
    from openpyxl.styles import Font

    place.append([safe_cell(head) for head in sheet.heads])
    for cell in place[1]:
        cell.font = Font(bold=True)
    for row in sheet.rows:
        place.append([safe_cell(value) for value in row])
        for column in sheet.shares:
            place.cell(place.max_row, column + 1).number_format = "0.0%"
    place.freeze_panes = "B2"
    place.column_dimensions["A"].width = _FIRST_WIDTH
