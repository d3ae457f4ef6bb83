"""Notices as the bell and the page 通知 ask for them; everybody sees those of his permissions and place."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from aiohttp import web

from connectors.requests import json_response
from console.endpoints import Call, Endpoint
from console.notices import NoticeBook, Reader
from console.roles import SELF


@dataclass(frozen=True, slots=True)
class NoticesApi:
    """Serves notices."""

    book: NoticeBook

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        return [
            Endpoint("GET", "/notices", self.list, SELF, "rows"),
            Endpoint("GET", "/notices/unread", self.unread, SELF, "rows"),
            Endpoint("POST", r"/notices/{id:\d+}/read", self.read, SELF, "rows", "notice.read"),
            Endpoint("POST", "/notices/read-all", self.read_all, SELF, "own", "notice.read"),
        ]

    async def list(self, call: Call) -> web.Response:
        """List notices, the newest first."""
        query = call.request.query
        page, size = call.page()
        reader = reader_of(call)
        is_unread, kind = query.get("unread") == "1", query.get("kind", "")[:32]
        found, total = await self.book.page(reader, page, size, only_unread=is_unread, kind=kind)
        unread = await self.book.unread(reader)
        return json_response({"items": [asdict(one) for one in found], "total": total, "unread": unread})

    async def unread(self, call: Call) -> web.Response:
        """Count what the caller has not read."""
        return json_response({"unread": await self.book.unread(reader_of(call))})

    async def read(self, call: Call) -> web.Response:
        """Note that one is read."""
        call.did(f"notice:{call.number('id')}")
        await self.book.mark_read(reader_of(call), call.number("id"))
        return json_response({"unread": await self.book.unread(reader_of(call))})

    async def read_all(self, call: Call) -> web.Response:
        """Note that all are read."""
        call.did("notice:*", count=await self.book.mark_read(reader_of(call)))
        return json_response({"unread": 0})


def reader_of(call: Call) -> Reader:
    """Return the caller as a reader."""
    return Reader(call.viewer.id, call.scope, call.permissions)
