"""The demo's bills: the exact calculator, asked for one account and month at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from actions.backends.values import Account, BillLine, TariffTable
from knowledge_base.tariffs.book import TariffBook
from knowledge_base.tariffs.calculator import calculate
from knowledge_base.tariffs.request import TariffRequest

FIRST_BUSINESS_MONTH = "2026-08"
"""Business tables hold from here on; older demo months are computed with them all the same, the demo has no others."""
_DIVIDED = frozenset({"居民峰谷", "工商业单一制", "工商业两部制"})


@dataclass(frozen=True, slots=True)
class DemoBills:
    """Computes one demo bill (see actions.demo.bills.BillCalculator)."""

    book: TariffBook

    def __call__(
        self, account: Account, month: str, kwh: Mapping[str, Decimal], annual_to_date_kwh: Decimal
    ) -> tuple[Decimal, Sequence[BillLine], TariffTable]:
        """Return (total in yuan, lines, table)."""
        calculation = calculate(_request(account, month, kwh, annual_to_date_kwh), self.book)
        lines = [BillLine(line.name, line.quantity, line.unit, line.price, line.amount) for line in calculation.lines]
        table = calculation.table
        return calculation.total, lines, TariffTable(table.name, table.document, table.effective_from.isoformat())


def _request(account: Account, month: str, kwh: Mapping[str, Decimal], before: Decimal) -> TariffRequest:
    is_business = account.category.startswith("工商业")
    parts = {f"{slot}_kwh": kwh.get(slot) for slot in ("peak", "valley", "flat", "sharp", "deep_valley")}
    has_parts = account.category in _DIVIDED and any(part is not None for part in parts.values())
    demand = kwh.get("max_demand_kw") if account.basic_charge == "需量" else None
    capacity = account.capacity_kva if account.basic_charge == "容量" else None
    return TariffRequest(
        region=account.region,
        category=account.category,
        month=max(month, FIRST_BUSINESS_MONTH) if is_business else month,
        energy_kwh=kwh["energy"],
        voltage=account.voltage,
        annual_to_date_kwh=before if not is_business else Decimal(0),
        household_size=account.household_size if account.category in ("居民阶梯", "居民峰谷") else None,
        subsidy=account.subsidy,
        contract_kva=capacity if account.category == "工商业两部制" else None,
        max_demand_kw=demand,
        reactive_kvarh=kwh.get("reactive_kvarh") if account.power_factor_standard else None,
        power_factor_standard=account.power_factor_standard if "reactive_kvarh" in kwh else None,
        agent_price=kwh.get("agent_price") if is_business else None,
        **(parts if has_parts else {}),
    )
