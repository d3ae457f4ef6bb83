"""Charges by government price tables: households by tier and time of day, shared meters, charging at home, farming.

A year's tiers are filled in order; where slots are priced, each tier takes them in the month's proportion.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

from knowledge_base.errors import TariffRequestInvalid
from knowledge_base.tariffs.calculation import CENT, ChargeLine, Charges, charge
from knowledge_base.tariffs.request import ZERO, TariffRequest
from knowledge_base.tariffs.table import (
    CAVEAT,
    SLOT_NAMES,
    CatalogueTable,
    Slot,
    SlotSeason,
    VoltageBand,
    needs_caveat,
)

KWH = "千瓦时"
EXACT = Context(prec=80)
"""Wide enough for energy x energy x price without rounding; only the last division may round, far from any cent."""
LARGE_FROM_PERSONS = 5
"""From here on a household may expect a rule for many persons (一户多人口)."""
NO_SLOTS = "此表不分时段计价，所给分时电量按同一价格计算。"
ONE_SEASON = "全年电量均按所选月份所在季节的分时价计算，跨季节的实际电费会有出入。"
QUOTA_SHORT = "本月第一档电量不足以扣完免费电量，余下部分按年清算。"
NO_TIERS = "此类用电不执行阶梯，人口数不影响电费。"
NO_QUOTA = "此表没有低保、五保免费电量的规定，本次未扣减。"


def charge_household(request: TariffRequest, table: CatalogueTable, band: VoltageBand) -> Charges:
    """Lines and notes of a bill by a catalogue table; TariffRequestInvalid for figures that do not belong here."""
    check_fields(request)
    notes = list(table.label.notes)
    certainty = table.label.certainty_of(band.name)
    if needs_caveat(certainty):
        notes.append(f"此表价格为{certainty}资料，{CAVEAT}。")
    limits: Sequence[Decimal] = table.limits
    if request.household_size is not None:
        limits = tier_limits(table, request.household_size)
        notes += large_household_notes(table, request.household_size)
    parts = split_by_tier(request.energy_kwh, request.annual_to_date_kwh, limits)
    if request.subsidy is not None:
        notes += deduct_free_quota(parts, table, request.months)
    slots = request.slot_energies()
    season = table.season_of(request.month_number) if slots or request.category == "居民峰谷" else None
    if season is None or band.name not in season.prices:
        return Charges(tier_lines(table, band.name, parts), [*notes, NO_SLOTS] if slots else notes)
    check_slots(request, season, slots)
    notes += slot_notes(request, table, slots)
    return Charges(slot_lines(table, season.prices[band.name], parts, request.energy_kwh, slots), notes)


def check_fields(request: TariffRequest) -> None:
    """Refuse figures that only commerce and industry have."""
    if request.agent_price is not None:
        raise TariffRequestInvalid("agent_price", f"only for 工商业, not for {request.category}")
    if request.category != "农业":
        for name in ("contract_kva", "max_demand_kw", "reactive_kvarh", "power_factor_standard"):
            if getattr(request, name) is not None:
                raise TariffRequestInvalid(name, f"not for {request.category}")


def tier_limits(table: CatalogueTable, persons: int) -> Sequence[Decimal]:
    """The limits in kWh a tier year, widened where the household is large enough."""
    rule = table.large_household
    if rule is None or rule.from_persons is None or persons < rule.from_persons:
        return table.limits
    times = 1 if rule.counted_over_persons is None else persons - rule.counted_over_persons
    return tuple(limit + times * more for limit, more in zip(table.limits, rule.limit_increases, strict=True))


def large_household_notes(table: CatalogueTable, persons: int) -> list[str]:
    rule = table.large_household
    if rule is None:
        return [NO_TIERS]
    if persons < (rule.from_persons or LARGE_FROM_PERSONS):
        return []
    return [*rule.notes, *(note for from_persons, note in rule.notes_from if persons >= from_persons)]


def split_by_tier(energy_kwh: Decimal, used_before_kwh: Decimal, limits: Sequence[Decimal]) -> list[Decimal]:
    """How much of the energy falls into each tier (kWh), when so much was used before in the tier year."""
    parts = []
    start, end = used_before_kwh, used_before_kwh + energy_kwh
    for limit in limits:
        cut = min(end, limit)
        parts.append(cut - start if cut > start else ZERO)
        start = max(start, cut)
    parts.append(end - start)
    return parts


def deduct_free_quota(parts: list[Decimal], table: CatalogueTable, months: int) -> list[str]:
    """Take the free energy out of the first tier, as far as it goes; return the notes to say."""
    quota = table.free_quota
    if quota is None:
        return [NO_QUOTA]
    if quota.kwh_per_month is None:
        return [*quota.notes]
    free = quota.kwh_per_month * months
    short = parts[0] < free and parts[0] < sum(parts)
    parts[0] -= min(free, parts[0])
    return [*quota.notes, QUOTA_SHORT] if short else [*quota.notes]


def tier_lines(table: CatalogueTable, band: str, parts: Sequence[Decimal]) -> list[ChargeLine]:
    """One line for each tier that has energy."""
    if not table.limits:
        return [charge("电量电费", parts[0], KWH, table.tiers[0].prices[band])] if parts[0] else []
    return [
        charge(f"{tier.name}电量", part, KWH, tier.prices[band])
        for tier, part in zip(table.tiers, parts, strict=True)
        if part
    ]


def check_slots(request: TariffRequest, season: SlotSeason, slots: Mapping[Slot, Decimal]) -> None:
    """Slots must be given where the price depends on them, and only those that the table prices."""
    if not slots and request.energy_kwh:
        raise TariffRequestInvalid("peak_kwh", f"{request.category} needs the energy by slot: peak_kwh and valley_kwh")
    for slot, kwh in slots.items():
        if kwh and slot not in season.hours:
            there_are = ", ".join(f"{name}_kwh" for name in season.hours)
            raise TariffRequestInvalid(f"{slot}_kwh", f"{request.region} {request.category} has only {there_are}")


def slot_lines(
    table: CatalogueTable,
    prices: Sequence[Mapping[Slot, Decimal]],
    parts: Sequence[Decimal],
    energy_kwh: Decimal,
    slots: Mapping[Slot, Decimal],
) -> list[ChargeLine]:
    """One line for each tier and slot that has energy."""
    lines = []
    for tier, part, tier_prices in zip(table.tiers, parts, prices, strict=True):
        if not part:
            continue
        tier_name = tier.name if table.limits else ""
        for slot, kwh in slots.items():
            if kwh:
                name = f"{tier_name}{SLOT_NAMES[slot]}电量"
                price = tier_prices[slot]
                whole = part == energy_kwh
                lines.append(charge(name, kwh, KWH, price) if whole else share(name, part, kwh, energy_kwh, price))
    return lines


def share(name: str, part: Decimal, slot_kwh: Decimal, energy_kwh: Decimal, price: Decimal) -> ChargeLine:
    """A slot's proportional share of a tier; divided last, so that a half cent stays a half cent."""
    product = EXACT.multiply(part, slot_kwh)
    amount = EXACT.divide(EXACT.multiply(product, price), energy_kwh)
    return ChargeLine(name, EXACT.divide(product, energy_kwh), KWH, price, amount.quantize(CENT, ROUND_HALF_UP, EXACT))


def slot_notes(request: TariffRequest, table: CatalogueTable, slots: Mapping[Slot, Decimal]) -> list[str]:
    notes = [*table.seasonal_notes] if slots else []
    notes += [note for slot, note in table.slot_notes.items() if slots.get(slot)]
    if request.months == 12 and len(table.seasons) > 1:
        notes.append(ONE_SEASON)
    return notes
