"""Tariff tables, versions and bills as the page has them. Every price and sum is a decimal string, never a float."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from knowledge_base.errors import TariffFileMistake
from knowledge_base.tariffs.calculation import ChargeLine, render_line
from knowledge_base.tariffs.editing.changes import Entry, TableChange, plain
from knowledge_base.tariffs.editing.figures import Figure, figures_of
from knowledge_base.tariffs.editing.preview import BillChange, CustomerSum
from knowledge_base.tariffs.editing.values import Publication, TariffVersion
from knowledge_base.tariffs.editing.warnings import Warned
from knowledge_base.tariffs.load import build_time_of_use
from knowledge_base.tariffs.schema import BusinessEntry
from knowledge_base.tariffs.table import needs_caveat

CURRENT, FUTURE, ENDED = "current", "future", "ended"


def state_of(entry: Entry, today: date) -> str:
    """Say whether a table holds on a day."""
    if entry.effective_from > today:
        return FUTURE
    return ENDED if entry.effective_to is not None and entry.effective_to < today else CURRENT


def render_row(region: str, entry: Entry, today: date) -> dict[str, Any]:
    """Show a table in the list."""
    priced = entry.transmission if isinstance(entry, BusinessEntry) else entry.tiers[0].prices
    return {
        "region": region,
        "category": entry.category,
        "name": entry.name,
        "document": entry.document,
        "effective_from": entry.effective_from.isoformat(),
        "effective_to": entry.effective_to.isoformat() if entry.effective_to is not None else None,
        "certainty": entry.certainty,
        "needs_caveat": needs_caveat(entry.certainty),
        "state": state_of(entry, today),
        "voltages": list(priced),
    }


def render_table(region: str, entry: Entry, today: date) -> dict[str, Any]:
    """Show a table whole: as written, its figures with their paths, and factors worked out."""
    content = plain(entry)
    content.pop("category")
    factors: list[dict[str, str]] = []
    if isinstance(entry, BusinessEntry):
        seasons = build_time_of_use(entry.time_of_use).seasons
        factors = [{slot: str(factor) for slot, factor in season.factors.items()} for season in seasons]
    return {
        **render_row(region, entry, today),
        "content": content,
        "factors": factors,
        "figures": [render_figure(one) for one in figures_of(plain(entry))],
    }


def render_figure(figure: Figure) -> dict[str, Any]:
    """Show a number with its path."""
    return {**asdict(figure), "path": list(figure.path)}


def render_mistake(mistake: TariffFileMistake) -> dict[str, Any]:
    """Show what is wrong with a text, and where."""
    return {"line": mistake.line, "key": mistake.key, "message": mistake.message}


def render_publication(publication: Publication | None) -> dict[str, Any] | None:
    """Show a decision."""
    if publication is None:
        return None
    shown = asdict(publication)
    del shown["shipped_hash"]
    return shown


def render_version(version: TariffVersion) -> dict[str, Any]:
    """Show a version in the list."""
    names = ("id", "region", "number", "state", "note", "edit", "base", "author", "made_at", "changed_at")
    return {name: getattr(version, name) for name in names}


def render_change(change: TableChange) -> dict[str, Any]:
    """Show a table that is different."""
    return {
        "kind": change.kind,
        "category": change.category,
        "name": change.entry.name,
        "effective_from": change.entry.effective_from.isoformat(),
        "effective_to": change.entry.effective_to.isoformat() if change.entry.effective_to is not None else None,
        "follows": change.follows.effective_from.isoformat() if change.follows is not None else None,
        "keys": [
            {
                "path": list(key.path),
                "old": key.old,
                "new": key.new,
                "figure": render_figure(key.figure) if key.figure is not None else None,
            }
            for key in change.keys
        ],
    }


def render_warned(warned: Sequence[Warned]) -> list[dict[str, Any]]:
    """Show what is to be acknowledged."""
    return [{"code": one.code, "items": list(one.items)} for one in warned]


def render_bill(bill: BillChange) -> dict[str, Any]:
    """Show a customer's bill by both books."""
    return {
        "name": bill.name,
        "old": _money(bill.old.total if bill.old is not None else None),
        "new": _money(bill.new.total if bill.new is not None else None),
        "difference": _money(bill.difference),
        "percent": str(bill.percent) if bill.percent is not None else None,
        "problem": bill.problem,
        "lines": [
            {
                "name": line.name,
                "old": _line(line.old),
                "new": _line(line.new),
                "difference": str(line.difference),
            }
            for line in bill.lines
        ],
    }


def render_sum(found: CustomerSum | None) -> dict[str, Any] | None:
    """Show many customers' bills by both books."""
    if found is None:
        return None
    return {
        "customers": found.customers,
        "changed": found.changed,
        "old": str(found.old),
        "new": str(found.new),
        "difference": str(found.new - found.old),
        "largest": [render_bill(bill) for bill in found.largest],
    }


def render_preview(
    months: Mapping[str, str],
    bills: Sequence[BillChange],
    sums: Mapping[str, CustomerSum],
    warned: Sequence[Warned],
) -> dict[str, Any]:
    """Show what a version means."""
    categories = [
        {
            "category": category,
            "month": month,
            "bills": [render_bill(bill) for bill in bills if bill.category == category],
            "customers": render_sum(sums.get(category)),
        }
        for category, month in months.items()
    ]
    return {"categories": categories, "warnings": render_warned(warned)}


def _line(line: ChargeLine | None) -> dict[str, str] | None:
    return render_line(line) if line is not None else None


def _money(amount: Decimal | None) -> str | None:
    return str(amount) if amount is not None else None
