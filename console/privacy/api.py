"""The page 个人信息: requests of persons about their own data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from connectors.desk.errors import DeskConflict
from connectors.desk.render import mask_numbers
from connectors.errors import BadRequest
from connectors.requests import json_response
from console.downloads import file_response
from console.endpoints import Call, Endpoint
from console.privacy.book import DELETE, DONE, EXPORT, FOUND, OPEN, REFUSED, Request, RequestBook
from console.privacy.search import ACCOUNT, PHONE, SENDER, Subject, normalised
from console.privacy.work import ANONYMISED, DELETED, PrivacyWork, asdict_of
from console.quality_bodies import read_choice
from console.roles import PRIVACY_MANAGE

_LENGTHS = {ACCOUNT: (10, 13), PHONE: (7, 15)}
_SHOWN = 4


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class RequestBody(_Body):
    """POST /privacy/requests."""

    kind: str = Field(pattern=f"^({EXPORT}|{DELETE})$")
    subject_kind: str = Field(pattern=f"^({SENDER}|{ACCOUNT}|{PHONE})$")
    subject: str = Field(min_length=1, max_length=256)
    note: str = Field(min_length=4, max_length=1000)
    """How the person asked, and how the identity was checked."""


class ChosenBody(_Body):
    """POST /privacy/requests/{id}/export."""

    conversations: list[str] = Field(min_length=1, max_length=1000)


class EraseBody(ChosenBody):
    """POST /privacy/requests/{id}/erase."""

    mode: str = Field(pattern=f"^({DELETED}|{ANONYMISED})$")
    reason: str = Field(min_length=4, max_length=500)


class CloseBody(_Body):
    """POST /privacy/requests/{id}/close."""

    state: str = Field(pattern=f"^({DONE}|{REFUSED})$")
    reason: str = Field(min_length=4, max_length=500)


@dataclass(frozen=True, slots=True)
class PrivacyApi:
    """Serves requests about personal data."""

    book: RequestBook
    work: PrivacyWork

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        own, one = PRIVACY_MANAGE, r"/privacy/requests/{id:\d+}"
        return [
            Endpoint("GET", "/privacy/requests", self.list, own, "rows"),
            Endpoint("POST", "/privacy/requests", self.add, own, "own", "privacy.request", RequestBody),
            Endpoint("GET", one, self.show, own, "rows", "privacy.read"),
            Endpoint("POST", f"{one}/search", self.search, own, "rows", "privacy.search"),
            Endpoint("POST", f"{one}/export", self.export, own, "rows", "privacy.export", ChosenBody),
            Endpoint("POST", f"{one}/erase", self.erase, own, "rows", "privacy.erase", EraseBody),
            Endpoint("POST", f"{one}/close", self.close, own, "rows", "privacy.close", CloseBody),
        ]

    async def list(self, call: Call) -> web.Response:
        """List requests, what is due first at the top."""
        state = read_choice(call.request.query, "state", (OPEN, DONE, REFUSED))
        found, total = await self.book.page(call.scope, state, *call.page())
        return json_response({"items": [self._rendered(one) for one in found], "total": total})

    async def add(self, call: Call) -> web.Response:
        """Enter a request; its search begins at once."""
        body: RequestBody = call.body
        value = normalised(body.subject_kind, body.subject)
        least, most = _LENGTHS.get(body.subject_kind, (1, 256))
        if not least <= len(value) <= most:
            raise BadRequest("invalid_subject", "subject: an account number, a phone number or a conversation")
        request = await self.book.add(
            body.kind, Subject(body.subject_kind, value), body.note.strip(), call.scope, call.name
        )
        call.did(f"privacy:{request.id}", kind=body.kind, subject_kind=body.subject_kind)
        self.work.begin_search(request)
        return json_response({"request": self._rendered(request)})

    async def show(self, call: Call) -> web.Response:
        """Show a request and what there is of the conversations found."""
        request = await self._found(call)
        found = [asdict(one) for one in await self.work.found(request)] if request.state == OPEN else []
        kept = [asdict_of(one) for one in self.work.kept]
        full = {**self._rendered(request), "note": request.note, "subject": request.subject.value}
        return json_response({"request": full, "conversations": found, "kept": kept})

    async def search(self, call: Call) -> web.Response:
        """Look once more."""
        request = await self._open(call)
        if not await self.book.begin_search(request.id):
            raise DeskConflict("search_running", "the search of this request is running")
        self.work.begin_search(request)
        return json_response({"request": self._rendered(await self.book.find(call.scope, request.id))})

    async def export(self, call: Call) -> web.Response:
        """Return the person's copy of chosen conversations as a ZIP file."""
        request = await self._open(call)
        call.did(f"privacy:{request.id}", conversations=len(call.body.conversations))
        content = await self.work.copy(request, call.body.conversations)
        return file_response(content, "application/zip", f"personal-data-{request.id}.zip")

    async def erase(self, call: Call) -> web.Response:
        """Delete chosen conversations for good, or make them nobody's; the request is done then."""
        body: EraseBody = call.body
        request = await self._open(call)
        if request.search != FOUND:
            raise DeskConflict("search_running", "wait for the end of the search")
        call.did(f"privacy:{request.id}", mode=body.mode, reason=body.reason, conversations=len(body.conversations))
        done = await self.work.erase(request, body.conversations, body.mode)
        call.did(f"privacy:{request.id}", done=done)
        kept = [asdict_of(one) for one in self.work.kept]
        result = {"mode": body.mode, "conversations": len(set(body.conversations)), "rows": done, "kept": kept}
        closed = await self.book.close(request, DONE, call.name, body.reason, result)
        return json_response({"request": self._rendered(closed)})

    async def close(self, call: Call) -> web.Response:
        """Close a request: the copy was handed over, or the request is refused."""
        request = await self._open(call)
        call.did(f"privacy:{request.id}", state=call.body.state, reason=call.body.reason)
        closed = await self.book.close(request, call.body.state, call.name, call.body.reason, {})
        return json_response({"request": self._rendered(closed)})

    async def _found(self, call: Call) -> Request:
        call.did(f"privacy:{call.number('id')}")
        return await self.book.find(call.scope, call.number("id"))

    async def _open(self, call: Call) -> Request:
        request = await self._found(call)
        if request.state != OPEN:
            raise DeskConflict("request_closed", "this request is closed")
        return request

    def _rendered(self, request: Request) -> dict[str, Any]:
        plain = ("id", "kind", "scope", "state", "received_at", "due_at", "begun_by", "search", "progress")
        closed = ("closed_at", "closed_by", "reason", "result")
        late = request.state == OPEN and self.book.clock().timestamp() > request.due_at
        return {
            **{name: getattr(request, name) for name in (*plain, *closed)},
            "subject_kind": request.subject.kind,
            "subject_masked": _masked(request.subject),
            "found": len(request.found),
            "is_overdue": late,
            "is_due_unconfirmed": True,
        }


def _masked(subject: Subject) -> str:
    if subject.kind == SENDER:
        return mask_numbers(subject.value)
    return "*" * (len(subject.value) - _SHOWN) + subject.value[-_SHOWN:]
