"""Times of day to HH:MM (下午三点, 八点半, 三点一刻, 15:30)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.values.numerals import CN_NUMERAL, HAS_NUMERAL, parse_small
from nlu.values.span import Scan, ValueSpan, bare_answer

_PART = (
    r"凌晨|一大早|一早|大清早|清晨|清早|早上|早晨|早起|早|上午|晌午|中午|正午|午后|下午|过晌|后晌|傍晚|晚上|晚间|夜里|"
    r"夜间|后半夜|大半夜|半夜|深夜|晚|夜"
)
_HOUR = r"(?:2[0-4]|1\d|0?\d|二十[一二三四]?|十[一二三四五六七八九]?|[一二两三四五六七八九零])"
_MINUTE = r"(?:[0-5]\d|[零〇][一二三四五六七八九]|[二三四五]?十[一二三四五六七八九]?|[1-9](?=分))"
_TIME = re.compile(
    rf"(?:(?<![昨今明])(?P<part>{_PART})(?:的|大概|大约|差不多|是|在)?\s?)?"
    rf"(?:(?<![{CN_NUMERAL}\d几第.:-])(?P<hour>{_HOUR})\s?(?:点钟?|时(?=[\d一二三四五半整许]|左右|$|\s))"
    rf"(?:(?P<half>半)|过?(?P<quarter>[一三])刻|\s?过?(?P<minute>{_MINUTE})分?(?!\d|[{CN_NUMERAL}]|[千度块万个瓦])|"
    r"(?P<sharp>整|来钟|多钟)?)"
    r"|(?<![\d:.])(?P<clock_hour>2[0-4]|[01]?\d):(?P<clock_minute>[0-5]\d)(?::[0-5]\d)?(?![\d:]))"
)
_LOOSE_PART = re.compile(rf"(?P<part>{_PART})[^,。]{{0,3}}$")
_A_LITTLE = re.compile(r"[千度块瓦伏毛]|[0-9五六七八九一二三四][千度块万瓦伏毛元]")
_TWO_POINTS = re.compile(r"(?:个?建议|意见|问题|要求|原因|疑问|想法|说明|一直|点)")
_RANGE_GAP = re.compile(r"\s?(?:左右|钟|整)?\s?(?:一?直?到|至|~|-+)\s?")
_AFTERNOON = frozenset({"下午", "傍晚", "晚上", "晚间", "晚", "午后", "过晌", "后晌"})
_NIGHT = frozenset({"夜里", "夜间", "半夜", "后半夜", "深夜", "大半夜", "夜"})
_NOON = frozenset({"中午", "正午", "晌午"})


def find_times(scan: Scan) -> Iterator[ValueSpan]:
    """Find times of day; the second of a range takes the half of the day from the first (下午两点到四点)."""
    previous: tuple[int, int, str | None] | None = None
    if HAS_NUMERAL.search(scan.folded) and ("点" in scan.folded or ":" in scan.folded or "时" in scan.folded):
        for match in _TIME.finditer(scan.folded):
            if not _is_time(match, scan):
                continue
            part = match["part"] or _inherited_part(scan.folded, match.start(), previous)
            clock = _read_clock(match, part, None if match["part"] or previous is None else previous)
            if clock is not None:
                hour, minute = clock
                previous = (match.end(), hour, part)
                yield scan.span("time", f"{hour:02d}:{minute:02d}", match.start(), match.end(), 0.93 if part else 0.85)
    if scan.expected == "time":
        yield from _read_bare(scan)


def _is_time(match: re.Match[str], scan: Scan) -> bool:
    """Refuse 一点 (a little), 两点建议 (two points) and 三点五千瓦 (a decimal)."""
    if match["clock_hour"]:
        return True
    after = scan.folded[match.end() : match.end() + 3]
    is_plain = not (match["half"] or match["quarter"] or match["minute"] or match["sharp"])
    if not is_plain or match.group().endswith("钟"):
        return True
    if _A_LITTLE.match(after):
        return False
    if match["hour"] == "零" and not match["part"]:
        return after[:1] not in tuple("零一二三四五六七八九")
    if match["part"] is None and match["hour"] == "一":
        return scan.expected == "time" or after[:1] in tuple("到来停开上下")
    if match["part"] in ("早", "晚", "夜") and match["hour"] == "一":
        return scan.expected == "time"
    return not (match["hour"] == "两" and _TWO_POINTS.match(after))


def _inherited_part(folded: str, start: int, previous: tuple[int, int, str | None] | None) -> str | None:
    if previous is not None and _RANGE_GAP.fullmatch(folded[previous[0] : start]):
        return previous[2]
    loose = _LOOSE_PART.search(folded[max(0, start - 6) : start])
    return loose["part"] if loose else None


def _read_clock(
    match: re.Match[str], part: str | None, previous: tuple[int, int, str | None] | None
) -> tuple[int, int] | None:
    hour = int(match["clock_hour"]) if match["clock_hour"] else parse_small(match["hour"])
    if hour is None:
        return None
    if match["clock_hour"]:
        minute = int(match["clock_minute"])
    elif match["quarter"]:
        minute = 15 if match["quarter"] == "一" else 45
    else:
        minute = 30 if match["half"] else parse_small(match["minute"] or "零") or 0
    return _to_24_hours(hour, part, opening=previous[1] if previous else None), minute


def _to_24_hours(hour: int, part: str | None, *, opening: int | None) -> int:
    """Apply the part of the day; `opening` is the hour at which a range began."""
    if part in _AFTERNOON:
        shifted = hour + 12 if hour < 12 else hour
        if hour == 12 and part not in ("下午", "午后", "过晌"):
            shifted = 24
        return shifted % 24
    if part in _NIGHT:
        return (hour + 12) % 24 if 6 <= hour <= 12 else hour % 24
    if part in _NOON:
        return hour + 12 if hour <= 3 else hour % 24
    if part == "凌晨" and hour == 12:
        return 0
    if opening is not None and part is not None and hour < opening <= 12 and hour < 12:
        return hour + 12
    return hour % 24


def _read_bare(scan: Scan) -> Iterator[ValueSpan]:
    """Read 「八」 or 「15」 as the answer to what time."""
    core, start = bare_answer(scan.folded)
    hour = parse_small(core) if len(core) <= 3 else None
    if hour is not None and 0 <= hour <= 24:
        yield scan.span("time", f"{hour % 24:02d}:00", start, start + len(core), 0.7)
