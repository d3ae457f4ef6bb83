"""Holidays and parts of a month as days: 国庆那几天, 春节, 月初, 上个月底, 10.1到10.7.

The days of the feasts that follow the moon are those of the State Council's yearly notices on holidays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from nlu.values.months import RELATIVE_MONTH, relative_offset, shift_month
from nlu.values.numerals import parse_small

Days = tuple[date, date]
_SOLAR: Final[Mapping[str, tuple[int, int, int]]] = {
    "元旦": (1, 1, 3),
    "国庆": (10, 1, 7),
    "五一": (5, 1, 5),
    "劳动节": (5, 1, 5),
    "双十一": (11, 11, 1),
    "双11": (11, 11, 1),
    "三八节": (3, 8, 1),
    "六一": (6, 1, 1),
    "圣诞": (12, 25, 1),
}
"""Month, day, and how many days 期间 or 那几天 has."""
_LUNAR: Final[Mapping[str, tuple[int, Mapping[int, tuple[int, int]]]]] = {
    "春节": (7, {2024: (2, 10), 2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26)}),
    "清明": (3, {2024: (4, 4), 2025: (4, 4), 2026: (4, 5), 2027: (4, 5), 2028: (4, 4)}),
    "端午": (3, {2024: (6, 10), 2025: (5, 31), 2026: (6, 19), 2027: (6, 9), 2028: (5, 28)}),
    "中秋": (3, {2024: (9, 17), 2025: (10, 6), 2026: (9, 25), 2027: (9, 15), 2028: (10, 3)}),
}
"""Days of 期间, and for each year month and day."""
_EVE: Final = frozenset({"除夕", "大年三十"})
_NEW_YEAR: Final = frozenset({"过年", "大年初一", "正月初一", "年初一"})
_EARLY, _MIDDLE, _LATE = (1, 10), (11, 20), (21, 31)
_PART: Final = {
    **dict.fromkeys(("初", "头上", "上旬"), _EARLY),
    **dict.fromkeys(("中", "中旬"), _MIDDLE),
    **dict.fromkeys(("底", "末", "下旬", "尾"), _LATE),
}

HOLIDAY = (
    r"元旦|国庆(?!路|街|公园|小区)|(?<![一二三四五六七八九十百千万\d])五一(?![路街小广一二三四五六七八九度块毛])|劳动节|双(?:十一|11)|三八节|"
    r"圣诞|春节|清明(?!路|街)|端午|中秋(?!路)|除夕|大年三十|大年初一|正月初一|年初一"
)
DURING = (
    r"节?(?:(?:那|这|放假那?|假期那?)(?:几|些|[一二三四五六七八])天|[一二三四五六七]天|"
    r"期间|假期(?:期间)?|长假|小长假|放假(?:期间)?|假日)"
)
_PART_OF_MONTH = re.compile(
    rf"(?<!每)(?:(?P<relative>{RELATIVE_MONTH}|月)份?|(?P<number>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月份?)"
    r"(?P<part>初(?![一二三四五六七八九十])|底|末|中旬|上旬|下旬|头上|尾|中(?=[,。的就旬有]|$))"
)
_DOTTED_RANGE = re.compile(
    r"(?<![\d.])(?P<month>1[0-2]|0?[1-9])\.(?P<day>3[01]|[12]\d|0?[1-9])(?:\s?(?:号|日)?\s?(?:到|至|~|-+)\s?"
    r"(?:(?P<last_month>1[0-2]|0?[1-9])\.)(?P<last_day>3[01]|[12]\d|0?[1-9])(?![\d.]|\s?[度块元毛千k])(?:号|日)?|[号日])"
)


def resolve_holiday(name: str, year: int, *, is_whole: bool) -> Days:
    """Return the days of a holiday in a year; ValueError where its day is not known."""
    if name in _SOLAR:
        month, number, length = _SOLAR[name]
        first = date(year, month, number)
    else:
        feast = "春节" if name in _EVE | _NEW_YEAR else name
        length, days = _LUNAR[feast]
        if year not in days:
            raise ValueError(f"the day of {feast} in {year} is not in the table")
        first = date(year, *days[year]) - timedelta(days=name in _EVE)
    return first, first + timedelta(days=length - 1 if is_whole else 0)


def find_parts_of_months(folded: str, today: date) -> Iterator[tuple[int, int, Days]]:
    """Yield start, end and days of 月初, 上个月底, 十月中旬, 10.1到10.7."""
    for match in _PART_OF_MONTH.finditer(folded):
        first_day, last_day = _PART[match["part"]]
        year, month = _month_of(match, today)
        end = last_day if last_day < 31 else _last_of(year, month)
        yield match.start(), match.end(), (date(year, month, first_day), date(year, month, end))
    for match in _DOTTED_RANGE.finditer(folded):
        try:
            first = date(today.year, int(match["month"]), int(match["day"]))
            last = date(today.year, int(match["last_month"] or match["month"]), int(match["last_day"] or match["day"]))
        except ValueError:
            continue
        if first <= last:
            years = 1 if first > today + timedelta(days=60) else 0
            yield *match.span(), (first.replace(year=first.year - years), last.replace(year=last.year - years))


def _month_of(match: re.Match[str], today: date) -> tuple[int, int]:
    if match["number"] is not None:
        month = parse_small(match["number"]) or today.month
        return (today.year if month <= today.month + 1 else today.year - 1), month
    offset = 0 if match["relative"] == "月" else relative_offset(match["relative"])
    return shift_month(today, offset)


def _last_of(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day
