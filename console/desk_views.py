"""What the desk's page shows, put together from the desk's parts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any

from connectors.desk.canned import Canned
from connectors.desk.desk import Desk
from connectors.desk.estimate import wait_seconds
from connectors.desk.overview import colleagues
from connectors.desk.pulse import Glance
from connectors.desk.render import render_presence, render_session, render_summary
from connectors.desk.transcript import render_entry
from connectors.desk.values import ONLINE, WAITING, Entry, Session, Viewer
from connectors.webchat.records import Rating

MOST_SUGGESTIONS = 5


@dataclass(frozen=True, slots=True)
class DeskViews:
    """Renders the desk for one viewer."""

    desk: Desk
    window_rating: Callable[[str], Awaitable[Rating | None]]
    """Conversation id -> the stars that were given in the chat window itself."""

    async def me(self, viewer: Viewer) -> dict[str, Any]:
        """Return where an agent stands."""
        presence = await self.desk.room.roster.of(viewer)
        own = [one for one in await self.desk.overview.open(viewer) if one.agent_id == viewer.id]
        return {
            "state": presence.state,
            "capacity": viewer.capacity,
            "active": len(own),
            "skills": list(viewer.skills),
            "sessions": [self.brief(one) for one in own],
        }

    async def queue(self, viewer: Viewer, skill: str = "") -> dict[str, Any]:
        """Return who waits, with places and estimates, and whether people answer now."""
        await self.desk.room.intake.take_new()
        glance = await self.desk.pulse.glance(0.0)
        return {"items": self.waiting(viewer, glance, skill), **self.state(viewer, glance)}

    def waiting(self, viewer: Viewer, glance: Glance, skill: str = "") -> list[dict[str, Any]]:
        """Return who waits, best first."""
        queue = [one for one in glance.sessions if one.status == WAITING]
        items: list[dict[str, Any]] = []
        for before, session in enumerate(queue):
            if viewer.sees(session.scope) and (not skill or session.skill == skill):
                items.append(self._placed(session, glance, before, len(items) + 1))
        return items

    def state(self, viewer: Viewer, glance: Glance) -> dict[str, Any]:
        """Return the queue's head line."""
        room, now = self.desk.room, self.desk.room.clock()
        opens = room.hours.opens_at(now)
        waiting = sum(one.status == WAITING and viewer.sees(one.scope) for one in glance.sessions)
        estimate = wait_seconds(glance.agents, waiting, glance.handling_seconds, viewer.scope, None)
        is_open = room.hours.is_open(now)
        return {
            "waiting": waiting,
            "agents_online": sum(one.state == ONLINE for one in colleagues(glance.agents, viewer)),
            "is_open": is_open,
            "opens_at": None if is_open or opens is None else opens.timestamp(),
            "hours": room.settings.hours.words,
            "estimate_seconds": None if estimate is None else round(estimate),
        }

    async def full(self, viewer: Viewer, session: Session) -> dict[str, Any]:
        """Return a session with its summary, its rating and the customer's earlier ones."""
        tried = await self.desk.transcript.tried(session)
        earlier = await self.desk.overview.earlier(viewer, session)
        rating = Rating(session.rating) if session.rating else await self.window_rating(session.conversation_id)
        return self.brief(
            session,
            summary=render_summary(session, self.desk.room.settings, tried),
            rating=rating.render() if rating else None,
            history=[self.brief(one) for one in earlier],
        )

    async def options(self, viewer: Viewer) -> dict[str, Any]:
        """Return what can be chosen on the page."""
        settings = self.desk.room.settings
        return {
            "skills": [{"code": code, "name": name} for code, name in settings.skill_names.items()],
            "dispositions": [{"code": one.code, "name": one.name} for one in settings.dispositions],
            "ticket_categories": list(settings.ticket_kinds),
            "canned": [self.canned(one) for one in await self.desk.canned.all(viewer)],
            "agents": [render_presence(one) for one in await self.desk.overview.agents(viewer)],
        }

    async def agents(self, viewer: Viewer) -> list[dict[str, Any]]:
        """Return the agents with what they did today."""
        closed = await self.desk.overview.closed_today(viewer)
        return [
            {**render_presence(one), "closed_today": closed.get(one.staff_id, 0)}
            for one in await self.desk.overview.agents(viewer)
        ]

    def suggestions(self, session: Session, question: str) -> list[dict[str, Any]]:
        """Return what the knowledge base has to say to a question."""
        region = session.scope.split("/")[0] or None
        return [asdict(one) for one in self.desk.suggest(question, region)[:MOST_SUGGESTIONS]] if question else []

    def brief(self, session: Session, **more: Any) -> dict[str, Any]:
        """Return a session's line."""
        return render_session(session, self.desk.room.settings, **more)

    @staticmethod
    def entry(entry: Entry) -> dict[str, Any]:
        """Return a line of a session."""
        return render_entry(entry)

    @staticmethod
    def canned(one: Canned) -> dict[str, Any]:
        """Return a ready text."""
        return {"id": one.id, **one.text.model_dump(), "is_own": one.is_own}

    def _placed(self, session: Session, glance: Glance, before: int, position: int) -> dict[str, Any]:
        wait = wait_seconds(glance.agents, before, glance.handling_seconds, session.scope, session.skill)
        return self.brief(session, position=position, estimate_seconds=None if wait is None else round(wait))
