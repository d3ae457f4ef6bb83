"""The desk's promises to call back, and its ready words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from connectors.desk.desk import Desk
from connectors.desk.render import render_callback
from connectors.desk.settings import CannedText
from connectors.desk.values import Callback
from connectors.requests import json_response
from console.desk_bodies import CallbackDoneBody, CannedBody
from console.desk_views import DeskViews
from console.endpoints import Call, Endpoint
from console.errors import Forbidden
from console.roles import CANNED_EDIT, CANNED_USE, DESK_WORK

_CALLBACK = r"/desk/callbacks/{id:\d+}"


@dataclass(frozen=True, slots=True)
class CallbackApi:
    """Serves call-backs and ready words."""

    desk: Desk
    views: DeskViews

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        return [
            Endpoint("POST", "/desk/canned", self.keep_canned, CANNED_USE, "rows", "desk.canned", CannedBody),
            Endpoint("DELETE", r"/desk/canned/{id:\d+}", self.drop_canned, CANNED_USE, "rows", "desk.canned"),
            Endpoint("GET", "/desk/callbacks", self.callbacks, DESK_WORK, "rows"),
            Endpoint("POST", f"{_CALLBACK}/claim", self.claim, DESK_WORK, "rows", "callback.claim"),
            Endpoint("POST", f"{_CALLBACK}/phone", self.phone, DESK_WORK, "rows", "callback.phone"),
            Endpoint("POST", f"{_CALLBACK}/done", self.done, DESK_WORK, "rows", "callback.done", CallbackDoneBody),
        ]

    async def keep_canned(self, call: Call) -> web.Response:
        """Keep ready words."""
        body: CannedBody = call.body
        if body.shared and CANNED_EDIT not in call.permissions:
            raise Forbidden("forbidden", "shared texts are kept by supervisors and editors")
        text = CannedText(category=body.category, title=body.title, text=body.text)
        kept = await self.desk.canned.keep(call.viewer, text, is_shared=body.shared)
        call.did(f"canned:{kept.id}", shared=body.shared)
        return json_response({"canned": self.views.canned(kept)})

    async def drop_canned(self, call: Call) -> web.Response:
        """Delete ready words."""
        call.did(f"canned:{call.number('id')}", deleted=True)
        may = CANNED_EDIT in call.permissions
        await self.desk.canned.remove(call.viewer, call.number("id"), may_remove_shared=may)
        return json_response({"ok": True})

    async def callbacks(self, call: Call) -> web.Response:
        """List promises to call back."""
        page, size = call.page()
        view = call.request.query.get("view", "open")
        found, total = await self.desk.callbacks.page(call.viewer, view, page, size)
        return json_response({"items": [self._callback(one) for one in found], "total": total})

    async def claim(self, call: Call) -> web.Response:
        """Take a promise."""
        call.did(f"callback:{call.number('id')}")
        return json_response(
            {"callback": self._callback(await self.desk.callbacks.claim(call.viewer, call.number("id")))}
        )

    async def phone(self, call: Call) -> web.Response:
        """Show the whole number, which the audit notes."""
        call.did(f"callback:{call.number('id')}")
        return json_response({"phone": await self.desk.callbacks.phone(call.viewer, call.number("id"))})

    async def done(self, call: Call) -> web.Response:
        """Settle a promise."""
        call.did(f"callback:{call.number('id')}", result=call.body.result)
        found = await self.desk.callbacks.finish(call.viewer, call.number("id"), call.body.result, call.body.note)
        return json_response({"callback": self._callback(found)})

    def _callback(self, callback: Callback) -> dict[str, Any]:
        return render_callback(callback, self.desk.room.settings, is_overdue=self.desk.callbacks.is_overdue(callback))
