"""The one door into the bot: a message in, the replies out, exactly one turn per message id.

Order of work: lock the conversation, fold what is stored, answer, write the turn, unlock. Nothing is written before the
answer is ready and nothing is answered before it is written.
"""

from __future__ import annotations

import copy
import uuid
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from bot.conversation import Conversation
from bot.errors import ConversationBusy
from bot.locks import LockStore
from bot.message import Reply, UserMessage, checked_id, checked_text
from bot.record import TurnRecord
from bot.store import ConversationStore, StoredTurn, TurnTaken
from bot.turn import TurnEngine
from bot.turn_metrics import count_turn

TakesTurn = Callable[[Conversation], Awaitable[TurnRecord]]
"""Changes a conversation by one turn and returns its record."""
CACHED_CONVERSATIONS = 2000
_ATTEMPTS = 12


class Converses(Protocol):
    """The bot as the desk and the doors behind it need it."""

    async def answer(self, message: UserMessage) -> Sequence[Reply]:
        """Return the replies to one message."""
        ...

    async def hand_back(self, message: UserMessage, outcome: str, slots: Mapping[str, Any]) -> Sequence[Reply]:
        """Take a conversation back from a person."""
        ...

    async def conversation(self, sender_id: str) -> Conversation:
        """Return the conversation's present state."""
        ...

    async def turns(self, sender_id: str) -> Sequence[StoredTurn]:
        """Return all turns of a conversation, oldest first."""
        ...


class WatchesTurns(Protocol):
    """Looks at turns while a release is on trial."""

    def begin(self, conversation: Conversation) -> Any:
        """Look at a conversation before its turn; what is returned comes back at the end."""
        ...

    def end(self, begun: Any, record: TurnRecord) -> None:
        """Look at the turn that was written."""
        ...


@dataclass(slots=True)
class Assistant:
    """Answers messages."""

    engine: TurnEngine
    store: ConversationStore
    locks: LockStore
    release: Callable[[], str]
    watch: WatchesTurns | None = None
    """None while no release is on trial."""
    _cache: OrderedDict[str, tuple[int, Conversation]] = field(default_factory=OrderedDict)
    """Folded conversations by sender: (number of the last turn, state); a shortcut, never the truth."""

    async def answer(self, message: UserMessage) -> Sequence[Reply]:
        """Return the replies to one message.

        A message id that was seen before gives the replies of that time. Raises MessageRefused for an unusable
        message, ConversationBusy, or StoreUnavailable when nothing was accepted.
        """
        checked_id("sender", message.sender_id)
        message = replace(message, text=checked_text(message.text), message_id=message.message_id or uuid.uuid4().hex)
        checked_id("message_id", message.message_id)
        return await self._answer_with(message, lambda conversation: self.engine.take_turn(conversation, message))

    async def _answer_with(self, message: UserMessage, take: TakesTurn) -> Sequence[Reply]:
        async with self.locks.hold(message.sender_id):
            for _ in range(_ATTEMPTS):
                try:
                    return await self._answer_once(message, take)
                except TurnTaken:  # another machine was quicker in spite of the lock: fold again
                    self._cache.pop(message.sender_id, None)
        raise ConversationBusy("the conversation is busy, try again in a moment")

    async def hand_back(self, message: UserMessage, outcome: str, slots: Mapping[str, Any]) -> Sequence[Reply]:
        """Take a conversation back from a person; return what the bot says then. Once per message id.

        Raises ConversationBusy, or StoreUnavailable when nothing was written.
        """
        return await self._answer_with(
            message, lambda conversation: self.engine.take_back(conversation, message, outcome, slots)
        )

    async def conversation(self, sender_id: str) -> Conversation:
        """Return the conversation's present state."""
        async with self.locks.hold(sender_id):
            return copy.deepcopy((await self._fold(sender_id))[1])

    async def turns(self, sender_id: str) -> Sequence[StoredTurn]:
        """Return all turns of a conversation, oldest first."""
        return await self.store.turns_after(sender_id, 0)

    def forget(self, is_gone: Callable[[str], bool]) -> None:
        """Let go of folded conversations whose turns were deleted."""
        for sender_id in [one for one in self._cache if is_gone(one)]:
            self._cache.pop(sender_id, None)

    async def _answer_once(self, message: UserMessage, take: TakesTurn) -> Sequence[Reply]:
        sender_id = message.sender_id
        number, conversation = self._cache.get(sender_id) or (0, self._fresh(sender_id))
        self._cache.pop(sender_id, None)
        # popped: the state is about to change, and a failure below must not leave it half changed
        for turn in await self.store.turns_after(sender_id, number, message.message_id):
            if turn.message_id == message.message_id:
                return turn.replies
            conversation.apply_all(turn.events)
            number = turn.number
        watch = self.watch
        begun = watch.begin(conversation) if watch is not None else None
        record = await take(conversation)
        turn = self._turn(number + 1, record)
        await self.store.append(sender_id, message.channel, record.now(), turn)
        self._remember(sender_id, number + 1, conversation)
        count_turn(message.channel, record.events)
        if watch is not None:
            watch.end(begun, record)
        return record.replies

    async def _fold(self, sender_id: str) -> tuple[int, Conversation]:
        number, conversation = self._cache.get(sender_id) or (0, self._fresh(sender_id))
        for turn in await self.store.turns_after(sender_id, number):
            conversation.apply_all(turn.events)
            number = turn.number
        self._remember(sender_id, number, conversation)
        return number, conversation

    def _fresh(self, sender_id: str) -> Conversation:
        return Conversation(sender_id, self.engine.project.domain.initial_slots())

    def _turn(self, number: int, record: TurnRecord) -> StoredTurn:
        return StoredTurn(
            number, record.message.message_id, self.release(), tuple(record.events), tuple(record.replies)
        )

    def _remember(self, sender_id: str, number: int, conversation: Conversation) -> None:
        self._cache[sender_id] = (number, conversation)
        self._cache.move_to_end(sender_id)
        while len(self._cache) > CACHED_CONVERSATIONS:
            self._cache.popitem(last=False)
