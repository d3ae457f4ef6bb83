"""The use of real (or the demo's) customers as requests to the calculator, to try new tables on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from actions.backends.bill_uses import BillUse, last_uses
from knowledge_base.tariffs.request import TariffRequest

MOST_CUSTOMERS: Final = 500
BUSINESS: Final = "工商业"


@dataclass(frozen=True, slots=True)
class CustomerUses:
    """Reads from the tables of the back ends."""

    engine: AsyncEngine

    async def __call__(self, region: str, category: str, month: str) -> list[tuple[str, TariffRequest]]:
        """Return (name without person, request) of customers; none for business: its agent price is in no bill."""
        if category.startswith(BUSINESS):
            return []
        _, uses = await last_uses(self.engine, region, category, MOST_CUSTOMERS)
        return [(f"户号尾号{use.ending}", _request(use, region, category, month)) for use in uses]


def _request(use: BillUse, region: str, category: str, month: str) -> TariffRequest:
    is_household = category in ("居民阶梯", "居民峰谷")
    is_divided = category == "居民峰谷"
    return TariffRequest(
        region=region,
        category=category,
        month=month,
        energy_kwh=use.energies["energy"],
        voltage=use.voltage,
        annual_to_date_kwh=use.annual_to_date_kwh,
        household_size=use.household_size if is_household else None,
        subsidy=use.subsidy,
        peak_kwh=use.energies["peak"] if is_divided else None,
        valley_kwh=use.energies["valley"] if is_divided else None,
    )
