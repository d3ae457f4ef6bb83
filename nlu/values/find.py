"""All values of a sentence: every finder is asked, then the longest and most specific wins each place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from nlu.values.bare_numbers import find_bare_numbers
from nlu.values.closed_lists import CLOSED_LISTS, find_members, read_member
from nlu.values.dates import find_dates
from nlu.values.digits import read_digits
from nlu.values.identifiers import find_identifiers, read_identifier
from nlu.values.money import find_money
from nlu.values.months import find_months
from nlu.values.places import find_places
from nlu.values.quantities import find_quantities
from nlu.values.span import Scan, ValueSpan, fold
from nlu.values.times import find_times

Finder = Callable[[Scan], Iterable[ValueSpan]]

_FINDERS: tuple[Finder, ...] = (
    find_identifiers,
    find_dates,
    find_months,
    find_times,
    find_quantities,
    find_money,
    find_bare_numbers,
    find_members,
    find_places,
)
_FINDER_OF: dict[str, Finder] = {
    "month": find_months,
    "date": find_dates,
    "time": find_times,
    "energy_kwh": find_quantities,
    "power_kw": find_quantities,
    "voltage": lambda scan: [*find_quantities(scan), *find_bare_numbers(scan)],
    "amount": lambda scan: [*find_money(scan), *find_quantities(scan)],
}
_IDENTIFIERS = frozenset({"account_no", "phone", "ticket_no", "verification_code"})
_FALLBACK = 0.5
"""Confidence at or below which a span gives way to any other."""
_DENIED_BEFORE = re.compile(r"(?:不是|不要|不查|不用|并非|别查)(?:交|在|查|要|什么|那个|问)?$")
_DENIED_AFTER = re.compile(r"(?:那天|的)?(?:不对|错了|说错了)")


def find_values(
    text: str, now: datetime, *, expected: str | None = None, ticket_prefixes: tuple[str, ...] = ("GD",)
) -> list[ValueSpan]:
    """Find the values in `text`, in order and without overlaps.

    `now`: the conversation's clock, for relative days and months. `expected`: the slot that the bot asked for, which
    decides what a bare number is.
    """
    scan = Scan(text, fold(text), now, expected, ticket_prefixes)
    candidates = [span for finder in _FINDERS for span in finder(scan)]
    return _drop_denied(_choose(candidates, expected), scan.folded)


def normalise(entity: str, surface: str, now: datetime) -> str | None:
    """Return the normal form of a span that a tagger found; None when it cannot be read as such a value."""
    surface = surface.strip()
    if not surface:
        return None
    if entity in ("address", "person_name"):
        return surface
    folded = fold(surface)
    if entity in CLOSED_LISTS:
        return read_member(entity, folded)
    scan = Scan(surface, folded, now, entity)
    if entity in _IDENTIFIERS:
        spans = [span for span in find_identifiers(scan) if span.entity == entity]
        return spans[-1].value if spans else read_identifier(entity, read_digits(folded))
    finder = _FINDER_OF.get(entity)
    found = [span for span in finder(scan) if span.entity == entity] if finder else []
    if not found:
        return _days_of_month(scan) if entity == "date" else None
    return max(found, key=lambda span: (span.end - span.start, span.confidence)).value


def _days_of_month(scan: Scan) -> str | None:
    """Read a month as a range of days (下个月 said for when)."""
    month = next(iter(find_months(scan)), None)
    if month is None:
        return None
    first = date.fromisoformat(f"{month.value}-01")
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return f"{first.isoformat()}/{(following - timedelta(days=1)).isoformat()}"


def _choose(candidates: list[ValueSpan], expected: str | None) -> list[ValueSpan]:
    """Keep the best at each place: sure before fallback, longer before shorter, the expected entity, then the surer."""

    def rank(span: ValueSpan) -> tuple[bool, int, bool, float, int]:
        return (
            span.confidence <= _FALLBACK,
            span.start - span.end,
            span.entity != expected,
            -span.confidence,
            span.start,
        )

    kept: list[ValueSpan] = []
    for span in sorted(candidates, key=rank):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)


def _drop_denied(spans: list[ValueSpan], folded: str) -> list[ValueSpan]:
    """Drop what was said only to be corrected (不是三月是四月), where another value of the entity stands."""
    denied = [
        span
        for span in spans
        if _DENIED_BEFORE.search(folded, max(0, span.start - 6), span.start) or _DENIED_AFTER.match(folded, span.end)
    ]
    kept_entities = {span.entity for span in spans if span not in denied}
    return [span for span in spans if span not in denied or span.entity not in kept_entities]
