"""Quantities with their units: energy (kWh), power or capacity (kW, kVA) and voltage.

Without a unit a number is one of them only where the words around it or the question asked say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from nlu.values.numerals import (
    HAS_NUMERAL,
    NUMBER,
    NUMBER_START,
    ROUGHLY,
    parse_number,
    render_number,
)
from nlu.values.span import Scan, ValueSpan, bare_answer

_N = rf"{NUMBER_START}(?P<number>{NUMBER})\s?{ROUGHLY}\s?"

_ENERGY = re.compile(
    rf"{_N}(?P<unit>千瓦时|千瓦[·.]?小时|kw[·.\s]?h|个?字(?![幕典母号])|度)(?P<half>半(?!年|个|天))?(?![假角])"
)
_UNIT_PRICE_AFTER = re.compile(
    r"电?(?:的?(?:电费|电价))?(?:现在|到底|大概|究竟)?(?:是|要|得|合|算|收|卖|差|贵|便宜)?"
    r"(?:多少|几|啥价|什么价|[\d一二两三四五六七八九零]+(?:块|毛|角|元|分|点|\.)|[块毛])"
)
_UNIT_PRICE_BEFORE = re.compile(r"(?:钱|少|每|块|毛|角|分|元|价格?|[五六七八九]|费|合|\d)(?:是|用)?$")
_TEMPERATURE = re.compile(
    r"(?:空调|温度|调到|调成|调在|开到|开在|设到|设成|气温|零下|零上|高温|室温|体温|发烧|摄氏|定在|定到|制冷|制热|"
    r"暖风|冷风|烧到)[^,。]{0,6}$"
)
_NOT_ENERGY = re.compile(r"测个?温|室温|暖气|[斜歪]了?|角度|发烧|视力")
_PRICED = re.compile(r"[几多]少?[毛钱块]|什么价|[甚啥]价|行情|收俺|怎么收|价")
_METERED = re.compile(r"[表走电跑]")

_POWER = re.compile(
    rf"{_N}个?(?P<unit>千伏安|千瓦|kva|kw(?!\s?[·.]?h)|兆瓦|兆伏安|mva|mw(?!h)|伏安|瓦|w(?![a-z]))(?!时|"
    r"[·.]?小时)(?P<half>半)?"
)
_SCALE = {"瓦": "0.001", "w": "0.001", "伏安": "0.001", "兆瓦": "1000", "mw": "1000", "兆伏安": "1000", "mva": "1000"}

_VOLTAGE = re.compile(rf"{_N}(?P<unit>千伏|伏特?|kv|v)(?![a安])")
_BELOW_1_KV = re.compile(
    r"(?:不满|不到|低于|小于)(?:一|1)\s?(?:千伏|kv)|(?<![\d十])(?:1|一)\s?(?:千伏|kv)(?:以下|及以下)"
)
_LOW_VOLTAGE = re.compile(r"(?<=[是按的])低压(?=用户|客户|的?电价|供电|接入)")
_BAND = re.compile(
    rf"{NUMBER_START}(?P<low>{NUMBER})\s?(?:千伏|kv)?\s?(?:到|至|-|~)\s?(?P<high>{NUMBER})\s?(?:千伏|kv)(?![a安])"
)


def find_quantities(scan: Scan) -> Iterator[ValueSpan]:
    """Find energy, power and voltage, and the bare number that answers a question for one of them."""
    if HAS_NUMERAL.search(scan.folded) is None:
        return
    yield from _find_energy(scan)
    yield from _find_power(scan)
    yield from _find_voltage(scan)
    if scan.expected in ("energy_kwh", "power_kw", "amount", "voltage"):
        yield from _find_bare(scan, scan.expected)


def read_amount_of(match: re.Match[str]) -> Decimal | None:
    """Read the number of a match, with the half that may follow its unit (三度半)."""
    number = parse_number(match["number"])
    return number + Decimal("0.5") if number is not None and match.groupdict().get("half") else number


def _span_of(
    scan: Scan, entity: str, match: re.Match[str], number: Decimal | None, confidence: float
) -> Iterator[ValueSpan]:
    if number is not None:
        yield scan.span(entity, render_number(number), match.start("number"), match.end(), confidence)


def _find_energy(scan: Scan) -> Iterator[ValueSpan]:
    for match in _ENERGY.finditer(scan.folded):
        number = read_amount_of(match)
        if number is not None and _is_energy(scan, match, number):
            yield from _span_of(scan, "energy_kwh", match, number, 0.97)


def _is_energy(scan: Scan, match: re.Match[str], number: Decimal) -> bool:
    """Refuse the price of 一度, degrees of temperature, and 两个字 that are characters."""
    before, after = scan.folded[max(0, match.start() - 16) : match.start()], scan.folded[match.end() : match.end() + 16]
    if match["unit"].endswith("字"):
        if number == 1 and _PRICED.search(scan.folded):
            return False
        return (number > 10 and match["unit"] == "个字") or _METERED.search(before) is not None
    if match["unit"] != "度":
        return True
    if match["number"] == "百" or (number == 1 and _PRICED.search(scan.folded)):
        return False
    if before.endswith(("块", "毛", "角")) and len(match["number"]) <= 2:
        return False
    if number == 1:
        is_priced = _UNIT_PRICE_AFTER.match(after) or _UNIT_PRICE_BEFORE.search(before)
        return not is_priced and (bool(before) or scan.expected == "energy_kwh")
    if after.startswith(("电", "左右的电", "多电")):
        return True
    return (number >= 60 or _TEMPERATURE.search(before) is None) and _NOT_ENERGY.search(scan.folded) is None


def _find_power(scan: Scan) -> Iterator[ValueSpan]:
    for match in _POWER.finditer(scan.folded):
        number = read_amount_of(match)
        if number is not None:
            yield from _span_of(scan, "power_kw", match, number * Decimal(_SCALE.get(match["unit"], "1")), 0.97)


def _find_voltage(scan: Scan) -> Iterator[ValueSpan]:
    for match in _BELOW_1_KV.finditer(scan.folded):
        yield scan.span("voltage", "不满1千伏", match.start(), match.end(), 0.97)
    for match in _LOW_VOLTAGE.finditer(scan.folded):
        yield scan.span("voltage", "不满1千伏", match.start(), match.end(), 0.7)
    for match in _BAND.finditer(scan.folded):
        low, high = parse_number(match["low"]), parse_number(match["high"])
        if low is not None and high is not None and low < high:
            value = f"{render_number(low)}-{render_number(high)}千伏"
            yield scan.span("voltage", value, match.start(), match.end(), 0.95)
    for match in _VOLTAGE.finditer(scan.folded):
        number = read_amount_of(match)
        if number is not None:
            volts = number * (1000 if match["unit"] in ("千伏", "kv") else 1)
            yield scan.span("voltage", render_voltage(volts), match.start("number"), match.end(), 0.97)


def render_voltage(volts: Decimal) -> str:
    """Write 220V below a kilovolt, 10kV from there on."""
    return f"{render_number(volts / 1000)}kV" if volts >= 1000 else f"{render_number(volts)}V"


def _find_bare(scan: Scan, entity: str) -> Iterator[ValueSpan]:
    """Read a lone number as the slot that was asked for."""
    core, start = bare_answer(scan.folded)
    match = re.fullmatch(rf"(?P<number>{NUMBER}){ROUGHLY}", core)
    number = parse_number(match["number"]) if match else None
    if number is None or (entity == "energy_kwh" and len(core) >= 10):
        return
    value = render_number(number)
    if entity == "voltage":
        value = render_voltage(number if number >= 100 else number * 1000)
    yield scan.span(entity, value, start, start + len(core), 0.8)
