"""Write the generated rows."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from actions.backends.tables import (
    accounts,
    bill_tables,
    bills,
    daily_use,
    demo_state,
    feeders,
    halls,
    invoices,
    outages,
    payments,
    stops,
    transformers,
)
from actions.backends.values import TariffTable
from actions.backends.written_tables import tickets
from actions.demo.bulk import insert_rows
from actions.demo.customer import Customer, Payer
from actions.demo.grid import Transformer
from actions.demo.hall_list import sample_halls
from actions.demo.history import BILL_COLUMNS, PAYMENT_COLUMNS, USE_COLUMNS, History, Row
from actions.demo.plan import Coverage
from actions.demo.population import Population
from actions.demo.situation import build_situation
from actions.demo.work import INVOICE_COLUMNS, TICKET_COLUMNS, build_tickets

GENERATED = (bills, bill_tables, daily_use, payments, stops, invoices, demo_state)
FROM_ACCOUNT = (
    *("account_no", "name", "phone", "region", "city", "district", "address", "category", "tariff_kind", "voltage"),
    *("basic_charge", "meter_no", "status", "is_tou", "tou_since", "household_size", "subsidy", "has_pv", "has_ev"),
    "is_prepaid",
)
FURTHER_ACCOUNT_COLUMNS = (
    *("phone_lookup", "transformer_id", "capacity_kva", "power_factor_percent", "meter_start_kwh", "opening_credit"),
)


async def clear_generated(connection: AsyncConnection) -> None:
    """Delete what is about to be made anew; customers and what conversations wrote stay."""
    for table in GENERATED:
        await connection.execute(delete(table))
    await connection.execute(delete(tickets).where(tickets.c.is_demo))


async def write_population(connection: AsyncConnection, population: Population) -> None:
    """Write grid, customers and halls, unless they are there."""
    if (await connection.execute(select(accounts.c.account_no).limit(1))).first() is not None:
        return
    one_of_feeder = {spot.feeder_id: spot for spot in population.grid}
    await connection.execute(insert(feeders), [_feeder_row(spot) for spot in one_of_feeder.values()])
    await connection.execute(insert(transformers), [_transformer_row(spot) for spot in population.grid])
    columns = (*FROM_ACCOUNT, *FURTHER_ACCOUNT_COLUMNS)
    await insert_rows(connection, accounts, columns, map(_account_row, population.customers))
    await connection.execute(insert(halls), [asdict(hall) for hall in sample_halls()])


async def write_history(connection: AsyncConnection, history: History, table_ids: Mapping[TariffTable, int]) -> None:
    """Write use, bills, payments, invoices, and the tariff tables that are new."""
    known = set((await connection.execute(select(bill_tables.c.table_id))).scalars())
    new = [{"table_id": number, **asdict(table)} for table, number in table_ids.items() if number not in known]
    if new:
        await connection.execute(insert(bill_tables), new)
    await insert_rows(connection, daily_use, USE_COLUMNS, history.use)
    await insert_rows(connection, bills, BILL_COLUMNS, history.bills)
    await insert_rows(connection, payments, PAYMENT_COLUMNS, history.payments)
    await insert_rows(connection, invoices, INVOICE_COLUMNS, history.invoices)


async def write_first_day(connection: AsyncConnection, population: Population, now: datetime) -> None:
    """Write what exists once: stops for arrears, and tickets."""
    rows = [row for index, customer in enumerate(population.customers) if (row := _stop_row(customer, index, now))]
    await connection.execute(insert(stops), rows)
    await insert_rows(connection, tickets, TICKET_COLUMNS, build_tickets(population.customers, now))


async def write_outages(connection: AsyncConnection, population: Population, now: datetime) -> None:
    """Write the outages around `now` in place of earlier demo ones."""
    await connection.execute(delete(outages).where(outages.c.is_demo))
    rows = []
    for outage in build_situation(population.grid, now):
        row = {name: getattr(outage, name) for name in outage.__slots__ if name != "place"}
        rows.append(row | {"region": outage.place.region, "city": outage.place.city, "is_demo": True})
    await connection.execute(insert(outages), rows)


async def write_coverage(connection: AsyncConnection, coverage: Coverage) -> None:
    """Note what the database holds now."""
    await connection.execute(delete(demo_state))
    await connection.execute(insert(demo_state), {"state_id": 1, **asdict(coverage)})


def _feeder_row(spot: Transformer) -> dict[str, str]:
    place = {"region": spot.place.region, "city": spot.place.city, "district": spot.district}
    return {"feeder_id": spot.feeder_id, "name": spot.feeder_name, **place}


def _transformer_row(spot: Transformer) -> dict[str, str]:
    place = {"region": spot.place.region, "city": spot.place.city, "district": spot.district}
    names = {"name": spot.name, "community": spot.community, "road": spot.road}
    return {"transformer_id": spot.transformer_id, "feeder_id": spot.feeder_id, **place, **names}


def _account_row(customer: Customer) -> Row:
    account = customer.account
    factor = account.power_factor_standard
    return (
        *(getattr(account, name) for name in FROM_ACCOUNT),
        account.phone,
        customer.transformer.transformer_id,
        int(account.capacity_kva),
        None if factor is None else int(factor * 100),
        customer.meter_start_kwh,
        int(customer.opening_credit * 100),
    )


def _stop_row(customer: Customer, index: int, now: datetime) -> dict[str, object] | None:
    """Stopped some days ago; who has just paid is connected again within a day."""
    if customer.payer not in (Payer.STOPPED, Payer.EMPTY, Payer.JUST_PAID):
        return None
    stopped = (now - timedelta(days=1 + index % 5)).replace(hour=10, minute=0, second=0, microsecond=0)
    restored = now + timedelta(hours=20) if customer.payer is Payer.JUST_PAID else None
    return {"account_no": customer.account.account_no, "stopped_at": stopped, "restored_at": restored}
