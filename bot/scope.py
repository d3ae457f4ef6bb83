"""What conditions of flows can read, and the defaults that a question may have."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.record import TurnRecord


def build_scope(record: TurnRecord) -> dict[str, Any]:
    """Return `slots.x` and the plain names of check.SCOPE_NAMES with their values."""
    conversation = record.conversation
    service = conversation.service_frame
    return {
        **{f"slots.{name}": value for name, value in conversation.slots.items()},
        "channel": record.message.channel,
        "misses": conversation.misses,
        "silences": conversation.silences,
        "angers": conversation.angers,
        "has_flow": service is not None,
        "has_work": conversation.has_work,
        "has_question": conversation.requested_slot is not None,
        "paused_flow": next((frame.flow for frame in reversed(conversation.stack) if frame.interrupted), None),
        "handed_over": conversation.handed_over,
    }


def default_value(default: str, now: datetime) -> str:
    """Return the value of a named default, or the literal itself."""
    today = now.date()
    if default == "today":
        return today.isoformat()
    if default == "yesterday":
        return (today - timedelta(days=1)).isoformat()
    if default == "this_month":
        return f"{today:%Y-%m}"
    if default == "previous_month":
        return f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"
    return default
