"""Lists of sessions, and the figures of the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from connectors.desk.callbacks import Callbacks, in_scope
from connectors.desk.line import seen
from connectors.desk.room import Room
from connectors.desk.store import open_sessions, read_session
from connectors.desk.table import SESSIONS, session_of
from connectors.desk.values import ACTIVE, AWAY, CLOSED, ONLINE, WAITING, Presence, Session, Viewer
from connectors.errors import BadRequest

VIEWS = ("mine", "waiting", "active", "closed", "all")
_MOST_EARLIER = 10


@dataclass(frozen=True, slots=True)
class Overview:
    """Reads sessions, each viewer his."""

    room: Room
    callbacks: Callbacks

    async def session(self, viewer: Viewer, session_id: int) -> Session:
        """Return a session. Raises NotInSight."""
        return await self.room.store.read(lambda link: seen(read_session(link, session_id), viewer))

    async def earlier(self, viewer: Viewer, session: Session) -> Sequence[Session]:
        """Return this customer's earlier sessions that the viewer may see, newest first."""
        same = (SESSIONS.c.conversation_id == session.conversation_id) & (SESSIONS.c.id < session.id)
        query = select(SESSIONS).where(same, in_scope(SESSIONS.c.scope, viewer)).order_by(SESSIONS.c.id.desc())
        rows = await self.room.store.read(lambda link: link.execute(query.limit(_MOST_EARLIER)).all())
        return [session_of(row) for row in rows]

    async def page(self, viewer: Viewer, view: str, query: str, page: int, size: int) -> tuple[list[Session], int]:
        """Return one page of sessions and their number. Agents: their own, and who waits."""
        if view not in VIEWS:
            raise BadRequest("invalid_query", f"view: one of {', '.join(VIEWS)}")
        wanted = _wanted(viewer, view, query)

        def read(connection: Connection) -> tuple[list[Session], int]:
            total = connection.scalar(select(func.count()).select_from(SESSIONS).where(*wanted)) or 0
            rows = select(SESSIONS).where(*wanted).order_by(SESSIONS.c.last_at.desc(), SESSIONS.c.id.desc())
            found = connection.execute(rows.limit(size).offset((page - 1) * size))
            return [session_of(row) for row in found], total

        return await self.room.store.read(read)

    async def open(self, viewer: Viewer) -> list[Session]:
        """Return the sessions that are not over and that the viewer may see, best first."""
        return visible(await self.room.store.read(open_sessions), viewer)

    async def agents(self, viewer: Viewer) -> list[Presence]:
        """Return the agents whose place lies in the viewer's scope, or his in theirs."""
        return colleagues(await self.room.roster.all(), viewer)

    async def figures(self, viewer: Viewer) -> dict[str, Any]:
        """Return the figures of the supervisor's page."""
        sessions = await self.open(viewer)
        agents = await self.agents(viewer)
        open_callbacks, overdue = await self.callbacks.counts(viewer)
        waiting = [one for one in sessions if one.status == WAITING]
        at = self.room.at()
        return {
            "waiting": len(waiting),
            "longest_wait_seconds": round(max((at - one.queued_at for one in waiting), default=0.0)),
            "active": sum(one.status == ACTIVE for one in sessions),
            "agents_online": sum(one.state == ONLINE for one in agents),
            "agents_away": sum(one.state == AWAY for one in agents),
            "callbacks_open": open_callbacks,
            "callbacks_overdue": overdue,
            "by_skill": [self._of_skill(code, name, sessions, agents) for code, name in self._skills()],
            **await self.room.store.read(lambda link: self._today(link, viewer)),
        }

    async def closed_today(self, viewer: Viewer) -> dict[int, int]:
        """Return how many sessions each agent closed today."""
        query = (
            select(SESSIONS.c.agent_id, func.count())
            .where(SESSIONS.c.closed_at >= self._midnight(), SESSIONS.c.agent_id.is_not(None))
            .where(in_scope(SESSIONS.c.scope, viewer))
            .group_by(SESSIONS.c.agent_id)
        )
        return {row[0]: row[1] for row in await self.room.store.read(lambda link: link.execute(query).all())}

    def _skills(self) -> list[tuple[str, str]]:
        return list(self.room.settings.skill_names.items())

    @staticmethod
    def _of_skill(code: str, name: str, sessions: Sequence[Session], agents: Sequence[Presence]) -> dict[str, Any]:
        of_skill = [one for one in sessions if one.skill == code]
        return {
            "skill": code,
            "name": name,
            "waiting": sum(one.status == WAITING for one in of_skill),
            "active": sum(one.status == ACTIVE for one in of_skill),
            "online": sum(one.state == ONLINE and (not one.skills or code in one.skills) for one in agents),
        }

    def _midnight(self) -> float:
        now = self.room.clock()
        start = timedelta(hours=now.hour, minutes=now.minute, seconds=now.second, microseconds=now.microsecond)
        return (now - start).timestamp()

    def _today(self, connection: Connection, viewer: Viewer) -> dict[str, Any]:
        columns = (
            func.count(),
            func.avg(SESSIONS.c.closed_at - SESSIONS.c.accepted_at),
            func.avg(SESSIONS.c.accepted_at - SESSIONS.c.created_at),
            func.avg(SESSIONS.c.rating),
        )
        closed = (SESSIONS.c.status == CLOSED) & (SESSIONS.c.closed_at >= self._midnight())
        number, handling, wait, rating = connection.execute(
            select(*columns).where(closed, in_scope(SESSIONS.c.scope, viewer))
        ).one()
        means = {
            "average_handling_seconds": handling,
            "average_wait_seconds": wait,
            "rating_average": rating,
        }
        return {"closed_today": number, **{name: _rounded(mean) for name, mean in means.items()}}


def visible(sessions: Sequence[Session], viewer: Viewer) -> list[Session]:
    """Return the sessions that a viewer may see: in his scope; an agent those that wait, and his own."""
    return [
        one
        for one in sessions
        if viewer.sees(one.scope) and (viewer.is_supervisor or one.status == WAITING or one.agent_id == viewer.id)
    ]


def colleagues(agents: Sequence[Presence], viewer: Viewer) -> list[Presence]:
    """Return the agents whose place lies in the viewer's scope, or his in theirs."""
    return [one for one in agents if viewer.sees(one.scope) or Viewer(0, "", one.scope).sees(viewer.scope)]


def _rounded(mean: Any) -> float | None:
    return None if mean is None else round(float(mean), 1)


def _wanted(viewer: Viewer, view: str, query: str) -> list[Any]:
    wanted: list[Any] = [in_scope(SESSIONS.c.scope, viewer)]
    if view in (WAITING, ACTIVE, CLOSED):
        wanted.append(SESSIONS.c.status == view)
    if view == "mine":
        wanted += [SESSIONS.c.agent_id == viewer.id, SESSIONS.c.status == ACTIVE]
    if not viewer.is_supervisor:
        wanted.append((SESSIONS.c.status == WAITING) | (SESSIONS.c.agent_id == viewer.id))
    if query:
        wanted.append(SESSIONS.c.conversation_id.contains(query, autoescape=True))
    return wanted
