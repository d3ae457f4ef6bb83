"""The desk's addresses: queue, sessions, what is said in them, how they end, call-backs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from actions.errors import ActionError
from connectors.desk.desk import Desk
from connectors.desk.errors import NotInSight
from connectors.desk.render import render_session
from connectors.desk.tickets import NewTicket
from connectors.desk.values import AWAY, OFFLINE, ONLINE, Session
from connectors.errors import BadRequest
from connectors.requests import json_response
from console.desk_bodies import (
    AcceptBody,
    CloseBody,
    NoteBody,
    PresenceBody,
    ReturnBody,
    TicketBody,
    TransferBody,
    WordsBody,
)
from console.desk_views import DeskViews
from console.endpoints import Call, Endpoint
from console.roles import DESK_SUPERVISE, DESK_WORK

_SESSION = r"/desk/sessions/{id:\d+}"

_FILE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Content-Disposition": "inline",
}


@dataclass(frozen=True, slots=True)
class DeskApi:
    """Serves agents."""

    desk: Desk
    views: DeskViews

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        work, see = DESK_WORK, DESK_SUPERVISE
        return [
            Endpoint("GET", "/desk/me", self.me, work, "own"),
            Endpoint("POST", "/desk/presence", self.choose, work, "own", "desk.presence", PresenceBody),
            Endpoint("POST", "/desk/heartbeat", self.heartbeat, work, "own"),
            Endpoint("GET", "/desk/queue", self.queue, work, "rows"),
            Endpoint("POST", "/desk/next", self.take_next, work, "rows", "desk.accept"),
            Endpoint("GET", "/desk/sessions", self.sessions, work, "rows"),
            Endpoint("GET", _SESSION, self.session, work, "rows", "desk.read"),
            Endpoint("GET", f"{_SESSION}/transcript", self.transcript, work, "rows"),
            Endpoint("GET", rf"{_SESSION}/uploads/{{name:[0-9a-f]{{32}}}}", self.upload, work, "rows", "desk.upload"),
            Endpoint("GET", f"{_SESSION}/suggestions", self.suggestions, work, "rows"),
            Endpoint("POST", f"{_SESSION}/accept", self.accept, work, "rows", "desk.accept", AcceptBody),
            Endpoint("POST", f"{_SESSION}/messages", self.say, work, "rows", "desk.say", WordsBody),
            Endpoint("POST", f"{_SESSION}/notes", self.note, work, "rows", "desk.note", WordsBody),
            Endpoint("POST", f"{_SESSION}/whisper", self.whisper, see, "rows", "desk.whisper", WordsBody),
            Endpoint("POST", f"{_SESSION}/typing", self.typing, work, "rows"),
            Endpoint("POST", f"{_SESSION}/read", self.read, work, "rows"),
            Endpoint("POST", f"{_SESSION}/transfer", self.transfer, work, "rows", "desk.transfer", TransferBody),
            Endpoint("POST", f"{_SESSION}/requeue", self.requeue, work, "rows", "desk.requeue", NoteBody),
            Endpoint("POST", f"{_SESSION}/return", self.give_back, work, "rows", "desk.return", ReturnBody),
            Endpoint("POST", f"{_SESSION}/close", self.close, work, "rows", "desk.close", CloseBody),
            Endpoint("POST", f"{_SESSION}/tickets", self.ticket, work, "rows", "desk.ticket", TicketBody),
            Endpoint("GET", "/desk/options", self.options, work, "rows"),
            Endpoint("GET", "/desk/overview", self.overview, see, "rows"),
            Endpoint("GET", "/desk/agents", self.agents, see, "rows"),
        ]

    async def me(self, call: Call) -> web.Response:
        """Tell an agent where he stands."""
        return json_response(await self.views.me(call.viewer))

    async def choose(self, call: Call) -> web.Response:
        """Take an agent's word on whether he is there."""
        if call.body.state not in (ONLINE, AWAY, OFFLINE):
            raise BadRequest("invalid_body", "state: online, away or offline")
        call.did(f"staff:{call.name}", state=call.body.state)
        await self.desk.room.roster.choose(call.viewer, call.body.state)
        return json_response(await self.views.me(call.viewer))

    async def heartbeat(self, call: Call) -> web.Response:
        """Note that an agent's page lives."""
        await self.desk.room.roster.hear(call.viewer)
        return json_response({"ok": True})

    async def queue(self, call: Call) -> web.Response:
        """Show who waits."""
        return json_response(await self.views.queue(call.viewer, call.request.query.get("skill", "")))

    async def take_next(self, call: Call) -> web.Response:
        """Give the agent the best one."""
        session = await self.desk.line.take_next(call.viewer)
        if session is None:
            return json_response({"session": None})
        call.did(f"session:{session.id}")
        return json_response({"session": await self.views.full(call.viewer, session)})

    async def sessions(self, call: Call) -> web.Response:
        """List sessions."""
        page, size = call.page()
        query = call.request.query
        found, total = await self.desk.overview.page(
            call.viewer, query.get("view", "all"), query.get("query", "")[:128], page, size
        )
        return json_response({"items": [self._brief(one) for one in found], "total": total})

    async def session(self, call: Call) -> web.Response:
        """Show one with its summary."""
        session = await self._seen(call)
        return json_response({"session": await self.views.full(call.viewer, session)})

    async def transcript(self, call: Call) -> web.Response:
        """Show what was said, from a cursor on."""
        session = await self._seen(call)
        page = await self.desk.transcript.read(session, call.request.query.get("after", ""))
        return json_response({"entries": list(page.entries), "cursor": page.cursor})

    async def upload(self, call: Call) -> web.Response:
        """Show a picture or play a voice message that the customer has sent."""
        session, name = await self._seen(call), call.request.match_info["name"]
        call.detail["upload"] = name
        found = await self.desk.transcript.file(session, name)
        if found is None:
            raise NotInSight("upload")
        return web.Response(body=found[1], content_type=found[0], headers=_FILE_HEADERS)

    async def suggestions(self, call: Call) -> web.Response:
        """Show what the knowledge base has to say."""
        session = await self._seen(call)
        question = call.request.query.get("question", "").strip()[:500] or session.last_text
        return json_response({"question": question, "items": self.views.suggestions(session, question)})

    async def accept(self, call: Call) -> web.Response:
        """Take one, or, as a supervisor, take one over."""
        session_id = self._target(call, take_over=call.body.take_over)
        session = await self.desk.line.accept(call.viewer, session_id, takes_over=call.body.take_over)
        return json_response({"session": await self.views.full(call.viewer, session)})

    async def say(self, call: Call) -> web.Response:
        """Say something to the customer."""
        if call.body.client_id is None:
            raise BadRequest("invalid_body", "client_id: needed, so that a repetition is said once")
        entry = await self.desk.talk.say(call.viewer, self._target(call), call.body.text, call.body.client_id)
        return json_response({"entry": self.views.entry(entry)})

    async def note(self, call: Call) -> web.Response:
        """Keep a note."""
        entry = await self.desk.talk.note(call.viewer, self._target(call), call.body.text, call.body.client_id)
        return json_response({"entry": self.views.entry(entry)})

    async def whisper(self, call: Call) -> web.Response:
        """Tell the agent something that the customer does not see."""
        entry = await self.desk.talk.whisper(call.viewer, self._target(call), call.body.text, call.body.client_id)
        return json_response({"entry": self.views.entry(entry)})

    async def typing(self, call: Call) -> web.Response:
        """Show the customer that somebody writes."""
        await self.desk.talk.show_typing(call.viewer, self._target(call))
        return json_response({"ok": True})

    async def read(self, call: Call) -> web.Response:
        """Note that the agent has read everything."""
        await self.desk.talk.read(call.viewer, self._target(call))
        return json_response({"ok": True})

    async def transfer(self, call: Call) -> web.Response:
        """Hand one on."""
        body: TransferBody = call.body
        if (body.to_agent is None) == (body.to_skill is None):
            raise BadRequest("invalid_body", "to_agent or to_skill: one of them")
        if body.to_skill is not None and body.to_skill not in self.desk.room.settings.skill_names:
            raise BadRequest("unknown_skill", f"to_skill: one of {', '.join(self.desk.room.settings.skill_names)}")
        session_id = self._target(call, to_agent=body.to_agent, to_skill=body.to_skill)
        session = await self.desk.line.transfer(
            call.viewer, session_id, to_agent=body.to_agent, to_skill=body.to_skill, note=body.note
        )
        return json_response({"session": self._brief(session)})

    async def requeue(self, call: Call) -> web.Response:
        """Put one back to the front of the queue."""
        session = await self.desk.line.requeue(call.viewer, self._target(call), call.body.note)
        return json_response({"session": self._brief(session)})

    async def give_back(self, call: Call) -> web.Response:
        """Give one back to the bot."""
        session_id = self._target(call, slots=sorted(call.body.slots))
        session = await self.desk.ending.return_to_bot(call.viewer, session_id, call.body.note, call.body.slots)
        return json_response({"session": self._brief(session)})

    async def close(self, call: Call) -> web.Response:
        """Close one."""
        body: CloseBody = call.body
        session = await self.desk.ending.close(
            call.viewer,
            self._target(call, disposition=body.disposition),
            body.disposition,
            body.note,
            asks_rating=body.ask_rating,
        )
        return json_response({"session": self._brief(session)})

    async def ticket(self, call: Call) -> web.Response:
        """Make a work order."""
        body: TicketBody = call.body
        if body.category not in self.desk.room.settings.ticket_kinds:
            kinds = "、".join(self.desk.room.settings.ticket_kinds)
            raise BadRequest("unknown_category", f"category: one of {kinds}")
        session_id = self._target(call, category=body.category)
        try:
            number, entry = await self.desk.tickets.create(call.viewer, session_id, _fields(body))
        except ActionError as error:
            raise BadRequest("ticket_refused", f"the work order system did not take it: {error}", 502) from error
        call.detail["ticket"] = number
        return json_response({"ticket_no": number, "entry": self.views.entry(entry)})

    async def options(self, call: Call) -> web.Response:
        """Show what can be chosen."""
        return json_response(await self.views.options(call.viewer))

    async def overview(self, call: Call) -> web.Response:
        """Show the figures of the day."""
        return json_response(await self.desk.overview.figures(call.viewer))

    async def agents(self, call: Call) -> web.Response:
        """Show who is there."""
        return json_response({"items": await self.views.agents(call.viewer)})

    async def _seen(self, call: Call) -> Session:
        return await self.desk.overview.session(call.viewer, self._target(call))

    def _target(self, call: Call, **detail: Any) -> int:
        session_id = call.number("id")
        call.did(f"session:{session_id}", **detail)
        return session_id

    def _brief(self, session: Session) -> dict[str, Any]:
        return render_session(session, self.desk.room.settings)


def _fields(body: TicketBody) -> NewTicket:
    return NewTicket(
        kind=body.category,
        fields={name: getattr(body, name) for name in ("summary", "account_no", "phone", "address")},
        client_id=body.client_id,
    )
