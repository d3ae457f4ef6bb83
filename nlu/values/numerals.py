"""Chinese and Arabic numerals of every style to exact decimals.

Written (1,200.5), spoken (一千二百), shortened (两千三, 一百六), approximate (三百来, 两三百) and mixed (1.2万, 3百5).
"""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = {
    **{character: value for value, character in enumerate("零一二三四五六七八九")},
    **{character: value for value, character in enumerate("壹贰叁肆伍陆柒捌玖", start=1)},
    "〇": 0, "○": 0, "两": 2, "幺": 1,
}  # fmt: skip
UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10_000, "亿": 100_000_000}

CN_DIGIT = "零〇○一二两三四五六七八九壹贰叁肆伍陆柒捌玖"
CN_NUMERAL = CN_DIGIT + "".join(UNITS)

_ATOM = rf"(?:\d{{1,3}}(?:,\d{{3}})++(?:\.\d++)?|\d++(?:\.\d++)?|[{CN_DIGIT}十拾百佰仟万亿]|千(?![瓦伏wv乏]))"
NUMBER_START = rf"(?<![几数第点.\d{CN_NUMERAL}])"
"""Lookbehind: a number does not begin inside another one, nor after 几 or 第."""
NUMBER = rf"(?:{_ATOM}(?:{_ATOM}|点(?=[{CN_DIGIT}\d])|[多来余几](?=[百千万亿]))*+|半)"
"""Regular expression of a number, without its unit; it never gives back what it took, so that it stays linear."""
ROUGHLY = r"(?:[来多余把几]|好几|出头|挂零|上下)?+"
"""What may stand between a number and its unit (三百来度)."""

HAS_NUMERAL = re.compile(rf"[\d半元幺洞拐{CN_NUMERAL}]")
_TOKEN = re.compile(rf"\d+(?:\.\d+)?|[{CN_DIGIT}幺]+|[{''.join(UNITS)}]")
_APPROXIMATION = re.compile(r"[来多余把几\s,]")


def parse_number(surface: str) -> Decimal | None:
    """Read a numeral; None when it is none. 三四百 is read as its middle, 350; 百八十 as 180."""
    text = _APPROXIMATION.sub("", surface)
    if text == "半":
        return Decimal("0.5")
    if text.endswith("半"):
        whole = parse_number(text[:-1])
        return None if whole is None else whole + Decimal("0.5")
    if "点" in text:
        return _parse_decimal(text)
    return _parse_whole(text)


def parse_digit(character: str) -> int | None:
    """Read one digit, Arabic or Chinese."""
    return int(character) if character.isascii() and character.isdigit() else DIGITS.get(character)


def parse_small(surface: str) -> int | None:
    """Read a whole number (day, hour, minute, month); None when it is none."""
    number = parse_number(surface.replace("元", "一").replace("廿", "二十"))
    return int(number) if number is not None and number == int(number) else None


def render_number(number: Decimal) -> str:
    """Write without exponent and without trailing zeros."""
    plain = f"{number:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _parse_decimal(text: str) -> Decimal | None:
    """Read 三点五, 一百二十点二五, 三点五万."""
    left, _, right = text.partition("点")
    whole = _parse_whole(left) if left else Decimal(0)
    fraction = right.rstrip("".join(UNITS))
    digits = [parse_digit(character) for character in fraction]
    if whole is None or not digits or None in digits:
        return None
    number = whole + Decimal("0." + "".join(str(digit) for digit in digits))
    for unit in right[len(fraction) :]:
        number *= UNITS[unit]
    return number


def _parse_whole(text: str) -> Decimal | None:
    """Read a numeral without 点: a sum of sections, each closed by 万 or 亿."""
    tokens = _TOKEN.findall(text)
    if not tokens or "".join(tokens) != text:
        return None
    total = section = Decimal(0)
    current: Decimal | None = None
    last_unit, after_zero = 1, False
    for token in tokens:
        unit = UNITS.get(token)
        if unit is None:
            current, after_zero = _read_run(token), token[0] in "零〇○" and len(token) > 1
        elif unit < 10_000:
            section += unit if current is None else current * unit
            current, last_unit = None, unit
        else:
            pending = section + (current or 0)
            total = (total + pending) * unit if unit > 10_000 and total + pending else total + (pending or 1) * unit
            section, current, last_unit = Decimal(0), None, unit
    if current is None:
        return total + section
    is_short_form = last_unit > 10 and current < 10 and not after_zero
    return total + section + (current * last_unit / 10 if is_short_form else current)


def _read_run(token: str) -> Decimal:
    """Read digits that stand together: 二二零 is 220, but neighbours (三四) are their middle."""
    if token[0].isascii():
        return Decimal(token)
    digits = [DIGITS[character] for character in token]
    if len(digits) == 2 and 0 < digits[0] == digits[1] - 1:
        return Decimal(digits[0]) + Decimal("0.5")
    return Decimal("".join(str(digit) for digit in digits))
