"""The report as an Excel file: one sheet a table, figures as figures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from eval.report.figures import Figures, Report
from eval.report.page import COLUMNS, SHARES

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_FORMULA = ("=", "+", "-", "@")


def write_workbook(report: Report, path: Path) -> None:
    """Write all tables; a name that a spreadsheet would run as a formula is written as text."""
    from openpyxl import Workbook  # every command would pay 60 ms for it

    book = Workbook()
    book.remove(book.worksheets[0])
    _fill(book.create_sheet("总览"), {report.title: report.whole})
    for name, parts in report.by.items():
        _fill(book.create_sheet(f"按{name}"), parts)
    for table in report.service:
        sheet = book.create_sheet(table.title)
        for cells in (table.head, *table.rows):
            sheet.append([_text(cell) if isinstance(cell, str) else cell for cell in cells])
    for name, counts in (("转人工原因", report.handoff_reasons), ("失败的操作", report.failed_actions)):
        sheet = book.create_sheet(name)
        for row in counts.items():
            sheet.append([_text(row[0]), row[1]])
    book.save(path)


def _fill(sheet: Worksheet, parts: Mapping[str, Figures]) -> None:
    sheet.append(["", *(label for _, label in COLUMNS)])
    from openpyxl.styles import Font

    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for name, figures in parts.items():
        sheet.append([_text(name), *(getattr(figures, column) for column, _ in COLUMNS)])
        for place, (column, _) in enumerate(COLUMNS, 2):
            if column in SHARES:
                sheet.cell(sheet.max_row, place).number_format = "0.0%"
    sheet.freeze_panes = "B2"


def _text(name: str) -> str:
    return f"'{name}" if name.startswith(_FORMULA) else name
