"""What all addresses of knowledge share: who acts, which article is meant, refusals as answers, the newest in use."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog

from bot.errors import StoreUnavailable
from bot.knowledge_watch import KnowledgeWatch
from connectors.errors import BadRequest
from console.endpoints import Call
from console.errors import Forbidden, Refused
from console.knowledge_views import render_cautions, render_file, shown_version
from console.roles import KNOWLEDGE_APPROVE, KNOWLEDGE_EDIT
from knowledge_base.editing.checks import BLOCK, Caution
from knowledge_base.editing.content import is_slug
from knowledge_base.editing.office import ArticleOffice
from knowledge_base.editing.values import Editor, Entry, File, Version
from knowledge_base.errors import (
    ActRefused,
    ArticleUnknown,
    BookUnavailable,
    ContentInvalid,
    ImportUnreadable,
    KnowledgeError,
    OutsidePlace,
)
from knowledge_base.live import KnowledgeBase

_LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class KnowledgeDesk:
    """Serves the addresses of knowledge with what they have in common."""

    office: ArticleOffice
    bases: Callable[[], Iterable[KnowledgeBase]]
    """All that answer in this process."""

    def rights(self, call: Call, entry: Entry) -> dict[str, bool]:
        """Return what the caller may do with an article."""
        editor = editor_of(call)
        is_here = editor.may_change(entry.shown) and (entry.live is None or editor.may_change(entry.live))
        is_own = not editor.is_machine and editor.name in entry.writers
        return {
            "may_edit": is_here and KNOWLEDGE_EDIT in call.permissions,
            "may_approve": is_here and not is_own and KNOWLEDGE_APPROVE in call.permissions,
        }

    async def file(self, call: Call, article_id: str) -> File:
        """Return an article with all its versions. Raises BadRequest."""
        async with self.refusals(call):
            return await self.office.book.file(article_id, editor_of(call))

    async def version(self, call: Call, file: File, number: int | None) -> Version:
        """Return one of its versions. Raises BadRequest."""
        found = shown_version(file, number)
        if found is None or not editor_of(call).sees(found.article):
            raise BadRequest("not_found", "there is no such version", 404)
        return found

    async def page(self, call: Call, article_id: str, number: int | None = None) -> dict[str, Any]:
        """Return an article as the page has it. Raises BadRequest."""
        file = await self.file(call, article_id)
        shown = await self.version(call, file, number)
        return render_file(file, shown, self.rights(call, file.entry), editor_of(call))

    async def take_up(self) -> None:
        """Let this worker answer with what was just published; the others see it within a second."""
        try:
            await KnowledgeWatch(self.office.book, self.bases).look()
        except KnowledgeError as problem:
            _LOG.warning("what was published is taken up with the next look", code=problem.code)

    @asynccontextmanager
    async def refusals(self, call: Call, article_id: str = "") -> AsyncIterator[None]:
        """Turn the book's refusals into answers; with the article as it is now, where one is meant."""
        try:
            yield
        except ActRefused as error:
            more = {"current": await self.page(call, article_id)} if article_id and error.reason != "id_taken" else {}
            raise Refused(error.reason, str(error), 409, **more) from error
        except KnowledgeError as error:
            raise refusal_of(error) from error


def refusal_of(error: KnowledgeError) -> Exception:
    """Return an error of the book as an answer."""
    if isinstance(error, BookUnavailable):
        return StoreUnavailable(str(error))
    if isinstance(error, ArticleUnknown):
        return BadRequest(error.code, str(error), 404)
    if isinstance(error, OutsidePlace):
        return Forbidden(error.code, str(error))
    if isinstance(error, ContentInvalid):
        fields = [{"field": one.field, "message": one.message} for one in error.mistakes]
        return Refused(error.code, "the article has mistakes", 400, fields=fields)
    if isinstance(error, ActRefused):
        return Refused(error.reason, str(error), 409)
    return BadRequest(error.code, str(error), 400) if isinstance(error, ImportUnreadable) else error


def check_blocks(cautions: Iterable[Caution]) -> None:
    """Refuse what cannot be published. Raises Refused."""
    blocks = [one for one in cautions if one.level == BLOCK]
    if blocks:
        raise Refused("blocked", "it cannot be published so", 409, warnings=render_cautions(blocks))


def editor_of(call: Call) -> Editor:
    """Return who acts."""
    return Editor(call.name, call.scope, is_machine=call.login is None)


def article_of(call: Call) -> str:
    """Return the article of the path, noted for the audit. Raises BadRequest."""
    article_id = call.request.match_info["name"]
    if not is_slug(article_id):
        raise BadRequest("not_found", "there is no such article", 404)
    call.did(f"article:{article_id}")
    return article_id
