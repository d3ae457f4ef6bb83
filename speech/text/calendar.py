"""Dates and clock times: 2026-11-20 14:30 -> 二零二六年十一月二十日十四点三十分."""

from __future__ import annotations

from re import Match

from speech.text.numerals import spell_digits, spell_integer
from speech.text.rule import DASH, rule

_YEAR = r"(?P<year>(?:19|20)\d{2})"
_MONTH = r"(?P<month>0?[1-9]|1[0-2])"
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])"
_CLOCK = r"(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?(?!\d)"
_ALONE = r"(?<![\d.\-/A-Za-z])"


def spell_year(year: str) -> str:
    """2026 -> 二零二六."""
    return spell_digits(year, yao=False)


def _number(text: str) -> str:
    return spell_integer(int(text))


def _date(match: Match[str]) -> str:
    words = spell_year(match["year"]) + "年" + _number(match["month"]) + "月"
    return words + (_number(match["day"]) + "日" if match.groupdict().get("day") else "")


def _month_range(match: Match[str]) -> str:
    return f"{_number(match['first'])}到{_number(match['last'])}{match['unit']}"


def _clock(match: Match[str]) -> str:
    hour = int(match["hour"])
    words = ("两" if hour == 2 else spell_integer(hour)) + "点"
    minute, second = int(match["minute"]), int(match["second"] or 0)
    if minute or second:
        words += ("零" if 0 < minute < 10 else "") + spell_integer(minute) + "分"
    if second:
        words += ("零" if second < 10 else "") + spell_integer(second) + "秒"
    return words


def _o_clock(match: Match[str]) -> str:
    hour = int(match["hour"])
    words = ("两" if hour == 2 else spell_integer(hour)) + match["word"]
    if not match["minute"]:
        return words
    minute = int(match["minute"])
    return words + ("零" if 0 < minute < 10 else "") + spell_integer(minute) + "分"


def _years(match: Match[str]) -> str:
    return f"{spell_year(match['first'])}到{spell_year(match['last'])}年"


def _month_day(match: Match[str]) -> str:
    return f"{_number(match['month'])}月{_number(match['day'])}{match['word'] or '日'}"


def _month_and_day(match: Match[str]) -> str:
    return f"{_number(match['month'])}月{_number(match['day'])}日"


RULES = (
    rule(rf"{_YEAR}-{_MONTH}-{_DAY}T(?=\d)", _date),
    rule(rf"{_ALONE}{_YEAR}(?P<mark>[-/.]){_MONTH}(?P=mark){_DAY}(?![\d.\-/])", _date),
    rule(rf"{_ALONE}{_YEAR}-(?P<month>0[1-9]|1[0-2])(?![\d\-/.度元千k])", _date),
    rule(rf"{_ALONE}(?P<first>(?:19|20)\d{{2}})年?{DASH}(?P<last>(?:19|20)\d{{2}})年", _years),
    rule(rf"(?<!\d){_YEAR}\s*(?=年|版|财年|春节)", lambda match: spell_year(match["year"])),
    rule(r"(?<!\d)(\d{2})年(?=\s*\d{1,2}月)", lambda match: spell_year(match[1]) + "年"),
    rule(rf"(?<!\d)(?P<first>\d{{1,2}}){DASH}(?P<last>\d{{1,2}})(?P<unit>月(?!份?内)|日|号(?!楼|院|线))", _month_range),
    rule(rf"(?<!\d){_MONTH}\s*月\s*{_DAY}(?:(?P<word>日|号)|(?![\d日号]))", _month_day),
    rule(r"(?<![\d.])(\d{1,2})(?=(?:月份|月|日)(?!元))", lambda match: _number(match[1])),
    rule(rf"{_ALONE}{_MONTH}/{_DAY}(?=\s*\d{{1,2}}:\d)", _month_and_day),
    rule(rf"{_ALONE}{_CLOCK}{DASH}(?=\d{{1,2}}:\d|次日|当日|第二天|翌日)", lambda match: _clock(match) + "到"),
    rule(rf"(?<![\d:]){_CLOCK}", _clock),
    rule(
        r"(?<![\d.])(?P<hour>[01]?\d|2[0-4])(?P<word>点钟?|时)(?P<minute>[0-5]?\d)分",
        _o_clock,
    ),
    rule(rf"(?<![\d.])(?P<first>\d{{1,2}}){DASH}(?P<last>\d{{1,2}})(?P<unit>点)", _month_range),
    rule(r"(?<![\d.])(?P<hour>[01]?\d|2[0-4])(?P<word>点|时(?!段|长|间))(?P<minute>)", _o_clock),
)
