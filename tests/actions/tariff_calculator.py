"""The calculator of the tariff tables in the shape that the demo data ask for (docs/demo-data.md shows it too)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from actions.backends.months import add_months
from actions.backends.values import Account, BillLine, TariffTable
from knowledge_base.tariffs.calculator import calculate
from knowledge_base.tariffs.load import load_tariffs
from knowledge_base.tariffs.request import TariffRequest

FIRST_BUSINESS_MONTH = "2026-08"
PARTS = ("peak", "valley", "flat", "sharp", "deep_valley")
book = load_tariffs(Path(__file__).parents[2] / "data" / "tariffs")


def calculate_bill(
    account: Account, month: str, kwh: Mapping[str, Decimal], annual_to_date_kwh: Decimal
) -> tuple[Decimal, Sequence[BillLine], TariffTable]:
    """Compute one bill from the published tables; earlier business bills use the same month of the first year that has one."""
    is_business = account.category.startswith("工商业")
    by_capacity = account.basic_charge == "容量"
    parts = {f"{part}_kwh": kwh[part] for part in PARTS if kwh[part]} if is_business or account.is_tou else {}
    request = TariffRequest(
        region=account.region,
        category=account.category,
        month=_month_with_table(month) if is_business else month,
        energy_kwh=kwh["energy"],
        voltage=account.voltage,
        annual_to_date_kwh=annual_to_date_kwh,
        household_size=account.household_size,
        subsidy=account.subsidy,
        contract_kva=account.capacity_kva if by_capacity else None,
        max_demand_kw=kwh.get("max_demand_kw"),
        reactive_kvarh=kwh.get("reactive_kvarh"),
        power_factor_standard=account.power_factor_standard,
        agent_price=kwh.get("agent_price"),
        **parts,
    )
    bill = calculate(request, book)
    lines = [BillLine(line.name, line.quantity, line.unit, line.price, line.amount) for line in bill.lines]
    return bill.total, lines, TariffTable(bill.table.name, bill.table.document, bill.table.effective_from.isoformat())


def _month_with_table(month: str) -> str:
    while month < FIRST_BUSINESS_MONTH:
        month = add_months(month, 12)
    return month
