"""The one door into the bot: a message in, the replies out, exactly one turn per message id.

Order of work: lock the conversation, fold what is stored, answer, write the turn, unlock. Nothing is written before the
answer is ready and nothing is answered before it is written.
"""

from __future__ import annotations

import copy
import uuid
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from bot.conversation import Conversation
from bot.errors import ConversationBusy
from bot.locks import LockStore
from bot.message import Reply, UserMessage, checked_id, checked_text
from bot.record import TurnRecord
from bot.store import ConversationStore, StoredTurn, TurnTaken
from bot.turn import TurnEngine

CACHED_CONVERSATIONS = 2000
_ATTEMPTS = 12


@dataclass(slots=True)
class Assistant:
    """Answers messages."""

    engine: TurnEngine
    store: ConversationStore
    locks: LockStore
    release: Callable[[], str]
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
        async with self.locks.hold(message.sender_id):
            for _ in range(_ATTEMPTS):
                try:
                    return await self._answer_once(message)
                except TurnTaken:  # another machine was quicker in spite of the lock: fold again
                    self._cache.pop(message.sender_id, None)
        raise ConversationBusy("the conversation is busy, try again in a moment")

    async def conversation(self, sender_id: str) -> Conversation:
        """Return the conversation's present state."""
        async with self.locks.hold(sender_id):
            return copy.deepcopy((await self._fold(sender_id))[1])

    async def turns(self, sender_id: str) -> Sequence[StoredTurn]:
        """Return all turns of a conversation, oldest first."""
        return await self.store.turns_after(sender_id, 0)

    async def _answer_once(self, message: UserMessage) -> Sequence[Reply]:
        sender_id = message.sender_id
        number, conversation = self._cache.get(sender_id) or (0, self._fresh(sender_id))
        self._cache.pop(sender_id, None)
        # popped: the state is about to change, and a failure below must not leave it half changed
        for turn in await self.store.turns_after(sender_id, number, message.message_id):
            if turn.message_id == message.message_id:
                return turn.replies
            conversation.apply_all(turn.events)
            number = turn.number
        record = await self.engine.take_turn(conversation, message)
        turn = self._turn(number + 1, record)
        await self.store.append(sender_id, message.channel, record.now(), turn)
        self._remember(sender_id, number + 1, conversation)
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
