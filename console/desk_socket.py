"""The desk's WebSocket: what has changed since the page last heard, told at once; acts go by HTTP.

It looks at the database and holds no state that matters: a page that connects again, here or at another worker, gets
everything anew, and lines by their cursor.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import orjson
import structlog
from aiohttp import WSMessage, WSMsgType, web

from bot.errors import StoreUnavailable
from connectors.desk.desk import Desk
from connectors.desk.overview import colleagues, visible
from connectors.desk.pulse import Glance
from connectors.desk.render import render_callback, render_presence, render_session
from connectors.desk.transcript import parse_cursor
from connectors.desk.values import ACTIVE, WAITING, Session, Viewer
from connectors.errors import BadRequest
from connectors.sockets import send_json
from console.audit import Act, Audit
from console.desk_views import DeskViews
from console.endpoints import Call, Endpoint
from console.errors import Forbidden, NotLoggedIn
from console.guard import COOKIE
from console.logins import Logins
from console.roles import DESK_WORK

_LOG = structlog.get_logger(__name__)
LOOK_EVERY_SECONDS = 0.3
HEARTBEAT_SECONDS = 15
LOGIN_EVERY_SECONDS = 15.0
WATCHED_EVERY_SECONDS = 0.6
"""The bot's turns while a customer waits."""
ACTIVE_EVERY_SECONDS = 3.0
MOST_WATCHED = 20
LOGGED_OUT = 4401
_PING_SECONDS = 25.0


@dataclass(slots=True)
class Seen:
    """What a page has been told."""

    versions: dict[int, int] = field(default_factory=dict)
    cursors: dict[int, str] = field(default_factory=dict)
    """Of the sessions whose lines it gets."""
    watched: set[int] = field(default_factory=set)
    queue: dict[str, Any] = field(default_factory=dict)
    agents: list[dict[str, Any]] = field(default_factory=list)
    callbacks: dict[int, tuple[str, bool]] = field(default_factory=dict)
    lines: dict[int, tuple[int, float]] = field(default_factory=dict)
    """Version and time at which a session's lines were read."""


@dataclass(frozen=True, slots=True)
class DeskSocket:
    """Holds the pages' sockets."""

    desk: Desk
    views: DeskViews
    logins: Logins
    audit: Audit
    open_sockets: set[web.WebSocketResponse] = field(default_factory=set)

    def endpoints(self) -> list[Endpoint]:
        """Return the address."""
        return [Endpoint("GET", "/desk/ws", self.connect, DESK_WORK, "rows")]

    async def closing(self, _: web.Application) -> None:
        """End all sockets, so that the worker can stop; the pages connect again."""
        for socket in tuple(self.open_sockets):
            await socket.close(code=1001)

    async def connect(self, call: Call) -> web.StreamResponse:
        """Hold one socket."""
        _check_origin(call.request)
        socket = web.WebSocketResponse(heartbeat=_PING_SECONDS, max_msg_size=16 * 1024)
        await socket.prepare(call.request)
        self.open_sockets.add(socket)
        seen = Seen()
        telling = asyncio.create_task(self._tell(socket, call, seen))
        try:
            await self.desk.room.roster.hear(call.viewer)
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    await self._take(socket, call, seen, frame)
        finally:
            self.open_sockets.discard(socket)
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)
        return socket

    async def _take(self, socket: web.WebSocketResponse, call: Call, seen: Seen, frame: WSMessage) -> None:
        try:
            content = orjson.loads(frame.data)
            if not isinstance(content, dict):
                raise BadRequest("invalid_json", "send a JSON object")
            await self._act(call, seen, content)
        except orjson.JSONDecodeError:
            await send_json(socket, {"type": "error", "code": "invalid_json", "message": "send JSON"})
        except BadRequest as error:
            await send_json(socket, {"type": "error", "code": error.code, "message": str(error)})
        except StoreUnavailable as error:
            await send_json(socket, {"type": "error", "code": "store_unavailable", "message": str(error)})

    async def _act(self, call: Call, seen: Seen, content: dict[str, Any]) -> None:
        session_id = content.get("session_id")
        match content.get("type"):
            case "heartbeat":
                await self.desk.room.roster.hear(call.viewer)
            case "watch" if isinstance(session_id, int):
                await self._watch(call, seen, session_id, str(content.get("cursor") or ""))
            case "unwatch" if isinstance(session_id, int):
                seen.watched.discard(session_id)
                seen.cursors.pop(session_id, None)
            case "typing" if isinstance(session_id, int):
                await self.desk.talk.show_typing(call.viewer, session_id)
            case _:
                raise BadRequest("invalid_frame", "type: heartbeat, watch, unwatch or typing, with its session_id")

    async def _watch(self, call: Call, seen: Seen, session_id: int, cursor: str) -> None:
        if len(seen.watched) >= MOST_WATCHED:
            raise BadRequest("too_many", f"{MOST_WATCHED} sessions at a time are enough", 409)
        session = await self.desk.overview.session(call.viewer, session_id)
        if session_id not in seen.watched and session.agent_id != call.viewer.id:
            await self._note(call, session_id)
        parse_cursor(cursor)
        seen.cursors[session_id] = cursor
        seen.lines.pop(session_id, None)
        seen.watched.add(session_id)

    async def _note(self, call: Call, session_id: int) -> None:
        role = call.login.staff.role if call.login is not None else "machine"
        staff_id = call.login.staff.id if call.login is not None else None
        act = Act(call.name, role, call.address, "desk.watch", f"session:{session_id}", {}, staff_id, call.scope)
        await self.audit.write(act)

    async def _tell(self, socket: web.WebSocketResponse, call: Call, seen: Seen) -> None:
        """Tell what is new until the socket ends; a store that is away for a moment ends nothing."""
        welcomed, checked = False, asyncio.get_running_loop().time()
        while not socket.closed:
            try:
                if not welcomed:
                    await self._welcome(socket, call.viewer)
                    welcomed = True
                await self._tell_news(socket, call.viewer, seen)
                if asyncio.get_running_loop().time() - checked > LOGIN_EVERY_SECONDS:
                    checked = asyncio.get_running_loop().time()
                    await self._check_login(call)
            except StoreUnavailable:
                _LOG.warning("the desk's store does not answer a page")
            except NotLoggedIn:
                await send_json(socket, {"type": "error", "code": "not_logged_in", "message": "log in again"})
                await socket.close(code=LOGGED_OUT)
                return
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def _check_login(self, call: Call) -> None:
        """A log-in that was ended elsewhere ends the socket, too; being here counts as use."""
        if call.login is not None:
            login = await self.logins.read(call.request.cookies.get(COOKIE, ""))
            if login.staff.scope != call.login.staff.scope or login.staff.role != call.login.staff.role:
                raise NotLoggedIn

    async def _welcome(self, socket: web.WebSocketResponse, viewer: Viewer) -> None:
        me, queue = await self.views.me(viewer), await self.views.queue(viewer)
        head = {"staff_id": viewer.id, "heartbeat_seconds": HEARTBEAT_SECONDS}
        await send_json(socket, {"type": "welcome", **head, "me": me, "queue": queue})

    async def _tell_news(self, socket: web.WebSocketResponse, viewer: Viewer, seen: Seen) -> None:
        glance = await self.desk.pulse.glance()
        sessions = {one.id: one for one in visible(glance.sessions, viewer)}
        await self._tell_sessions(socket, viewer, seen, sessions)
        queue = self.views.state(viewer, glance)
        if queue != seen.queue:
            seen.queue = queue
            await send_json(socket, {"type": "queue", **queue})
        agents = [render_presence(one) for one in colleagues(glance.agents, viewer)]
        if agents != seen.agents:
            seen.agents = agents
            await send_json(socket, {"type": "agents", "items": agents})
        await self._tell_callbacks(socket, viewer, seen, glance)
        for session in sessions.values():
            is_own = session.agent_id == viewer.id and session.status == ACTIVE
            if session.id in seen.watched or is_own:
                await self._tell_lines(socket, seen, session)

    async def _tell_sessions(
        self, socket: web.WebSocketResponse, viewer: Viewer, seen: Seen, sessions: dict[int, Session]
    ) -> None:
        for session in sessions.values():
            if seen.versions.get(session.id) != session.version:
                seen.versions[session.id] = session.version
                await send_json(socket, {"type": "session", "session": self._brief(session)})
        for session_id in seen.versions.keys() - sessions.keys():
            del seen.versions[session_id]
            await self._tell_gone(socket, viewer, seen, session_id)

    async def _tell_gone(self, socket: web.WebSocketResponse, viewer: Viewer, seen: Seen, session_id: int) -> None:
        """Tell that one is over, or in hands in which the page may not see it any more."""
        seen.watched.discard(session_id)
        try:
            session = await self.desk.overview.session(viewer, session_id)
        except BadRequest:
            seen.cursors.pop(session_id, None)
            await send_json(socket, {"type": "removed", "id": session_id})
            return
        if session_id in seen.cursors:
            seen.lines.pop(session_id, None)
            await self._tell_lines(socket, seen, session)
            seen.cursors.pop(session_id, None)
        await send_json(socket, {"type": "session", "session": self._brief(session)})

    async def _tell_lines(self, socket: web.WebSocketResponse, seen: Seen, session: Session) -> None:
        """Tell what was said: when the session has changed, and now and then for what leaves no trace in it."""
        now = asyncio.get_running_loop().time()
        version, read_at = seen.lines.get(session.id, (0, 0.0))
        every = WATCHED_EVERY_SECONDS if session.status == WAITING else ACTIVE_EVERY_SECONDS
        if version == session.version and now - read_at < every:
            return
        seen.lines[session.id] = (session.version, now)
        page = await self.desk.transcript.read(session, seen.cursors.get(session.id, ""))
        if page.entries:
            frame = {"session_id": session.id, "entries": list(page.entries), "cursor": page.cursor}
            await send_json(socket, {"type": "entries", **frame})
        seen.cursors[session.id] = page.cursor

    async def _tell_callbacks(self, socket: web.WebSocketResponse, viewer: Viewer, seen: Seen, glance: Glance) -> None:
        for one in glance.callbacks:
            if not viewer.sees(one.scope):
                continue
            is_overdue = self.desk.callbacks.is_overdue(one)
            state = (one.status, is_overdue)
            if seen.callbacks.get(one.id) != state:
                seen.callbacks[one.id] = state
                rendered = render_callback(one, self.desk.room.settings, is_overdue=is_overdue)
                await send_json(socket, {"type": "callback", "callback": rendered})

    def _brief(self, session: Session) -> dict[str, Any]:
        return render_session(session, self.desk.room.settings)


def _check_origin(request: web.Request) -> None:
    """A page of another site must not open a socket with our cookie."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise Forbidden("foreign_origin", "the socket is for the console's own pages")
