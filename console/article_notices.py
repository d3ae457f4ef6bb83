"""Notices of articles whose time ends soon or is over: said once a date, to who edits in their region."""

from __future__ import annotations

from collections.abc import Sequence

from console.notices import NewNotice
from console.roles import KNOWLEDGE_EDIT
from knowledge_base.editing.office import ArticleOffice
from knowledge_base.editing.reminders import Reminder
from knowledge_base.editing.values import Editor

_TITLES = {"expires": "知识即将到期", "expired": "知识已过期，不再答复客户"}
_SYSTEM = Editor("notices")


async def ending_articles(office: ArticleOffice) -> Sequence[NewNotice]:
    """Return what is to be told now. Raises BookUnavailable."""
    return [_notice(one) for one in await office.reminders(_SYSTEM) if one.kind in _TITLES]


def _notice(reminder: Reminder) -> NewNotice:
    article = reminder.article
    place = min(article.regions) if len(article.regions) == 1 else ""
    detail = f"“{article.question}”有效期到 {reminder.due:%Y年%m月%d日}，请核实后延长、改写或下线。"
    key = f"article:{article.id}:{reminder.due}:{reminder.kind}"
    return NewNotice("knowledge", place, KNOWLEDGE_EDIT, _TITLES[reminder.kind], detail, "/knowledge", key)
