"""How long somebody will wait: who is before him, who answers, and how long one conversation took lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from connectors.desk.presence import Roster, serves
from connectors.desk.settings import DeskSettings
from connectors.desk.store import open_sessions
from connectors.desk.table import SESSIONS
from connectors.desk.values import CLOSED, ONLINE, WAITING, Presence, Session
from storage.clock import Clock

RECENT = 50
RECENT_SECONDS = 24 * 3600.0
SOON_SECONDS = 20.0
"""Until an agent with a free place has seen and taken it: the trade's goal for answering."""


def wait_seconds(
    agents: Sequence[Presence], before: int, handling_seconds: float, scope: str, skill: str | None
) -> float | None:
    """Return the wait of who has so many before him; None where nobody is there to take him.

    Free places are filled at once; then one place becomes free each `handling_seconds / places`.
    """
    online = [one for one in agents if one.state == ONLINE]
    able = [one for one in online if serves(one, scope, skill)] or [one for one in online if serves(one, scope, None)]
    if not able:
        return None
    free = sum(max(0, one.capacity - one.active) for one in able)
    if before < free:
        return SOON_SECONDS
    places = sum(one.capacity for one in able)
    return SOON_SECONDS + (before - free + 1) / max(1, places) * handling_seconds


@dataclass(frozen=True, slots=True)
class Estimate:
    """Estimates waits from what the database says."""

    settings: DeskSettings
    roster: Roster
    clock: Clock

    def wait_of(self, connection: Connection, session: Session) -> float | None:
        """Return the seconds that a waiting session will wait; None where nobody is there to take it."""
        queue = [one.id for one in open_sessions(connection) if one.status == WAITING]
        before = queue.index(session.id) if session.id in queue else len(queue)
        agents = self.roster.read(connection)
        return wait_seconds(agents, before, self.handling(connection), session.scope, session.skill)

    def handling(self, connection: Connection) -> float:
        """Return the mean seconds from taking to closing lately; the operator's figure where there is none."""
        since = self.clock().timestamp() - RECENT_SECONDS
        lately = (
            select((SESSIONS.c.closed_at - SESSIONS.c.accepted_at).label("seconds"))
            .where(SESSIONS.c.status == CLOSED, SESSIONS.c.accepted_at.is_not(None), SESSIONS.c.closed_at >= since)
            .order_by(SESSIONS.c.closed_at.desc())
            .limit(RECENT)
            .subquery()
        )
        mean = connection.scalar(select(func.avg(lately.c.seconds)))
        return float(mean) if mean is not None else self.settings.handling_seconds
