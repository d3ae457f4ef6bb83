"""Run rasa_sdk actions: in this process, or in any Rasa action server over its webhook.

An action has a time limit and an idempotency key; a passing failure is tried once more, a lasting one becomes an event.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot import events as happened
from bot.events import render_event
from bot.handoff import HandoffQueue
from bot.message import Button, Reply
from bot.record import TurnRecord

_LOG = structlog.get_logger(__name__)
_MESSAGE_KEYS = frozenset({"text", "buttons", "elements", "custom", "template", "response", "image", "attachment"})
RETRY_AFTER_SECONDS = 0.2
START_SECONDS = 30.0


class RemoteActions(Protocol):
    """An action server elsewhere."""

    async def run(self, name: str, state: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Return (events, messages) of an action. Raises ActionError-like exceptions on failure."""
        ...


@dataclass(frozen=True, slots=True)
class ActionRunner:
    """Runs actions by name and notes what came of them."""

    actions: Mapping[str, Action]
    queue: HandoffQueue
    remote: RemoteActions | None = None
    timeout_seconds: float = 4.0
    waits_for: asyncio.Event | None = None
    """Set when the back ends have their data."""
    waiting: frozenset[str] = frozenset()
    """Actions that wait for it."""
    domain: Mapping[str, Any] = field(default_factory=dict)

    async def run(self, record: TurnRecord, name: str, step_key: str) -> bool:
        """Run one action; say whether it was done. Its events and messages are noted in the record."""
        if name == "action_repeat":
            _repeat(record)
            return True
        try:
            if name == "action_hand_over":
                await self._hand_over(record, step_key)
                return True
            if self.waits_for is not None and name in self.waiting:
                await asyncio.wait_for(self.waits_for.wait(), START_SECONDS)
            events, messages = await self._attempt_twice(name, _tracker_state(record, name, step_key))
        except Exception as error:  # an action is foreign code: whatever it raises must not end the turn
            cause = getattr(error, "code", type(error).__name__)
            _LOG.warning("action failed", action=name, cause=cause, exc_info=not hasattr(error, "is_permanent"))
            record.note(happened.ActionFailed(timestamp=record.now(), name=name, cause=str(cause)))
            return False
        record.note(happened.ActionRan(timestamp=record.now(), name=name))
        for event in events:
            _take_event(record, event)
        for message in messages:
            _take_message(record, message)
        return True

    async def _hand_over(self, record: TurnRecord, step_key: str) -> None:
        """Put the conversation into the queue for a person; done here because the summary needs the whole state."""
        conversation = record.conversation
        reason = str(conversation.slots.get("handoff_reason") or "asked_for_a_person")
        key, channel = idempotency_key(record, step_key), record.message.channel
        position = await self.queue.enqueue(conversation, channel, reason, key, record.now())
        record.note(happened.ActionRan(timestamp=record.now(), name="action_hand_over"))
        record.set_slot("handoff_position", position + 1, "action")
        for name, value in (await self.queue.expectations(conversation.sender_id)).items():
            record.set_slot(name, value, "action")
        record.note(happened.HandedOver(timestamp=record.now(), reason=reason))

    async def _attempt_twice(
        self, name: str, state: dict[str, Any]
    ) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        try:
            return await asyncio.wait_for(self._attempt(name, state), self.timeout_seconds)
        except Exception as error:  # passing troubles are known by `is_permanent = False`, or are time-outs
            is_passing = isinstance(error, TimeoutError) or getattr(error, "is_permanent", True) is False
            if not is_passing:
                raise
            _LOG.info("action is tried again", action=name, cause=type(error).__name__)
        await asyncio.sleep(RETRY_AFTER_SECONDS)
        return await asyncio.wait_for(self._attempt(name, state), self.timeout_seconds)

    async def _attempt(self, name: str, state: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        action = self.actions.get(name)
        if action is None:
            if self.remote is None:
                raise LookupError(f"no action {name!r} in this process and no action_endpoint in endpoints.yml")
            return await self.remote.run(name, state)
        dispatcher = CollectingDispatcher()
        tracker = Tracker.from_dict(state)
        events = await action.run(dispatcher, tracker, dict(self.domain))
        return [dict(event) for event in events or []], list(dispatcher.messages)


def idempotency_key(record: TurnRecord, step_key: str) -> str:
    """Return the same key whenever the same message reaches the same step, also after a crash."""
    message = record.message
    raw = f"{message.sender_id}\x1f{message.message_id}\x1f{step_key}"
    return hashlib.sha256(raw.encode()).hexdigest()[:32]


def _tracker_state(record: TurnRecord, name: str, step_key: str) -> dict[str, Any]:
    conversation, latest = record.conversation, record.conversation.latest
    intent = {"name": latest.intent, "confidence": latest.confidence} if latest else {}
    return {
        "sender_id": conversation.sender_id,
        "slots": {**conversation.slots, "channel": record.message.channel},
        "latest_message": {
            "text": record.message.text,
            "message_id": record.message.message_id,
            "intent": intent,
            "entities": render_event(latest)["entities"] if latest else [],
            "metadata": {"channel": record.message.channel, "region": record.message.region},
            "idempotency_key": idempotency_key(record, step_key),
            "last_request": conversation.last_request,
            "last_request_text": conversation.last_request_text,
        },
        "events": [render_event(event) for event in record.events],
        "stack": [{"flow": frame.flow, "step": frame.step, "kind": frame.kind} for frame in conversation.stack],
        "active_loop": {},
        "latest_action_name": name,
        "paused": False,
    }


def _take_event(record: TurnRecord, event: Mapping[str, Any]) -> None:
    if event.get("event") == "slot":
        record.set_slot(str(event["name"]), event.get("value"), "action")
    elif event.get("event") == "handoff":
        record.note(happened.HandedOver(timestamp=record.now(), reason=str(event.get("reason") or "")))
    else:
        _LOG.warning("event of an action is not supported", event_name=event.get("event"))


def _take_message(record: TurnRecord, message: Mapping[str, Any]) -> None:
    buttons = tuple(Button(str(item["title"]), str(item["payload"])) for item in message.get("buttons") or [])
    given = Reply(str(message.get("text") or ""), buttons, message.get("image"), message.get("custom") or {})
    response = message.get("response") or message.get("template")
    if not response:
        record.say_reply(given)
        return
    values = {name: value for name, value in message.items() if name not in _MESSAGE_KEYS}
    if not record.renderer.has(str(response)):
        _LOG.error("an action used a response that the domain does not have", response=response)
        return
    record.say(str(response), values, given)


def _repeat(record: TurnRecord) -> None:
    for said in record.conversation.said_before:
        buttons = tuple(Button(title, payload) for title, payload in said.buttons)
        record.say_reply(Reply(said.text, buttons, said.image, said.custom or {}), said.response)
