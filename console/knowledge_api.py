"""Articles in the console: list, one with its versions, changes, and what is looked at before one is published.

Articles outside the caller's place do not exist for him; those that hold elsewhere too he reads and does not change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from connectors.errors import BadRequest
from connectors.requests import json_response
from console.endpoints import Call, Endpoint
from console.knowledge_bodies import (
    MOST_NUMBER,
    ActBody,
    ChangeBody,
    HitTestBody,
    NewArticleBody,
    ReasonedBody,
    parse_wanted,
)
from console.knowledge_desk import KnowledgeDesk, article_of, editor_of
from console.knowledge_views import (
    render_cautions,
    render_changes,
    render_conflict,
    render_entry,
    render_hits,
    render_reminder,
)
from console.roles import KNOWLEDGE_APPROVE, KNOWLEDGE_EDIT, KNOWLEDGE_READ
from knowledge_base.editing.conflicts import KINDS as CONFLICTS
from knowledge_base.editing.content import CUSTOMER_CLASSES, MOST
from knowledge_base.editing.diff import compare
from knowledge_base.editing.drafting import NewArticle
from knowledge_base.editing.listing import list_entries
from knowledge_base.editing.reminders import KINDS as REMINDERS

ONE = "/knowledge/articles/{name}"


@dataclass(frozen=True, slots=True)
class KnowledgeApi:
    """Serves what readers and writers of articles do."""

    desk: KnowledgeDesk

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        read, edit, path = KNOWLEDGE_READ, KNOWLEDGE_EDIT, "/knowledge/articles"
        return [
            Endpoint("GET", path, self.list, read, "rows"),
            Endpoint("GET", "/knowledge/options", self.options, read, "rows"),
            Endpoint("GET", "/knowledge/conflicts", self.conflicts, read, "rows"),
            Endpoint("GET", "/knowledge/reminders", self.reminders, read, "rows"),
            Endpoint("POST", path, self.create, edit, "rows", "knowledge.create", NewArticleBody),
            Endpoint("GET", ONE, self.one, read, "rows"),
            Endpoint("PATCH", ONE, self.change, edit, "rows", "knowledge.change", ChangeBody),
            Endpoint("POST", f"{ONE}/submit", self.submit, edit, "rows", "knowledge.submit", ActBody),
            Endpoint("POST", f"{ONE}/withdraw", self.withdraw, edit, "rows", "knowledge.withdraw", ActBody),
            Endpoint("POST", f"{ONE}/discard", self.discard, edit, "rows", "knowledge.discard", ReasonedBody),
            Endpoint("GET", f"{ONE}/diff", self.diff, read, "rows"),
            Endpoint("GET", f"{ONE}/warnings", self.warnings, read, "rows"),
            Endpoint("POST", f"{ONE}/hit-test", self.hit_test, read, "rows", "knowledge.hit_test", HitTestBody),
        ]

    async def list(self, call: Call) -> web.Response:
        """List articles of files and database."""
        page, size = call.page()
        today, editor = self.desk.office.today, editor_of(call)
        entries = await self._entries()
        listed = list_entries(entries, parse_wanted(call.request.query, call.name), editor, today)
        cut = listed.entries[(page - 1) * size : page * size]
        items = [render_entry(one, today, self.desk.rights(call, one)) for one in cut]
        return json_response({"items": items, "total": len(listed.entries), "counts": listed.counts})

    async def options(self, call: Call) -> web.Response:
        """Tell what forms and filters offer, and what the caller may."""
        editor, knowledge = editor_of(call), self.desk.office.knowledge()
        seen = [one for one in await self._entries() if editor.sees(one.shown)]
        return json_response(
            {
                "categories": sorted({one.shown.category for one in seen if one.shown.category}),
                "regions": list(knowledge.regions),
                "customer_classes": list(CUSTOMER_CLASSES),
                "certainties": sorted(
                    {"官方原文", "多源2", "单源", "推算", "记忆未核"} | {_certainty(one) for one in seen}
                ),
                "authors": sorted({name for one in seen for name in one.writers}),
                "limits": MOST,
                "own_regions": [editor.region] if editor.region else None,
                "revision": await self.desk.office.book.revision(),
                "live_revision": knowledge.revision,
                "may_edit": KNOWLEDGE_EDIT in call.permissions,
                "may_approve": KNOWLEDGE_APPROVE in call.permissions,
            }
        )

    async def conflicts(self, call: Call) -> web.Response:
        """List articles that do not go together."""
        page, size = call.page()
        found = await self.desk.office.conflicts(editor_of(call))
        return _paged(call, found, CONFLICTS, page, size, render_conflict)

    async def reminders(self, call: Call) -> web.Response:
        """List articles that end, begin, or whose source is to be compared again."""
        page, size = call.page()
        days = call.query_number("days", self.desk.office.settings.remind_days, 3650)
        found = await self.desk.office.reminders(editor_of(call), days)
        return _paged(call, found, REMINDERS, page, size, render_reminder)

    async def create(self, call: Call) -> web.Response:
        """Begin an article as a draft."""
        body: NewArticleBody = call.body
        new = NewArticle(body.content, body.id, body.note, body.origin)
        async with self.desk.refusals(call):
            article_id = await self.desk.office.book.create(new, editor_of(call), to_review=body.submit)
        call.did(f"article:{article_id}")
        return json_response(await self.desk.page(call, article_id), 201)

    async def one(self, call: Call) -> web.Response:
        """Show one article with its versions."""
        number = call.query_number("version", 0, MOST_NUMBER) or None
        return json_response(await self.desk.page(call, article_of(call), number))

    async def change(self, call: Call) -> web.Response:
        """Change an article's draft; over what is live, one is begun."""
        article_id, body = article_of(call), call.body
        call.did(f"article:{article_id}", fields=sorted(map(str, body.article))[:40])
        async with self.desk.refusals(call, article_id):
            await self.desk.office.book.change(article_id, body.edit, body.article, editor_of(call), body.note)
        return json_response(await self.desk.page(call, article_id))

    async def submit(self, call: Call) -> web.Response:
        """Send a draft to a second person."""
        article_id = article_of(call)
        async with self.desk.refusals(call, article_id):
            await self.desk.office.book.submit(article_id, call.body.edit, editor_of(call), call.body.note)
        return json_response(await self.desk.page(call, article_id))

    async def withdraw(self, call: Call) -> web.Response:
        """Take a version back from review."""
        article_id = article_of(call)
        async with self.desk.refusals(call, article_id):
            await self.desk.office.book.withdraw(article_id, call.body.edit, editor_of(call))
        return json_response(await self.desk.page(call, article_id))

    async def discard(self, call: Call) -> web.Response:
        """Drop the version in work."""
        article_id = article_of(call)
        call.did(f"article:{article_id}", reason=call.body.reason)
        async with self.desk.refusals(call, article_id):
            is_gone = await self.desk.office.book.discard(article_id, call.body.edit, editor_of(call))
        return json_response({"id": article_id, "gone": True} if is_gone else await self.desk.page(call, article_id))

    async def diff(self, call: Call) -> web.Response:
        """Compare two versions; without numbers, what is live with what is in work."""
        file = await self.desk.file(call, article_of(call))
        live = file.entry.live.version if file.entry.live is not None else file.versions[-1].article.version
        old = await self.desk.version(call, file, call.query_number("from", live, MOST_NUMBER))
        new = await self.desk.version(call, file, call.query_number("to", 0, MOST_NUMBER) or None)
        changes = render_changes(compare(old.article, new.article))
        return json_response({"from": old.article.version, "to": new.article.version, "changes": changes})

    async def warnings(self, call: Call) -> web.Response:
        """Tell what is to be known before a version is published."""
        file = await self.desk.file(call, article_of(call))
        shown = await self.desk.version(call, file, call.query_number("version", 0, MOST_NUMBER) or None)
        found = await self.desk.office.cautions(shown.article, file.entry)
        return json_response({"version": shown.article.version, "warnings": render_cautions(found)})

    async def hit_test(self, call: Call) -> web.Response:
        """Ask questions before and after a version is published, in memory."""
        body: HitTestBody = call.body
        file = await self.desk.file(call, article_of(call))
        shown = await self.desk.version(call, file, body.version)
        rows = await self.desk.office.hit_test(shown.article, body.questions, body.region, body.customer_class)
        told = {"version": shown.article.version, "region": body.region, **render_hits(rows)}
        return json_response(told)

    async def _entries(self) -> Any:
        return await self.desk.office.book.entries()


def _certainty(entry: Any) -> str:
    return str(entry.shown.source.certainty)


def _paged(call: Call, found: Any, kinds: tuple[str, ...], page: int, size: int, render: Any) -> web.Response:
    """Return a page of what has a kind, with the sums."""
    kind = call.request.query.get("kind", "")
    if kind and kind not in kinds:
        raise BadRequest("invalid_query", f"kind: one of {', '.join(kinds)}")
    counts = {name: sum(one.kind == name for one in found) for name in kinds}
    kept = [one for one in found if not kind or one.kind == kind]
    items = [render(one) for one in kept[(page - 1) * size : page * size]]
    return json_response({"items": items, "total": len(kept), "counts": counts})
