"""One database for short transactions on a hot path: a unit of work is a plain function over a connection.

SQLite runs it on one thread of its own with a synchronous driver: one hop between threads per unit instead of one
per statement, which is most of the cost of a turn. PostgreSQL runs it on the asynchronous engine. The functions are
the same.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import MetaData, create_engine
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.engine import NO_TRANSACTION, open_engine, parse_url, prepare_sqlite
from storage.secret import Cipher, load_cipher
from storage.types import CIPHER_ATTRIBUTE

T = TypeVar("T")
Work = Callable[[Connection], T]


class Database:
    """Runs units of work; open it with `open_database`."""

    def __init__(self, embedded: Engine | None, served: AsyncEngine | None) -> None:
        self._embedded = embedded
        self._served = served
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite") if embedded is not None else None
        self._connection: Connection | None = None
        """The thread's own, open as long as the database."""

    async def read(self, work: Work[T]) -> T:
        """Run a unit that only reads; on SQLite it waits for no writer. Raises SQLAlchemyError."""
        if self._embedded is not None:
            return await self._on_thread(self._read_embedded, work)
        assert self._served is not None
        async with self._served.connect() as connection:
            return await connection.run_sync(work)

    async def write(self, work: Work[T]) -> T:
        """Run a unit in one transaction: committed at the end, rolled back on any exception. Raises SQLAlchemyError."""
        if self._embedded is not None:
            return await self._on_thread(self._write_embedded, work)
        assert self._served is not None
        async with self._served.begin() as connection:
            return await connection.run_sync(work)

    async def create_tables(self, *collections: MetaData) -> None:
        """Create the tables that are not there yet."""
        for metadata in collections:
            await self.write(metadata.create_all)

    async def close(self) -> None:
        """Let go of connections and thread."""
        if self._embedded is not None and self._thread is not None:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._close_embedded)
            self._thread.shutdown(wait=True)
        if self._served is not None:
            await self._served.dispose()

    async def _on_thread(self, run: Callable[[Work[T]], T], work: Work[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, run, work)

    def _read_embedded(self, work: Work[T]) -> T:
        connection = self._opened()
        try:
            return work(connection.execution_options(**{NO_TRANSACTION: True}))
        finally:
            connection.rollback()

    def _write_embedded(self, work: Work[T]) -> T:
        connection = self._opened().execution_options(**{NO_TRANSACTION: False})
        with connection.begin():
            return work(connection)

    def _opened(self) -> Connection:
        if self._connection is None:
            assert self._embedded is not None
            self._connection = self._embedded.connect()
        return self._connection

    def _close_embedded(self) -> None:
        if self._connection is not None:
            self._connection.close()
        if self._embedded is not None:
            self._embedded.dispose()


def open_database(url: str, *, cipher: Cipher | None = None, busy_timeout_seconds: float = 10.0) -> Database:
    """Open a database for `url` (sqlite:///FILE or postgresql://...). Raises UnsupportedDatabase."""
    address = parse_url(url)
    if address.get_backend_name() != "sqlite":
        return Database(None, open_engine(url, cipher=cipher, busy_timeout_seconds=busy_timeout_seconds))
    engine = create_engine(address.set(drivername="sqlite"), connect_args={"check_same_thread": False})
    setattr(engine.dialect, CIPHER_ATTRIBUTE, cipher or load_cipher())
    prepare_sqlite(engine, int(busy_timeout_seconds * 1000))
    return Database(engine, None)
