"""A conversation as clients see it: the tracker's JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.conversation import Conversation
from bot.events import render_event
from bot.heard_history import cuts_of, heard_of
from bot.store import StoredTurn


def render_tracker(conversation: Conversation, turns: Sequence[StoredTurn], release: str) -> dict[str, Any]:
    """Return state and the whole append-only list of events of a conversation."""
    latest = conversation.latest
    rendered = render_event(latest) if latest else {}
    return {
        "sender_id": conversation.sender_id,
        "slots": dict(conversation.slots),
        "latest_message": {
            "text": rendered.get("text", ""),
            "intent": {"name": rendered.get("intent"), "confidence": rendered.get("confidence", 0.0)},
            "intents": list(rendered.get("intents", [])),
            "entities": rendered.get("entities", []),
            "message_id": rendered.get("message_id", ""),
        },
        "stack": [{"flow": frame.flow, "step": frame.step, "kind": frame.kind} for frame in conversation.stack],
        "active_flow": conversation.active_flow,
        "requested_slot": conversation.requested_slot,
        "verified_level": conversation.verified_level,
        "events": _render_events(turns),
        "release": turns[-1].release if turns else release,
    }


def _render_events(turns: Sequence[StoredTurn]) -> list[dict[str, Any]]:
    """Render all events; what the bot said and was interrupted in has the part that was `heard`."""
    cuts = cuts_of(turn.events for turn in turns)
    rendered = []
    for turn in turns:
        heard = heard_of(turn.events, cuts)
        for event in turn.events:
            marked = {"heard": heard[id(event)]} if id(event) in heard else {}
            rendered.append({**render_event(event), **marked, "release": turn.release})
    return rendered
