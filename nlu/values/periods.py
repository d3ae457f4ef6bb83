"""Stretches of several billing months: 前两个月, 今年头三个月, 三季度, 近半年; read as first and last month."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from nlu.values.numerals import parse_small

_COUNT = r"(?:[两二三四五六七八九十]|1[0-2]|[2-9])"
_PERIOD = re.compile(
    rf"(?P<opening>(?:(?P<opening_year>今年|去年)的?)?(?:头|开头)(?P<opening_count>{_COUNT}))(?P<rest1>个月)"
    rf"|(?P<past>(?<![提以之目从])(?:前|最近|近|过去|这|往前)这?(?P<past_count>{_COUNT}))"
    r"(?P<rest2>个月)(?!后|以后|前)"
    r"|(?P<half>(?:最近|近|过去|这)半)(?P<rest3>年)(?!前|后|来回)"
    r"|(?P<part>(?:(?P<part_year>今年|去年|\d{2,4}年)的?)?(?:第(?=[一二三四1-4]季))?(?P<quarter>[一二三四1-4]))(?P<rest4>个?季度)"
    r"|(?P<half_year>(?:(?P<half_of>今年|去年)的?)?(?P<which>[上下]半))(?P<rest5>年)"
)


def find_periods(folded: str, today: date) -> Iterator[tuple[int, int, int, int]]:
    """Yield start, end, year and month: two for each stretch, its first and its last month."""
    for match in _PERIOD.finditer(folded):
        rest = next(name for name in ("rest1", "rest2", "rest3", "rest4", "rest5") if match[name] is not None)
        first, last = _read(match, today)
        if first <= last:
            yield match.start(), match.start(rest), first // 12, first % 12 + 1
            yield match.start(rest), match.end(), last // 12, last % 12 + 1


def _read(match: re.Match[str], today: date) -> tuple[int, int]:
    """Return first and last month, counted from year 0."""
    this = today.year * 12 + today.month - 1
    if match["opening"] is not None:
        first = _year(match["opening_year"], today) * 12
        return first, first + (parse_small(match["opening_count"]) or 1) - 1
    if match["past"] is not None:
        return this - (parse_small(match["past_count"]) or 1), this - 1
    if match["half"] is not None:
        return this - 6, this - 1
    if match["part"] is not None:
        quarter = parse_small(match["quarter"]) or 1
        year = _year(match["part_year"], today)
        is_ahead = match["part_year"] is None and quarter * 3 - 2 > today.month
        first = (year - is_ahead) * 12 + quarter * 3 - 3
        return first, first + 2
    first = _year(match["half_of"], today) * 12 + (6 if match["which"].startswith("下") else 0)
    return first, first + 5


def _year(word: str | None, today: date) -> int:
    if word is None or word == "今年":
        return today.year
    if word == "去年":
        return today.year - 1
    number = int(word[:-1])
    return number if number > 99 else 2000 + number
