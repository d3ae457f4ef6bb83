"""One conversation in figures: what a report counts. No text of a customer is kept here."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from bot.events import ActionFailed, BotSaid, FlowCancelled, FlowCompleted, FlowStarted, HandedOver, UserSaid
from eval.history import UNANSWERED, HeldConversation, region_of

DAY_SECONDS, WEEK_SECONDS = 24 * 3600.0, 7 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class ConversationFacts:
    """One session."""

    id: str
    sender_id: str
    channel: str
    region: str
    """"" where it is not known."""
    release: str
    started_at: float
    ended_at: float
    turns: int
    """Messages of the customer."""
    intents: tuple[str, ...]
    """What was wanted: the services that began and the questions that were asked, in order, each once."""
    completed: int
    cancelled: int
    handoffs: tuple[str, ...]
    """Reasons."""
    unanswered: int
    not_understood: int
    failures: tuple[str, ...]
    """Actions that could not be done."""
    repeat_24h: bool = False
    """The same customer came again within a day for the same."""
    repeat_7d: bool = False
    csat: int | None = None
    """1 to 5."""
    quality: float | None = None
    """0 to 100."""
    fatal: tuple[int, ...] = ()

    @property
    def is_contained(self) -> bool:
        """Whether the bot ended it without a person."""
        return not self.handoffs

    @property
    def is_resolved(self) -> bool:
        """Whether it was answered without a person and the customer did not come again for the same within a day."""
        return self.is_contained and not self.repeat_24h and not self.unanswered

    @property
    def is_resolved_7d(self) -> bool:
        """Whether it was so, and the customer did not come again for the same within a week."""
        return self.is_resolved and not self.repeat_7d


async def read_facts(conversations: AsyncIterable[HeldConversation]) -> list[ConversationFacts]:
    """Return the facts of all conversations in the order of time; repeats are looked for among them."""
    return list(with_repeats([facts_of(held) async for held in conversations]))


def facts_of(held: HeldConversation) -> ConversationFacts:
    """Count one conversation."""
    events = [event for turn in held.turns for event in turn.events]
    said = [event for event in events if isinstance(event, UserSaid)]
    started = [event.flow for event in events if isinstance(event, FlowStarted) and event.flow_kind != "pattern"]
    return ConversationFacts(
        id=held.id,
        sender_id=held.sender_id,
        channel=held.channel,
        region=region_of(events) or "",
        release=held.release,
        started_at=held.started_at,
        ended_at=held.ended_at,
        turns=len(said),
        intents=tuple(dict.fromkeys(started)),
        completed=sum(isinstance(event, FlowCompleted) and event.flow in started for event in events),
        cancelled=sum(isinstance(event, FlowCancelled) and event.flow in started for event in events),
        handoffs=tuple(event.reason for event in events if isinstance(event, HandedOver)),
        unanswered=sum(isinstance(e, BotSaid) and e.response in UNANSWERED for e in events),
        not_understood=sum(not event.understood for event in said),
        failures=tuple(event.name for event in events if isinstance(event, ActionFailed)),
    )


def with_repeats(facts: Iterable[ConversationFacts]) -> Iterator[ConversationFacts]:
    """Say of every conversation whether the same customer came again for the same; by sender and time."""
    ordered = sorted(facts, key=lambda fact: (fact.sender_id, fact.started_at))
    for _, group in groupby(ordered, key=lambda fact: fact.sender_id):
        own = list(group)
        for place, fact in enumerate(own):
            following = next((other for other in own[place + 1 :] if set(other.intents) & set(fact.intents)), None)
            wait = following.started_at - fact.ended_at if following is not None else float("inf")
            yield replace(fact, repeat_24h=wait <= DAY_SECONDS, repeat_7d=wait <= WEEK_SECONDS)
