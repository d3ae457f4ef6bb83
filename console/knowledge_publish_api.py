"""Publishing in the console: by a second person who has answered for every warning; archive, roll back, restore."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from connectors.errors import BadRequest
from connectors.requests import json_response
from console.endpoints import Call, Endpoint
from console.errors import Forbidden, Refused
from console.knowledge_api import ONE
from console.knowledge_bodies import PublishBody, PublishManyBody, ReasonedBody, RestoreBody, RollBackBody
from console.knowledge_desk import KnowledgeDesk, article_of, check_blocks, editor_of, refusal_of
from console.knowledge_views import render_cautions, render_revision
from console.roles import KNOWLEDGE_APPROVE, KNOWLEDGE_READ
from knowledge_base.editing.checks import unacknowledged
from knowledge_base.editing.content import is_slug
from knowledge_base.editing.values import REVIEW
from knowledge_base.overlay import SYNONYMS


@dataclass(frozen=True, slots=True)
class KnowledgePublishApi:
    """Serves what changes what customers are told."""

    desk: KnowledgeDesk

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        read, may = KNOWLEDGE_READ, KNOWLEDGE_APPROVE
        return [
            Endpoint("POST", f"{ONE}/publish", self.publish, may, "rows", "knowledge.publish", PublishBody),
            Endpoint("POST", f"{ONE}/refuse", self.refuse, may, "rows", "knowledge.refuse", ReasonedBody),
            Endpoint("POST", f"{ONE}/archive", self.archive, may, "rows", "knowledge.archive", ReasonedBody),
            Endpoint("POST", f"{ONE}/rollback", self.roll_back, may, "rows", "knowledge.rollback", RollBackBody),
            Endpoint(
                "POST", "/knowledge/publish", self.publish_many, may, "rows", "knowledge.publish", PublishManyBody
            ),
            Endpoint("GET", "/knowledge/revisions", self.revisions, read, "rows"),
            Endpoint("POST", "/knowledge/restore", self.restore, may, "rows", "knowledge.restore", RestoreBody),
        ]

    async def publish(self, call: Call) -> web.Response:
        """Let customers be told a version that somebody else wrote."""
        article_id, body = article_of(call), call.body
        call.did(f"article:{article_id}", acknowledged=body.acknowledge)
        await self._check(call, article_id, body.edit, body.acknowledge)
        async with self.desk.refusals(call, article_id):
            done = await self.desk.office.book.publish([(article_id, body.edit)], editor_of(call), body.note)
            if article_id in done.refused:
                raise done.refused[article_id]
        await self.desk.take_up()
        return await self._told(call, article_id, done.revision)

    async def publish_many(self, call: Call) -> web.Response:
        """Publish many versions in one revision; each is published or refused alone."""
        body: PublishManyBody = call.body
        refused: dict[str, dict[str, Any]] = {}
        wanted: list[tuple[str, int]] = []
        for item in body.items:
            try:
                await self._check(call, item.id, item.edit, body.acknowledge)
                wanted.append((item.id, item.edit))
            except BadRequest as error:
                refused[item.id] = _rendered(error)
        async with self.desk.refusals(call):
            done = await self.desk.office.book.publish(wanted, editor_of(call), body.note)
        refused |= {name: _rendered(refusal_of(error)) for name, error in done.refused.items()}
        call.did(f"articles:{len(done.published)}", published=list(done.published)[:200], revision=done.revision)
        await self.desk.take_up()
        told = {"published": list(done.published), "revision": done.revision}
        return json_response({**told, "refused": [{"id": name, **why} for name, why in refused.items()]})

    async def refuse(self, call: Call) -> web.Response:
        """Send a version back to its author."""
        article_id, body = article_of(call), call.body
        call.did(f"article:{article_id}", reason=body.reason)
        async with self.desk.refusals(call, article_id):
            await self.desk.office.book.refuse(article_id, body.edit, editor_of(call), body.reason)
        return json_response(await self.desk.page(call, article_id))

    async def archive(self, call: Call) -> web.Response:
        """Take an article out of use."""
        article_id, body = article_of(call), call.body
        call.did(f"article:{article_id}", reason=body.reason)
        async with self.desk.refusals(call, article_id):
            revision = await self.desk.office.book.archive(article_id, body.edit, editor_of(call), body.reason)
        await self.desk.take_up()
        return await self._told(call, article_id, revision)

    async def roll_back(self, call: Call) -> web.Response:
        """Make an earlier version live again, as a new one."""
        article_id, body = article_of(call), call.body
        call.did(f"article:{article_id}", version=body.version, reason=body.reason)
        async with self.desk.refusals(call, article_id):
            revision = await self.desk.office.book.roll_back(
                article_id, body.edit, body.version, editor_of(call), body.reason
            )
        await self.desk.take_up()
        return await self._told(call, article_id, revision)

    async def revisions(self, call: Call) -> web.Response:
        """List every change of what customers are told, newest first."""
        page, size = call.page()
        async with self.desk.refusals(call):
            found, total = await self.desk.office.book.revisions(page, size)
            entries = await self.desk.office.book.entries()
        seen = {one.id: one.shown.question for one in entries if editor_of(call).sees(one.shown)} | {SYNONYMS: ""}
        items = [render_revision(one, seen) for one in found]
        return json_response({"items": items, "total": total, "current": total})

    async def restore(self, call: Call) -> web.Response:
        """Make everything live what it was at a revision."""
        body: RestoreBody = call.body
        call.did(f"revision:{body.revision}", reason=body.reason)
        if call.scope:
            raise Forbidden("outside_scope", "what is live everywhere is restored by who works everywhere")
        async with self.desk.refusals(call):
            revision, changed = await self.desk.office.book.restore(body.revision, call.name, body.reason)
        await self.desk.take_up()
        return json_response({"revision": revision, "changed": list(changed)})

    async def _check(self, call: Call, article_id: str, edit: int, acknowledged: list[str]) -> None:
        """Refuse what nobody answered for; what else is wrong the book itself refuses. Raises Refused."""
        if not is_slug(article_id):
            raise BadRequest("not_found", "there is no such article", 404)
        file = await self.desk.file(call, article_id)
        version = await self.desk.version(call, file, None)
        if (
            file.entry.edit != edit
            or file.entry.state != REVIEW
            or not self.desk.rights(call, file.entry)["may_approve"]
        ):
            return
        cautions = await self.desk.office.cautions(version.article, file.entry)
        check_blocks(cautions)
        if left := unacknowledged(cautions, acknowledged):
            raise Refused("unacknowledged", "acknowledge the warnings", 409, warnings=render_cautions(left))

    async def _told(self, call: Call, article_id: str, revision: int) -> web.Response:
        return json_response({**await self.desk.page(call, article_id), "revision": revision})


def _rendered(error: Exception) -> dict[str, Any]:
    more = error.more if isinstance(error, Refused) else {}
    return {"code": getattr(error, "code", "internal_error"), "message": str(error), **more}
