"""Sealing everything anew after a rotation of the key: every sealed column of every table, and the uploads.

Rows are read and written piece by piece beside the conversations. When all is done nothing is sealed with an older key;
look-ups and the audit's chain stay with the first one for good.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Column, LargeBinary, MetaData, Table, and_, select, tuple_, type_coerce, update
from sqlalchemy.engine import Connection

from bot.errors import StoreUnavailable
from bot.guarded import guarded_read, guarded_write
from storage.database import Database
from storage.errors import SecretUnusable
from storage.secret import Cipher
from storage.types import EncryptedText

_LOG = structlog.get_logger(__name__)
ROWS_AT_ONCE = 200
_AWAY = "the store does not answer; sealing anew goes on later"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A database and its tables."""

    database: Database
    tables: Sequence[MetaData]


@dataclass(slots=True)
class Reseal:
    """Seals anew; one at a time in this worker."""

    places: Sequence[Sealed]
    uploads: Path
    cipher: Cipher
    state: str = "idle"
    """idle | running | done | failed."""
    seen: int = 0
    renewed: int = 0
    _task: asyncio.Task[None] | None = field(default=None)

    def begin(self) -> bool:
        """Begin in the background; False while it runs."""
        if self.state == "running":
            return False
        self.state, self.seen, self.renewed = "running", 0, 0
        self._task = asyncio.create_task(self._run())
        return True

    async def close(self) -> None:
        """Stop; it can be begun again at any time."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def run(self) -> None:
        """Seal everything anew. Raises StoreUnavailable, SecretUnusable."""
        self.cipher.renew()
        for place in self.places:
            for table in sealed_tables(place.tables):
                await self._table(place.database, table)
        for path in sorted(self.uploads.iterdir()) if self.uploads.is_dir() else ():
            await asyncio.to_thread(self._file, path)

    async def _run(self) -> None:
        try:
            await self.run()
            self.state = "done"
        except (StoreUnavailable, SecretUnusable, OSError) as error:
            self.state = "failed"
            _LOG.warning("sealing anew stopped", error=type(error).__name__)

    async def _table(self, database: Database, table: Table) -> None:
        keys, last = list(table.primary_key.columns), None
        while True:
            rows = await guarded_read(database, partial(_rows, table=table, last=last), _AWAY)
            if not rows:
                return
            self.seen += len(rows)
            changes = [change for row in rows if (change := self._change(table, row)) is not None]
            if changes:
                await guarded_write(database, partial(_write, table=table, changes=changes), _AWAY)
                self.renewed += len(changes)
            last = tuple(rows[-1][: len(keys)])
            await asyncio.sleep(0)

    def _change(self, table: Table, row: Any) -> tuple[tuple[Any, ...], tuple[Any, ...], dict[str, bytes]] | None:
        """Return (key, what it was, what it becomes) of a row that an older key has sealed."""
        keys, columns = list(table.primary_key.columns), sealed_columns(table)
        was = tuple(row[len(keys) :])
        fresh = {
            column.name: self.cipher.seal(self.cipher.open(bytes(value)))
            for column, value in zip(columns, was, strict=True)
            if value is not None and not self.cipher.is_newest(bytes(value))
        }
        return (tuple(row[: len(keys)]), was, fresh) if fresh else None

    def _file(self, path: Path) -> None:
        self.seen += 1
        sealed = path.read_bytes()
        if not self.cipher.is_newest(sealed):
            draft = path.with_suffix(".part")
            draft.write_bytes(self.cipher.seal(self.cipher.open(sealed)))
            draft.replace(path)
            self.renewed += 1


def sealed_tables(tables: Sequence[MetaData]) -> Iterator[Table]:
    """Return the tables that have sealed columns."""
    for metadata in tables:
        yield from (table for table in metadata.sorted_tables if sealed_columns(table))


def sealed_columns(table: Table) -> list[Column[Any]]:
    """Return a table's sealed columns."""
    return [column for column in table.columns if isinstance(column.type, EncryptedText)]


def _rows(link: Connection, table: Table, last: tuple[Any, ...] | None) -> list[Any]:
    keys = list(table.primary_key.columns)
    raw = [type_coerce(column, LargeBinary).label(column.name) for column in sealed_columns(table)]
    query = select(*keys, *raw).order_by(*keys).limit(ROWS_AT_ONCE)
    if last is not None:
        query = query.where(keys[0] > last[0] if len(keys) == 1 else tuple_(*keys) > tuple_(*last))
    return list(link.execute(query))


def _write(link: Connection, table: Table, changes: Sequence[Any]) -> None:
    """Write only where nobody wrote meanwhile: what is new is sealed with the newest key already."""
    keys, columns = list(table.primary_key.columns), sealed_columns(table)
    for key, was, fresh in changes:
        same = [column == value for column, value in zip(keys, key, strict=True)]
        for column, value in zip(columns, was, strict=True):
            same.append(type_coerce(column, LargeBinary) == value if value is not None else column.is_(None))
        values = {column: type_coerce(value, LargeBinary) for column, value in _typed(columns, fresh)}
        link.execute(update(table).where(and_(*same)).values(values))


def _typed(columns: Sequence[Column[Any]], fresh: dict[str, bytes]) -> Iterator[tuple[Column[Any], bytes]]:
    return ((column, fresh[column.name]) for column in columns if column.name in fresh)
