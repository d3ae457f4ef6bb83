"""Which articles want their editors: those that end, that begin, whose source was not looked at for long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge_base.article import Article
from knowledge_base.editing.values import Entry

KINDS = ("expired", "expires", "starts", "source_old")


@dataclass(frozen=True, slots=True)
class Reminder:
    """One article that wants its editor."""

    kind: str
    """expired | expires | starts | source_old."""
    due: date
    """The day of it: the last day in force, the first one, the day on which the source was to be compared again."""
    days_left: int
    """Less than none: so many days ago."""
    article: Article


def find_reminders(entries: Iterable[Entry], today: date, *, days: int, source_days: int) -> list[Reminder]:
    """Return what is due within so many days, and what is overdue, the most urgent first."""
    found = (
        reminder
        for entry in entries
        if entry.live is not None
        for reminder in _of(entry.live, today, today + timedelta(days), source_days)
    )
    return sorted(found, key=lambda one: (one.days_left, one.article.id))


def _of(article: Article, today: date, until: date, source_days: int) -> Iterator[Reminder]:
    if article.valid_to is not None and article.valid_to <= until:
        left = (article.valid_to - today).days
        yield Reminder("expired" if left < 0 else "expires", article.valid_to, left, article)
        if left < 0:
            return
    if not article.is_in_force(today) and article.valid_from <= until:
        yield Reminder("starts", article.valid_from, (article.valid_from - today).days, article)
    due = article.source.checked + timedelta(source_days)
    if due <= until:
        yield Reminder("source_old", due, (due - today).days, article)
