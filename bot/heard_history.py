"""A conversation as the customer heard it: replies that he interrupted end where he did."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.conversation import heard_parts
from bot.events import BotSaid, Event, ReplyCut, UserSaid

CUT_MARK = "……"


def cuts_of(turns: Iterable[Sequence[Event]]) -> dict[str, ReplyCut]:
    """Return the interruptions of a conversation by the message whose reply was interrupted."""
    return {event.message_id: event for events in turns for event in events if isinstance(event, ReplyCut)}


def heard_of(events: Sequence[Event], cuts: dict[str, ReplyCut]) -> dict[int, str]:
    """Return what was heard of each reply of an interrupted turn, by the event's identity; empty for other turns."""
    said_to = next((event.message_id for event in events if isinstance(event, UserSaid)), "")
    if said_to not in cuts:
        return {}
    said = [event for event in events if isinstance(event, BotSaid)]
    return {id(event): part for event, part in heard_parts(said, cuts[said_to].heard)}


def as_heard(turns: Sequence[Sequence[Event]]) -> list[tuple[Event, ...]]:
    """Return each turn's events; interrupted replies are cut to what was heard and marked, unheard ones left out."""
    cuts = cuts_of(turns)
    return [tuple(_heard(events, heard_of(events, cuts))) for events in turns]


def _heard(events: Sequence[Event], parts: dict[int, str]) -> Iterable[Event]:
    for event in events:
        part = parts.get(id(event))
        if part is None or not isinstance(event, BotSaid):
            yield event
        elif part:
            yield event if part == event.text else replace(event, text=f"{part}{CUT_MARK}")
