"""Put the back ends together: over the embedded database, or over a remote system's HTTP interface."""

from sqlalchemy import inspect
from sqlalchemy.ext.asyncio import AsyncEngine

from actions.backends.http_billing import HttpBilling
from actions.backends.http_client import BackendClient
from actions.backends.http_outage import HttpOutage
from actions.backends.http_profile import HttpProfile
from actions.backends.http_tickets import HttpTickets
from actions.backends.protocols import Backends
from actions.backends.sql_billing import SqlBilling
from actions.backends.sql_outage import SqlOutage
from actions.backends.sql_profile import SqlProfile
from actions.backends.sql_tickets import SqlTickets
from actions.backends.tables import metadata
from storage.clock import Clock
from storage.engine import reading, writing


async def create_tables(engine: AsyncEngine) -> None:
    """Create the tables that are not there yet; where all are there, no writer is waited for."""
    async with reading(engine) as connection:
        held = await connection.run_sync(lambda known: set(inspect(known).get_table_names()))
    if held.issuperset(metadata.tables):
        return
    async with writing(engine) as connection:
        await connection.run_sync(metadata.create_all)


def build_sql_backends(engine: AsyncEngine, clock: Clock) -> Backends:
    """Build the back ends over a database that has the tables."""
    return Backends(
        billing=SqlBilling(engine, clock),
        outage=SqlOutage(engine, clock),
        profile=SqlProfile(engine, clock),
        tickets=SqlTickets(engine, clock),
    )


def build_http_backends(client: BackendClient) -> Backends:
    """Build the back ends over a system that serves the contract; close `client` at the end."""
    return Backends(
        billing=HttpBilling(client),
        outage=HttpOutage(client),
        profile=HttpProfile(client),
        tickets=HttpTickets(client),
    )
