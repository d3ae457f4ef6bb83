"""What writers do: a version is begun, changed, sent to a second person, taken back, dropped. Nothing of it is live."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from knowledge_base.article import Article
from knowledge_base.editing.content import changed_content, find_mistakes, is_slug, new_content
from knowledge_base.editing.table import ARTICLES, VERSIONS
from knowledge_base.editing.values import BASE, DISCARDED, DRAFT, REVIEW, Editor, Head, Refusal, Version
from knowledge_base.editing.work import Work
from knowledge_base.errors import ActRefused, ContentInvalid, FieldMistake
from storage.clock import CHINA


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An article that is to be begun."""

    content: Mapping[str, Any]
    """As pages send it; the question is needed."""
    id: str = ""
    """Empty: one is made."""
    note: str = ""
    origin: str = "console"


def create(work: Work, new: NewArticle) -> str:
    """Begin an article as a draft; return its id. Raises ContentInvalid, ActRefused, OutsidePlace."""
    article_id = new.id or new_id()
    if not is_slug(article_id):
        raise ContentInvalid([FieldMistake("id", "只能用小写字母、数字和连字符，最多 80 个")])
    if article_id in work.base or work.head(article_id) is not None:
        raise ActRefused("id_taken", "there is an article with this id")
    today = datetime.fromtimestamp(work.at, CHINA).date()
    article = new_content(new.content, article_id, today).to_article(article_id, 1, DRAFT)
    work.check_place(article)
    head = work.add_head(article_id)
    _begin(work, head, article, new.note, new.origin)
    return article_id


def new_id() -> str:
    """Return an id for an article that was given none."""
    return f"a-{secrets.token_hex(5)}"


def change(
    work: Work, article_id: str, edit: int, changes: Mapping[str, Any], *, note: str = "", origin: str = "console"
) -> None:
    """Change the draft of an article, or begin one over what is live. Raises EditingError."""
    head = work.open(article_id, edit)
    before = work.shown(head)
    if head.working_state == REVIEW:
        raise ActRefused("wrong_state", "it is being reviewed; take it back first")
    number = head.working_version or work.next_version(article_id)
    after = changed_content(before, changes).to_article(article_id, number, DRAFT)
    work.check_place(before, after)
    draft = work.version(article_id, head.working_version) if head.working_version is not None else None
    if draft is None:
        _begin(work, head, after, note, origin)
        return
    editors = tuple(dict.fromkeys((*draft.editors, work.editor.name)))
    work.save_version(replace(draft, article=after, editors=editors, changed_at=work.at, note=note or draft.note))
    work.move(head)


def submit(work: Work, article_id: str, edit: int, note: str = "") -> None:
    """Send a draft to a second person. Raises EditingError; ContentInvalid where something is missing."""
    head, draft = _working(work, article_id, edit, DRAFT)
    mistakes = find_mistakes(draft.article, work.regions)
    if mistakes:
        raise ContentInvalid(mistakes)
    sent = replace(draft, state=REVIEW, submitted_by=work.editor.name, submitted_at=work.at, refusal=None)
    work.save_version(replace(sent, note=note or draft.note))
    work.move(head, working_state=REVIEW)


def withdraw(work: Work, article_id: str, edit: int) -> None:
    """Take a version back from review. Raises EditingError."""
    head, version = _working(work, article_id, edit, REVIEW)
    work.save_version(replace(version, state=DRAFT))
    work.move(head, working_state=DRAFT)


def refuse(work: Work, article_id: str, edit: int, reason: str) -> None:
    """Send a version back to its author. Raises EditingError."""
    head, version = _working(work, article_id, edit, REVIEW)
    work.save_version(replace(version, state=DRAFT, refusal=Refusal(work.editor.name, work.at, reason)))
    work.move(head, working_state=DRAFT)


def discard(work: Work, article_id: str, edit: int) -> bool:
    """Drop the version in work; return whether the whole article is gone with it. Raises EditingError."""
    head, version = _working(work, article_id, edit)
    is_new = head.live == BASE and article_id not in work.base and version.article.version == 1
    if is_new:
        work.link.execute(delete(VERSIONS).where(VERSIONS.c.article_id == article_id))
        work.link.execute(delete(ARTICLES).where(ARTICLES.c.id == article_id))
        return True
    work.mark(article_id, version.article.version, state=DISCARDED)
    work.move(head, working_version=None, working_state=None)
    return False


def _working(work: Work, article_id: str, edit: int, state: str | None = None) -> tuple[Head, Version]:
    """Return the version in work, checked for place and state."""
    head = work.open(article_id, edit)
    before = work.shown(head)
    version = work.version(article_id, head.working_version) if head.working_version is not None else None
    if version is None or (state is not None and head.working_state != state):
        raise ActRefused("wrong_state", f"there is no version in {state or 'work'}")
    work.check_place(before)
    return head, version


def _begin(work: Work, head: Head, article: Article, note: str, origin: str) -> None:
    name = work.editor.name
    work.add_version(Version(article, DRAFT, origin, name, (name,), note, work.at, work.at))
    work.move(head, working_version=article.version, working_state=DRAFT)


def is_own(version: Version, editor: Editor) -> bool:
    """Say whether somebody wrote at a version, so that another has to publish it."""
    return not editor.is_machine and editor.name in version.writers
