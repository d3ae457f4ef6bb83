"""Prices in words: what the responses about a price list name, and the source that goes with them."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from actions.services import PriceList, SlotPrice, TierPrice
from actions.wording import as_lines, full_day, in_a_row, number, price

CAVEAT = "以当地供电公司公布为准"
"""Goes with every single-source or derived figure."""
WHOLE_YEAR = "全年"
TIERS_NAMED = re.compile(r"第?([一二三123]{1,3})[档挡阶]")
"""第二档, 二三档."""
TIER_NAMES = dict(zip("123一二三", ("第一档", "第二档", "第三档") * 2, strict=True))
SLOTS_SPOKEN = 3
NUMBER_UNKNOWN = "（文号未取得）"


def price_response(prices: PriceList, asked: TierPrice | None = None) -> str:
    """Which words fit this kind of prices; `asked` is the one tier that was asked for."""
    if asked is not None:
        return "utter_tariff_one_tier"
    if not prices.tiers:
        return "utter_tariff_two_part" if prices.capacity is not None else "utter_tariff_business"
    if len(prices.tiers) > 1:
        return "utter_tariff_tiers_tou" if prices.slots_of_season() else "utter_tariff_tiers"
    return "utter_tariff_flat_tou" if prices.slots_of_season() else "utter_tariff_flat"


def tier_asked(text: str, prices: PriceList) -> TierPrice | None:
    """Return the tier that a text asks for, if it names one only and the price does not depend on the time of day."""
    numbers = {mark for found in TIERS_NAMED.findall(text) for mark in found}
    if len(numbers) != 1 or len(prices.tiers) < 2 or prices.slots:
        return None
    name = TIER_NAMES[numbers.pop()]
    return next((tier for tier in prices.tiers if tier.name == name), None)


def price_figures(prices: PriceList, asked: TierPrice | None = None) -> dict[str, Any]:
    """Everything that the responses about prices name."""
    slots = prices.slots_of_season()
    first_tier = [slot for slot in slots if slot.tier == slots[0].tier]
    is_uncertain = prices.needs_caveat or (bool(slots) and len(prices.tiers) == 1)
    return {
        "region": prices.region,
        "category": prices.category,
        "voltage": prices.voltage,
        "season": prices.season,
        "tiers": as_lines(tier_words(tier) for tier in prices.tiers),
        "one_tier": tier_words(asked) if asked is not None else None,
        "one_tier_price": str(asked.price) if asked is not None else None,
        "tier_name": asked.name if asked is not None else None,
        "spoken_tiers": in_a_row(tier_words(tier, short=True) for tier in prices.tiers),
        "first_price": str(prices.tiers[0].price) if prices.tiers else None,
        "slots": as_lines(slot_lines(slots)),
        "seasons": seasons_words(prices),
        "spoken_slots": ("" if prices.season == WHOLE_YEAR else f"{prices.season}")
        + in_a_row(spoken_slot(slot) for slot in first_tier[:SLOTS_SPOKEN]),
        "transmission": text_or_none(prices.transmission),
        "demand": text_or_none(prices.demand),
        "capacity": text_or_none(prices.capacity),
        "funds": text_or_none(prices.funds),
        "table": prices.table.name,
        "document": document_words(prices.table.document),
        "effective_from": full_day(prices.table.effective_from),
        "ending": ending(is_uncertain=is_uncertain),
    }


def ending(*, is_uncertain: bool) -> str:
    """The end of the last sentence."""
    return f"，{CAVEAT}。" if is_uncertain else "。"


def document_words(document: str) -> str:
    """The document as it is named to customers."""
    return document.replace(NUMBER_UNKNOWN, "")


def tier_words(tier: TierPrice, *, short: bool = False) -> str:
    """第一档 年用电2520度及以内 0.5469元/度."""
    if tier.up_to_kwh is None:
        reach = f"{number(tier.over_kwh)}度以上"
    elif not tier.over_kwh:
        reach = f"{number(tier.up_to_kwh)}度以内"
    else:
        reach = f"{number(tier.over_kwh)}到{number(tier.up_to_kwh)}度"
    if short:
        return f"{tier.name}{price(tier.price)}"
    return f"{tier.name}：全年{reach}，每度{price(tier.price)}"


def seasons_words(prices: PriceList) -> str:
    """The slots of all seasons, each under its name."""
    seasons = dict.fromkeys(slot.season for slot in prices.slots)
    if len(seasons) <= 1:
        return as_lines(slot_lines(prices.slots))
    blocks = [(name, slot_lines([slot for slot in prices.slots if slot.season == name])) for name in seasons]
    return "\n".join(f"{name}：\n{as_lines(lines)}" for name, lines in blocks)


def slot_lines(slots: Sequence[SlotPrice]) -> list[str]:
    """One line for each slot, with the prices of all its tiers or its multiple of the energy price."""
    names = dict.fromkeys(slot.slot for slot in slots)
    return [slot_line([slot for slot in slots if slot.slot == name]) for name in names]


def slot_line(same: Sequence[SlotPrice]) -> str:
    """谷段（22:00-次日8:00）：第一档0.3769元，第二档0.4269元，第三档0.6769元."""
    hours = f"（{same[0].hours}）" if same[0].hours else ""
    if same[0].price is None:
        return f"{same[0].slot}{hours}：{factor_words(same[0].factor)}"
    prices = in_a_row(f"{slot.tier}{price(slot.price)}" for slot in same if slot.price is not None)
    return f"{same[0].slot}{hours}：{prices}"


def spoken_slot(slot: SlotPrice) -> str:
    """峰段8:00-22:00每度0.5769元."""
    hours = slot.hours or ""
    words = factor_words(slot.factor) if slot.price is None else f"每度{price(slot.price)}"
    return f"{slot.slot}{hours}{words}"


def factor_words(factor: Decimal | None) -> str:
    """1.7 -> 上浮70%; 0.3 -> 下浮70%."""
    if factor is None or factor == 1:
        return "不浮动"
    return f"{'上浮' if factor > 1 else '下浮'}{number(abs(factor - 1) * 100)}%"


def source_of(prices: PriceList) -> dict[str, str]:
    """The source of a price list."""
    table = prices.table
    fields = {"name": table.name, "document": table.document, "effective_from": table.effective_from.isoformat()}
    return render_source(prices.region, prices.category, fields)


def render_source(region: str, category: str, table: Mapping[str, Any]) -> dict[str, str]:
    """The contract's source: id, version, title, document."""
    return {
        "id": f"tariff/{region}/{category}",
        "version": str(table["effective_from"]),
        "title": str(table["name"]),
        "document": str(table["document"]),
    }


def text_or_none(value: Decimal | None) -> str | None:
    """A decimal as text."""
    return None if value is None else str(value)
