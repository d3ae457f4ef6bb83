"""Who is there: agents by their heartbeat. One that is not heard for a while is off line, whatever he chose.

Times of heartbeats are the machine's own: a clock that was set must not make anybody absent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from connectors.desk.settings import DeskSettings
from connectors.desk.store import DeskStore, change_session, lock_session
from connectors.desk.table import PRESENCE, SESSIONS
from connectors.desk.values import ACTIVE, OFFLINE, ONLINE, Presence, Viewer


@dataclass(frozen=True, slots=True)
class Roster:
    """Reads and writes presence."""

    store: DeskStore
    settings: DeskSettings

    async def choose(self, viewer: Viewer, state: str) -> None:
        """Take an agent's word on whether he is there; this counts as a heartbeat."""
        now = self.store.now()
        await self.store.write(lambda link: _keep(link, viewer, now, state))

    async def hear(self, viewer: Viewer) -> None:
        """Note a heartbeat: his sessions need not be kept for him any more, he has them."""
        now = self.store.now()
        await self.store.write(lambda link: _keep(link, viewer, now, None))

    async def all(self) -> Sequence[Presence]:
        """Return everybody who was ever at the desk."""
        return await self.store.read(self.read)

    async def of(self, viewer: Viewer) -> Presence:
        """Return one agent; off line where he was never here."""
        found = next((one for one in await self.all() if one.staff_id == viewer.id), None)
        if found is not None:
            return found
        return Presence(
            viewer.id, viewer.name, OFFLINE, OFFLINE, self.store.now(), viewer.scope, viewer.skills, viewer.capacity
        )

    def read(self, connection: Connection) -> list[Presence]:
        """Return everybody, with the number of his sessions."""
        counted = (
            select(SESSIONS.c.agent_id, func.count()).where(SESSIONS.c.status == ACTIVE).group_by(SESSIONS.c.agent_id)
        )
        active = {row[0]: row[1] for row in connection.execute(counted)}
        rows = connection.execute(select(PRESENCE).order_by(PRESENCE.c.staff_id))
        return [self._parse(row, active.get(row.staff_id, 0)) for row in rows]

    def online(self, connection: Connection, scope: str = "", skill: str | None = None) -> list[Presence]:
        """Return who may take a session of this scope and skill now."""
        return [one for one in self.read(connection) if one.state == ONLINE and serves(one, scope, skill)]

    def _parse(self, row: Any, active: int) -> Presence:
        is_lost = self.store.now() - row.heartbeat_at > self.settings.heartbeat_seconds
        return Presence(
            staff_id=row.staff_id,
            name=row.name,
            state=OFFLINE if is_lost else row.wanted,
            wanted=row.wanted,
            since=row.since,
            scope=row.scope,
            skills=tuple(orjson.loads(row.skills)),
            capacity=row.capacity,
            active=active,
        )


def serves(one: Presence, scope: str, skill: str | None) -> bool:
    """Say whether an agent's groups and scope fit."""
    has_skill = skill is None or not one.skills or skill in one.skills
    return has_skill and Viewer(one.staff_id, one.name, one.scope).sees(scope)


def _keep(connection: Connection, viewer: Viewer, now: float, state: str | None) -> None:
    row = {
        "name": viewer.name,
        "heartbeat_at": now,
        "scope": viewer.scope,
        "skills": orjson.dumps(list(viewer.skills)).decode(),
        "capacity": viewer.capacity,
    }
    same = PRESENCE.c.staff_id == viewer.id
    if state is not None and connection.scalar(select(PRESENCE.c.wanted).where(same)) != state:
        row |= {"wanted": state, "since": now}
    if connection.execute(update(PRESENCE).where(same).values(row)).rowcount == 0:
        connection.execute(insert(PRESENCE), {"wanted": OFFLINE, "since": now, **row, "staff_id": viewer.id})
    kept = select(SESSIONS.c.id).where(SESSIONS.c.agent_id == viewer.id, SESSIONS.c.reserved_until.is_not(None))
    for session_id in connection.execute(kept.order_by(SESSIONS.c.id)).scalars().all():
        session = lock_session(connection, session_id)
        if session.agent_id == viewer.id:
            change_session(connection, session, reserved_until=None)
