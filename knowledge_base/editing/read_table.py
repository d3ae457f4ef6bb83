"""Tables of articles as people keep them: .xlsx, .csv, .docx, read into rows of text by column."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from knowledge_base.editing.columns import FIELD_OF, QUESTION
from knowledge_base.errors import ImportUnreadable

if TYPE_CHECKING:
    from docx.table import Table

MOST_ROWS: Final = 2000
MOST_UNPACKED: Final = 200 * 1024 * 1024
_MOST_CELL: Final = 20_000
_FORMULA: Final = ("=", "+", "-", "@")
_DELIMITERS: Final = (",", "\t", ";", "；")


@dataclass(frozen=True, slots=True)
class TableRow:
    """One article as written."""

    number: int
    """Row of the sheet, line of the file; in documents the row counted over all tables."""
    cells: Mapping[str, str]
    """Field -> text; a column that is not there has none."""


def read_table(path: Path, name: str) -> list[TableRow]:
    """Return the rows of a file; `name` tells its kind. Raises ImportUnreadable."""
    kind = Path(name).suffix.lower()
    readers = {".xlsx": _read_sheet, ".csv": _read_csv, ".docx": _read_document}
    if kind not in readers:
        raise ImportUnreadable("only .xlsx, .csv and .docx can be read")
    try:
        if kind != ".csv":
            _check_archive(path)
        rows = list(readers[kind](path))
    except ImportUnreadable:
        raise
    except Exception as error:  # the libraries fail in many ways on broken files; none of them is ours
        raise ImportUnreadable(f"the file cannot be read as {kind[1:]}: {type(error).__name__}") from error
    if not rows:
        raise ImportUnreadable(f"no table with a column {QUESTION} was found, or it has no rows")
    if len(rows) > MOST_ROWS:
        raise ImportUnreadable(f"{len(rows)} rows; at most {MOST_ROWS} are read at once")
    return rows


def _check_archive(path: Path) -> None:
    """Refuse archives that unpack to more than any table has."""
    with zipfile.ZipFile(path) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
            raise ImportUnreadable("the file unpacks to more than 200 MB")


def _read_sheet(path: Path) -> Iterator[TableRow]:
    from openpyxl import load_workbook  # every command would pay 60 ms for it

    book = load_workbook(path, read_only=True, data_only=True)
    try:
        for sheet in book.worksheets:
            rows = (
                (number, [_text(value) for value in row])
                for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=60), 1)
            )
            yield from _rows(rows)
    finally:
        book.close()


def _read_csv(path: Path) -> Iterator[TableRow]:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    first = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    yield from _rows((reader.line_num, [cell.strip() for cell in row]) for row in reader)


def _read_document(path: Path) -> Iterator[TableRow]:
    from docx import Document

    number = 0
    for table in Document(str(path)).tables:
        lines = _lines(table)
        if _is_form(lines):
            yield TableRow(number + 1, _form(lines))
        else:
            yield from _rows((number + place, line) for place, line in enumerate(lines, 1))
        number += len(lines)


def _lines(table: Table) -> list[list[str]]:
    return [[cell.text.strip() for cell in row.cells] for row in table.rows]


def _is_form(lines: Sequence[Sequence[str]]) -> bool:
    """Say whether a table is one article: names on the left, what it says on the right."""
    names = [line[0] for line in lines if len(line) >= 2]
    return sum(_plain(name) in FIELD_OF for name in names) >= 2 and len(lines[0]) == 2


def _form(lines: Sequence[Sequence[str]]) -> dict[str, str]:
    cells = {FIELD_OF[_plain(line[0])]: line[1] for line in lines if len(line) >= 2 and _plain(line[0]) in FIELD_OF}
    return {field: _unescaped(text) for field, text in cells.items()}


def _rows(lines: Iterator[tuple[int, list[str]]]) -> Iterator[TableRow]:
    """Return the rows below the heads; what stands above the heads, and empty rows, are passed over."""
    fields: dict[int, str] = {}
    for number, line in lines:
        if not fields:
            found = {place: FIELD_OF[_plain(cell)] for place, cell in enumerate(line) if _plain(cell) in FIELD_OF}
            fields = found if "question" in found.values() else {}
            continue
        cells = {field: _unescaped(line[place]) if place < len(line) else "" for place, field in fields.items()}
        if any(cells.values()):
            yield TableRow(number, cells)


def _plain(head: str) -> str:
    return "".join(head.split()).strip("*:：").lower()


def _unescaped(text: str) -> str:
    """Take away the apostrophe with which exported tables keep a text from being run as a formula."""
    text = text[:_MOST_CELL].strip()
    return text[1:] if text.startswith("'") and text[1:2] in _FORMULA else text


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
