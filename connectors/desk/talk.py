"""What is said in a session: by the customer, by the agent, and beside him by notes and whispers."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from bot.message import Reply, UserMessage, checked_text
from bot.store import ConversationStore
from connectors.desk.couriers import MailBox
from connectors.desk.delivery import Delivery
from connectors.desk.errors import DeskConflict
from connectors.desk.line import mine, seen
from connectors.desk.room import Room
from connectors.desk.store import (
    add_entry,
    change_session,
    heard,
    is_heard,
    last_closed,
    lock_session,
    open_session,
    read_entry,
)
from connectors.desk.table import SESSIONS
from connectors.desk.values import AGENT, CUSTOMER, NOTE, PENDING, WHISPER, Draft, Entry, Session, Viewer
from connectors.errors import BadRequest

THANKS = "感谢您的评价。"
_SCORE = re.compile(r"\s*([1-5])\s*分?\s*[。.!！]?\s*")
_AFTER_ALL = 1_000_000_000
WINDOW = "webchat"
_EVER = select(SESSIONS.c.id).where(SESSIONS.c.conversation_id == bindparam("conversation_id")).limit(1)


@dataclass(frozen=True, slots=True)
class Talk:
    """Takes words and brings them where they belong."""

    room: Room
    turns: ConversationStore
    delivery: Delivery
    mail: MailBox

    async def is_known(self, conversation_id: str) -> bool:
        """Say whether this conversation was ever handed over: one look, for every message."""
        key = {"conversation_id": conversation_id}
        return await self.room.store.read(lambda link: link.execute(_EVER, key).first() is not None)

    async def hear(self, message: UserMessage) -> Sequence[Reply] | None:
        """Take a customer's message if a person has the conversation; None where it is the bot's.

        The same message id is taken once. Raises MessageRefused, StoreUnavailable.
        """
        key = f"c:{message.message_id}"
        session, is_known, closed = await self.room.store.read(lambda link: _state(link, message.sender_id, key))
        if is_known:
            return await self._taken(message, session or closed)
        if session is None or not session.is_held:
            is_score = session is None and closed is not None and _SCORE.fullmatch(message.text)
            return await self._rate(message, closed, key) if is_score and closed else None
        if await self.turns.turns_after(message.sender_id, _AFTER_ALL, message.message_id):
            return None  # the bot has answered it before: it gives the same replies again
        text = checked_text(message.text)
        if not text:
            return []
        taken = await self._write(session, text, key)
        if taken is None:
            return None
        return await self._taken(message, taken)

    async def say(self, viewer: Viewer, session_id: int, text: str, client_id: str) -> Entry:
        """Send an agent's words to the customer. Raises DeskConflict, NotInSight."""
        text = _worded(text)

        def add(connection: Connection) -> Entry:
            session = mine(lock_session(connection, session_id), viewer)
            if session.agent_id != viewer.id:
                raise DeskConflict("not_yours", "take the session over first")
            if not session.can_write:
                raise DeskConflict("cannot_write", "a call is spoken, not written")
            key = f"a:{session_id}:{client_id}"
            entry = add_entry(connection, session, _draft(AGENT, text, key, viewer, PENDING), self.room.at())
            change_session(connection, session, unread=0)
            return entry

        entry = await self.room.store.write(add)
        await self.delivery.deliver_session(session_id)
        return await self.room.store.read(lambda link: read_entry(link, entry.id))

    async def note(self, viewer: Viewer, session_id: int, text: str, client_id: str | None = None) -> Entry:
        """Keep a note that colleagues see and the customer never does."""
        return await self._beside(viewer, session_id, NOTE, text, client_id)

    async def whisper(self, viewer: Viewer, session_id: int, text: str, client_id: str | None = None) -> Entry:
        """Tell the agent something that the customer never sees."""
        return await self._beside(viewer, session_id, WHISPER, text, client_id)

    async def read(self, viewer: Viewer, session_id: int) -> None:
        """The agent has read what the customer said."""

        def see(connection: Connection) -> None:
            session = seen(lock_session(connection, session_id), viewer)
            if session.agent_id == viewer.id and session.unread:
                change_session(connection, session, unread=0)

        await self.room.store.write(see)

    async def show_typing(self, viewer: Viewer, session_id: int) -> None:
        """Show the customer that the agent writes."""
        session = await self.room.store.read(lambda link: mine(lock_session(link, session_id), viewer))
        await self.delivery.courier(session).show_typing(session.conversation_id)

    async def _beside(self, viewer: Viewer, session_id: int, kind: str, text: str, client_id: str | None) -> Entry:
        text = _worded(text)

        def add(connection: Connection) -> Entry:
            session = seen(lock_session(connection, session_id), viewer)
            key = f"{kind[0]}:{session_id}:{client_id or uuid.uuid4().hex}"
            entry = add_entry(connection, session, _draft(kind, text, key, viewer, None), self.room.at())
            change_session(connection, session)
            return entry

        return await self.room.store.write(add)

    async def _write(self, session: Session, text: str, key: str) -> Session | None:
        def add(connection: Connection) -> Session | None:
            locked = lock_session(connection, session.id)
            if not locked.is_held:
                return None
            at = self.room.at()
            add_entry(connection, locked, Draft(CUSTOMER, {"text": text}, key), at)
            return change_session(connection, locked, **heard(locked, text, at))

        return await self.room.store.write(add)

    async def _taken(self, message: UserMessage, session: Session | None) -> Sequence[Reply]:
        if session is not None:
            await self.delivery.echo(session, message)
            if session.rating is not None:
                return [Reply(THANKS)]
        return await self.mail.take(message.sender_id, message.message_id)

    async def _rate(self, message: UserMessage, closed: Session, key: str) -> Sequence[Reply] | None:
        """Take a bare score as the answer to the question for one; a window has stars for that."""
        at = self.room.at()
        is_late = at - (closed.closed_at or 0.0) > self.room.settings.rating_hours * 3600
        if not closed.rating_asked or closed.rating is not None or closed.door == WINDOW or is_late:
            return None
        found = _SCORE.fullmatch(message.text)
        assert found is not None
        if await self.mail.has_waiting(message.sender_id):
            return None  # the question for a score has not been seen yet

        def rate(connection: Connection) -> None:
            session = lock_session(connection, closed.id)
            add_entry(connection, session, Draft(CUSTOMER, {"text": message.text}, key), at)
            change_session(connection, session, rating=int(found.group(1)))

        await self.room.store.write(rate)
        return [Reply(THANKS)]


def _state(connection: Connection, conversation_id: str, key: str) -> tuple[Session | None, bool, Session | None]:
    """Return the open session, whether the message is known, and the last one that was closed where none is open."""
    session = open_session(connection, conversation_id)
    closed = last_closed(connection, conversation_id) if session is None else None
    is_known = (session is not None or closed is not None) and is_heard(connection, conversation_id, key)
    return session, is_known, closed


def _draft(kind: str, text: str, key: str, viewer: Viewer, delivery: str | None) -> Draft:
    return Draft(kind, {"text": text}, key, viewer.id, viewer.name, delivery)


def _worded(text: str) -> str:
    """Return words with their line breaks. Raises BadRequest for none."""
    kept = "\n".join(checked_text(line) for line in text.strip().splitlines())
    if not kept.strip():
        raise BadRequest("invalid_body", "text: there are no words")
    return kept
