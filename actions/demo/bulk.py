"""Insert many rows fast: one prepared statement, rows as tuples in the order of the columns named.

Money and energy columns take whole hundredths, the other columns what their types take.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, Date, Table
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.types import Money, UtcDateTime

Convert = Callable[[Any], Any]
ROWS_AT_ONCE = 20_000


async def insert_rows(
    connection: AsyncConnection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert `rows`, each the values of `columns` in that order; sorted, so that the table's tree grows at its end."""
    dialect = connection.dialect
    converts = [_converter(table.c[name], dialect) for name in columns]
    marks = ", ".join("?" if dialect.paramstyle == "qmark" else f"${index}" for index in range(1, len(columns) + 1))
    names = ", ".join(f'"{name}"' for name in columns)
    statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"
    ready = _convert(converts, sorted(rows, key=itemgetter(0, 1)))
    for start in range(0, len(ready), ROWS_AT_ONCE):
        await connection.exec_driver_sql(statement, ready[start : start + ROWS_AT_ONCE])


def _convert(converts: Sequence[Convert | None], rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Convert column by column; equal times and dates, of which there are many, are converted once."""
    columns = zip(*rows, strict=True)
    converted = (
        column if convert is None else map(convert, column) for convert, column in zip(converts, columns, strict=True)
    )
    return list(zip(*converted, strict=True))


def _converter(column: Column[Any], dialect: Dialect) -> Convert | None:
    if isinstance(column.type, Money):
        return None
    convert = column.type.dialect_impl(dialect).bind_processor(dialect)
    return lru_cache(maxsize=1000)(convert) if convert and isinstance(column.type, Date | UtcDateTime) else convert
