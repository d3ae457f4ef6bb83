"""Written text to the words that a voice says: amounts, dates, numbers, codes, units, letters, marks.

One table of rules, applied in order; what a rule has spelt holds no figure any more, so that no later rule reads it
twice. Rules of reading: reference tables of the phone line in docs/speech.md.
"""

from __future__ import annotations

import re

from speech.text import calendar, codes, letters, money, quantities
from speech.text.rule import Rule, apply

_FULL_WIDTH = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_FULL_WIDTH |= {ord("％"): ord("%"), ord("．"): ord("."), ord("－"): ord("-"), ord("−"): ord("-"), ord("～"): ord("~")}
_FULL_WIDTH |= {ord("＋"): ord("+"), ord("／"): ord("/"), ord("＊"): ord("*"), ord("＃"): ord("#"), ord("〜"): ord("~")}
_COLON = re.compile(r"(?<=\d)：(?=\d)")
_SUBTRACTION = re.compile(r"(?<=\d)\s*[-−]\s*(?=[\d.]+(?:\s*[×÷+\-]\s*[\d.]+)*\s*=)")

RULES: tuple[Rule, ...] = (
    quantities.PLUS,
    *quantities.PERCENT_RULES,
    *calendar.RULES,
    *money.RULES,
    *codes.RULES,
    *quantities.RULES,
    *letters.RULES,
    *letters.SYMBOLS,
)


def to_spoken(text: str) -> str:
    """应缴128.50元 -> 应缴一百二十八元五角; the result holds no figure."""
    text = _COLON.sub(":", text.translate(_FULL_WIDTH))
    text = _SUBTRACTION.sub("减", text)
    return letters.strip_marks(apply(RULES, text))
