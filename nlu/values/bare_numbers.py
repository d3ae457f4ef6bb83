"""Numbers without a unit, read by the words around them.

上个月两百八 is yuan, 谷电240 kWh, 增容到两百 kVA, 改成380 volts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from nlu.values.numerals import CN_NUMERAL, HAS_NUMERAL, NUMBER, NUMBER_START, ROUGHLY, parse_number, render_number
from nlu.values.quantities import render_voltage
from nlu.values.span import Scan, ValueSpan

_FOLLOWS = (
    r"(?=$|[\s,。、!?…]|[了吗呢吧啊呀的到没就也还都我你怎退进凭照什充行有那不太够才对跟和改换是呗嘛哈喽哎哦嗯起顶晚白"
    r"峰谷平尖可在给快直"
    r"要这查收交余打合变叫算清已能需为大又今去降提升调减增加]|话费|[吓真离得]|上(?!下)|左右|电费|电(?![表话动器工线梯瓶])|费|"
    r"一(?:个月|下子|个人|"
    r"度))"
)
_NUMBER = re.compile(
    rf"(?<![第年月路街楼栋层座号村房页版:.\-/]){NUMBER_START}(?P<number>{NUMBER})(?P<rough>{ROUGHLY})(?![{CN_NUMERAL}"
    rf"\d:/-]){_FOLLOWS}"
)
_ABOUT = r"(?:加|减|到|成|为|至|是|大概|大约|差不多|约|有|才|快|就|都|了|将近|得|用|电|段|再)*\s?$"
_VOLTAGE_BEFORE = re.compile(
    r"(?:电压[^\d,。]{0,6}|电压[^\d,。]{0,3}(?:量|测|表)[^\d,。]{0,6}|单相的?|三相的?|[测量打]到)$"
)
_SUPPLY = re.compile(r"三相|单相|两相|动力|电压|伏|电灶|热泵|电源|220.{0,4}380")
_SUPPLY_AFTER = re.compile(r"的?(?:电(?![费话量表])|三相|单相|动力|电源|照明)")
_SUPPLY_WEAK_AFTER = re.compile(r"[的改,。吧]|$")
_POWER_BEFORE = re.compile(
    r"(?:[增减扩]容?|升|降|提|变压器|容量|改成|换成|从|恢复回来,|恢复到|得|原来|现在)(?:容量)?" + _ABOUT
)
_POWER = re.compile(r"容量|变压器|[增减扩]容|千伏安|千瓦|基本电费|降到|[增减][到成]|^[增减]|大棚|报光伏")
_TRANSFORMER_AFTER = re.compile(r"的?(?:变压器|变台|箱变|容量)|的")
_ENERGY_BEFORE = re.compile(
    r"(?:用电量?|电量|用了|使了|走了|耗了|峰|谷|平|尖峰?|白天|晚上|夜里|夜间|后半夜|平段|度数|每?月用|"
    r"一个?月(?:也就)?|算下|算一下|就用)" + _ABOUT
)
_ENERGY = re.compile(r"[峰谷度尖算]|用电|用了|电量|走了")
_MONEY = re.compile(r"[钱费账交缴充存欠扣退收涨贵付补罚额花块元票转笔价省]|电卡")
_MONEY_BEFORE = re.compile(r"(?:[交缴充存欠扣退收付罚多少贵涨来出要花]|余额)[了的过我你咱上]*" + _ABOUT)
_MONTH_BEFORE = re.compile(r"(?:月份?|人家|我家|平摊|每月|怎么)(?:怎么|会|还|能|才|都|就|也|来了|出来|一百来块)*$")
_AGE_BEFORE = re.compile(r"(?:[我俺他她妈爸]|今年|岁数|爷爷|奶奶|老人|老太太|老头)(?:都|也|快|已经|今年)*$")
_IDENTIFIER_BEFORE = re.compile(r"(?:尾号|户号|门牌|号码|卡号|位|拨打?|打|表码|读数)[是为]?\s?$")
_SERVICE_NUMBERS = frozenset({"95598", "12345", "12398", "110", "119", "120", "114"})
_NEAR = 16
"""Characters before and after a number that can say what it is."""
_QUANTITIES = frozenset({"energy_kwh", "power_kw", "amount"})


def find_bare_numbers(scan: Scan) -> Iterator[ValueSpan]:
    """Find numbers that have no unit but a context."""
    if HAS_NUMERAL.search(scan.folded) is None:
        return
    for match in _NUMBER.finditer(scan.folded):
        number = parse_number(match["number"])
        if number is None or not _is_quantity(match["number"], number):
            continue
        before = scan.folded[max(0, match.start() - _NEAR) : match.start()]
        after = scan.folded[match.end() : match.end() + _NEAR]
        if _IDENTIFIER_BEFORE.search(before) or _is_age(before, after, number):
            continue
        entity = _classify(scan, number, before, after)
        if entity is not None:
            value = render_voltage(number) if entity == "voltage" else render_number(number)
            yield scan.span(entity, value, match.start(), match.end(), 0.65)


def _is_quantity(surface: str, number: Decimal) -> bool:
    """Refuse service numbers, identifiers and small counts."""
    if surface in _SERVICE_NUMBERS or number < 10:
        return False
    if surface.isascii():
        return len(surface) <= 6 and surface[0] != "0"
    return len(surface) > 1 and any(unit in surface for unit in "十百千万")


def _is_age(before: str, after: str, number: Decimal) -> bool:
    """Tell 「我六十五了」 and 「今年七十多了」 from quantities."""
    return number < 110 and after[:1] in "了,岁" and _AGE_BEFORE.search(before) is not None


def _classify(scan: Scan, number: Decimal, before: str, after: str) -> str | None:
    text = scan.folded
    if 100 <= number <= 500 and _VOLTAGE_BEFORE.search(before):
        return "voltage"
    if number in (220, 380) and scan.expected not in _QUANTITIES and _is_supply(text, after):
        return "voltage"
    if _POWER.search(text) and (_POWER_BEFORE.search(before) or not before or _TRANSFORMER_AFTER.match(after)):
        return "power_kw"
    if scan.expected in _QUANTITIES and not _MONEY_BEFORE.search(before):
        return scan.expected
    if _MONEY_BEFORE.search(before):
        return "amount"
    if _ENERGY.search(text) and _ENERGY_BEFORE.search(before):
        return "energy_kwh"
    return "amount" if _MONEY.search(text) or _MONTH_BEFORE.search(before) else None


def _is_supply(text: str, after: str) -> bool:
    """Say whether 220 or 380 names the supply (三相380, 380的电) and is no quantity."""
    if _SUPPLY_AFTER.match(after):
        return True
    return _SUPPLY.search(text) is not None and _SUPPLY_WEAK_AFTER.match(after) is not None
