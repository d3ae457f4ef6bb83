"""Charges of commerce and industry (工商业): energy by agent price and time of day, transmission, basic, funds.

Only the energy price floats; the sum of all lines but the funds is the base of the power factor adjustment.
"""

from collections.abc import Mapping
from decimal import Decimal

from knowledge_base.errors import TariffRequestInvalid
from knowledge_base.tariffs.calculation import ChargeLine, Charges, charge
from knowledge_base.tariffs.request import TariffRequest
from knowledge_base.tariffs.table import (
    CAVEAT,
    SLOT_NAMES,
    BusinessTable,
    FactorSeason,
    Slot,
    TimeOfUse,
    VoltageBand,
    needs_caveat,
)

KWH = "千瓦时"
HOUSEHOLD_FIELDS = ("household_size", "subsidy")
NO_SLOTS_GIVEN = "未给分时电量，代理购电价未作峰谷浮动。"
HOURS_UNPUBLISHED = "该月的分时时段公告未取得，本次沿用已公布的浮动比例，" + CAVEAT + "。"
DEMAND_NOTE = (
    "按需量计费的，月每千伏安用电量达到260千瓦时及以上时当月需量电价按90%执行（单源资料，"
    + CAVEAT
    + "）；未给变压器容量，本次未打折。"
)
MINIMUM_DEMAND_NOTE = "约定最大需量低于变压器容量40%的，按40%计收（单源资料，" + CAVEAT + "），本次按所给需量计算。"


def charge_business(request: TariffRequest, table: BusinessTable, band: VoltageBand) -> Charges:
    """Lines and notes of a month of 工商业单一制 or 工商业两部制; TariffRequestInvalid for figures that do not fit."""
    check_fields(request, table)
    notes = list(table.label.notes)
    lines = energy_lines(request, table.time_of_use, notes)
    if request.energy_kwh:
        lines.append(charge("输配电费", request.energy_kwh, KWH, table.transmission[band.name]))
    lines += basic_lines(request, table, band.name, notes)
    if not request.energy_kwh:
        return Charges(lines, notes)
    funds = charge("政府性基金及附加", request.energy_kwh, KWH, table.funds)
    if needs_caveat(table.funds_certainty):
        notes.append(f"政府性基金及附加标准为{table.funds_certainty}资料，{CAVEAT}。")
    return Charges([*lines, funds], notes, funds.amount)


def check_fields(request: TariffRequest, table: BusinessTable) -> None:
    """Refuse household figures, and insist on what the system (单一制, 两部制) needs."""
    for name in HOUSEHOLD_FIELDS:
        if getattr(request, name) is not None:
            raise TariffRequestInvalid(name, f"only for 居民, not for {request.category}")
    if request.months != 1:
        raise TariffRequestInvalid("months", f"must be 1 for {request.category}: the agent price is one month's")
    if request.agent_price is None and request.energy_kwh:
        raise TariffRequestInvalid("agent_price", f"needed for {request.category}: the month's energy price, yuan/kWh")
    if table.has_basic_charge and request.contract_kva is None and request.max_demand_kw is None:
        raise TariffRequestInvalid("contract_kva", "工商业两部制 needs exactly one of contract_kva and max_demand_kw")
    if not table.has_basic_charge and request.max_demand_kw is not None:
        raise TariffRequestInvalid("max_demand_kw", f"only for 工商业两部制, not for {request.category}")


def energy_lines(request: TariffRequest, time_of_use: TimeOfUse, notes: list[str]) -> list[ChargeLine]:
    """The agent price times the energy, slot by slot where slots are given."""
    if request.agent_price is None or not request.energy_kwh:
        return []
    slots = {slot: kwh for slot, kwh in request.slot_energies().items() if kwh}
    if not slots:
        notes.append(NO_SLOTS_GIVEN)
        return [charge("代理购电电费", request.energy_kwh, KWH, request.agent_price)]
    factors = slot_factors(time_of_use, request.month_number, request.contract_kva)
    for slot in slots:
        if slot not in factors:
            there_are = ", ".join(f"{name}_kwh" for name in factors)
            raise TariffRequestInvalid(f"{slot}_kwh", f"{request.region} has only {there_are} in {request.month}")
    notes += time_of_use_notes(request, time_of_use, slots)
    return [
        charge(f"代理购电电费（{SLOT_NAMES[slot]}）", kwh, KWH, request.agent_price * factors[slot])
        for slot, kwh in slots.items()
    ]


def slot_factors(time_of_use: TimeOfUse, month_number: int, capacity_kva: Decimal | None) -> Mapping[Slot, Decimal]:
    """Slot -> multiple of the energy price in this month, for this capacity."""
    season: FactorSeason = time_of_use.season_of(month_number)
    small = time_of_use.small_capacity
    if small is None or capacity_kva is None or capacity_kva >= small.below_kva:
        return season.factors
    return {**season.factors, **small.factors}


def time_of_use_notes(request: TariffRequest, time_of_use: TimeOfUse, slots: Mapping[Slot, Decimal]) -> list[str]:
    notes = [*time_of_use.notes, *(note for slot, note in time_of_use.slot_notes.items() if slot in slots)]
    small = time_of_use.small_capacity
    if small and time_of_use.capacity_note and request.contract_kva is None and slots.keys() & small.factors.keys():
        notes.append(time_of_use.capacity_note)
    published_to = time_of_use.published_to
    if published_to is not None and request.month > published_to.strftime("%Y-%m"):
        notes.append(HOURS_UNPUBLISHED)
    return notes


def basic_lines(request: TariffRequest, table: BusinessTable, band: str, notes: list[str]) -> list[ChargeLine]:
    """The basic charge (基本电费) of 两部制, by capacity or by maximum demand; nothing for 单一制."""
    if not table.has_basic_charge:
        return []
    if request.contract_kva is not None:
        return [charge("基本电费（容量）", request.contract_kva, "千伏安", table.capacity[band])]
    if request.max_demand_kw is None:
        return []
    notes += [DEMAND_NOTE, MINIMUM_DEMAND_NOTE]
    return [charge("基本电费（需量）", request.max_demand_kw, "千瓦", table.demand[band])]
