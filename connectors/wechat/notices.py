"""Notices that other systems announce (a planned outage, a bill): template messages and subscription notices.

The utility's systems name a form of `credentials.yml` and its values; the platform's template fixes the words, so
nothing else can be said this way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from connectors.credentials import NoticeForm
from connectors.errors import BadRequest
from connectors.outbox.letter import Letter, letter_key
from connectors.outbox.outbox import Outbox
from connectors.requests import json_response, read_body
from connectors.wechat.sender import NOTICE_PREFIX

CHANNEL = "wechat"
MOST_CHARACTERS = 200


class NoticeBody(BaseModel):
    """The body of POST /webhooks/wechat/notices."""

    model_config = ConfigDict(strict=True, extra="forbid")

    openid: str = Field(pattern=r"^[!-~]{1,128}$")
    notice: str = Field(min_length=1, max_length=128)
    values: dict[str, str] = Field(max_length=20)
    id: str = Field(min_length=1, max_length=128)
    """The caller's own; the same id goes out once."""


@dataclass(frozen=True, slots=True)
class Notices:
    """Serves POST /webhooks/wechat/notices."""

    outbox: Outbox
    forms: Mapping[str, NoticeForm]
    check: Callable[[web.Request], None]
    """Lets in machines alone. Raises BadRequest."""

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of this door."""
        return [web.post("/webhooks/wechat/notices", self.receive)]

    async def receive(self, request: web.Request) -> web.Response:
        """Take one notice; it is written before this says so."""
        self.check(request)
        body = await read_body(request, NoticeBody)
        form = self.forms.get(body.notice)
        if form is None:
            known = ", ".join(sorted(self.forms)) or "none"
            raise BadRequest("unknown_notice", f"credentials.yml has no such notice; it has: {known}", 422)
        if set(body.values) != set(form.keywords):
            raise BadRequest("bad_values", f"this notice needs exactly: {', '.join(form.keywords)}", 422)
        if any(not 1 <= len(value) <= MOST_CHARACTERS for value in body.values.values()):
            raise BadRequest("bad_values", f"a value has 1 to {MOST_CHARACTERS} characters", 422)
        await self.outbox.put([self._letter(body, form)])
        return json_response({"status": "accepted", "id": body.id})

    @staticmethod
    def _letter(body: NoticeBody, form: NoticeForm) -> Letter:
        content = {"kind": form.kind, "template_id": form.template_id, "values": body.values, "url": form.url}
        key = letter_key(CHANNEL, "notice", body.openid, body.notice, body.id)
        return Letter(key, f"{NOTICE_PREFIX}{body.openid}", CHANNEL, "notice", content)
