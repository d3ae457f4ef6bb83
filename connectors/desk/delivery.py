"""From a line of a session to its customer: at least once to the door, once to the customer by its key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from bot.message import UserMessage
from connectors.desk.couriers import Courier
from connectors.desk.room import Room
from connectors.desk.store import read_session
from connectors.desk.table import ENTRIES, entry_of
from connectors.desk.values import AGENT, FAILED, PENDING, SENT, Entry, Session, Words

_LOG = structlog.get_logger(__name__)
RETRY_SECONDS = 5.0
GIVE_UP_SECONDS = 600.0
_STATES = {
    "accepted": "with_agent",
    "transferred": "with_agent",
    "requeued": "waiting_for_agent",
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """Brings lines to customers."""

    room: Room
    couriers: Mapping[str, Courier]
    """By door; `rest` for every other."""

    def courier(self, session: Session) -> Courier:
        """Return who brings words to this session's customer."""
        return self.couriers.get(session.door) or self.couriers["rest"]

    async def deliver_session(self, session_id: int) -> None:
        """Bring what waits in a session, in order; what fails is tried again in a while."""
        session, entries = await self.room.store.read(lambda link: _pending(link, session_id))
        for entry in entries:
            if not await self._deliver(session, entry):
                return

    async def deliver_left_behind(self) -> None:
        """Bring what a worker has left behind."""
        before = self.room.now() - RETRY_SECONDS
        late = (ENTRIES.c.delivery == PENDING) & (ENTRIES.c.tried_at <= before)
        query = select(ENTRIES.c.session_id).where(late).distinct()
        found = await self.room.store.read(lambda link: link.execute(query).scalars().all())
        for session_id in found:
            await self.deliver_session(session_id)

    async def echo(self, session: Session, message: UserMessage) -> None:
        """Show the customer's own words in his windows."""
        await self.courier(session).echo(message)

    async def _deliver(self, session: Session, entry: Entry) -> bool:
        if not session.can_write:
            await self._settle(entry, FAILED)
            return True
        try:
            await self.courier(session).say(session.conversation_id, str(entry.id), words_of(entry, session))
        except Exception as error:  # the boundary to a channel: whatever fails there, the line is tried again
            _LOG.warning("a line of the desk is not delivered yet", door=session.door, cause=type(error).__name__)
            is_over = self.room.at() - entry.at > GIVE_UP_SECONDS
            await self._settle(entry, FAILED if is_over else PENDING)
            return is_over
        await self._settle(entry, SENT)
        return True

    async def _settle(self, entry: Entry, state: str) -> None:
        values = {"delivery": state, "tried_at": self.room.now()}
        await self.room.store.write(
            lambda link: link.execute(update(ENTRIES).where(ENTRIES.c.id == entry.id).values(values))
        )


def words_of(entry: Entry, session: Session) -> Words:
    """Return a line as the customer gets it."""
    text = str(entry.body.get("text") or "")
    if entry.kind == AGENT:
        return Words("agent", text, entry.staff_name, "with_agent")
    code = str(entry.body.get("code"))
    if code == "csat_requested":
        return Words("csat", text)
    agent = session.agent_name if code in ("accepted", "transferred") else None
    return Words("notice", text, agent, _STATES.get(code))


def _pending(connection: Connection, session_id: int) -> tuple[Session, list[Entry]]:
    waiting = (ENTRIES.c.session_id == session_id) & (ENTRIES.c.delivery == PENDING)
    rows = connection.execute(select(ENTRIES).where(waiting).order_by(ENTRIES.c.place)).all()
    return read_session(connection, session_id), [entry_of(row) for row in rows]
