"""What changes what customers are told: published, archived, rolled back, restored; each makes a new revision."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select

from knowledge_base.article import Article
from knowledge_base.editing.content import MOST, find_mistakes, voice_of
from knowledge_base.editing.drafting import is_own
from knowledge_base.editing.table import PUBLICATIONS, STATE
from knowledge_base.editing.values import ARCHIVED, BASE, PUBLISHED, REPLACED, REVIEW, Head, Publication, Version
from knowledge_base.editing.work import Work
from knowledge_base.errors import ActRefused, ArticleUnknown, ContentInvalid, EditingError
from knowledge_base.load_articles import are_rivals


@dataclass(frozen=True, slots=True)
class Published:
    """What came of publishing."""

    revision: int
    published: tuple[str, ...]
    refused: Mapping[str, EditingError]
    """Article -> why not."""


def publish(work: Work, wanted: Sequence[tuple[str, int]], reason: str = "") -> Published:
    """Publish versions that are in review, [(id, edit)], as one revision; each is published or refused alone."""
    ready: list[tuple[Head, Version]] = []
    refused: dict[str, EditingError] = {}
    for article_id, edit in dict(wanted).items():
        try:
            ready.append(_check(work, article_id, edit, [version.article for _, version in ready]))
        except EditingError as error:
            refused[article_id] = error
    if not ready:
        return Published(_current(work), (), refused)
    revision = work.next_revision("publish", reason)
    for head, version in ready:
        _go_live(work, revision, head, version, working_version=None, working_state=None)
    return Published(revision, tuple(head.id for head, _ in ready), refused)


def archive(work: Work, article_id: str, edit: int, reason: str) -> int:
    """Take an article out of use; return the revision. Raises EditingError."""
    head = work.open(article_id, edit)
    before = work.shown(head)
    work.check_place(before, *_live(work, head))
    if not _live(work, head):
        raise ActRefused("wrong_state", "customers are not told this article")
    revision = work.next_revision("archive", reason)
    work.retire(head, ARCHIVED)
    work.note(revision, article_id, ARCHIVED, None)
    work.move(head, live=ARCHIVED, live_version=None)
    return revision


def roll_back(work: Work, article_id: str, edit: int, number: int, reason: str) -> int:
    """Make a version that was live once live again, as a new version; return the revision. Raises EditingError."""
    head = work.open(article_id, edit)
    before = work.shown(head)
    old = work.version(article_id, number)
    if old is None:
        raise ArticleUnknown("version")
    if not old.was_live:
        raise ActRefused("wrong_state", "this version was never published")
    if head.live == PUBLISHED and head.live_version == number:
        raise ActRefused("unchanged", "this version is live")
    work.check_place(before, old.article)
    _refuse_rivals(work, old.article, ())
    fresh = work.next_version(article_id)
    moved = {}
    if head.working_version is not None:  # what is in work stays the newest
        work.mark(article_id, head.working_version, version=fresh)
        fresh, moved = head.working_version, {"working_version": fresh}
    article = replace(old.article, version=fresh)
    name = work.editor.name
    version = Version(article, PUBLISHED, "rollback", name, (), f"第 {number} 版", work.at, work.at)
    work.add_version(version)
    revision = work.next_revision("rollback", reason)
    _go_live(work, revision, head, version, **moved)
    return revision


def restore(work: Work, revision: int, reason: str) -> tuple[int, tuple[str, ...]]:
    """Make what is live what it was at a revision, as a new one; return it and the articles that changed.

    Raises ArticleUnknown where there was no such revision. Where nothing differs no revision is made.
    """
    if not 0 <= revision <= _current(work):
        raise ArticleUnknown("revision")
    then, now = _live_at(work, revision), _live_at(work, None)
    wanted = (then.get(one, Publication(one, BASE, None)) for one in sorted(now))
    changed = [one for one in wanted if one != now[one.article_id]]
    if not changed:
        return _current(work), ()
    fresh = work.next_revision("restore", reason)
    for one in changed:
        head = work.head(one.article_id)
        if head is None:
            continue
        work.retire(head, ARCHIVED if one.live == ARCHIVED else REPLACED)
        if one.version is not None:
            work.mark(one.article_id, one.version, state=PUBLISHED)
        work.note(fresh, one.article_id, one.live, one.version)
        work.move(head, live=one.live, live_version=one.version)
    return fresh, tuple(one.article_id for one in changed)


def _check(work: Work, article_id: str, edit: int, beside: Collection[Article]) -> tuple[Head, Version]:
    """Return what is to be published, if it may be."""
    head = work.open(article_id, edit)
    before = work.shown(head)
    version = work.version(article_id, head.working_version) if head.working_version is not None else None
    if version is None or head.working_state != REVIEW:
        raise ActRefused("wrong_state", "there is no version in review")
    work.check_place(before, *_live(work, head))
    if is_own(version, work.editor):
        raise ActRefused("own_article", "who wrote at a version cannot publish it")
    if mistakes := find_mistakes(version.article, work.regions):
        raise ContentInvalid(mistakes)
    article = version.article
    if not article.voice:
        version = replace(version, article=replace(article, voice=voice_of(article.answer, MOST["voice"])))
    _refuse_rivals(work, version.article, beside)
    return head, version


def _refuse_rivals(work: Work, article: Article, beside: Collection[Article]) -> None:
    candidate = replace(article, state=PUBLISHED)
    others = [*work.live_of_topic(article.topic), *(replace(one, state=PUBLISHED) for one in beside)]
    for other in others:
        if other.id != article.id and other.topic == article.topic and are_rivals(candidate, other):
            raise ActRefused("blocked", f"{other.id} answers the same topic for the same customers and time")


def _go_live(work: Work, revision: int, head: Head, version: Version, **values: object) -> None:
    work.retire(head, REPLACED)
    number = version.article.version
    done = replace(version, state=PUBLISHED, published_by=work.editor.name, published_at=work.at, was_live=True)
    work.save_version(done)
    work.note(revision, head.id, PUBLISHED, number)
    work.move(head, live=PUBLISHED, live_version=number, **values)


def _live(work: Work, head: Head) -> list[Article]:
    """Return what customers are told of an article: one, or none."""
    if head.live == PUBLISHED:
        version = work.version(head.id, head.live_version)
        return [version.article] if version is not None else []
    base = work.base.get(head.id) if head.live == BASE else None
    return [base] if base is not None and base.state == PUBLISHED else []


def _current(work: Work) -> int:
    return int(work.link.execute(select(STATE.c.revision)).scalar_one())


def _live_at(work: Work, revision: int | None) -> dict[str, Publication]:
    """Return what each article was at a revision (None: now), of those that any revision touched until then."""
    until = PUBLICATIONS.c.revision <= revision if revision is not None else PUBLICATIONS.c.revision >= 0
    last = (
        select(PUBLICATIONS.c.article_id, func.max(PUBLICATIONS.c.revision).label("revision"))
        .where(until)
        .group_by(PUBLICATIONS.c.article_id)
        .subquery()
    )
    same = (PUBLICATIONS.c.article_id == last.c.article_id) & (PUBLICATIONS.c.revision == last.c.revision)
    rows = work.link.execute(select(PUBLICATIONS).join(last, same)).all()
    return {row.article_id: Publication(row.article_id, row.live, row.version) for row in rows}
