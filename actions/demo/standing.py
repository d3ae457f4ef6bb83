"""Where the customers stand in the database before months are added."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from actions.backends.tables import accounts, bill_tables, bills, daily_use, payments
from actions.backends.values import TariffTable
from actions.demo.customer import Customer
from actions.demo.history import Standing
from actions.demo.use import Hundredths


async def read_standing(connection: AsyncConnection, customers: Sequence[Customer], first_month: str) -> Standing:
    """Read meter readings, use of the year and credit before `first_month`; on an empty database the first ones."""
    earlier = daily_use.c.month < first_month
    this_year = daily_use.c.month >= f"{first_month[:4]}-01"
    used = await _sums(connection, select(daily_use.c.account_no, func.sum(daily_use.c.energy_kwh)).where(earlier))
    of_year = await _sums(
        connection, select(daily_use.c.account_no, func.sum(daily_use.c.energy_kwh)).where(earlier, this_year)
    )
    billed = await _sums(connection, select(bills.c.account_no, func.sum(bills.c.total)))
    paid = await _sums(connection, select(payments.c.account_no, func.sum(payments.c.amount)))
    numbers = [customer.account.account_no for customer in customers]
    start = np.array([customer.meter_start_kwh for customer in customers], dtype=np.int64)
    credit = np.array([int(customer.opening_credit * 100) for customer in customers], dtype=np.int64)
    return Standing(
        readings_kwh=start + _column(used, numbers) // 100,
        year_kwh=_column(of_year, numbers) // 100,
        held_cents=credit + _column(paid, numbers) - _column(billed, numbers),
        tou_changes=await _tou_changes(connection),
    )


async def read_table_ids(connection: AsyncConnection) -> dict[TariffTable, int]:
    """Read the tariff tables that bills refer to already."""
    rows = await connection.execute(select(bill_tables))
    return {TariffTable(row.name, row.document, row.effective_from): row.table_id for row in rows}


async def _sums(connection: AsyncConnection, query: Select[Any]) -> dict[str, Decimal]:
    rows = await connection.execute(query.group_by(query.selected_columns[0]))
    return {row[0]: row[1] for row in rows}


def _column(sums: dict[str, Decimal], numbers: Sequence[str]) -> Hundredths:
    """Return the sums in hundredths, [customers]."""
    return np.array([int(sums.get(number, 0) * 100) for number in numbers], dtype=np.int64)


async def _tou_changes(connection: AsyncConnection) -> dict[str, tuple[bool, str]]:
    query = select(accounts.c.account_no, accounts.c.pending_tou, accounts.c.pending_tou_from)
    rows = await connection.execute(query.where(accounts.c.pending_tou_from.is_not(None)))
    return {row.account_no: (row.pending_tou, row.pending_tou_from) for row in rows}
