"""Billing months (账期) to YYYY-MM.

Without a year the latest month that is not after today is meant; a range gives two spans, the second not
before the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from nlu.values.numerals import CN_DIGIT, CN_NUMERAL, parse_digit, parse_small
from nlu.values.periods import find_periods
from nlu.values.span import Scan, ValueSpan, bare_answer

YEAR = (
    rf"(?:(?P<year>\d{{4}}|\d{{2}}|[{CN_DIGIT}]{{4}}|[{CN_DIGIT}]{{2}})年度?的?|(?P<year_word>今年|去年|前年|大前年|"
    r"明年|上一年|头年|当年)的?)"
)
MONTH_NUMBER = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九元])"
RELATIVE_MONTH = (
    r"(?:(?:大上上|大前个?|大上|上上上|上上)一?个?月|(?<![马早晚])上一?个?月|前一个?月|这一?个?月|本月|当月|"
    r"下下个?月|前个?月|上期|"
    r"下一?个?月|这月)"
)

_ABSOLUTE = re.compile(
    rf"(?:(?<![{CN_NUMERAL}\d几数第.])|(?<=\d\d)(?=[{CN_DIGIT}十]))(?:{YEAR}\s?)?(?P<number>{MONTH_NUMBER})\s?月份?(?!之?内|[以不]内)"
    rf"|(?<![{CN_NUMERAL}\d几数第.个])(?P<list>{MONTH_NUMBER})(?=\s?[、,到至~和跟与-]\s?{MONTH_NUMBER}\s?月)"
    r"|(?<!\d)(?P<iso_year>20\d\d)\s?[-/.]\s?(?P<iso_month>1[0-2]|0?[1-9])(?![\d月]|\s?[-/.]\s?\d)"
    r"|(?<!\d)(?P<packed_year>20[12]\d)(?P<packed_month>1[0-2]|0[1-9])(?!\d)"
)
_NEIGHBOURS = re.compile(rf"(?<![{CN_NUMERAL}])(?P<first>[一二三四五六七八九])(?P<second>[二三四五六七八九])月份?")
_RELATIVE = re.compile(rf"(?:(?P<year_word>去年|前年)的?)?(?P<word>{RELATIVE_MONTH})份?")
_MOON_MONTHS = {"正月": 1, "冬月": 11, "腊月": 12}
_OTHER = re.compile(
    r"(?P<year>今年|去年|前年|头年)的?(?P<moon>正月|冬月|腊月)(?!初|十|二十|廿|[一二三四五六七八九])"
    r"|(?P<period>上一?期(?!间|货|表码)|(?<![五四三两每本隔])(?:这一?|本)期(?!间|表码|货)|头一?个月(?=的|电|账|"
    r"多少|用)|上次(?=的?(?:电费|账单)))"
)
_PER_MONTH = re.compile(r"(?:家|户|我|店|厂|们|大概|平均)$")
_PER_MONTH_AFTER = re.compile(r"(?:[\d一二两三四五六七八九十百]|用|大概|差不多|也就|就|才|要|得|平均|下来|能|也用)")
_RANGE_GAP = re.compile(r"\s?(?:份|的)?\s?(?:一?直?到|至|~|-+)\s?")
_LIST_GAP = re.compile(r"\s?(?:、|,|和|跟|与|及|还有)\s?")
_YEAR_WORDS = {"今年": 0, "当年": 0, "去年": -1, "上一年": -1, "头年": -1, "前年": -2, "大前年": -3, "明年": 1}


@dataclass(frozen=True, slots=True)
class _Month:
    start: int
    end: int
    year: int
    month: int
    is_year_said: bool
    confidence: float


def find_months(scan: Scan) -> Iterator[ValueSpan]:
    """Find billing months."""
    found = sorted(_read_all(scan), key=lambda month: month.start)
    for month in _link(found, scan.folded):
        yield scan.span("month", f"{month.year:04d}-{month.month:02d}", month.start, month.end, month.confidence)


def read_year(year: str | None, year_word: str | None, today: date) -> int | None:
    """Read 2025, 25, 二五, 去年; None when no year was said or it is unlikely."""
    if year_word:
        return today.year + _YEAR_WORDS[year_word]
    if not year:
        return None
    number = int("".join(str(parse_digit(character)) for character in year))
    full = number if number > 99 else 2000 + number
    return full if 2000 <= full <= today.year + 2 else None


def shift_month(today: date, months: int) -> tuple[int, int]:
    """Return year and month that lie so many months from today's."""
    index = today.year * 12 + today.month - 1 + months
    return index // 12, index % 12 + 1


def relative_offset(word: str) -> int:
    """Return how many months 上个月, 上上个月, 下月 ... lie from this month."""
    if word.startswith("大前"):
        return -3
    if word.startswith("大上"):
        return -1 - word.count("上")
    if word.startswith("头"):
        return -1
    if word.startswith("前"):
        return -1 if "一" in word else -2
    return word.count("下") - word.count("上")


def latest_year(month: int, today: date) -> int:
    """Return the year of the latest such month that is not after today."""
    return today.year if month <= today.month else today.year - 1


def _read_all(scan: Scan) -> Iterator[_Month]:
    for match in _NEIGHBOURS.finditer(scan.folded):
        first, second = parse_digit(match["first"]), parse_digit(match["second"])
        if first is not None and second == first + 1:
            split = match.start("second")
            yield _Month(match.start(), split, latest_year(first, scan.today), first, False, 0.8)
            yield _Month(split, match.end(), latest_year(second, scan.today), second, False, 0.8)
    for match in _RELATIVE.finditer(scan.folded):
        year, month = shift_month(scan.today, relative_offset(match["word"]))
        if match["year_word"]:
            year += _YEAR_WORDS[match["year_word"]]
        yield _Month(match.start(), match.end(), year, month, True, 0.97)
    for match in _OTHER.finditer(scan.folded):
        yield _read_other(match, scan.today)
    for start, end, year, month in find_periods(scan.folded, scan.today):
        yield _Month(start, end, year, month, True, 0.8)
    if "月" in scan.folded or "20" in scan.folded:
        for match in _ABSOLUTE.finditer(scan.folded):
            yield from _read_absolute(match, scan)
    if scan.expected == "month":
        yield from _read_bare(scan)


def _read_other(match: re.Match[str], today: date) -> _Month:
    """Read 去年腊月 (by the number of the moon's month) and 上一期."""
    year = read_year(None, match["year"], today)
    if year is not None:
        return _Month(*match.span(), year, _MOON_MONTHS[match["moon"]], True, 0.85)
    return _Month(*match.span(), *shift_month(today, relative_offset(match["period"])), True, 0.85)


def _read_absolute(match: re.Match[str], scan: Scan) -> Iterator[_Month]:
    groups = match.groupdict()
    start, end = match.span()
    if groups["iso_year"] or groups["packed_year"]:
        year = int(groups["iso_year"] or groups["packed_year"])
        if year <= scan.today.year + 1 and not (groups["packed_year"] and scan.expected == "verification_code"):
            yield _Month(start, end, year, int(groups["iso_month"] or groups["packed_month"]), True, 0.85)
        return
    month = parse_small(groups["number"] or groups["list"])
    if month is None or _means_per_month(match, scan.folded):
        return
    year_said = read_year(groups["year"], groups["year_word"], scan.today)
    year = year_said or latest_year(month, scan.today)
    yield _Month(start, end, year, month, year_said is not None, 0.75 if groups["list"] else 0.96)


def _means_per_month(match: re.Match[str], folded: str) -> bool:
    """Tell 「我家一月用三百度」 (each month) from January."""
    if match.group() != "一月":
        return False
    before, after = folded[: match.start()], folded[match.end() :]
    if _PER_MONTH_AFTER.match(after) is None:
        return False
    return not before or after[0] not in "用大差也就才要得平下能" or _PER_MONTH.search(before) is not None


def _read_bare(scan: Scan) -> Iterator[_Month]:
    """Read 「八」, 「上个」 as the answer to which month."""
    core, start = bare_answer(scan.folded)
    if core in ("上个", "上上个", "这个", "本", "上一个"):
        year, month = shift_month(scan.today, relative_offset(core))
        yield _Month(start, start + len(core), year, month, True, 0.85)
    elif re.fullmatch(MONTH_NUMBER, core):
        number = parse_small(core)
        if number is not None:
            yield _Month(start, start + len(core), latest_year(number, scan.today), number, False, 0.9)


def _link(found: list[_Month], folded: str) -> list[_Month]:
    """Let the years of neighbours in a range or list agree."""
    linked: list[_Month] = []
    for month in found:
        if linked:
            before = linked[-1]
            gap = folded[before.end : month.start]
            is_range = _RANGE_GAP.fullmatch(gap) is not None
            if is_range or gap == "" or _LIST_GAP.fullmatch(gap):
                linked[-1], month = _agree(before, month, is_range=is_range)
        linked.append(month)
    return linked


def _agree(first: _Month, second: _Month, *, is_range: bool) -> tuple[_Month, _Month]:
    if first.is_year_said and not second.is_year_said:
        later = first.year + (is_range and second.month < first.month)
        return first, replace(second, year=later, is_year_said=True)
    if is_range and not first.is_year_said and (first.year, first.month) > (second.year, second.month):
        return replace(first, year=second.year - (first.month > second.month)), second
    return first, second
