"""A table of articles becomes drafts: first looked at row by row, then written, all of it in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from knowledge_base.article import Article
from knowledge_base.editing.columns import HEADS, read_cells
from knowledge_base.editing.content import changed_content, find_mistakes, is_slug, new_content
from knowledge_base.editing.diff import compare
from knowledge_base.editing.drafting import change, new_id, submit
from knowledge_base.editing.read_table import TableRow
from knowledge_base.editing.rows import file_version
from knowledge_base.editing.values import BASE, DRAFT, REVIEW, Editor, Entry, Head, Version
from knowledge_base.editing.work import Work
from knowledge_base.errors import ActRefused, ContentInvalid, FieldMistake
from storage.clock import CHINA

CREATE: Final = "create"
CHANGE: Final = "change"
UNCHANGED: Final = "unchanged"
ERROR: Final = "error"
ACTIONS: Final = (CREATE, CHANGE, UNCHANGED, ERROR)
_ORIGIN: Final = "import"
_NEW: Final = "new"
"""Stands for the id of an article that has none yet."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What becomes of one row."""

    row: int
    action: str
    """create | change | unchanged | error."""
    id: str
    """Empty: one is made."""
    question: str
    mistakes: tuple[FieldMistake, ...] = ()
    changes: tuple[str, ...] = ()
    """Fields that differ."""
    content: dict[str, Any] | None = None
    edit: int = 0

    @property
    def columns(self) -> list[tuple[str, str]]:
        """The mistakes by the head of their column."""
        return [(_head(one.field), one.message) for one in self.mistakes]


@dataclass(frozen=True, slots=True)
class Ground:
    """What rows are compared with."""

    entries: Sequence[Entry]
    editor: Editor
    regions: Collection[str]
    today: date
    to_review: bool
    """They are sent to review at once, so they have to be complete."""


def plan_import(rows: Sequence[TableRow], ground: Ground) -> list[Planned]:
    """Return what becomes of each row; nothing is written."""
    by_id = {entry.id: entry for entry in ground.entries}
    by_question = {_key(entry.shown): entry for entry in ground.entries if ground.editor.sees(entry.shown)}
    taken: set[str] = set()
    planned: list[Planned] = []
    for row in rows:
        one = _plan(row, ground, by_id, by_question)
        if one.id and one.id in taken:
            one = _wrong(one, FieldMistake("id", "这一条在文件里出现了两次"))
        taken.add(one.id)
        planned.append(one)
    return planned


def write_plan(work: Work, planned: Sequence[Planned], *, to_review: bool) -> int:
    """Write the rows without mistakes as drafts; return how many. For ArticleBook.write_all; raises EditingError.

    Articles that nobody has touched yet are written all at once: everybody's writing waits meanwhile.
    """
    wanted = [one for one in planned if one.action in (CREATE, CHANGE)]
    known = work.touched([one.id for one in wanted if one.id])
    heads: list[Head] = []
    versions: list[Version] = []
    for one in wanted:
        if one.action == CREATE:
            if one.id in known or one.id in work.base:
                raise ActRefused("id_taken", "there is an article with this id")
            versions.append(_drafted(work, _new_article(work, one), to_review))
        elif one.id in known:
            change(work, one.id, one.edit, one.content or {}, origin=_ORIGIN)
            if to_review:
                submit(work, one.id, one.edit + 1)
            continue
        else:
            versions += _over_file(work, one, to_review)
        heads.append(_begun(work, versions[-1], to_review))
    work.add_heads(heads)
    work.add_versions(versions)
    return len(wanted)


def _new_article(work: Work, one: Planned) -> Article:
    article_id = one.id or new_id()
    today = datetime.fromtimestamp(work.at, CHINA).date()
    return new_content(one.content or {}, article_id, today).to_article(article_id, 1, DRAFT)


def _over_file(work: Work, one: Planned, to_review: bool) -> tuple[Version, Version]:
    """Return the file's version, to be remembered, and the one that is begun over it."""
    base = work.base.get(one.id)
    if base is None or one.edit != 0:
        raise ActRefused("changed_meanwhile", "somebody has changed the article meanwhile")
    changed = changed_content(base, one.content or {}).to_article(base.id, base.version + 1, DRAFT)
    return file_version(base), _drafted(work, changed, to_review)


def _drafted(work: Work, article: Article, to_review: bool) -> Version:
    work.check_place(article)
    name, at = work.editor.name, work.at
    draft = Version(article, DRAFT, _ORIGIN, name, (name,), "", at, at)
    return replace(draft, state=REVIEW, submitted_by=name, submitted_at=at) if to_review else draft


def _begun(work: Work, version: Version, to_review: bool) -> Head:
    number, state = version.article.version, REVIEW if to_review else DRAFT
    return Head(version.article.id, 2 if to_review else 1, BASE, None, number, state, work.at, work.editor.name[:64])


def _plan(row: TableRow, ground: Ground, by_id: dict[str, Entry], by_question: dict[Any, Entry]) -> Planned:
    content, mistakes = read_cells(row.cells)
    article_id = row.cells.get("id", "")
    one = Planned(row.number, CREATE, article_id, str(content.get("question", "")), tuple(mistakes), content=content)
    if mistakes:
        return replace(one, action=ERROR)
    try:
        entry = by_id.get(article_id) if article_id else by_question.get(_key(_fresh(content, ground)))
        return _plan_new(one, ground) if entry is None else _plan_change(one, entry, ground)
    except ContentInvalid as error:
        return _wrong(one, *error.mistakes)


def _plan_new(one: Planned, ground: Ground) -> Planned:
    if one.id and not is_slug(one.id):
        return _wrong(one, FieldMistake("id", "只能用小写字母、数字和连字符"))
    return _checked(one, _fresh(one.content or {}, ground), ground)


def _plan_change(one: Planned, entry: Entry, ground: Ground) -> Planned:
    one = replace(one, action=CHANGE, id=entry.id, edit=entry.edit)
    if not ground.editor.sees(entry.shown):
        return _wrong(one, FieldMistake("id", "这个编号已经有了，换一个"))
    after = changed_content(entry.shown, one.content or {}).to_article(entry.id, entry.shown.version, DRAFT)
    changes = tuple(item.field for item in compare(entry.shown, after))
    if not changes:
        return replace(one, action=UNCHANGED)
    others = entry.writers - {ground.editor.name}
    if entry.working_version is not None and entry.state == REVIEW:
        return _wrong(one, FieldMistake("id", "正在审核，先撤回再导入"))
    if entry.working_version is not None and others:
        return _wrong(one, FieldMistake("id", f"{'、'.join(sorted(others))}正在改这一条"))
    if not ground.editor.may_change(entry.shown):
        return _wrong(one, FieldMistake("regions", "不全在您的地区内，您不能改"))
    return replace(_checked(one, after, ground), changes=changes)


def _checked(one: Planned, article: Article, ground: Ground) -> Planned:
    mistakes = find_mistakes(article, ground.regions)
    if not ground.to_review:  # a draft need not be complete, but what it says must make sense
        mistakes = [mistake for mistake in mistakes if mistake.field in ("regions", "valid_to")]
    if not ground.editor.may_change(article):
        mistakes.append(FieldMistake("regions", "不全在您的地区内，您不能改"))
    return _wrong(one, *mistakes) if mistakes else one


def _fresh(content: dict[str, Any], ground: Ground) -> Article:
    return new_content(content, _NEW, ground.today).to_article(_NEW, 1, DRAFT)


def _wrong(one: Planned, *mistakes: FieldMistake) -> Planned:
    return replace(one, action=ERROR, mistakes=(*one.mistakes, *mistakes))


def _head(field: str) -> str:
    """similar.3 -> 相似问题."""
    return HEADS.get(field) or HEADS.get(field.partition(".")[0], field)


def _key(article: Article) -> tuple[str, frozenset[str], str]:
    """What tells two articles apart where no id is written."""
    return article.question, article.regions, article.customer_class
