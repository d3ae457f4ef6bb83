"""The bot's own conversations as what is to be scored: the store's sessions, with the contacts that followed them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.events import SlotSet
from connectors.desk.organisation import Organisation
from connectors.phone.archive import CallArchive
from connectors.webchat.records import RATINGS
from eval.history import HeldConversation, read_conversations
from eval.quality.from_call import with_call
from eval.quality.from_history import message_ids_of, transcript_of
from eval.quality.source import Found, Task, needs_scoring
from eval.quality.transcript import Transcript
from eval.quality.values import DAY_SECONDS, HELD, Known, Subject
from eval.report.facts import ConversationFacts, facts_of, with_repeats
from storage.database import Database

PHONE = "phone"
_PLACE_SLOTS = ("region", "address")


@dataclass(frozen=True, slots=True)
class HeldSource:
    """Reads conversations that the bot held."""

    database: Database
    organisation: Organisation
    calls: CallArchive | None = None
    """Where the records of phone calls are; None: their events alone are scored."""

    async def read(self, task: Task, known: Mapping[str, Known]) -> AsyncIterator[Found]:
        """Return what is to be scored, sender by sender; those of the day after tell who came again."""
        ratings = await self.database.read(_ratings)
        following: list[HeldConversation] = []
        async for held in read_conversations(self.database, task.since, _a_day_later(task.until)):
            if following and held.sender_id != following[0].sender_id:
                for found in await self._of_sender(following, task, known, ratings):
                    yield found
                following = []
            following.append(held)
        for found in await self._of_sender(following, task, known, ratings):
            yield found

    async def _of_sender(
        self,
        conversations: Sequence[HeldConversation],
        task: Task,
        known: Mapping[str, Known],
        ratings: Mapping[str, int],
    ) -> list[Found]:
        ends = task.until.timestamp() if task.until is not None else float("inf")
        wanted = [held for held in conversations if held.started_at < ends]
        if all(not needs_scoring(known.get(held.id), held.ended_at, task, came_again=True) for held in wanted):
            return []
        facts = {fact.id: fact for fact in with_repeats(facts_of(held) for held in conversations)}
        found: list[Found] = []
        for held in wanted:
            fact = facts[held.id]
            if needs_scoring(known.get(held.id), held.ended_at, task, came_again=fact.repeat_24h):
                found.append(await self._found(held, fact, task, ratings.get(held.id)))
        return found

    async def _found(self, held: HeldConversation, fact: ConversationFacts, task: Task, csat: int | None) -> Found:
        is_settled = fact.repeat_24h or task.now - held.ended_at >= DAY_SECONDS
        transcript = await heard_transcript(held, self.calls, fact.repeat_24h if is_settled else None)
        counted = {name: value for name, value in asdict(fact).items() if name not in ("quality", "fatal")}
        subject = Subject(
            conversation_id=held.id,
            sender_id=held.sender_id,
            source=HELD,
            channel=transcript.channel,
            agent=transcript.agent,
            scope=self.organisation.scope_of(_place(held)),
            started_at=held.started_at,
            ended_at=held.ended_at,
            turns=len(transcript.turns),
            is_settled=is_settled,
            release=held.release,
            intents=fact.intents,
            facts={**counted, "csat": csat},
        )
        return Found(subject, transcript)


async def heard_transcript(
    held: HeldConversation, calls: CallArchive | None, repeat_contact_24h: bool | None = None
) -> Transcript:
    """Return a session as a transcript: of a call whose record is kept, with what was heard and when."""
    transcript = transcript_of(held, repeat_contact_24h)
    if calls is None or transcript.channel != PHONE:
        return transcript
    call = await asyncio.to_thread(calls.find, held.sender_id, held.started_at)
    return with_call(transcript, message_ids_of(held), call.record) if call is not None else transcript


def _a_day_later(until: datetime | None) -> datetime | None:
    return until + timedelta(days=1) if until is not None else None


def _place(held: HeldConversation) -> dict[str, Any]:
    """The last region and address of a conversation."""
    events = (event for turn in held.turns for event in turn.events)
    return {event.name: event.value for event in events if isinstance(event, SlotSet) and event.name in _PLACE_SLOTS}


def _ratings(link: Connection) -> dict[str, int]:
    """The last rating of every session, by its id: sender and first turn."""
    columns = (RATINGS.c.conversation_id, RATINGS.c.first_turn, RATINGS.c.score)
    rows = link.execute(select(*columns).order_by(RATINGS.c.changed_at))
    return {f"{row.conversation_id}#{row.first_turn}": row.score for row in rows}
