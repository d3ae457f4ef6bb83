"""The patterns of days (昨天, 11月9号, 上周三, 9号) and what each comes to.

A day is read against today, or against the first day of a range (上周三到周五). Without month or year it is the latest
that is not after today, or the next one when the sentence speaks of the future.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from nlu.values.holidays import DURING, HOLIDAY, resolve_holiday
from nlu.values.months import RELATIVE_MONTH, YEAR, read_year, relative_offset, shift_month
from nlu.values.numerals import CN_NUMERAL, parse_small

_DAY_WORDS = {"大前": -3, "前": -2, "昨": -1, "夜": -1, "今": 0, "明": 1, "后": 2, "大后": 3}
_WEEKDAYS = {
    **dict(zip("一二三四五六日天", (0, 1, 2, 3, 4, 5, 6, 6), strict=True)),
    **dict(zip("123456", range(6), strict=True)),
}
_SOON_DAYS = 10
"""11月25号, said on the 20th, is next week and not a year ago."""
_COUNT = r"(?:\d{1,2}|[一二两三四五六七八九十]{1,3})"
_DAY_NUMBER = (
    r"(?:3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|[一二三四五六七八九])"
)
_NOT_A_DAY = (
    r"(?![楼院线表机房门码单变库厂桥杆电地铺炉车箱柜井塔台大主馆棚区栋座厅桩窗字位])"
    r"(?!(?:以|之)?内|(?:营业|供电|公路|小区|仓|充电|家属|配电|环网|开关|路口|环))"
)
_MONTH = r"(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九元])\s?月份?的?\s?"

_DAY = re.compile(
    r"(?P<iso>(?<!\d)(?P<iso_year>20\d\d)\s?[-/.年]\s?(?P<iso_month>\d{1,2})\s?[-/.月]\s?(?P<iso_day>\d{1,2})[日号]?("
    r"?!\d))"
    r"|(?P<dotted>(?<![\d.])(?P<dotted_month>1[0-2]|[1-9])[./](?P<dotted_day>3[01]|[12]\d|0?[1-9])(?=[号日]|"
    r"那天|当天|[交缴充停报扣]|的?(?:早上|上午|下午|晚上)))"
    r"|(?P<packed>(?<!\d)20[12]\d[01]\d[0-3]\d(?!\d))"
    rf"|(?P<dated>(?<![{CN_NUMERAL}\d几数第.])(?:{YEAR}\s?)?{_MONTH}(?:(?P<day>{_DAY_NUMBER})\s?[号日](?!楼|院)|"
    rf"(?P<short_day>\d{{1,2}}|[二三]?十[一二三四五六七八九]?)(?![{CN_NUMERAL}\d.%]|"
    r"\s?[度块元毛千点个月天户倍字年万号日])))"
    rf"|(?P<of_month>(?P<relative>{RELATIVE_MONTH})份?的?\s?(?P<relative_day>{_DAY_NUMBER})\s?[号日])"
    r"|(?P<word>(?P<word_key>大前|大后|(?<![以之从目提门啥])前|昨|今|明|(?<![以之然最])后)"
    r"(?:[天日](?!天)|儿个?(?!月)|个儿?(?!月)|儿|(?<=[昨今明])(?:[晚早夜晨](?!点|饭|餐|[安会])|黑(?:夜|了)?(?!屏))))"
    r"|(?P<dialect>夜儿个?|夜个儿?|(?<![半今昨大黑深后])夜来(?!电|水|了电))"
    r"|(?P<both>明后[天两]天?)"
    rf"|(?:(?P<holiday_year>今年|去年|前年|明年)的?)?(?P<holiday>{HOLIDAY})(?:(?P<holiday_week>{DURING})|"
    rf"节?(?:那天|当天|那一天)|节)?"
    r"|(?P<week>(?:(?P<week_offset>上上|下下|上|下|这|本)一?个?)?(?:周|星期|礼拜)"
    r"(?:(?P<weekday>[一二三四五六日天](?![共直回次趟遍顿]|下子|一)|[1-6](?![\d个天周]))(?!期|年|岁)|"
    r"(?P<weekend>末)|(?P<whole>)))"
    rf"|(?P<ago>(?<![{CN_NUMERAL}\d几])(?P<ago_count>{_COUNT})(?P<ago_unit>天|个?周|个?星期|个?礼拜)(?:之前|以前|前))"
    rf"|(?P<recent>(?:最近|近|过去|(?<!提)前(?![一二两1-2]))的?这?(?P<recent_count>{_COUNT})(?P<recent_unit>天|日|周|"
    r"个星期|个礼拜)(?!前|之))"
    rf"|(?P<bare>(?<![{CN_NUMERAL}\d.几第#路街巷弄道村栋楼东西南北侧])(?P<bare_day>{_DAY_NUMBER})\s?(?:号{_NOT_A_DAY}|日(?!内|"
    r"之内|以内|期|子|历|常|均|用)))"
    rf"|(?P<open>(?<![{CN_NUMERAL}\d.几第#])(?P<open_day>{_DAY_NUMBER})(?=\s?(?:到|至|~|"
    rf"-)\s?{_DAY_NUMBER}\s?[号日]{_NOT_A_DAY}))"
)
_HAS_DAY = re.compile(r"\d[./]\d|[天日号儿个周月昨今明夜晚元国双节旦秋午年除三六圣]|五一|劳动|星期|礼拜|20\d\d")


@dataclass(frozen=True, slots=True)
class Day:
    """One mention of a day (or of a week, which has two ends)."""

    match: re.Match[str]
    kind: str

    def resolve(self, today: date, *, after: date | None, is_future: bool) -> tuple[date, date] | None:
        """Return first and last day; None when there is no such day (2月30号).

        `after`: the first day of the range that this mention closes.
        """
        try:
            return _RESOLVERS[self.kind](self.match, _Reference(today, after, is_future))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class _Reference:
    today: date
    after: date | None
    is_future: bool

    def choose(self, candidates: list[date], *, days_ahead: int = 0) -> date:
        """Choose among ascending candidates: the first from `after` on, the next, or the latest that is not ahead.

        `days_ahead`: a day that lies ahead, but not further, is meant all the same.
        """
        if self.after is not None:
            return next((day for day in candidates if day >= self.after), candidates[-1])
        if self.is_future:
            return next((day for day in candidates if day >= self.today), candidates[-1])
        soon = [day for day in candidates if self.today < day <= self.today + timedelta(days=days_ahead)]
        return soon[0] if soon else [day for day in candidates if day <= self.today][-1]


def read_days(folded: str) -> Iterator[Day]:
    """Find the mentions of days."""
    if _HAS_DAY.search(folded) is None:
        return
    for match in _DAY.finditer(folded):
        kind = next(name for name in _RESOLVERS if match[name] is not None)
        if kind == "week" and match["whole"] is not None and match["week_offset"] is None:
            continue
        yield Day(match, kind)


def resolve_day_number(number: int, today: date, *, after: date | None, is_future: bool) -> date | None:
    """Return the day of that number nearest to today in the direction of the sentence."""
    candidates = _same_day_number(number, after or today)
    return _Reference(today, after, is_future).choose(candidates) if candidates else None


def _one(day: date) -> tuple[date, date]:
    return day, day


def _same_day_number(number: int, around: date) -> list[date]:
    candidates = []
    for months in range(-2, 3):
        year, month = shift_month(around, months)
        try:
            candidates.append(date(year, month, number))
        except ValueError:
            continue
    return candidates


def _read_number(surface: str) -> int:
    number = parse_small(surface)
    if number is None:
        raise ValueError(surface)
    return number


def _resolve_iso(match: re.Match[str], reference: _Reference) -> tuple[date, date]:
    return _one(date(int(match["iso_year"]), int(match["iso_month"]), int(match["iso_day"])))


def _resolve_packed(match: re.Match[str], reference: _Reference) -> tuple[date, date]:
    packed = match["packed"]
    return _one(date(int(packed[:4]), int(packed[4:6]), int(packed[6:])))


def _resolve_dated(match: re.Match[str], reference: _Reference) -> tuple[date, date]:
    month, number = _read_number(match["month"]), _read_number(match["day"] or match["short_day"])
    year = read_year(match["year"], match["year_word"], reference.today)
    if year is not None:
        return _one(date(year, month, number))
    around = (reference.after or reference.today).year
    years = [year for year in range(around - 4, around + 5) if (month, number) != (2, 29) or year % 4 == 0]
    return _one(reference.choose([date(year, month, number) for year in years], days_ahead=_SOON_DAYS))


def _resolve_dotted(match: re.Match[str], reference: _Reference) -> tuple[date, date]:
    month, number = int(match["dotted_month"]), int(match["dotted_day"])
    year = (reference.after or reference.today).year
    return _one(reference.choose([date(year + shift, month, number) for shift in (-1, 0, 1)], days_ahead=_SOON_DAYS))


def _resolve_of_month(match: re.Match[str], reference: _Reference) -> tuple[date, date]:
    year, month = shift_month(reference.today, relative_offset(match["relative"]))
    return _one(date(year, month, _read_number(match["relative_day"])))


def _resolve_word(match: re.Match[str], reference: _Reference) -> tuple[date, date]:
    return _one(reference.today + timedelta(days=_DAY_WORDS[match["word_key"]]))


def _resolve_dialect(match: re.Match[str], reference: _Reference) -> tuple[date, date]:
    return _one(reference.today - timedelta(days=1))


def _resolve_both(match: re.Match[str], reference: _Reference) -> tuple[date, date]:
    return reference.today + timedelta(days=1), reference.today + timedelta(days=2)


def _resolve_holiday(match: re.Match[str], reference: _Reference) -> tuple[date, date]:
    said = read_year(None, match["holiday_year"], reference.today)
    years = [said] if said is not None else [reference.today.year + year for year in (-1, 0, 1)]
    choices = [resolve_holiday(match["holiday"], year, is_whole=match["holiday_week"] is not None) for year in years]
    first = choices[0][0] if len(choices) == 1 else reference.choose([choice[0] for choice in choices])
    return next(choice for choice in choices if choice[0] == first)


def _resolve_week(match: re.Match[str], reference: _Reference) -> tuple[date, date]:
    monday = reference.today - timedelta(days=reference.today.weekday())
    offset = match["week_offset"]
    if offset:
        monday += timedelta(weeks=offset.count("下") - offset.count("上"))
    if match["weekday"] is None:
        return monday + timedelta(days=5 if match["weekend"] else 0), monday + timedelta(days=6)
    day = monday + timedelta(days=_WEEKDAYS[match["weekday"]])
    if offset:
        return _one(day)
    weeks_around = round(((reference.after or day) - day).days / 7)
    return _one(reference.choose([day + timedelta(weeks=weeks_around + week) for week in range(-2, 3)]))


def _resolve_ago(match: re.Match[str], reference: _Reference) -> tuple[date, date]:
    count = _read_number(match["ago_count"])
    return _one(reference.today - timedelta(days=count * (1 if match["ago_unit"] == "天" else 7)))


def _resolve_recent(match: re.Match[str], reference: _Reference) -> tuple[date, date]:
    days = _read_number(match["recent_count"]) * (1 if match["recent_unit"] in "天日" else 7)
    last = reference.today - timedelta(days=1) if match.group().startswith("前") else reference.today
    return last - timedelta(days=days - 1), last


def _resolve_bare(match: re.Match[str], reference: _Reference) -> tuple[date, date]:
    number = _read_number(match["bare_day"] or match["open_day"])
    return _one(reference.choose(_same_day_number(number, reference.after or reference.today)))


_RESOLVERS = {
    "iso": _resolve_iso,
    "dotted": _resolve_dotted,
    "packed": _resolve_packed,
    "dated": _resolve_dated,
    "of_month": _resolve_of_month,
    "word": _resolve_word,
    "dialect": _resolve_dialect,
    "both": _resolve_both,
    "holiday": _resolve_holiday,
    "week": _resolve_week,
    "ago": _resolve_ago,
    "recent": _resolve_recent,
    "bare": _resolve_bare,
    "open": _resolve_bare,
}
