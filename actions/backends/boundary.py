"""Where a database's failures become causes that the bot understands."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from actions.errors import BackendTimeout, BackendUnavailable
from storage.engine import reading, writing


@asynccontextmanager
async def look_up(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Lend a connection for reads; raises BackendTimeout and BackendUnavailable."""
    async with causes(), reading(engine) as connection:
        yield connection


@asynccontextmanager
async def change(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Lend a connection in one transaction; raises BackendTimeout and BackendUnavailable."""
    async with causes(), writing(engine) as connection:
        yield connection


@asynccontextmanager
async def causes() -> AsyncIterator[None]:
    """Turn a database's failures into BackendTimeout and BackendUnavailable."""
    try:
        yield
    except (TimeoutError, PoolTimeout) as error:
        raise BackendTimeout("the database did not answer in time") from error
    except (DBAPIError, OSError) as error:
        raise BackendUnavailable(f"the database cannot be used: {type(error).__name__}") from error
