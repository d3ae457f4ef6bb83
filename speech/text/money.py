"""Amounts and unit prices: 128.50元 -> 一百二十八元五角; 0.5469元/度 -> 零点五四六九元每度."""

from __future__ import annotations

from re import Match

from speech.text.numerals import DIGITS, spell_integer, spell_number
from speech.text.rule import DASH, NUMBER, SIGNED, rule

_PER = r"\s*/\s*(?=[A-Za-z㎡\u4e00-\u9fff])"
"""元/千瓦时: what follows is a unit, and the price is read with all its decimals."""
_CURRENCY = r"(?:人民币|RMB|CNY)?\s*[¥￥]\s*"


def spell_yuan(text: str, unit: str = "元") -> str:
    """-1,234.05 -> 负一千二百三十四元零五分; more than two decimals are read as they stand."""
    sign = "负" if text.startswith("-") else ""
    whole, _, fraction = text.lstrip("-").replace(",", "").partition(".")
    if len(fraction) > 2 or len(whole) > 16:
        return spell_number(text) + unit
    jiao, fen = (int(digit) for digit in (fraction + "00")[:2])
    words = _yuan_words(int(whole)) + unit if int(whole) or not (jiao or fen) else ""
    if jiao:
        words += DIGITS[jiao] + "角"
    elif fen and words:
        words += "零"
    return sign + words + (DIGITS[fen] + "分" if fen else "")


def _yuan_words(yuan: int) -> str:
    return "两" if yuan == 2 else spell_integer(yuan)


def _symbol_first(match: Match[str]) -> str:
    sign = "-" if "-" in (match["sign"] or "") else ""
    if match["scale"]:
        return spell_number(sign + match["amount"]) + match["scale"] + "元"
    return spell_yuan(sign + match["amount"])


def _range(match: Match[str]) -> str:
    return f"{_plain(match['low'])}到{_plain(match['high'])}{match['unit']}"


def _plain(text: str) -> str:
    return "两" if text == "2" else spell_number(text)


RULES = (
    rule(rf"{SIGNED}(?=元{_PER})", lambda match: _plain(match[0])),
    rule(rf"元{_PER}", lambda match: "元每"),
    rule(
        rf"(?P<sign>-?){_CURRENCY}(?P<amount>-?(?:{NUMBER}))\s*(?P<scale>万|亿)?元?",
        _symbol_first,
    ),
    rule(rf"(?P<low>{SIGNED}){DASH}(?P<high>{NUMBER})\s*(?P<unit>(?:万|亿)?(?:元|块|角|分钱))", _range),
    rule(rf"({SIGNED})\s*(元|块(?!\d))", lambda match: spell_yuan(match[1], match[2])),
    rule(rf"(?:RMB|CNY)\s*({NUMBER})", lambda match: spell_yuan(match[1])),
)
