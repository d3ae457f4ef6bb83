"""How a session ends: closed with its result and the question for a rating, or given back to the bot."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from bot.message import Reply, UserMessage
from connectors.desk.delivery import Delivery
from connectors.desk.intake import promise, settle_row
from connectors.desk.line import handoff_key_of, mine
from connectors.desk.room import Room
from connectors.desk.store import add_entry, change_session, lock_session, open_sessions, read_session
from connectors.desk.table import CALLBACKS
from connectors.desk.values import CLOSED, NOTE, PENDING, SYSTEM, WAITING, Draft, Session, Viewer
from connectors.errors import BadRequest

HandBack = Callable[[UserMessage, str, Mapping[str, Any]], Awaitable[Sequence[Reply]]]
"""(message that names the turn, returned | closed, slots) -> what the bot says."""
RATE_IN_WORDS = "请为本次人工服务打分，回复1到5的数字就可以（5分非常满意）。"
NOBODY_CAME = "人工坐席暂时都不在线，已为您登记，{due}前会有人工联系您。"
CALL_SECONDS = 1800.0
_VERIFIED = frozenset({"verified_account"})
RETURNED, ABANDONED, LEFT = "returned", "abandoned", "customer_left"


@dataclass(frozen=True, slots=True)
class Ending:
    """Ends sessions."""

    room: Room
    delivery: Delivery
    hand_back: HandBack
    promised: Callable[[float], str]
    """A moment in words."""

    async def close(
        self, viewer: Viewer, session_id: int, disposition: str, note: str, *, asks_rating: bool
    ) -> Session:
        """Close a session. Raises BadRequest for an unknown result, DeskConflict, NotInSight."""
        if disposition not in self.room.settings.disposition_codes():
            known = ", ".join(sorted(self.room.settings.disposition_codes()))
            raise BadRequest("unknown_disposition", f"disposition: one of {known}")
        session = await self._check(viewer, session_id)
        await self._give_back(session, "closed", {})

        def end(connection: Connection) -> Session:
            locked = mine(lock_session(connection, session_id), viewer)
            ended = self._end(connection, locked, viewer, "closed", disposition, note)
            if asks_rating and locked.can_write:
                ended = change_session(connection, ended, rating_asked=True)
                _system(connection, ended, "csat_requested", self.room.at(), text=RATE_IN_WORDS)
            return ended

        return await self._finish(session_id, end)

    async def return_to_bot(self, viewer: Viewer, session_id: int, note: str, slots: Mapping[str, Any]) -> Session:
        """Give the conversation back: the bot goes on with what it knew and what was learnt meanwhile.

        Raises BadRequest for a slot that agents may not set (who the customer is, is for verification to say).
        """
        if unknown := sorted(set(slots) - (set(self.room.settings.labels) - _VERIFIED)):
            raise BadRequest("unknown_slot", f"slots: {unknown[0]!r} cannot be set by agents")
        session = await self._check(viewer, session_id)
        await self._give_back(session, RETURNED, slots)

        def end(connection: Connection) -> Session:
            locked = mine(lock_session(connection, session_id), viewer)
            return self._end(connection, locked, viewer, RETURNED, RETURNED, note)

        return await self._finish(session_id, end)

    async def look_after_waiting(self) -> None:
        """Who was promised a person and gets none goes back to the bot with a call-back; who left, leaves the queue."""
        for session in await self.room.store.read(open_sessions):
            if session.status != WAITING:
                continue
            waited = self.room.at() - session.queued_at
            if session.is_held and waited > self.room.settings.abandon_seconds and not await self._has_agents(session):
                await self._abandon(session)
            elif self.room.at() - session.last_at > self._patience_seconds(session):
                await self._forget(session)

    def _patience_seconds(self, session: Session) -> float:
        """Return how long after the customer's last words he still waits; a call is over much sooner."""
        return self.room.settings.forget_hours * 3600 if session.can_write else CALL_SECONDS

    async def _abandon(self, session: Session) -> None:
        now = self.room.clock()
        due = self.room.intake.due_at(now)

        def end(connection: Connection) -> Session:
            locked = lock_session(connection, session.id)
            if locked.status != WAITING or not locked.is_held:
                return locked
            promise(connection, locked, ABANDONED, due, now.timestamp())
            reopened = (CALLBACKS.c.session_id == locked.id) & (CALLBACKS.c.status == "claimed")
            again = {"status": "open", "agent_id": None, "agent_name": None, "due_at": due}
            connection.execute(update(CALLBACKS).where(reopened).values(**again))
            text = NOBODY_CAME.format(due=self.promised(due))
            _system(connection, locked, "callback", self.room.at(), text=text)
            return self._end(connection, locked, None, RETURNED, ABANDONED, "", keeps_promise=True)

        await self._give_back(session, RETURNED, {})
        await self._finish(session.id, end)

    async def _forget(self, session: Session) -> None:
        def end(connection: Connection) -> Session:
            locked = lock_session(connection, session.id)
            if locked.status != WAITING:
                return locked
            return self._end(connection, locked, None, LEFT, LEFT, "", keeps_promise=True)

        if session.is_held:
            await self._give_back(session, RETURNED, {})
        await self._finish(session.id, end)

    async def _has_agents(self, session: Session) -> bool:
        return bool(await self.room.store.read(lambda link: self.room.roster.online(link, session.scope)))

    async def _check(self, viewer: Viewer, session_id: int) -> Session:
        return await self.room.store.read(lambda link: mine(read_session(link, session_id), viewer))

    async def _give_back(self, session: Session, outcome: str, slots: Mapping[str, Any]) -> None:
        """The bot's turn first: it has a key of its own, so that trying again after a crash makes no second one."""
        key = f"desk.{session.id}.{outcome}"
        message = UserMessage("", session.conversation_id, session.channel, key, received_at=self.room.at())
        replies = await self.hand_back(message, outcome, slots)
        if session.can_write:
            await self.delivery.courier(session).show_turn(session.conversation_id, key, replies)

    def _end(
        self,
        connection: Connection,
        session: Session,
        viewer: Viewer | None,
        code: str,
        disposition: str,
        note: str,
        *,
        keeps_promise: bool = False,
    ) -> Session:
        at = self.room.at()
        if note:
            who = (viewer.id, viewer.name) if viewer else (None, None)
            add_entry(connection, session, Draft(NOTE, {"text": note}, uuid.uuid4().hex, *who), at)
        _system(connection, session, code, at, agent=session.agent_name, disposition=disposition)
        settle_row(connection, handoff_key_of(connection, session.id))
        if not keeps_promise:
            _settle_promise(connection, session, at)
        return change_session(
            connection,
            session,
            status=CLOSED,
            closed_at=at,
            is_held=False,
            disposition=disposition,
            reserved_until=None,
            unread=0,
        )

    async def _finish(self, session_id: int, end: Callable[[Connection], Session]) -> Session:
        session = await self.room.store.write(end)
        await self.delivery.deliver_session(session_id)
        return session


def _system(connection: Connection, session: Session, code: str, at: float, text: str = "", **values: Any) -> None:
    told = {name: value for name, value in values.items() if value is not None}
    body = {"code": code, "values": told, **({"text": text} if text else {})}
    add_entry(connection, session, Draft(SYSTEM, body, uuid.uuid4().hex, delivery=PENDING if text else None), at)


def _settle_promise(connection: Connection, session: Session, at: float) -> None:
    """A conversation that a person has finished needs no call back."""
    open_ones = (CALLBACKS.c.conversation_id == session.conversation_id) & CALLBACKS.c.status.in_(("open", "claimed"))
    for row in connection.execute(select(CALLBACKS.c.id).where(open_ones)).all():
        done = {"status": "done", "result": "solved_otherwise", "done_at": at}
        connection.execute(
            update(CALLBACKS)
            .where(CALLBACKS.c.id == row.id)
            .values(**done, agent_id=session.agent_id, agent_name=session.agent_name)
        )
