"""The demo's bills: the exact calculator, asked for one account and month at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from actions.backends.values import Account, BillLine, TariffTable
from knowledge_base.errors import TariffNotFound
from knowledge_base.tariffs.book import TariffBook
from knowledge_base.tariffs.calculation import Calculation
from knowledge_base.tariffs.calculator import calculate
from knowledge_base.tariffs.request import TariffRequest

LATER_MONTHS = 60
"""A demo month from before the first table is computed with the earliest later one: the demo has no older tables."""
_DIVIDED = frozenset({"居民峰谷", "工商业单一制", "工商业两部制"})


@dataclass(frozen=True, slots=True)
class DemoBills:
    """Computes one demo bill (see actions.demo.bills.BillCalculator)."""

    book: TariffBook

    def __call__(
        self, account: Account, month: str, kwh: Mapping[str, Decimal], annual_to_date_kwh: Decimal
    ) -> tuple[Decimal, Sequence[BillLine], TariffTable]:
        """Return (total in yuan, lines, table)."""
        calculation = self._calculate(_request(account, month, kwh, annual_to_date_kwh))
        lines = [BillLine(line.name, line.quantity, line.unit, line.price, line.amount) for line in calculation.lines]
        table = calculation.table
        return calculation.total, lines, TariffTable(table.name, table.document, table.effective_from.isoformat())

    def _calculate(self, request: TariffRequest) -> Calculation:
        for _ in range(LATER_MONTHS):
            try:
                return calculate(request, self.book)
            except TariffNotFound:
                request = replace(request, month=_next_month(request.month))
        return calculate(request, self.book)


def _next_month(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12}-{number % 12 + 1:02d}"


def _request(account: Account, month: str, kwh: Mapping[str, Decimal], before: Decimal) -> TariffRequest:
    is_business = account.category.startswith("工商业")
    parts = kwh if account.category in _DIVIDED else {}
    demand = kwh.get("max_demand_kw") if account.basic_charge == "需量" else None
    capacity = account.capacity_kva if account.basic_charge == "容量" else None
    return TariffRequest(
        region=account.region,
        category=account.category,
        month=month,
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
        peak_kwh=parts.get("peak"),
        valley_kwh=parts.get("valley"),
        flat_kwh=parts.get("flat"),
        sharp_kwh=parts.get("sharp"),
        deep_valley_kwh=parts.get("deep_valley"),
    )
