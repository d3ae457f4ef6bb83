"""A held conversation as a transcript for scoring: what was said, done with which level, and what answers rest on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from bot.events import (
    ActionFailed,
    ActionRan,
    BotSaid,
    Event,
    FlowCancelled,
    FlowCompleted,
    FlowStarted,
    HandedOver,
    SlotSet,
    UserSaid,
)
from bot.heard_history import as_heard
from eval.history import HeldConversation
from eval.quality.transcript import Transcript, channel_of

_WINDOW_PREFIX = "web:"
_WINDOW_NOTICE = "您好，我是智能客服，由机器人为您服务。"
"""The chat window shows its consent line, which says so, before the first message; it is no event."""
_REGION, _REQUIRED, _HELD = "region", "required_level", "verified_level"


def transcript_of(held: HeldConversation, repeat_contact_24h: bool | None = None) -> Transcript:
    """Fold the events of a session into turns; ids and levels stay, numbers count from 1."""
    reader = _Reader()
    notice = [_turn("system", _WINDOW_NOTICE, held.started_at)] if held.sender_id.startswith(_WINDOW_PREFIX) else []
    turns = [
        entry
        for events in as_heard([turn.events for turn in held.turns])
        for event in events
        for entry in reader.read(event)
    ]
    return Transcript.model_validate(
        {
            "id": held.id,
            "channel": channel_of(held.channel),
            "agent": "bot",
            "region": reader.slots.get(_REGION),
            "turns": [{"n": number, **turn} for number, turn in enumerate([*notice, *turns], 1)],
            "repeat_contact_24h": repeat_contact_24h,
        }
    )


def message_ids_of(held: HeldConversation) -> list[str]:
    """Return the ids of the customer's messages, one for each of his turns, in order."""
    return [event.message_id for turn in held.turns for event in turn.events if isinstance(event, UserSaid)]


class _Reader:
    """Keeps the slots that a later event needs, and the actions until the bot speaks of them."""

    def __init__(self) -> None:
        self.slots: dict[str, Any] = {}
        self._actions: list[dict[str, Any]] = []
        self._frames: dict[int, int] = {}
        """The level that every flow on the stack needs, by frame; the last is on top."""

    def read(self, event: Event) -> Iterator[dict[str, Any]]:
        """Return the turns that an event makes; most make none."""
        match event:
            case UserSaid():
                intent = {"name": event.intent, "confidence": event.confidence}
                yield _turn("customer", event.text, event.timestamp, intent=intent)
            case BotSaid():
                sources = [_source(source) for source in (event.custom or {}).get("sources", ())]
                yield _turn("bot", event.text, event.timestamp, actions=self._taken(), sources=sources)
            case SlotSet():
                self.slots[event.name] = event.value
                if event.name == _REQUIRED and self._frames:
                    self._frames[next(reversed(self._frames))] = _level(event.value)
            case FlowStarted():
                self._frames[event.frame] = 0
            case FlowCompleted() | FlowCancelled():
                self._frames.pop(event.frame, None)
            case ActionRan() | ActionFailed():
                self._actions.append(self._action(event))
            case HandedOver():
                yield _turn("system", f"转人工：{event.reason}", event.timestamp)
            case _:
                return

    def _action(self, event: ActionRan | ActionFailed) -> dict[str, Any]:
        """A step needs the level of its own flow: verification, above a service on the stack, needs none."""
        required = next(reversed(self._frames.values()), 0)
        levels = {"level_required": required, "level_held": _level(self.slots.get(_HELD))}
        return {"name": event.name, "ok": isinstance(event, ActionRan), **levels}

    def _taken(self) -> list[dict[str, Any]]:
        taken, self._actions = self._actions, []
        return taken


def _turn(role: str, text: str, timestamp: float, **more: Any) -> dict[str, Any]:
    return {"role": role, "text": text, "at": datetime.fromtimestamp(timestamp, UTC), **more}


def _source(source: dict[str, Any]) -> dict[str, Any]:
    return {"id": str(source.get("id", "")), "version": source.get("version")}


def _level(value: Any) -> int:
    return int(value or 0)
