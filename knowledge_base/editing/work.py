"""One act upon articles inside a transaction: what it needs to read, and the ways in which rows change."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from knowledge_base.article import Article
from knowledge_base.editing.rows import article_of, content_text, file_version, head_of, version_of
from knowledge_base.editing.table import ARTICLES, PUBLICATIONS, REVISIONS, STATE, VERSIONS
from knowledge_base.editing.values import BASE, PUBLISHED, Editor, Head, Version
from knowledge_base.errors import ActRefused, ArticleUnknown, OutsidePlace

_FEW: Final = 400
"""Ids in one query."""


@dataclass(frozen=True, slots=True)
class Work:
    """An act: by whom, when, and on what ground."""

    link: Connection
    base: Mapping[str, Article]
    """The articles of the files by id."""
    regions: Collection[str] | None
    """That there are; None: any."""
    editor: Editor
    at: float

    def head(self, article_id: str) -> Head | None:
        """Return where an article stands; None for one that was never touched."""
        row = self.link.execute(select(ARTICLES).where(ARTICLES.c.id == article_id)).first()
        return head_of(row) if row is not None else None

    def version(self, article_id: str, number: int | None) -> Version | None:
        """Return a version that the tables have."""
        found = (VERSIONS.c.article_id == article_id) & (VERSIONS.c.version == number)
        row = self.link.execute(select(VERSIONS).where(found)).first()
        return version_of(row) if row is not None else None

    def open(self, article_id: str, edit: int) -> Head:
        """Return an article as its editor saw it; one of a file that was never touched is taken in.

        Raises ArticleUnknown, ActRefused.
        """
        head = self.head(article_id) or self._take_in(article_id)
        if head.edit != edit:
            raise ActRefused("changed_meanwhile", "somebody has changed the article meanwhile")
        return head

    def shown(self, head: Head) -> Article:
        """Return the newest form of an article. Raises ArticleUnknown where it is out of sight."""
        version = self.version(head.id, head.working_version) or self.version(head.id, head.live_version)
        article = version.article if version is not None else self.base.get(head.id) or self._newest(head.id)
        if article is None or not self.editor.sees(article):
            raise ArticleUnknown
        return article

    def check_place(self, *articles: Article) -> None:
        """Refuse articles that are not for one's own place alone. Raises OutsidePlace."""
        if not all(self.editor.may_change(article) for article in articles):
            raise OutsidePlace

    def live_of_topic(self, topic: str) -> list[Article]:
        """Return the articles of a topic that customers are told."""
        joined = (ARTICLES.c.id == VERSIONS.c.article_id) & (ARTICLES.c.live_version == VERSIONS.c.version)
        query = select(VERSIONS).join(ARTICLES, joined).where(VERSIONS.c.topic == topic, ARTICLES.c.live == PUBLISHED)
        found = [article_of(row) for row in self.link.execute(query)]
        of_files = {one.id: one for one in self.base.values() if one.topic == topic and one.state == PUBLISHED}
        if of_files:
            taken = select(ARTICLES.c.id).where(ARTICLES.c.id.in_(list(of_files)), ARTICLES.c.live != BASE)
            for row in self.link.execute(taken):
                del of_files[row.id]
        return [*found, *of_files.values()]

    def next_version(self, article_id: str) -> int:
        """Return the number of an article's next version."""
        query = select(func.max(VERSIONS.c.version)).where(VERSIONS.c.article_id == article_id)
        of_file = self.base[article_id].version if article_id in self.base else 0
        return max(self.link.execute(query).scalar() or 0, of_file) + 1

    def add_version(self, version: Version) -> None:
        """Write a new version."""
        self.add_versions([version])

    def add_versions(self, versions: Sequence[Version]) -> None:
        """Write new versions, all at once."""
        if versions:
            self.link.execute(insert(VERSIONS), [_columns(version) for version in versions])

    def save_version(self, version: Version) -> None:
        """Write a version anew."""
        one = (VERSIONS.c.article_id == version.article.id) & (VERSIONS.c.version == version.article.version)
        self.link.execute(update(VERSIONS).where(one).values(**_columns(version)))

    def mark(self, article_id: str, number: int, **values: Any) -> None:
        """Change columns of a version."""
        one = (VERSIONS.c.article_id == article_id) & (VERSIONS.c.version == number)
        self.link.execute(update(VERSIONS).where(one).values(**values))

    def move(self, head: Head, **values: Any) -> None:
        """Change where an article stands; counts as one act."""
        done = {"edit": head.edit + 1, "changed_at": self.at, "changed_by": self.editor.name[:64], **values}
        self.link.execute(update(ARTICLES).where(ARTICLES.c.id == head.id).values(**done))

    def add_head(self, article_id: str, edit: int = 0) -> Head:
        """Write the row of an article that has none."""
        head = Head(article_id, edit, BASE, None, None, None, self.at, self.editor.name[:64])
        self.add_heads([head])
        return head

    def add_heads(self, heads: Sequence[Head]) -> None:
        """Write the rows of articles that have none, all at once."""
        names = ARTICLES.columns.keys()
        if heads:
            self.link.execute(insert(ARTICLES), [{name: getattr(head, name) for name in names} for head in heads])

    def touched(self, ids: Sequence[str]) -> frozenset[str]:
        """Return those of the articles that have a row."""
        found: set[str] = set()
        for begin in range(0, len(ids), _FEW):
            some = select(ARTICLES.c.id).where(ARTICLES.c.id.in_(ids[begin : begin + _FEW]))
            found.update(row.id for row in self.link.execute(some))
        return frozenset(found)

    def next_revision(self, act: str, reason: str) -> int:
        """Begin a new revision of what customers are told."""
        raised = update(STATE).values(revision=STATE.c.revision + 1).returning(STATE.c.revision)
        revision = int(self.link.execute(raised).scalar_one())
        row = {"revision": revision, "at": self.at, "by": self.editor.name[:64], "act": act, "reason": reason}
        self.link.execute(insert(REVISIONS).values(**row))
        return revision

    def note(self, revision: int, article_id: str, live: str, version: int | None) -> None:
        """Write down what a revision made of an article."""
        row = {"revision": revision, "article_id": article_id, "live": live, "version": version}
        self.link.execute(insert(PUBLICATIONS).values(**row))

    def retire(self, head: Head, state: str) -> None:
        """Let the live version be so no more."""
        if head.live == PUBLISHED and head.live_version is not None:
            self.mark(head.id, head.live_version, state=state)
            return
        article = self.base.get(head.id) if head.live == BASE else None
        if article is not None and self.keep_file_version(article):
            self.mark(head.id, article.version, state=state)

    def keep_file_version(self, article: Article) -> bool:
        """Remember what the file says now, so that it can be compared with and taken back; say whether it is there."""
        found = self.version(article.id, article.version)
        if found is None:
            self.add_version(file_version(article))
        return found is None or found.origin == "file"

    def _take_in(self, article_id: str) -> Head:
        article = self.base.get(article_id)
        if article is None:
            raise ArticleUnknown
        self.keep_file_version(article)
        return self.add_head(article_id)

    def _newest(self, article_id: str) -> Article | None:
        query = select(VERSIONS).where(VERSIONS.c.article_id == article_id).order_by(VERSIONS.c.version.desc()).limit(1)
        row = self.link.execute(query).first()
        return article_of(row) if row is not None else None


def _columns(version: Version) -> dict[str, Any]:
    article, refusal = version.article, version.refusal
    return {
        "article_id": article.id,
        "version": article.version,
        "state": version.state,
        "topic": article.topic,
        "content": content_text(article),
        "origin": version.origin,
        "author": version.author[:64],
        "editors": orjson.dumps(version.editors).decode(),
        "note": version.note,
        "made_at": version.made_at,
        "changed_at": version.changed_at,
        "submitted_by": version.submitted_by,
        "submitted_at": version.submitted_at,
        "refusal": None if refusal is None else orjson.dumps(refusal).decode(),
        "published_by": version.published_by,
        "published_at": version.published_at,
        "was_live": version.was_live,
    }
