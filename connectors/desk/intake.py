"""From a row of the bot's queue to a session at the desk, once: which group, how urgent, where, and who may be there.

What a customer hears about it (`outlook`) is decided in the same unit of work as what the desk does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import exists, insert, select, update
from sqlalchemy.engine import Connection

from bot.handoff import QUEUE
from bot.handoff import WAITING as ROW_WAITING
from connectors.desk.estimate import Estimate
from connectors.desk.hours import WorkingTime, spoken_moment
from connectors.desk.presence import Roster
from connectors.desk.settings import DeskSettings
from connectors.desk.store import DeskStore, open_session
from connectors.desk.table import CALLBACKS, SESSIONS, session_of
from connectors.desk.values import PHONE_PREFIX, WAITING, Session
from storage.clock import Clock

DOOR: ContextVar[str | None] = ContextVar("gridtalk_door", default=None)
"""The door through which the message of this turn came."""
TAKEN = "taken"
OWN_TURN_SECONDS = 2.0
"""A row is left to its own turn that long: it knows the door."""
CALM, URGENT = 1, 3
_PREFIXES = {"web:": "webchat", "wechat:": "wechat", "wecom_kf:": "wecom_kf", PHONE_PREFIX: "phone"}


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes conversations over from the bot's queue."""

    store: DeskStore
    settings: DeskSettings
    hours: WorkingTime
    roster: Roster
    estimate: Estimate
    clock: Clock
    locate: Callable[[Mapping[str, Any]], str]
    """(what is known of the customer) -> his place in the organisation."""
    foreign: frozenset[str] = frozenset()
    """Beginnings of conversations that another desk takes (WeChat's own)."""

    async def take_new(self) -> Sequence[Session]:
        """Make sessions of the rows that have none yet, oldest first."""
        before = self.clock().timestamp() - OWN_TURN_SECONDS
        if not await self.store.read(lambda link: _new_rows(link, before)):
            return []

        def enter(connection: Connection) -> list[Session]:
            rows = _new_rows(connection, before)
            for row in rows:
                if self._is_foreign(row.sender_id):
                    settle_row(connection, row.key)
            return [self._enter(connection, row, None) for row in rows if not self._is_foreign(row.sender_id)]

        return await self.store.write(enter)

    async def outlook(self, sender_id: str) -> Mapping[str, Any]:
        """Return what the bot may tell a customer who has just been put into the queue, as slots.

        `handoff_state`: open (somebody is there), nobody, closed (out of hours); `handoff_minutes`: estimate of the
        wait; `handoff_due`: until when somebody calls back; `handoff_hours`: when people answer.
        """
        door = DOOR.get()
        if self._is_foreign(sender_id):
            return {}

        def enter(connection: Connection) -> Mapping[str, Any]:
            rows = _new_rows(connection, None, sender_id)
            session = self._enter(connection, rows[0], door) if rows else open_session(connection, sender_id)
            if session is None or not session.can_write:
                return {}  # a call goes on elsewhere: this desk has no word on its wait
            return self._told(connection, session)

        return await self.store.write(enter)

    def _told(self, connection: Connection, session: Session) -> Mapping[str, Any]:
        due = connection.scalar(select(CALLBACKS.c.due_at).where(CALLBACKS.c.session_id == session.id))
        now = self.clock()
        told: dict[str, Any] = {"handoff_hours": self.settings.hours.words}
        if due is None:
            seconds = self.estimate.wait_of(connection, session)
            if seconds is None:
                return told | {"handoff_state": None, "handoff_minutes": None, "handoff_due": None}
            return told | {
                "handoff_state": "open",
                "handoff_minutes": max(1, round(seconds / 60)),
                "handoff_due": None,
            }
        state = "nobody" if self.hours.is_open(now) else "closed"
        moment = spoken_moment(datetime.fromtimestamp(due, now.tzinfo), now)
        return told | {"handoff_state": state, "handoff_minutes": None, "handoff_due": moment}

    def _enter(self, connection: Connection, row: Any, door: str | None) -> Session:
        """Write the session of one row; the conversation's open one goes on where there is one."""
        there = open_session(connection, row.sender_id)
        if there is not None:
            settle_row(connection, row.key)
            return there
        summary = orjson.loads(row.summary)
        skill = self.settings.skill_for(summary.get("requests") or [])
        values = {
            "handoff_key": row.key,
            "conversation_id": row.sender_id,
            "channel": row.channel,
            "door": door
            or next((name for start, name in _PREFIXES.items() if row.sender_id.startswith(start)), "rest"),
            "status": WAITING,
            "skill": skill.code,
            "priority": self._priority(skill.priority, summary),
            "reason": row.reason,
            "scope": self.locate(summary.get("known") or {}),
            "created_at": row.created_at,
            "queued_at": row.created_at,
            "is_first": False,
            "is_held": False,
            "summary": row.summary,
            "last_text": str(summary.get("last_words") or "")[:120],
            "last_at": row.created_at,
            "unread": 0,
            "rating_asked": False,
            "version": 1,
        }
        session = session_of(connection.execute(insert(SESSIONS).values(values).returning(*SESSIONS.c)).one())
        self._promise(connection, session)
        return session

    def _is_foreign(self, sender_id: str) -> bool:
        return bool(self.foreign) and sender_id.startswith(tuple(self.foreign))

    def _priority(self, usual: int, summary: Mapping[str, Any]) -> int:
        is_urgent = self.settings.urgent_requests & set(summary.get("requests") or [])
        return URGENT if is_urgent or summary.get("mood") == "angry" else usual

    def _promise(self, connection: Connection, session: Session) -> None:
        """Out of hours, or with nobody there, somebody calls back; callers on the phone are transferred elsewhere."""
        now = self.clock()
        is_open = self.hours.is_open(now)
        if not session.can_write or (is_open and self.roster.online(connection, session.scope)):
            return
        promise(connection, session, "nobody_there" if is_open else "out_of_hours", self.due_at(now), now.timestamp())

    def due_at(self, now: datetime) -> float:
        """Return until when somebody calls back who was asked now."""
        return self.hours.after(now, timedelta(minutes=self.settings.callback_minutes)).timestamp()


def promise(connection: Connection, session: Session, reason: str, due_at: float, now: float) -> None:
    """Write a promise to call back, once per session."""
    if connection.scalar(select(CALLBACKS.c.id).where(CALLBACKS.c.session_id == session.id)) is not None:
        return
    known = session.summary.get("known") or {}
    connection.execute(
        insert(CALLBACKS).values(
            session_id=session.id,
            conversation_id=session.conversation_id,
            skill=session.skill,
            scope=session.scope,
            reason=reason,
            wanted=orjson.dumps(list(session.summary.get("wanted") or [])).decode(),
            phone=str(known["phone"]) if known.get("phone") else None,
            created_at=now,
            due_at=due_at,
            status="open",
            note="",
        )
    )


def _new_rows(connection: Connection, before: float | None, sender_id: str | None = None) -> Sequence[Any]:
    """Return rows of the queue that have no session yet: all that are old enough, or those of one conversation."""
    has_session = exists().where(SESSIONS.c.handoff_key == QUEUE.c.key)
    query = select(QUEUE).where(QUEUE.c.status == ROW_WAITING, ~has_session)
    query = query.where(QUEUE.c.created_at <= before) if before is not None else query
    query = query.where(QUEUE.c.sender_id == sender_id) if sender_id is not None else query
    return connection.execute(query.order_by(QUEUE.c.id).limit(200)).all()


def settle_row(connection: Connection, handoff_key: str) -> None:
    """The conversation waits no more in the bot's queue: those behind it move up."""
    connection.execute(update(QUEUE).where(QUEUE.c.key == handoff_key).values(status=TAKEN))
