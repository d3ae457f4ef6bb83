"""Conversations that people held at the desk, from the moment on at which somebody took them over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from connectors.desk.store import entries_after
from connectors.desk.table import SESSIONS, session_of
from connectors.desk.values import AGENT, CLOSED, CUSTOMER, SYSTEM, Entry, Session
from eval.quality.source import Found, Task, needs_scoring
from eval.quality.transcript import Transcript, channel_of
from eval.quality.values import DAY_SECONDS, DESK, Known, Subject, desk_key
from storage.database import Database

PREFIX = "desk:"
SESSIONS_AT_ONCE = 200
TAKEN_OVER = "handoff"
"""The action with which the agent's first words begin: checkers see that a person has come, and at which level."""
_TOLD = ("account_no", "phone", "person_name", "address", "new_phone", "new_name", "id_number")
_ACCEPTED = ("accepted", "transferred")


@dataclass(frozen=True, slots=True)
class DeskSource:
    """Reads closed sessions of the desk in which an agent spoke."""

    database: Database

    async def read(self, task: Task, known: Mapping[str, Known]) -> AsyncIterator[Found]:
        """Return what is to be scored, in the order of the sessions."""
        last = 0
        while rows := await self.database.read(lambda link, last=last: _closed(link, task, last)):  # type: ignore[misc]
            last = rows[-1][0].id
            for session, came_again in rows:
                ended_at = session.closed_at or session.last_at
                if not needs_scoring(known.get(f"{PREFIX}{session.id}"), ended_at, task, came_again=came_again):
                    continue
                entries = await self.database.read(lambda link, of=session.id: entries_after(link, of, 0))  # type: ignore[misc]
                if any(entry.kind == AGENT for entry in entries):
                    yield _found(session, entries, task, came_again=came_again)


def transcript_of_session(session: Session, entries: Sequence[Entry], repeat_contact_24h: bool | None) -> Transcript:
    """Return a session's lines as turns.

    What the customer had told the bot about himself comes first: an agent may repeat it. The notice of who serves is
    the beginning of the agent's first words, as the customer reads it.
    """
    turns = [*_told_before(session), *_turns(session, entries)]
    return Transcript.model_validate(
        {
            "id": f"{PREFIX}{session.id}",
            "channel": channel_of(session.door),
            "agent": "human",
            "region": session.scope.split("/")[0] or None,
            "turns": [{"n": number, **turn} for number, turn in enumerate(turns, 1)],
            "csat": session.rating,
            "repeat_contact_24h": repeat_contact_24h,
        }
    )


def _turns(session: Session, entries: Sequence[Entry]) -> list[dict[str, Any]]:
    turns: list[dict[str, Any]] = []
    notices: list[str] = []
    level = int(session.summary.get("verified_level") or 0)
    for entry in entries:
        text = str(entry.body.get("text") or "")
        if entry.kind == CUSTOMER:
            turns.append(_turn("customer", text, entry.at))
        elif entry.kind == SYSTEM and entry.body.get("code") in _ACCEPTED:
            notices.append(text)
        elif entry.kind == SYSTEM and text:
            turns.append(_turn("system", text, entry.at))
        elif entry.kind == AGENT:
            took_over = [{"name": TAKEN_OVER, "level_held": level}] if notices else []
            turns.append(_turn("agent", "\n".join([*notices, text]), entry.at, actions=took_over))
            notices = []
    return turns


def _told_before(session: Session) -> list[dict[str, Any]]:
    known = session.summary.get("known") or {}
    told = [str(known[name]) for name in _TOLD if known.get(name)]
    return [_turn("customer", f"（转接前已提供）{'、'.join(told)}", session.created_at)] if told else []


def _turn(role: str, text: str, at: float, **more: Any) -> dict[str, Any]:
    return {"role": role, "text": text, "at": datetime.fromtimestamp(at, UTC), **more}


def _found(session: Session, entries: Sequence[Entry], task: Task, *, came_again: bool) -> Found:
    ended_at = session.closed_at or session.last_at
    is_settled = came_again or task.now - ended_at >= DAY_SECONDS
    transcript = transcript_of_session(session, entries, came_again if is_settled else None)
    subject = Subject(
        conversation_id=transcript.id,
        sender_id=session.conversation_id,
        source=DESK,
        channel=transcript.channel,
        agent=transcript.agent,
        scope=session.scope,
        started_at=session.created_at,
        ended_at=ended_at,
        turns=len(transcript.turns),
        is_settled=is_settled,
        agent_key=desk_key(session.agent_id or 0),
        agent_name=session.agent_name or "",
        intents=tuple(session.summary.get("requests") or ()),
    )
    return Found(subject, transcript)


def _closed(link: Connection, task: Task, after: int) -> list[tuple[Session, bool]]:
    """Closed sessions of the window, each with whether the customer came to the desk again within a day."""
    began = (SESSIONS.c.created_at >= task.since.timestamp()) & (SESSIONS.c.id > after)
    if task.until is not None:
        began &= SESSIONS.c.created_at < task.until.timestamp()
    taken = (SESSIONS.c.status == CLOSED) & SESSIONS.c.accepted_at.is_not(None)
    rows = link.execute(select(SESSIONS).where(began, taken).order_by(SESSIONS.c.id).limit(SESSIONS_AT_ONCE)).all()
    senders = {row.conversation_id for row in rows}
    columns = (SESSIONS.c.conversation_id, SESSIONS.c.created_at)
    starts = link.execute(select(*columns).where(SESSIONS.c.conversation_id.in_(senders))).all()
    return [(session_of(row), _came_again(row, starts)) for row in rows]


def _came_again(row: Any, starts: Sequence[Any]) -> bool:
    ended_at = row.closed_at or row.last_at
    return any(
        one.conversation_id == row.conversation_id and ended_at < one.created_at <= ended_at + DAY_SECONDS
        for one in starts
    )
