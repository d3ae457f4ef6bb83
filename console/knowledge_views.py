"""Articles, versions and what is said about them as the pages have them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from knowledge_base.editing.checks import Caution
from knowledge_base.editing.conflicts import Conflict, Side
from knowledge_base.editing.content import render_content
from knowledge_base.editing.diff import FieldChange
from knowledge_base.editing.hit_test import ASKED, NEAR, OWN, Found, Row
from knowledge_base.editing.reminders import Reminder
from knowledge_base.editing.values import Editor, Entry, File, Revision, Version


def render_entry(entry: Entry, today: date, rights: dict[str, bool]) -> dict[str, Any]:
    """Show an article in the list."""
    article, content = entry.shown, render_content(entry.shown)
    shown = (
        "topic",
        "question",
        "category",
        "regions",
        "customer_class",
        "valid_from",
        "valid_to",
        "source",
        "referral",
    )
    return {
        "id": entry.id,
        **{name: content[name] for name in shown},
        "state": entry.state,
        "origin": "file" if entry.is_of_file else "console",
        "live_version": entry.live.version if entry.live is not None else None,
        "working_version": entry.working_version,
        "edit": entry.edit,
        "similar_count": len(article.similar),
        "is_in_force": entry.live is not None and entry.live.is_in_force(today),
        "changed_at": entry.changed_at,
        "changed_by": entry.changed_by,
        **rights,
    }


def render_file(file: File, shown: Version, rights: dict[str, bool], editor: Editor) -> dict[str, Any]:
    """Show an article with its versions; `shown` is the one whose words are given."""
    entry = file.entry
    return {
        "id": entry.id,
        "edit": entry.edit,
        "state": entry.state,
        "origin": "file" if entry.is_of_file else "console",
        "live_version": entry.live.version if entry.live is not None else None,
        "working_version": entry.working_version,
        **rights,
        "is_own": not editor.is_machine and editor.name in entry.writers,
        "shown_version": shown.article.version,
        "article": render_content(shown.article),
        "versions": [_version(one) for one in file.versions],
        "history": [_act(one, entry.id) for one in file.history],
        "siblings": [_sibling(one) for one in file.siblings],
    }


def shown_version(file: File, number: int | None = None) -> Version | None:
    """Return a version, or the one in work, or the live one, or the newest."""
    if number is not None:
        return file.version(number)
    live = file.entry.live.version if file.entry.live is not None else None
    for wanted in (file.entry.working_version, live):
        if wanted is not None and (found := file.version(wanted)) is not None:
            return found
    return file.versions[0] if file.versions else None


def render_revision(one: Revision, seen: Mapping[str, str]) -> dict[str, Any]:
    """Show a revision with those of its articles that may be seen: id -> question."""
    touched = [
        {"id": item.article_id, "question": seen[item.article_id], "version": item.version, "kind": item.live}
        for item in one.publications
        if item.article_id in seen
    ]
    head = {name: getattr(one, name) for name in ("revision", "at", "by", "act", "reason")}
    return {**head, "articles": touched}


def render_cautions(cautions: Iterable[Caution]) -> list[dict[str, Any]]:
    """Show what is to be known before publishing."""
    return [{"code": one.code, "level": one.level, "message": one.message, "items": [*one.items]} for one in cautions]


def render_changes(changes: Iterable[FieldChange]) -> list[dict[str, Any]]:
    """Show what differs."""
    return [asdict(one) for one in changes]


def render_hits(rows: Sequence[Row]) -> dict[str, Any]:
    """Show what customers would find, with the sums."""
    summary: dict[str, Any] = {kind: _sum([row for row in rows if row.kind == kind]) for kind in (ASKED, OWN)}
    near = [row for row in rows if row.kind == NEAR and row.hit_before]
    lost = [
        {"question": row.question, "owner": row.owner.id, "now": row.after.id or row.after.kind}
        for row in near
        if not row.hit_after
    ]
    summary[NEAR] = {"n": len(near), "kept": len(near) - len(lost), "lost": lost}
    return {"rows": [_row(row) for row in rows], "summary": summary}


def render_conflict(one: Conflict) -> dict[str, Any]:
    """Show two articles that do not go together."""
    return {
        "kind": one.kind,
        "similarity": round(one.similarity, 3),
        "one": _side(one.one),
        "other": _side(one.other),
        "figures": {"one": list(one.one.figures), "other": list(one.other.figures)},
    }


def render_reminder(one: Reminder) -> dict[str, Any]:
    """Show an article that wants its editor."""
    article = one.article
    return {
        "kind": one.kind,
        "due": one.due.isoformat(),
        "days_left": one.days_left,
        "id": article.id,
        "question": article.question,
        "regions": sorted(article.regions),
        "category": article.category,
        "live_version": article.version,
    }


def _version(one: Version) -> dict[str, Any]:
    fields = ("state", "origin", "author", "note", "made_at", "changed_at", "submitted_by", "submitted_at")
    return {
        "version": one.article.version,
        **{name: getattr(one, name) for name in fields},
        "editors": list(one.editors),
        "refused": asdict(one.refusal) if one.refusal is not None else None,
        "published_by": one.published_by,
        "published_at": one.published_at,
        "was_live": one.was_live,
    }


def _act(one: Revision, article_id: str) -> dict[str, Any]:
    version = next((item.version for item in one.publications if item.article_id == article_id), None)
    return {**{name: getattr(one, name) for name in ("revision", "at", "by", "act", "reason")}, "version": version}


def _sibling(one: Entry) -> dict[str, Any]:
    article = one.shown
    return {
        "id": one.id,
        "question": article.question,
        "regions": sorted(article.regions),
        "customer_class": article.customer_class,
        "state": one.state,
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "question": row.question,
        "kind": row.kind,
        "owner": row.owner.id,
        "before": _found(row.before),
        "after": _found(row.after),
        "hit_before": row.hit_before,
        "hit_after": row.hit_after,
    }


def _found(found: Found) -> dict[str, Any]:
    return {**asdict(found), "score": round(found.score, 3), "suggestions": list(found.suggestions)}


def _sum(rows: Sequence[Row]) -> dict[str, int]:
    before, after = sum(row.hit_before for row in rows), sum(row.hit_after for row in rows)
    return {"n": len(rows), "hit_before": before, "hit_after": after}


def _side(side: Side) -> dict[str, Any]:
    article = side.article
    return {
        "id": article.id,
        "version": article.version,
        "question": article.question,
        "wording": side.wording,
        "answer": article.answer,
        "regions": sorted(article.regions),
    }
