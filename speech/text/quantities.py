"""Quantities with units, percentages, fractions, ranges, versions, temperatures, and every figure that is left."""

from __future__ import annotations

from re import Match

from speech.text.numerals import spell_integer, spell_number
from speech.text.rule import DASH, NUMBER, SIGNED, rule

UNITS = {
    "kWh": "千瓦时",
    "KWH": "千瓦时",
    "kwh": "千瓦时",
    "Kwh": "千瓦时",
    "KWh": "千瓦时",
    "MWh": "兆瓦时",
    "kW": "千瓦",
    "KW": "千瓦",
    "kw": "千瓦",
    "Kw": "千瓦",
    "MW": "兆瓦",
    "W": "瓦",
    "w": "瓦",
    "GW": "吉瓦",
    "kVA": "千伏安",
    "KVA": "千伏安",
    "kva": "千伏安",
    "MVA": "兆伏安",
    "VA": "伏安",
    "kvar": "千乏",
    "kVar": "千乏",
    "kVAr": "千乏",
    "KVAR": "千乏",
    "Mvar": "兆乏",
    "kV": "千伏",
    "KV": "千伏",
    "kv": "千伏",
    "V": "伏",
    "v": "伏",
    "mV": "毫伏",
    "kA": "千安",
    "mA": "毫安",
    "A": "安",
    "Ah": "安时",
    "mAh": "毫安时",
    "Hz": "赫兹",
    "HZ": "赫兹",
    "hz": "赫兹",
    "Ω": "欧",
    "kΩ": "千欧",
    "MΩ": "兆欧",
    "mm²": "平方毫米",
    "mm2": "平方毫米",
    "mm": "毫米",
    "cm": "厘米",
    "km²": "平方公里",
    "km": "公里",
    "KM": "公里",
    "m²": "平方米",
    "m2": "平方米",
    "㎡": "平方米",
    "m³": "立方米",
    "m3": "立方米",
    "m": "米",
    "M": "兆",
    "kg": "千克",
    "KG": "千克",
    "g": "克",
    "t": "吨",
    "L": "升",
    "ml": "毫升",
    "℃": "摄氏度",
    "°C": "摄氏度",
    "°": "度",
    "h": "小时",
    "min": "分钟",
    "s": "秒",
    "ms": "毫秒",
    "dB": "分贝",
    "GB": "吉字节",
    "MB": "兆字节",
    "G": "吉",
}
_SYMBOLS = "|".join(sorted(UNITS, key=len, reverse=True))
_SYMBOL = rf"(?:{_SYMBOLS})(?![A-Za-z²³])"
_TWO = (
    "度电?|个|天|户|次|位|名|条|块|台|年(?!级)|小时|分钟|秒|周|种|项|份|张|笔|件|人|倍|吨|米|公里|千瓦时?|千伏安?|"
    "兆|瓦|伏|安|只|套|步|遍|句|家|盏|根|支|处|点五|万|千|亿|元|角|类|者|口|平方|字|枚|部|轮|批|本|辆|趟|路(?=电)"
)
_RANGE_UNIT = r"(?=\s*(?:[\u4e00-\u9fff℃%Ω㎡]|[A-Za-z]))"
_PERCENT = {"%": "百分之", "‰": "千分之", "％": "百分之"}


def spell_quantity(text: str) -> str:
    """2 -> 两 (it stands before a measure word), all else as a number."""
    return "两" if text == "2" else spell_number(text)


def _percent(match: Match[str]) -> str:
    return _share(match["value"], match["mark"])


def _share(value: str, mark: str) -> str:
    return ("负" if value.startswith("-") else "") + _PERCENT[mark] + spell_number(value.lstrip("-"))


def _percent_range(match: Match[str]) -> str:
    return f"{_share(match['low'], match['mark'])}到{_share(match['high'], match['mark'])}"


def _range(match: Match[str]) -> str:
    return f"{spell_number(match['low'])}到{spell_number(match['high'])}"


def _version(match: Match[str]) -> str:
    return "点".join(spell_integer(int(part)) for part in match["parts"].split("."))


def _temperature(match: Match[str]) -> str:
    below = "零下" if match[1].startswith("-") else ""
    return below + spell_quantity(match[1].lstrip("-"))


def _temperature_range(match: Match[str]) -> str:
    low, high = (("零下" if text.startswith("-") else "") + spell_number(text.lstrip("-")) for text in match.groups())
    return f"{low}到{high}摄氏度"


def _slashes(match: Match[str]) -> str:
    return "、".join(spell_number(part.strip()) for part in match[0].split("/"))


PLUS = rule(r"(?<![\d\-A-Za-z）)\u4e00-\u9fff])\+(?=\d)|(?<=[为是约达差增长率])\+(?=\d)", lambda match: "正")
PERCENT_RULES = (
    rule(rf"(?P<low>{SIGNED})[%％]?{DASH}(?P<high>-?(?:{NUMBER}))\s*(?P<mark>[%％‰])", _percent_range),
    rule(rf"(?P<value>{SIGNED})\s*(?P<mark>[%％‰])", _percent),
)
RULES = (
    rule(r"(?:(?<=版本)|(?<=版本号)|(?<=升级到))\s*[Vv]?(?P<parts>\d+(?:\.\d+)+)", _version),
    rule(r"(?<![A-Za-z])[Vv](?P<parts>\d+(?:\.\d+)+)", lambda match: "版本" + _version(match)),
    rule(r"(?<![\d.])(?P<parts>\d+(?:\.\d+){2,})(?![\d.])", _version),
    rule(rf"({SIGNED})\s*(?:℃|°C|摄氏度)(?={DASH}-?\d)", _temperature),
    rule(rf"({SIGNED}){DASH}(-?\d+(?:\.\d+)?)\s*(?:℃|°C|摄氏度)", _temperature_range),
    rule(rf"({SIGNED})\s*(?:℃|°C|摄氏度)", lambda match: _temperature(match) + "摄氏度"),
    rule(
        rf"({SIGNED})\s*({_SYMBOL}){DASH}(?=(?:{NUMBER})\s*{_SYMBOL})",
        lambda match: spell_quantity(match[1]) + UNITS[match[2]] + "到",
    ),
    # Units that are written as symbols, first in rates (元/kW·月), then after a figure.
    rule(rf"(?<=[\d元每/\u4e00-\u9fff])(\s*)({_SYMBOL})(?=[·/])", lambda match: UNITS[match[2]]),
    rule(rf"(?<=\d)\s*({_SYMBOL})", lambda match: UNITS[match[1]]),
    rule(r"(?<=每|/)(kWh|kW|kVA|kvar|MWh|MW)(?![A-Za-z])", lambda match: UNITS[match[1]]),
    # 220/380V: two figures of one unit; 1/3: a fraction.
    rule(r"(?<![\d/])\d+(?:\.\d+)?(?:/\d+(?:\.\d+)?)+(?=千伏|伏|千瓦|安|赫兹)", _slashes),
    rule(
        r"(?<![\d/.])([1-9]\d?)/([1-9]\d{0,2})(?![\d/.])",
        lambda match: spell_integer(int(match[2])) + "分之" + spell_integer(int(match[1])),
    ),
    rule(
        r"(?<![\d.:])(\d{1,3}):(\d{1,3})(?![\d:])",
        lambda match: spell_integer(int(match[1])) + "比" + spell_integer(int(match[2])),
    ),
    rule(r"(?<=[\u4e00-\u9fffA-Za-z])·(?=[年月日天时次])", lambda match: "每"),
    rule(r"(?<=[度瓦时安次元天人户米度])\s*/\s*(?=[年月日天时次小人户千平度台])", lambda match: "每"),
    rule(r"(?<![\d.])(\d+)\s*[×xX✕*]\s*(?=\d)", lambda match: spell_number(match[1]) + "乘"),
    rule(r"(?<=\d)\s*\+\s*(?=\d)", lambda match: "加"),
    rule(
        rf"(?P<low>{SIGNED}){DASH}(?P<high>{NUMBER}){_RANGE_UNIT}",
        _range,
    ),
    rule(
        r"(?<![\d.A-Za-z\-])(?P<low>\d{1,7}(?:\.\d+)?)\s*[-~—]\s*(?P<high>\d{1,7}(?:\.\d+)?)(?![\d\-A-Za-z])",
        _range,
    ),
    rule(
        rf"(?<![\d.第,])2(?=\s*(?:{_TWO}))(?!\s*(?:分之))",
        lambda match: "两",
    ),
    rule(rf"{SIGNED}", lambda match: spell_number(match[0])),
    rule(rf"(?:{NUMBER})", lambda match: spell_number(match[0])),
)
