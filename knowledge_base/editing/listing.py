"""Which articles a list shows, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from knowledge_base.article import Article
from knowledge_base.editing.content import UNSURE
from knowledge_base.editing.values import STATES, Editor, Entry

ORDERS: Final = ("id", "changed", "expiry")
EVERYWHERE: Final = "none"
"""As region: articles for everywhere."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is to show; what is empty filters nothing."""

    words: str = ""
    """In id, question, similar questions or answer; several all together."""
    state: str = ""
    in_work: bool = False
    category: str = ""
    """A category or what stands above it."""
    region: str = ""
    customer_class: str = ""
    expiring_days: int | None = None
    unsure: bool = False
    unchecked_days: int | None = None
    author: str = ""
    """Who wrote at the version in work."""
    origin: str = ""
    """file | console."""
    order: str = "id"


@dataclass(frozen=True, slots=True)
class Listed:
    """A list before it is cut into pages."""

    entries: Sequence[Entry]
    counts: dict[str, int]
    """Per state, under all other filters."""


def list_entries(entries: Iterable[Entry], wanted: Wanted, editor: Editor, today: date) -> Listed:
    """Return the articles that somebody sees and wants."""
    found = [one for one in entries if editor.sees(one.shown) and _fits(one, wanted, today)]
    counts = {state: sum(one.state == state for one in found) for state in STATES}
    kept = [one for one in found if not wanted.state or one.state == wanted.state]
    if wanted.order == "changed":
        kept.sort(key=lambda one: (-one.changed_at, one.id))
    elif wanted.order == "expiry":
        kept.sort(key=lambda one: (one.shown.valid_to or date.max, one.id))
    else:
        kept.sort(key=lambda one: one.id)
    return Listed(kept, counts)


def _fits(entry: Entry, wanted: Wanted, today: date) -> bool:
    article = entry.shown
    return (
        (not wanted.in_work or entry.working_version is not None)
        and (not wanted.author or wanted.author in entry.writers)
        and (not wanted.origin or (wanted.origin == "file") == entry.is_of_file)
        and _fits_customers(article, wanted)
        and _fits_care(article, wanted, today)
        and all(word in _text(article) for word in wanted.words.lower().split())
    )


def _fits_customers(article: Article, wanted: Wanted) -> bool:
    is_category = not wanted.category or f"{article.category}/".startswith(f"{wanted.category}/")
    is_class = not wanted.customer_class or article.customer_class == wanted.customer_class
    if wanted.region == EVERYWHERE:
        return is_category and is_class and not article.regions
    return is_category and is_class and (not wanted.region or wanted.region in article.regions)


def _fits_care(article: Article, wanted: Wanted, today: date) -> bool:
    if wanted.expiring_days is not None:
        last = today + timedelta(wanted.expiring_days)
        if article.valid_to is None or article.valid_to > last:
            return False
    if wanted.unchecked_days is not None and (today - article.source.checked).days <= wanted.unchecked_days:
        return False
    return not wanted.unsure or article.source.certainty in UNSURE


def _text(article: Article) -> str:
    return "\n".join((article.id, *article.questions, article.answer)).lower()
