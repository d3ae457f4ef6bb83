"""What an approver must have seen before new tables hold: past months, gaps, tables that vanish, large changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from knowledge_base.tariffs.editing.changes import ADDED, CHANGED, REMOVED, Entry, TableChange, entries_of
from knowledge_base.tariffs.editing.preview import BillChange
from knowledge_base.tariffs.schema import RegionFile
from knowledge_base.tariffs.table import needs_caveat


@dataclass(frozen=True, slots=True)
class Warned:
    """One thing to be acknowledged."""

    code: str
    """past_months | table_removed | gap | uncertain | same_document | large_change | not_calculable."""
    items: tuple[str, ...]
    """What it is about, as people read it."""


def warn(
    changes: Sequence[TableChange], new: RegionFile, bills: Iterable[BillChange], large_percent: Decimal, today: date
) -> tuple[Warned, ...]:
    """Return what must be acknowledged; codes that have nothing are left out."""
    bills = list(bills)
    found = (
        ("past_months", _past(changes, today)),
        ("table_removed", (_told(one) for one in changes if one.kind == REMOVED)),
        ("gap", _gaps(new, {one.category for one in changes})),
        ("uncertain", _uncertain(changes)),
        ("same_document", _same_document(changes)),
        ("large_change", _large(bills, large_percent)),
        ("not_calculable", (bill.name for bill in bills if bill.old is not None and bill.new is None)),
    )
    listed = [(code, tuple(dict.fromkeys(items))) for code, items in found]
    return tuple(Warned(code, items) for code, items in listed if items)


def _past(changes: Iterable[TableChange], today: date) -> Iterator[str]:
    """Bills of months that began already are made, or being made, by what held."""
    this_month = today.replace(day=1)
    for change in changes:
        if change.first_day <= this_month and (change.kind != CHANGED or _touches_bills(change)):
            yield f"{change.category} {change.first_day:%Y-%m}"


def _touches_bills(change: TableChange) -> bool:
    words = {"name", "document", "certainty", "notes"}
    return any(key.path[0] not in words for key in change.keys)


def _gaps(new: RegionFile, categories: set[str]) -> Iterator[str]:
    """Months between two tables of a category in which no bill can be made, and tables that end without another."""
    for category in sorted(categories):
        tables = sorted(
            (one for one in entries_of(new) if one.category == category), key=lambda one: one.effective_from
        )
        for one, after in pairwise(tables):
            if one.effective_to is not None and one.effective_to + timedelta(days=1) < after.effective_from:
                first = one.effective_to + timedelta(days=1)
                yield f"{category} {first:%Y-%m} – {after.effective_from - timedelta(days=1):%Y-%m}"
        if tables and tables[-1].effective_to is not None:
            yield f"{category} {tables[-1].effective_to + timedelta(days=1):%Y-%m} –"


def _uncertain(changes: Iterable[TableChange]) -> Iterator[str]:
    for change in changes:
        is_only_ended = change.kind == CHANGED and all(key.path == ("effective_to",) for key in change.keys)
        if change.kind != REMOVED and not is_only_ended and needs_caveat(change.entry.certainty):
            yield f"{_told(change)} {change.entry.certainty}"


def _same_document(changes: Iterable[TableChange]) -> Iterator[str]:
    for change in changes:
        if change.kind == ADDED and change.follows is not None and change.follows.document == change.entry.document:
            yield _told(change)


def _large(bills: Iterable[BillChange], large_percent: Decimal) -> Iterator[str]:
    for bill in bills:
        if bill.percent is not None and abs(bill.percent) > large_percent:
            yield f"{bill.name} {bill.percent:+}%"


def _told(change: TableChange) -> str:
    entry: Entry = change.entry
    return f"{entry.category} {entry.effective_from:%Y-%m}"
