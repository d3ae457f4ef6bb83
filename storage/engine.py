"""Open a database: SQLite embedded, PostgreSQL in production, the same code on both.

On SQLite a transaction takes the write lock when it begins (BEGIN IMMEDIATE): one that reads and then writes can never
fail half-way because another one wrote in between. Reads go through `reading`, which begins nothing and never waits.
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.errors import UnsupportedDatabase
from storage.secret import Cipher, load_cipher
from storage.types import CIPHER_ATTRIBUTE

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
NO_TRANSACTION = "gridtalk_no_transaction"
_SWITCH_PAUSE_SECONDS = 0.02
_WRITERS: WeakKeyDictionary[Engine, asyncio.Lock] = WeakKeyDictionary()


def open_engine(
    url: str, *, cipher: Cipher | None = None, busy_timeout_seconds: float = 10.0, connections: int = 8
) -> AsyncEngine:
    """Open an engine for `url` (sqlite:///FILE or postgresql://...).

    `cipher` seals personal columns (default: the installation's own). Raises UnsupportedDatabase.
    """
    address = parse_url(url)
    options: dict[str, Any] = {"pool_pre_ping": True} if address.get_backend_name() == "postgresql" else {}
    if address.database not in (None, "", ":memory:"):
        options |= {"pool_size": connections, "max_overflow": connections}
    engine = create_async_engine(address, **options)
    setattr(engine.dialect, CIPHER_ATTRIBUTE, cipher or load_cipher())
    if address.get_backend_name() == "sqlite":
        prepare_sqlite(engine.sync_engine, int(busy_timeout_seconds * 1000))
    return engine


@asynccontextmanager
async def reading(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Lend a connection for reads alone; on SQLite without a transaction, so that it never waits for a writer."""
    async with engine.connect() as connection:
        yield await connection.execution_options(**{NO_TRANSACTION: True})


@asynccontextmanager
async def writing(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Lend a connection in one transaction: committed at the end, rolled back on any exception.

    On SQLite the writers of a process queue here: waiting for the file's lock, they would sleep in ever longer steps.
    """
    if engine.dialect.name != "sqlite":
        async with engine.begin() as connection:
            yield connection
        return
    queue = _WRITERS.setdefault(engine.sync_engine, asyncio.Lock())
    async with queue, engine.begin() as connection:
        yield connection


def parse_url(url: str) -> URL:
    """Return the address with the asynchronous driver. Raises UnsupportedDatabase."""
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise UnsupportedDatabase(
            "the database address cannot be read; write sqlite:///FILE or postgresql://USER@HOST/NAME"
        ) from error
    kind = address.drivername.split("+")[0]
    if kind not in DRIVERS:
        raise UnsupportedDatabase(f"{kind!r} is not supported; there are sqlite and postgresql")
    return address.set(drivername=DRIVERS[kind])


def prepare_sqlite(engine: Engine, busy_timeout_ms: int) -> None:
    """Set up every connection of an SQLite engine: WAL, the lock taken when a transaction begins."""

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself; `begin` below does
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={busy_timeout_ms}")
        _switch_to_wal(cursor, busy_timeout_ms)
        for pragma in ("synchronous=NORMAL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not connection.get_execution_options().get(NO_TRANSACTION):
            connection.exec_driver_sql("BEGIN IMMEDIATE")


def _switch_to_wal(cursor: Any, busy_timeout_ms: int) -> None:
    """Make a file's journal a write-ahead log; SQLite itself does not wait where two switch at the same moment."""
    deadline = time.monotonic() + busy_timeout_ms / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_SWITCH_PAUSE_SECONDS)
