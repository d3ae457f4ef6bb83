"""Chinese numerals: digits and numbers to words and back.

Invariant: `parse_number(spell_number(text))` is the value of `text` for every number below 10^16.
"""

from __future__ import annotations

from decimal import Decimal

DIGITS = "零一二三四五六七八九"
VALUE_OF_DIGIT = {
    **{char: value for value, char in enumerate(DIGITS)},
    "〇": 0,
    "洞": 0,
    "幺": 1,
    "两": 2,
    "俩": 2,
    "拐": 7,
    "勾": 9,
}
_PLACES = ((1000, "千"), (100, "百"), (10, "十"), (1, ""))
_VALUE_OF_PLACE = {"十": 10, "百": 100, "千": 1000}
_VALUE_OF_GROUP = {"万": 10_000, "亿": 100_000_000}


def spell_digits(digits: str, *, yao: bool = True) -> str:
    """3201 -> 三二零幺: one word a digit, `yao` reads 1 as 幺 as telephone numbers are read."""
    return "".join("幺" if yao and digit == "1" else DIGITS[int(digit)] for digit in digits)


def spell_integer(value: int) -> str:
    """20008 -> 两万零八; 0 <= value < 10^16."""
    if value == 0:
        return "零"
    words = _spell_positive(value).replace("二千", "两千").replace("二万", "两万").replace("二亿", "两亿")
    words = words.replace("十两万", "十二万").replace("十两亿", "十二亿")
    return words.removeprefix("一") if words.startswith("一十") else words


def _spell_positive(value: int) -> str:
    for unit, name in ((100_000_000, "亿"), (10_000, "万")):
        if value >= unit:
            high, low = divmod(value, unit)
            zero = "零" if 0 < low < unit // 10 else ""
            return _spell_positive(high) + name + zero + (_spell_positive(low) if low else "")
    return _spell_group(value)


def _spell_group(group: int) -> str:
    words = ""
    for place, name in _PLACES:
        digit = group // place % 10
        if digit:
            words += DIGITS[digit] + name
        elif words and not words.endswith("零"):
            words += "零"
    return words.rstrip("零")


def spell_number(text: str) -> str:
    """-1,234.50 -> 负一千二百三十四点五零: sign, thousands commas and decimals as written."""
    sign = "负" if text.startswith("-") else ""
    whole, _, fraction = text.lstrip("+-").replace(",", "").partition(".")
    if len(whole) > 16:
        return sign + spell_digits(whole) + ("点" + spell_digits(fraction, yao=False) if fraction else "")
    return sign + spell_integer(int(whole)) + ("点" + spell_digits(fraction, yao=False) if fraction else "")


def parse_digits(words: str) -> str:
    """三二零幺 -> 3201; every character must be a digit word. Raises KeyError."""
    return "".join(str(VALUE_OF_DIGIT[char]) for char in words)


def parse_number(words: str) -> Decimal | None:
    """一百二十八点五 -> 128.5; 一千二 -> 1200; None where the words are no number."""
    sign = -1 if words.startswith("负") else 1
    whole, point, fraction = words.removeprefix("负").partition("点")
    value = parse_integer(whole)
    if value is None or (point and not fraction):
        return None
    if not point:
        return Decimal(sign * value)
    scale = 1
    if fraction[-1] in _VALUE_OF_GROUP:
        scale, fraction = _VALUE_OF_GROUP[fraction[-1]], fraction[:-1]
    if not fraction or any(char not in VALUE_OF_DIGIT for char in fraction):
        return None
    return sign * Decimal(f"{value}.{parse_digits(fraction)}") * scale


def parse_integer(words: str) -> int | None:
    """三万五 -> 35000; 一百零五 -> 105; a row of digit words is read digit by digit; None where it is no number."""
    if not words:
        return None
    if all(char in VALUE_OF_DIGIT for char in words):
        return int(parse_digits(words))
    total, group, digit, last_unit = 0, 0, -1, 1
    for char in words:
        if char in VALUE_OF_DIGIT:
            if digit > 0:
                return None
            digit = VALUE_OF_DIGIT[char]
            # 零 fills an empty place: what follows it is no longer short for the next lower place
            last_unit = 1 if digit == 0 else last_unit
        elif char in _VALUE_OF_PLACE:
            place = _VALUE_OF_PLACE[char]
            group += (digit if digit > 0 else 1) * place
            digit, last_unit = -1, place
        elif char in _VALUE_OF_GROUP:
            unit = _VALUE_OF_GROUP[char]
            group += max(digit, 0)
            total, group = _close_group(total, group, unit)
            digit, last_unit = -1, unit
        else:
            return None
    return total + group + max(digit, 0) * (last_unit // 10 if last_unit > 1 else 1)


def _close_group(total: int, group: int, unit: int) -> tuple[int, int]:
    """万 multiplies what came since the last 万 or 亿; 亿 multiplies everything before it (一万亿)."""
    if unit == _VALUE_OF_GROUP["亿"]:
        return (total + max(group, 0 if total else 1)) * unit, 0
    billions, rest = divmod(total, _VALUE_OF_GROUP["亿"])
    return billions * _VALUE_OF_GROUP["亿"] + (rest + max(group, 1)) * unit, 0
