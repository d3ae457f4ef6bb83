"""The bot as a call hears it: what it waits for tells how the caller is listened to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from bot.conversation import Conversation, Frame
from bot.events import BotSaid, Event, FlowStarted, HandedOver
from bot.message import Button, Reply, UserMessage
from bot.store import StoredTurn
from connectors.phone.answers import BotAnswers, question_of
from speech.protocols import CallerTurn, CutPrompt, HintKind, Reading


def conversation_asking(slot: str | None) -> Conversation:
    conversation = Conversation("phone:1", {})
    conversation.stack.append(Frame(1, "billing", "service", asked=slot))
    return conversation


@pytest.mark.parametrize(
    ("slot", "kind", "digits", "is_sensitive"),
    [
        ("account_no", "digits", (10, 13), False),
        ("verification_code", "digits", (6, 6), True),
        ("phone", "digits", (11, 11), False),
        ("confirm_cancel", "yes_no", (0, 0), False),
        ("month", "date", (0, 0), False),
        ("address", "address", (0, 0), False),
        (None, "free", (0, 0), False),
    ],
)
def test_the_slot_that_is_asked_for_tells_how_to_listen(
    slot: str | None, kind: HintKind, digits: tuple[int, int], is_sensitive: bool
) -> None:
    question = question_of(conversation_asking(slot), [])
    assert (question.hint.kind, (question.min_digits, question.max_digits)) == (kind, digits)
    assert question.is_sensitive is is_sensitive


def test_buttons_of_the_last_reply_become_keys() -> None:
    replies = [Reply("一"), Reply("二", buttons=(Button("查电费", "我想查电费"), Button("报修", "我家停电了")))]
    assert question_of(conversation_asking(None), replies).choices == ("我想查电费", "我家停电了")


def test_the_words_for_a_slots_values_are_what_is_listened_for() -> None:
    question = question_of(conversation_asking("region"), [], lambda slot: ["江苏", "山东"] if slot == "region" else [])
    assert (question.hint.kind, question.hint.phrases) == ("phrases", ("江苏", "山东"))
    assert question_of(conversation_asking("account_no"), []).hint.lengths == (10, 13)


class OneTurn:
    """A bot that answers one turn with these events."""

    def __init__(self, events: Sequence[Event], flow: str = "billing") -> None:
        self._events = events
        self._flow = flow
        self.messages: list[UserMessage] = []

    async def answer(self, message: UserMessage) -> Sequence[Reply]:
        self.messages.append(message)
        return [Reply("好的。"), Reply("")]

    async def conversation(self, sender_id: str) -> Conversation:
        conversation = Conversation(sender_id, {})
        conversation.stack.append(Frame(1, self._flow, "service"))
        return conversation

    async def turns(self, sender_id: str) -> Sequence[StoredTurn]:
        return [StoredTurn(1, "turn-1", "r", tuple(self._events), ())]


def answers(bot: OneTurn, *, can_transfer: bool = True) -> BotAnswers:
    return BotAnswers(bot, "phone:abc", lambda: datetime(2026, 11, 21, tzinfo=UTC), can_transfer=can_transfer)


async def test_a_turn_goes_to_the_bot_under_the_calls_conversation() -> None:
    bot = OneTurn([])
    replies = await answers(bot)(CallerTurn("查电费", "turn-1"))
    (message,) = bot.messages
    assert (message.sender_id, message.channel, message.text) == ("phone:abc", "phone", "查电费")
    assert [prompt.text for prompt in replies.prompts] == ["好的。"]
    assert (replies.transfer_summary, replies.hangs_up) == (None, False)


async def test_readings_confidence_and_interruptions_reach_the_bot() -> None:
    bot = OneTurn([])
    turn = CallerTurn(
        "查店费",
        "turn-2",
        confidence=0.6,
        alternatives=(Reading("查电费", 0.8),),
        cut=(CutPrompt("turn-1", "您", "好"),),
    )
    await answers(bot)(turn)
    (message,) = bot.messages
    assert message.heard == 0.6
    assert [(one.text, one.weight) for one in message.readings] == [("查电费", 0.8)]
    assert [(cut.message_id, cut.heard, cut.unheard) for cut in message.cut] == [("turn-1", "您", "好")]


async def test_a_handoff_is_a_transfer_where_somebody_can_take_it() -> None:
    events = [HandedOver(timestamp=1.0, reason="asked")]
    assert (await answers(OneTurn(events))(CallerTurn("转人工", "turn-1"))).transfer_summary is not None
    assert (await answers(OneTurn(events), can_transfer=False)(CallerTurn("转人工", "turn-1"))).transfer_summary is None


async def test_a_goodbye_hangs_up() -> None:
    events = [BotSaid(timestamp=1.0, text="再见", response="utter_goodbye")]
    assert (await answers(OneTurn(events))(CallerTurn("再见", "turn-1"))).hangs_up


async def test_words_about_a_danger_are_not_interrupted_and_its_transfer_is_urgent() -> None:
    started = FlowStarted(timestamp=1.0, flow="report_hazard", frame=1, flow_kind="service")
    for bot in (OneTurn([], flow="report_hazard"), OneTurn([started])):
        replies = await answers(bot)(CallerTurn("电线断了", "turn-1"))
        assert replies.prompts[0].is_protected
        assert replies.is_urgent
    assert not (await answers(OneTurn([]))(CallerTurn("查电费", "turn-1"))).prompts[0].is_protected
