"""The queue: who is next, and who has whom. Every change of hands is one unit of work and one line in the session."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from connectors.desk.delivery import Delivery
from connectors.desk.errors import DeskConflict, NotInSight
from connectors.desk.intake import settle_row
from connectors.desk.room import Room
from connectors.desk.store import add_entry, change_session, lock_session, open_sessions
from connectors.desk.table import CALLBACKS, PRESENCE, SESSIONS
from connectors.desk.values import (
    ACTIVE,
    CLOSED,
    NOTE,
    ONLINE,
    PENDING,
    SYSTEM,
    WAITING,
    Draft,
    Presence,
    Session,
    Viewer,
)

ACCEPTED = "人工客服{name}为您服务。"
HANDED_ON = "已为您转接给{name}，您说过的内容对方都能看到。"
WAITS_AGAIN = "正在为您安排人工客服，请稍候，您说过的内容不用重复。"


def has_free_place(agent: Presence | None) -> bool:
    """Say whether an agent may take one more."""
    return agent is not None and agent.state == ONLINE and agent.active < agent.capacity


@dataclass(frozen=True, slots=True)
class Line:
    """Moves sessions between the queue and the agents."""

    room: Room
    delivery: Delivery

    async def waiting(self, viewer: Viewer) -> Sequence[Session]:
        """Return who waits, best first, as far as the viewer may see it."""
        await self.room.intake.take_new()
        sessions = await self.room.store.read(open_sessions)
        return [one for one in sessions if one.status == WAITING and viewer.sees(one.scope)]

    async def take_next(self, viewer: Viewer) -> Session | None:
        """Give the agent the best waiting session that he may take; None where there is none."""
        await self.room.intake.take_new()

        def take(connection: Connection) -> Session | None:
            for session in self._for(viewer, open_sessions(connection)):
                locked = lock_session(connection, session.id)
                if locked.status == WAITING:
                    return self._give(connection, locked, viewer)
            return None

        session = await self.room.store.write(take)
        if session is not None:
            await self.delivery.deliver_session(session.id)
        return session

    async def accept(self, viewer: Viewer, session_id: int, *, takes_over: bool = False) -> Session:
        """Give the agent this session; a supervisor may take it from another one. Raises DeskConflict, NotInSight."""

        def take(connection: Connection) -> Session:
            session = lock_session(connection, session_id)
            if not viewer.sees(session.scope):
                raise NotInSight("session")
            if session.status == CLOSED:
                raise DeskConflict("closed", "the session is over")
            if session.status == ACTIVE and session.agent_id == viewer.id:
                return session
            may_take = session.status == WAITING or (takes_over and viewer.is_supervisor)
            if not may_take:
                raise DeskConflict("taken", "somebody else has this session")
            return self._give(connection, session, viewer)

        session = await self.room.store.write(take)
        await self.delivery.deliver_session(session.id)
        return session

    async def transfer(
        self, viewer: Viewer, session_id: int, *, to_agent: int | None, to_skill: str | None, note: str
    ) -> Session:
        """Hand a session on to a colleague or to another group's queue. Raises DeskConflict, NotInSight."""

        def move(connection: Connection) -> Session:
            session = mine(lock_session(connection, session_id), viewer)
            if note:
                self._line(connection, session, NOTE, {"text": note}, viewer)
            if to_agent is None:
                return self._put_back(connection, session, viewer, "transferred", skill=to_skill)
            target = next((one for one in self.room.roster.read(connection) if one.staff_id == to_agent), None)
            if target is None or target.state != ONLINE or not _may_see(target, session):
                raise DeskConflict("agent_away", "this agent cannot take it now")
            moved = self._hand(connection, session, target.staff_id, target.name)
            values = {"from": viewer.name, "to": target.name}
            text = HANDED_ON.format(name=target.name)
            self._line(connection, moved, SYSTEM, {"code": "transferred", "values": values, "text": text}, viewer)
            return moved

        session = await self.room.store.write(move)
        await self.delivery.deliver_session(session.id)
        return session

    async def requeue(self, viewer: Viewer, session_id: int, note: str = "") -> Session:
        """Put a session back to the front of the queue. Raises DeskConflict, NotInSight."""

        def back(connection: Connection) -> Session:
            session = mine(lock_session(connection, session_id), viewer)
            if note:
                self._line(connection, session, NOTE, {"text": note}, viewer)
            return self._put_back(connection, session, viewer, "requeued")

        session = await self.room.store.write(back)
        await self.delivery.deliver_session(session.id)
        return session

    async def look_after_lost(self) -> None:
        """Keep sessions for agents whose line was lost; after the grace they go back to the front of the queue."""
        for session in await self.room.store.read(self._unattended):
            await self.room.store.write(partial(self._look_after, session_id=session.id))
            await self.delivery.deliver_session(session.id)

    def _unattended(self, connection: Connection) -> list[Session]:
        there = self._attending(connection)
        now = self.room.now()
        return [
            one
            for one in open_sessions(connection)
            if one.status == ACTIVE
            and one.agent_id not in there
            and (one.reserved_until is None or one.reserved_until <= now)
        ]

    def _look_after(self, connection: Connection, session_id: int) -> None:
        session = lock_session(connection, session_id)
        if session.status != ACTIVE or session.agent_id in self._attending(connection):
            return
        now = self.room.now()
        if session.reserved_until is None:
            until = now + self.room.settings.grace_seconds
            kept = change_session(connection, session, reserved_until=until)
            body = {"code": "connection_lost", "values": {"agent": session.agent_name}}
            self._line(connection, kept, SYSTEM, body, None)
        elif session.reserved_until <= now:
            self._put_back(connection, session, None, "requeued")

    def _attending(self, connection: Connection) -> set[int]:
        """Return the agents whose heartbeat is heard, whatever they chose."""
        since = self.room.now() - self.room.settings.heartbeat_seconds
        fresh = select(PRESENCE.c.staff_id).where(PRESENCE.c.heartbeat_at >= since)
        return set(connection.execute(fresh).scalars())

    def _for(self, viewer: Viewer, sessions: Iterable[Session]) -> list[Session]:
        """Return what an agent may be given: his groups' sessions, and others' that have waited long."""
        late = self.room.at() - self.room.settings.late_seconds
        return [
            one
            for one in sessions
            if one.status == WAITING
            and viewer.sees(one.scope)
            and (not viewer.skills or one.skill in viewer.skills or one.queued_at <= late)
        ]

    def _give(self, connection: Connection, session: Session, viewer: Viewer) -> Session:
        connection.execute(select(PRESENCE.c.staff_id).where(PRESENCE.c.staff_id == viewer.id).with_for_update())
        agent = next((one for one in self.room.roster.read(connection) if one.staff_id == viewer.id), None)
        if agent is None or agent.state != ONLINE:
            raise DeskConflict("not_online", "set yourself on line first")
        if not has_free_place(agent):
            raise DeskConflict("at_capacity", f"you have {agent.active} sessions, as many as you may have")
        given = self._hand(connection, session, viewer.id, viewer.name)
        given = change_session(connection, given, scope=given.scope or viewer.scope)
        settle_row(connection, handoff_key_of(connection, session.id))
        _claim(connection, given)
        text = ACCEPTED.format(name=viewer.name)
        self._line(
            connection, given, SYSTEM, {"code": "accepted", "values": {"agent": viewer.name}, "text": text}, viewer
        )
        return given

    def _hand(self, connection: Connection, session: Session, agent_id: int, name: str) -> Session:
        return change_session(
            connection,
            session,
            status=ACTIVE,
            agent_id=agent_id,
            agent_name=name,
            accepted_at=session.accepted_at or self.room.at(),
            is_held=True,
            is_first=False,
            reserved_until=None,
        )

    def _put_back(
        self, connection: Connection, session: Session, viewer: Viewer | None, code: str, skill: str | None = None
    ) -> Session:
        body: dict[str, Any] = {"code": code, "values": {"from": session.agent_name}, "text": WAITS_AGAIN}
        if skill is not None:
            body["values"]["to"] = self.room.settings.skill_names[skill]
        waits = change_session(
            connection,
            session,
            status=WAITING,
            agent_id=None,
            agent_name=None,
            reserved_until=None,
            is_first=True,
            queued_at=self.room.at(),
            skill=skill or session.skill,
        )
        self._line(connection, waits, SYSTEM, body, viewer)
        return waits

    def _line(
        self, connection: Connection, session: Session, kind: str, body: dict[str, Any], viewer: Viewer | None
    ) -> None:
        delivery = PENDING if kind == SYSTEM and body.get("text") else None
        draft = Draft(
            kind, body, uuid.uuid4().hex, viewer.id if viewer else None, viewer.name if viewer else None, delivery
        )
        add_entry(connection, session, draft, self.room.at())


def seen(session: Session, viewer: Viewer) -> Session:
    """Return a session that the viewer may see. Raises NotInSight."""
    if not viewer.sees(session.scope):
        raise NotInSight("session")
    is_own = session.agent_id == viewer.id or session.status == WAITING or viewer.is_supervisor
    if not is_own:
        raise NotInSight("session")
    return session


def mine(session: Session, viewer: Viewer) -> Session:
    """Return an active session that the viewer may act on. Raises DeskConflict, NotInSight."""
    if not viewer.sees(session.scope):
        raise NotInSight("session")
    if session.status == CLOSED:
        raise DeskConflict("closed", "the session is over")
    if session.status != ACTIVE or (session.agent_id != viewer.id and not viewer.is_supervisor):
        raise DeskConflict("not_yours", "this session is not yours")
    return session


def handoff_key_of(connection: Connection, session_id: int) -> str:
    """Return the key of the row in the bot's queue."""
    return str(connection.scalar(select(SESSIONS.c.handoff_key).where(SESSIONS.c.id == session_id)))


def _may_see(target: Presence, session: Session) -> bool:
    return Viewer(target.staff_id, target.name, target.scope).sees(session.scope)


def _claim(connection: Connection, session: Session) -> None:
    """Who takes a conversation has its promise to call back, too."""
    promised = CALLBACKS.c.conversation_id == session.conversation_id
    connection.execute(
        update(CALLBACKS)
        .where(promised, CALLBACKS.c.status == "open")
        .values(status="claimed", agent_id=session.agent_id, agent_name=session.agent_name)
    )
