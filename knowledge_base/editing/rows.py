"""Rows of the tables as values, and back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
from sqlalchemy import Row

from knowledge_base.article import Article
from knowledge_base.editing.content import parse_content, render_content
from knowledge_base.editing.values import (
    ARCHIVED,
    BASE,
    DRAFT,
    PUBLISHED,
    REVIEW,
    Entry,
    Head,
    Refusal,
    Version,
)


def content_text(article: Article) -> str:
    """Return what an article says as the table keeps it."""
    return orjson.dumps(render_content(article)).decode()


def article_of(row: Row[Any]) -> Article:
    """Return the article of a version's row."""
    return parse_content(orjson.loads(row.content)).to_article(row.article_id, row.version, row.state)


def version_of(row: Row[Any]) -> Version:
    """Return a version's row as value."""
    return Version(
        article=article_of(row),
        state=row.state,
        origin=row.origin,
        author=row.author,
        editors=tuple(orjson.loads(row.editors)),
        note=row.note,
        made_at=row.made_at,
        changed_at=row.changed_at,
        submitted_by=row.submitted_by,
        submitted_at=row.submitted_at,
        refusal=Refusal(**orjson.loads(row.refusal)) if row.refusal else None,
        published_by=row.published_by,
        published_at=row.published_at,
        was_live=row.was_live,
    )


def file_version(article: Article) -> Version:
    """Return an article of a file as a version."""
    state = PUBLISHED if article.state == PUBLISHED else article.state
    return Version(article, state, "file", "", (), "", 0.0, 0.0, was_live=article.state == PUBLISHED)


def head_of(row: Row[Any]) -> Head:
    """Return an article's row as value."""
    return Head(
        id=row.id,
        edit=row.edit,
        live=row.live,
        live_version=row.live_version,
        working_version=row.working_version,
        working_state=row.working_state,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
    )


def file_entry(article: Article) -> Entry:
    """Return an article of a file that was never touched here."""
    live = article if article.state == PUBLISHED else None
    state = article.state if article.state in (DRAFT, REVIEW, PUBLISHED) else ARCHIVED
    return Entry(article, state, live, None, 0, True, 0.0, "", base=article)


def entry_of(head: Head, versions: dict[int, Version], base: Article | None) -> Entry | None:
    """Return an article's place in the list; None where nothing of it is left."""
    live = base if head.live == BASE and base is not None and base.state == PUBLISHED else None
    if head.live == PUBLISHED and head.live_version is not None:
        live = replace(versions[head.live_version].article, state=PUBLISHED)
    working = versions.get(head.working_version) if head.working_version is not None else None
    newest = versions[max(versions)].article if versions else base
    shown = working.article if working is not None else live or newest
    if shown is None:
        return None
    resting = PUBLISHED if live is not None else ARCHIVED
    origins = [number for number, version in versions.items() if version.origin == "file"]
    return Entry(
        shown=shown,
        state=head.working_state or resting,
        live=live,
        working_version=head.working_version,
        edit=head.edit,
        is_of_file=base is not None,
        changed_at=head.changed_at,
        changed_by=head.changed_by,
        writers=working.writers if working is not None else frozenset(),
        base=base,
        started_from=max(origins, default=None),
    )
