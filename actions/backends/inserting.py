"""Inserts that lose a race politely, and numbers that are given out once."""

from collections.abc import Mapping

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from actions.backends.written_tables import counters


async def insert_new(connection: AsyncConnection, table: Table, row: Mapping[str, object]) -> bool:
    """Insert a row; returns False, and changes nothing, where a row with one of its unique values is there already."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    result = await connection.execute(insert(table).values(dict(row)).on_conflict_do_nothing())
    return result.rowcount == 1


async def next_number(connection: AsyncConnection, name: str) -> int:
    """Return the next number of a named series, from 1 on; given out once even to concurrent transactions."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    new = insert(counters).values(name=name, value=1)
    counted = new.on_conflict_do_update(index_elements=[counters.c.name], set_={"value": counters.c.value + 1})
    return int((await connection.execute(counted.returning(counters.c.value))).scalar_one())
