"""What was said in a conversation, bot and people together, and where a reader stopped.

A cursor is `t<turn>.m<place>.u<milliseconds>`: the last turn, the last line of the session, the time of the last file.
Turns and lines grow by one without gaps, so nothing is missed whichever worker wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from bot.events import ActionFailed, ActionRan, BotSaid, SessionStarted, UserSaid
from bot.heard_history import as_heard
from bot.store import ConversationStore, StoredTurn
from connectors.desk.room import Room
from connectors.desk.store import earlier_entries, entries_after
from connectors.desk.values import CLOSED, Entry, Session
from connectors.errors import BadRequest

_CURSOR = re.compile(r"t(\d{1,9})\.m(\d{1,9})\.u(\d{1,15})")


@dataclass(frozen=True, slots=True)
class Page:
    """Lines and where they end."""

    entries: Sequence[Mapping[str, Any]]
    cursor: str


class Attachments(Protocol):
    """What customers have sent beside words."""

    async def sent(self, conversation_id: str, since: float) -> Sequence[tuple[str, str, float]]:
        """Return (id, kind, at) of a conversation's files that are kept, sent after `since`, in order."""
        ...

    async def read(self, identifier: str) -> tuple[str, bytes] | None:
        """Return content type and content."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader stopped."""

    turn: int = 0
    entry: int = 0
    upload: float = 0.0
    """Time of the last file."""

    def __str__(self) -> str:
        return f"t{self.turn}.m{self.entry}.u{round(self.upload * 1000)}"


@dataclass(frozen=True, slots=True)
class Transcript:
    """Reads conversations."""

    room: Room
    turns: ConversationStore
    attachments: Attachments | None = None

    async def read(self, session: Session, cursor: str = "") -> Page:
        """Return what came after the cursor, in order; everything from the bot's session on where there is none.

        Raises BadRequest for a cursor that is none.
        """
        place = parse_cursor(cursor)
        turns = await self._turns(session, place.turn)
        entries = await self.room.store.read(lambda link: entries_after(link, session.id, place.entry))
        rendered = [line for turn in turns for line in _of_turn(turn)] + [_of_entry(entry) for entry in entries]
        begins = _at(turns[0]) if turns else session.created_at
        if place.entry == 0 and place.turn == 0:
            before = await self.room.store.read(lambda link: earlier_entries(link, session, begins))
            rendered += [{**_of_entry(entry), "id": f"s{entry.session_id}.m{entry.place}"} for entry in before]
        files = await self._files(session, max(place.upload, begins if not place.upload else 0.0))
        rendered += [_of_file(session, *file) for file in files]
        rendered.sort(key=lambda line: line["at"])
        reached = Place(
            turns[-1].number if turns else place.turn,
            entries[-1].place if entries else place.entry,
            files[-1][2] if files else place.upload,
        )
        return Page(rendered, str(reached))

    async def file(self, session: Session, identifier: str) -> tuple[str, bytes] | None:
        """Return content type and content of a file of this conversation; none for another's, or none that is kept."""
        if self.attachments is None:
            return None
        own = {file[0] for file in await self.attachments.sent(session.conversation_id, 0.0)}
        return await self.attachments.read(identifier) if identifier in own else None

    async def tried(self, session: Session) -> list[dict[str, Any]]:
        """Return what the bot did and could not do before the conversation was handed over."""
        turns = [turn for turn in await self._turns(session, 0) if _at(turn) <= session.created_at]
        done: list[dict[str, Any]] = []
        for event in (event for turn in turns for event in turn.events):
            if isinstance(event, ActionRan | ActionFailed) and event.name in self.room.settings.actions:
                is_done = isinstance(event, ActionRan)
                label = self.room.settings.actions[event.name]
                done.append({"name": event.name, "label": label, "ok": is_done, "at": event.timestamp})
        return done

    async def _turns(self, session: Session, after: int) -> list[StoredTurn]:
        turns = await self.turns.turns_after(session.conversation_id, after)
        if after == 0:
            turns = _since_start(turns, session.created_at)
        ends = session.closed_at if session.status == CLOSED else None
        heard = as_heard([turn.events for turn in turns])
        turns = [replace(turn, events=events) for turn, events in zip(turns, heard, strict=True)]
        return [turn for turn in turns if ends is None or _at(turn) <= ends]

    async def _files(self, session: Session, since: float) -> Sequence[tuple[str, str, float]]:
        if self.attachments is None:
            return ()
        files = await self.attachments.sent(session.conversation_id, since)
        return [file for file in files if session.closed_at is None or file[2] <= session.closed_at]


def parse_cursor(cursor: str) -> Place:
    """Return a place. Raises BadRequest."""
    if not cursor:
        return Place()
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise BadRequest("invalid_query", "after: send the cursor as it was given")
    return Place(int(found.group(1)), int(found.group(2)), int(found.group(3)) / 1000)


def render_entry(entry: Entry) -> dict[str, Any]:
    """Return a line of the session as JSON values."""
    return _of_entry(entry)


def _at(turn: StoredTurn) -> float:
    return turn.events[0].timestamp if turn.events else 0.0


def _since_start(turns: Sequence[StoredTurn], handed_over_at: float) -> list[StoredTurn]:
    """Return the turns of the bot's session in which the conversation was handed over, and later ones."""
    first = 0
    for place, turn in enumerate(turns):
        if _at(turn) <= handed_over_at and any(isinstance(event, SessionStarted) for event in turn.events):
            first = place
    return list(turns[first:])


def _of_turn(turn: StoredTurn) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    for event in turn.events:
        rendered: dict[str, Any] = {"id": f"t{turn.number}.{len(lines)}", "at": event.timestamp}
        if isinstance(event, UserSaid) and event.text:
            said = {"from": "customer", "text": event.text, "message_id": event.message_id, "intent": event.intent}
            lines.append(rendered | said)
        elif isinstance(event, BotSaid):
            lines.append(rendered | {"from": "bot", "text": event.text, **_beside(event)})
    return lines


def _beside(event: BotSaid) -> dict[str, Any]:
    sources = [
        {name: source.get(name) for name in ("id", "title", "version")}
        for source in (event.custom or {}).get("sources", ())
    ]
    parts = {"buttons": [title for title, _ in event.buttons], "image": event.image, "sources": sources}
    return {name: part for name, part in parts.items() if part}


def _of_entry(entry: Entry) -> dict[str, Any]:
    rendered: dict[str, Any] = {
        "id": f"m{entry.place}",
        "at": entry.at,
        "from": entry.kind,
        "text": str(entry.body.get("text") or ""),
    }
    if entry.staff_id is not None:
        rendered["agent"] = {"id": entry.staff_id, "display_name": entry.staff_name}
    if entry.kind == "customer":
        rendered["message_id"] = entry.key.removeprefix("c:")
    if entry.delivery is not None:
        rendered["delivery"] = entry.delivery
    return rendered | {name: entry.body[name] for name in ("code", "values") if name in entry.body}


def _of_file(session: Session, identifier: str, kind: str, at: float) -> dict[str, Any]:
    upload = {"kind": kind, "url": f"/console/api/desk/sessions/{session.id}/uploads/{identifier}"}
    return {"id": f"u{identifier}", "at": at, "from": "customer", "text": "", "upload": upload}
