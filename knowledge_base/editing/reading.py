"""What is read of the tables of edited articles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.engine import Connection

from knowledge_base.article import Article
from knowledge_base.editing.rows import article_of, entry_of, file_entry, head_of, version_of
from knowledge_base.editing.table import ARTICLES, PUBLICATIONS, REVISIONS, STATE, VERSIONS
from knowledge_base.editing.values import ARCHIVED, PUBLISHED, Entry, Publication, Revision, Version
from knowledge_base.editing.words import words_of
from knowledge_base.overlay import SYNONYMS, Overlay


def read_changes(link: Connection) -> int:
    """Return a number that every act raises."""
    return int(link.execute(select(STATE.c.changes)).scalar() or 0)


def read_overlay(link: Connection) -> Overlay:
    """Return what is published over the files."""
    revision = int(
        link.execute(select(STATE.c.revision)).scalar() or 0
    )  # first: what comes meanwhile is seen next time
    joined = (ARTICLES.c.id == VERSIONS.c.article_id) & (ARTICLES.c.live_version == VERSIONS.c.version)
    query = select(VERSIONS).join(ARTICLES, joined).where(ARTICLES.c.live == PUBLISHED).order_by(VERSIONS.c.article_id)
    rows = link.execute(query).all()
    articles = tuple(article_of(row) for row in rows if row.article_id != SYNONYMS)
    words = next((words_of(row.content) for row in rows if row.article_id == SYNONYMS), ())
    archived = link.execute(select(ARTICLES.c.id).where(ARTICLES.c.live == ARCHIVED)).all()
    return Overlay(revision, articles, frozenset(row.id for row in archived), words)


def read_entries(link: Connection, base: Mapping[str, Article]) -> tuple[Entry, ...]:
    """Return where every article stands; `base` are those of the files by id."""
    heads = [head_of(row) for row in link.execute(select(ARTICLES).where(ARTICLES.c.id != SYNONYMS))]
    others = VERSIONS.alias()
    newest = select(func.max(others.c.version)).where(others.c.article_id == ARTICLES.c.id).scalar_subquery()
    rests = and_(ARTICLES.c.live_version.is_(None), ARTICLES.c.working_version.is_(None), VERSIONS.c.version == newest)
    shown = or_(
        VERSIONS.c.version == ARTICLES.c.live_version,
        VERSIONS.c.version == ARTICLES.c.working_version,
        VERSIONS.c.origin == "file",
        rests,
    )
    versions: dict[str, dict[int, Version]] = {}
    for row in link.execute(
        select(VERSIONS).join(ARTICLES, ARTICLES.c.id == VERSIONS.c.article_id).where(shown, ARTICLES.c.id != SYNONYMS)
    ):
        versions.setdefault(row.article_id, {})[row.version] = version_of(row)
    touched = {head.id: entry_of(head, versions.get(head.id, {}), base.get(head.id)) for head in heads}
    of_files = (touched.pop(one) if one in touched else file_entry(article) for one, article in base.items())
    return tuple(entry for entry in (*of_files, *touched.values()) if entry is not None)


def read_file(link: Connection, article_id: str) -> tuple[list[Version], list[Revision]]:
    """Return the versions of an article and what was done to it, newest first."""
    rows = link.execute(
        select(VERSIONS).where(VERSIONS.c.article_id == article_id).order_by(VERSIONS.c.version.desc())
    ).all()
    joined = REVISIONS.c.revision == PUBLICATIONS.c.revision
    noted = link.execute(select(PUBLICATIONS).where(PUBLICATIONS.c.article_id == article_id)).all()
    acts = link.execute(
        select(REVISIONS)
        .join(PUBLICATIONS, joined)
        .where(PUBLICATIONS.c.article_id == article_id)
        .order_by(REVISIONS.c.revision.desc())
    ).all()
    return [version_of(row) for row in rows], [revision_of(row, noted) for row in acts]


def revision_of(row: Any, noted: Sequence[Any]) -> Revision:
    """Return a revision's row with what is noted of it."""
    of_it = tuple(Publication(one.article_id, one.live, one.version) for one in noted if one.revision == row.revision)
    return Revision(row.revision, row.at, row.by, row.act, row.reason, of_it)


def read_revisions(link: Connection, page: int, size: int) -> tuple[Sequence[Revision], int]:
    """Return revisions, newest first, and how many there are."""
    query = select(REVISIONS).order_by(REVISIONS.c.revision.desc()).limit(size).offset((page - 1) * size)
    rows = link.execute(query).all()
    total = int(link.execute(select(func.count()).select_from(REVISIONS)).scalar() or 0)
    found = PUBLICATIONS.c.revision.in_([row.revision for row in rows])
    noted = link.execute(select(PUBLICATIONS).where(found).order_by(PUBLICATIONS.c.article_id)).all()
    return [revision_of(row, noted) for row in rows], total
