"""The exact calculator: a request and the tariff book in, a bill out. Every line is rounded half up to the cent."""

from decimal import Decimal

from knowledge_base.errors import TariffRequestInvalid
from knowledge_base.tariffs.book import TariffBook
from knowledge_base.tariffs.calculation import NOTHING, Calculation, ChargeLine, Charges, charge, render_calculation
from knowledge_base.tariffs.commercial import charge_business
from knowledge_base.tariffs.household import charge_household
from knowledge_base.tariffs.power_factor import adjustment_percent, power_factor
from knowledge_base.tariffs.request import TariffRequest
from knowledge_base.tariffs.table import BusinessTable

__all__ = ["calculate", "render_calculation"]

NO_REACTIVE = "未给无功电量，未计功率因数调整电费。"
BASE_NOTE = "功率因数调整电费以电度电费与基本电费之和扣除政府性基金及附加为基数（单源资料，以当地供电公司公布为准）。"


def calculate(request: TariffRequest, tariffs: TariffBook) -> Calculation:
    """Calculate one bill.

    TariffNotFound where there is no table for region, category, month and voltage; TariffRequestInvalid where a
    figure is missing or does not belong to this category.
    """
    table, band = tariffs.find(request.region, request.category, request.month, request.voltage)
    if isinstance(table, BusinessTable):
        charges = charge_business(request, table, band)
    else:
        charges = charge_household(request, table, band)
    if request.power_factor_standard is not None or request.reactive_kvarh is not None:
        adjust_power_factor(request, charges)
    total = sum((line.amount for line in charges.lines), NOTHING)
    return Calculation(total, tuple(charges.lines), table.label.reference, tuple(charges.notes))


def adjust_power_factor(request: TariffRequest, charges: Charges) -> None:
    """Add the adjustment's line, or the note that says why there is none."""
    standard = request.power_factor_standard
    if request.reactive_kvarh is None:
        charges.notes.append(NO_REACTIVE)
    elif standard is None:
        raise TariffRequestInvalid("power_factor_standard", "needed with reactive_kvarh: 0.90, 0.85 or 0.80")
    else:
        charges.lines.append(adjustment_line(request.energy_kwh, request.reactive_kvarh, standard, charges))
        charges.notes.append(BASE_NOTE)


def adjustment_line(energy_kwh: Decimal, reactive_kvarh: Decimal, standard: Decimal, charges: Charges) -> ChargeLine:
    """Energy and basic charges without funds, times the percentage of the power factor."""
    factor = power_factor(energy_kwh, reactive_kvarh)
    rate = adjustment_percent(factor, standard) / 100
    base = sum((line.amount for line in charges.lines), NOTHING) - charges.funds
    return charge(f"功率因数调整电费（实际{factor}，标准{standard:.2f}）", base, "元", rate)
