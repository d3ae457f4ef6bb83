"""The bot as a call hears it: a caller's turn becomes a UserMessage, the replies become prompts and the next question.

What the bot waits for tells how to listen: how long a pause ends the answer, which keys complete it, what may be kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from bot.conversation import Conversation
from bot.events import BotSaid, Event, FlowStarted, HandedOver
from bot.message import CutReply, Reading, Reply, UserMessage
from bot.store import StoredTurn
from bot.turn_times import timed_turn
from speech.protocols import CallerTurn, Hint, HintKind, Question, Replies, SpokenReply

GOODBYES = frozenset({"utter_goodbye", "utter_silence_goodbye"})
HAZARD_FLOW = "report_hazard"
_DIGIT_SLOTS: dict[str, tuple[int, int]] = {
    "account_no": (10, 13),
    "phone": (11, 11),
    "verification_code": (6, 6),
    "ticket_no": (6, 16),
}
"""Fewest and most digits."""
_LENGTHS: dict[str, tuple[int, ...]] = {"account_no": (10, 13), "phone": (11,), "verification_code": (6,)}
"""How many digits there may be, where that is fixed."""
_SENSITIVE_SLOTS = frozenset({"verification_code"})
_KINDS: dict[str, HintKind] = {
    "month": "date",
    "date": "date",
    "time": "date",
    "amount": "amount",
    "energy_kwh": "amount",
    "power_kw": "amount",
    "person_name": "name",
    "address": "address",
    "complaint_text": "address",
    "feedback_text": "address",
    "theft_text": "address",
}
_SUMMARY_CHARACTERS = 200
PhrasesOf = Callable[[str], Sequence[str]]
"""Slot -> what callers say for its values."""


class Bots(Protocol):
    """The assistant, as the phone needs it."""

    async def answer(self, message: UserMessage) -> Sequence[Reply]:
        """Return the replies to one message."""
        ...

    async def conversation(self, sender_id: str) -> Conversation:
        """Return the conversation's present state."""
        ...

    async def turns(self, sender_id: str) -> Sequence[StoredTurn]:
        """Return all turns, oldest first."""
        ...


class BotAnswers:
    """Answers one call's turns."""

    def __init__(
        self,
        bot: Bots,
        sender_id: str,
        clock: Callable[[], datetime],
        *,
        can_transfer: bool,
        phrases_of: PhrasesOf = lambda _: (),
    ) -> None:
        """can_transfer: a caller who is handed over leaves the call; else the bot stays and somebody calls back.

        phrases_of: the likely answers to the question for a slot.
        """
        self._bot = bot
        self._can_transfer = can_transfer
        self._phrases_of = phrases_of
        self._sender_id = sender_id
        self._clock = clock

    async def __call__(self, turn: CallerTurn) -> Replies:
        """Return what the bot says and what it waits for."""
        started = time.perf_counter()
        message = UserMessage(
            text=turn.text,
            sender_id=self._sender_id,
            channel="phone",
            message_id=turn.message_id,
            received_at=self._clock().timestamp(),
            heard=turn.confidence,
            readings=tuple(Reading(other.text, other.weight) for other in turn.alternatives),
            cut=tuple(CutReply(cut.message_id, cut.heard, cut.unheard) for cut in turn.cut),
        )
        with timed_turn() as steps:
            replies = await self._bot.answer(message)
        answered = time.perf_counter()
        conversation = await self._bot.conversation(self._sender_id)
        events = await self._events_of(turn.message_id)
        is_handed_over = self._can_transfer and any(isinstance(event, HandedOver) for event in events)
        is_hazard = conversation.active_flow == HAZARD_FLOW or any(
            isinstance(event, FlowStarted) and event.flow == HAZARD_FLOW for event in events
        )
        return Replies(
            prompts=tuple(SpokenReply(reply.text, is_protected=is_hazard) for reply in replies if reply.text),
            question=question_of(conversation, replies, self._phrases_of),
            transfer_summary=_summary(conversation) if is_handed_over else None,
            is_urgent=is_hazard,
            read_as=_read_as(conversation, turn),
            hangs_up=any(isinstance(event, BotSaid) and event.response in GOODBYES for event in events),
            seconds_by_step=(*steps.items(), ("bot", answered - started), ("state", time.perf_counter() - answered)),
        )

    async def _events_of(self, message_id: str) -> Sequence[Event]:
        turns = await self._bot.turns(self._sender_id)
        return next((turn.events for turn in reversed(turns) if turn.message_id == message_id), ())


def _read_as(conversation: Conversation, turn: CallerTurn) -> str:
    latest = conversation.latest
    is_other = latest is not None and latest.message_id == turn.message_id and latest.text != turn.text
    return latest.text if latest is not None and is_other else ""


def question_of(conversation: Conversation, replies: Sequence[Reply], phrases_of: PhrasesOf = lambda _: ()) -> Question:
    """Return how to listen for the answer to what the bot has just asked."""
    slot = conversation.requested_slot
    choices = tuple(button.payload for reply in replies[-1:] for button in reply.buttons)[:9]
    if slot is None:
        return Question(choices=choices)
    least, most = _DIGIT_SLOTS.get(slot, (0, 0))
    is_sensitive = slot in _SENSITIVE_SLOTS
    if most:
        hint = Hint("digits", lengths=_LENGTHS.get(slot, ()))
        return Question(hint, is_sensitive=is_sensitive, min_digits=least, max_digits=most)
    kind: HintKind = "yes_no" if slot.startswith("confirm") else _KINDS.get(slot, "free")
    if kind == "free" and (phrases := tuple(phrases_of(slot))):
        return Question(Hint("phrases", phrases), choices=choices)
    return Question(Hint(kind), is_sensitive=is_sensitive, choices=choices)


def _summary(conversation: Conversation) -> str:
    """What the person who takes the call reads first: what is wanted, in the customer's last words."""
    wanted = conversation.active_flow or conversation.last_request or ""
    last = conversation.last_request_text or (conversation.latest.text if conversation.latest else "")
    return f"{wanted}; {last}"[:_SUMMARY_CHARACTERS]
