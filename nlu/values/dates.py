"""Days and ranges of days to 2026-11-20 or 2026-11-09/2026-11-15."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from nlu.values.days import Day, read_days, resolve_day_number
from nlu.values.holidays import find_parts_of_months
from nlu.values.numerals import parse_small
from nlu.values.span import Scan, ValueSpan, bare_answer

_FUTURE = re.compile(
    r"将|会不会|会停|要停|停不停|停电吗|停电不|停电么|计划|预约|约在|约个|打算|准备|安排|上门|能来|下个?[月周]|"
    r"下星期|下礼拜|明天|后天|之前|还停|上班|开门|营业(?![厅所])|停电通知|放假|开不开|上不上班|[号日](?:起|"
    r"开始)(?:暂停|停|减|增|启)"
)
_LIKELY_FUTURE = re.compile(
    r"[号日](?:起|开始)|从[^,。]{0,6}[号日](?!到|至)|[号日][^,。]{0,16}(?:停电|检修|来电|送电|上门|来人|来装|"
    r"来修|生效|执行)(?!的)(?!了)|打[^,。]{0,4}[号日]起|"
    r"从[^,。]{0,6}起(?!一共|就一直|到现在)"
)
_PAST = re.compile(
    r"[交缴充付扣用停报]了|[交缴充付停报打]过|[交缴充付报扣]的|那天|那次|那回|到账|投诉|用了|来了|查一?下?记录|"
    r"一直|到现在|停的|开始(?:停|就|一直)|起(?:就|一直)|用电量?|"
    r"多少度|几度"
)
_RANGE_GAP = re.compile(r"\s?(?:当天|这天|那天|早上|晚上)?\s?(?:一?直?到|至|~|-+)\s?")
_CONFIDENCE = {"dotted": 0.98, "bare": 0.85, "open": 0.85, "packed": 0.85, "recent": 0.75, "ago": 0.85, "week": 0.9}
_NOW_AFTER = re.compile(r"[,。]?(?:就|必须|刚|才|天气|把|给|想|之内|不办|凑|补|已经|能不能|能|房产)")
_SHORT_DATE = re.compile(r"(\d{1,2})[-/.](\d{1,2})")


def find_dates(scan: Scan) -> Iterator[ValueSpan]:
    """Find days; two days joined by 到 become one range."""
    days = list(read_days(scan.folded))
    is_future = bool(days) and _speaks_of_future(scan.folded)
    index = 0
    while index < len(days):
        day = days[index]
        following = days[index + 1] if index + 1 < len(days) else None
        if following is not None and _RANGE_GAP.fullmatch(scan.folded[day.match.end() : following.match.start()]):
            yield from _read_range(scan, day, following, is_future=is_future)
            index += 2
            continue
        if day.kind != "open":
            yield from _read_single(scan, day, is_future=is_future)
        index += 1
    for start, end, (first, last) in find_parts_of_months(scan.folded, scan.today):
        yield scan.span("date", _render(first, last), start, end, 0.8)
    if scan.expected == "date":
        yield from _read_bare(scan, is_future=is_future)


def _speaks_of_future(folded: str) -> bool:
    if _FUTURE.search(folded):
        return True
    return _LIKELY_FUTURE.search(folded) is not None and _PAST.search(folded) is None


def _read_single(scan: Scan, day: Day, *, is_future: bool) -> Iterator[ValueSpan]:
    resolved = day.resolve(scan.today, after=None, is_future=is_future)
    if resolved is not None:
        value = _render(*resolved)
        yield scan.span("date", value, day.match.start(), day.match.end(), _rate(scan.folded, day))


def _rate(folded: str, day: Day) -> float:
    """Rate a day; 今天 said for "now", 明儿见 and an undated 周末 or holiday are doubtful."""
    surface, after = day.match.group(), folded[day.match.end() :]
    if surface.startswith("今") and _NOW_AFTER.match(after):
        return 0.45
    if day.kind == "holiday" and (day.match["holiday_week"] or day.match.group().endswith("天")):
        return 0.85
    if day.kind == "holiday" or (day.kind == "week" and day.match["weekend"] and not day.match["week_offset"]):
        return 0.55
    return 0.45 if after.startswith(("见", "好", "愉快")) else _CONFIDENCE.get(day.kind, 0.95)


def _read_range(scan: Scan, first: Day, last: Day, *, is_future: bool) -> Iterator[ValueSpan]:
    opening = first.resolve(scan.today, after=None, is_future=is_future)
    closing = opening and last.resolve(scan.today, after=opening[0], is_future=is_future)
    if opening and closing and opening[0] <= closing[1]:
        value = _render(opening[0], closing[1])
        yield scan.span("date", value, first.match.start(), last.match.end(), 0.95)


def _read_bare(scan: Scan, *, is_future: bool) -> Iterator[ValueSpan]:
    """Read 「9」 or 「11.9」 as the answer to which day."""
    core, start = bare_answer(scan.folded)
    if short := _SHORT_DATE.fullmatch(core):
        month, number = int(short[1]), int(short[2])
        try:
            day = date(scan.today.year, month, number)
        except ValueError:
            return
        if day > scan.today and not is_future:
            day = day.replace(year=day.year - 1)
        yield scan.span("date", day.isoformat(), start, start + len(core), 0.8)
    elif len(core) <= 3 and (lone := parse_small(core)) is not None:
        found = resolve_day_number(lone, scan.today, after=None, is_future=is_future)
        if found is not None:
            yield scan.span("date", found.isoformat(), start, start + len(core), 0.75)


def _render(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"
