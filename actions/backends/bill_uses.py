"""What many customers used in a month, without who they are: for trying other prices on real use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from actions.backends.boundary import look_up
from actions.backends.tables import accounts, bills

_ENERGIES = ("energy", "peak", "valley", "flat", "sharp", "deep_valley")


@dataclass(frozen=True, slots=True)
class BillUse:
    """One account's use in one month, kWh."""

    ending: str
    """Last four digits of the account number."""
    voltage: str
    household_size: int | None
    subsidy: str | None
    energies: Mapping[str, Decimal]
    """energy and its parts peak, valley, flat, sharp, deep_valley."""
    annual_to_date_kwh: Decimal


async def last_uses(engine: AsyncEngine, region: str, category: str, most: int) -> tuple[str, list[BillUse]]:
    """Return (newest month that has bills, what accounts of a category used in it). Raises BackendFailure."""
    chosen = (accounts.c.region == region, accounts.c.category == category)
    joined = bills.join(accounts, accounts.c.account_no == bills.c.account_no)
    newest = select(func.max(bills.c.month)).select_from(joined).where(*chosen)
    async with look_up(engine) as connection:
        month = (await connection.execute(newest)).scalar()
        if month is None:
            return "", []
        query = select(bills, accounts.c.voltage, accounts.c.household_size, accounts.c.subsidy).select_from(joined)
        query = query.where(*chosen, bills.c.month == month).order_by(bills.c.account_no).limit(most)
        rows = (await connection.execute(query)).all()
    return month, [
        BillUse(
            ending=row.account_no[-4:],
            voltage=row.voltage,
            household_size=row.household_size,
            subsidy=row.subsidy,
            energies={name: Decimal(getattr(row, f"{name}_kwh")) for name in _ENERGIES},
            annual_to_date_kwh=Decimal(row.annual_to_date_kwh),
        )
        for row in rows
    ]
