"""A person gives a conversation back: the bot goes on, or what was open is settled; once."""

from __future__ import annotations

from bot.message import UserMessage
from tests.bot.talk import Talk


async def hand_back(talk: Talk, outcome: str, **slots: object) -> list[str]:
    """Give the conversation back."""
    message = UserMessage("", talk.sender, talk.channel, f"desk.1.{outcome}")
    return [reply.text for reply in await talk.assistant.hand_back(message, outcome, slots)]


async def test_a_returned_conversation_asks_the_open_question_again(talk: Talk) -> None:
    question = await talk.say("report_outage@0.95: 我家停电了")
    await talk.say("request_agent@0.95: 转人工")
    said = await hand_back(talk, "returned")
    assert said == ["已转回智能客服，您和人工说过的内容我都接着办。", question]
    events = await talk.events()
    assert [event.kind for event in events if event.kind.startswith("hand")] == ["handoff", "handback"]
    assert not (await talk.state()).handed_over


async def test_giving_back_twice_is_one_turn(talk: Talk) -> None:
    await talk.say("request_agent@0.95: 转人工")
    first = await hand_back(talk, "returned")
    assert await hand_back(talk, "returned") == first
    assert len(await talk.assistant.turns(talk.sender)) == 2


async def test_a_closed_conversation_has_nothing_open(talk: Talk) -> None:
    await talk.say("report_outage@0.95: 我家停电了")
    await talk.say("request_agent@0.95: 转人工")
    assert await hand_back(talk, "closed") == ["本次人工服务已结束，还有需要可以继续问我。"]
    assert (await talk.state()).stack == []
    assert "flow_cancelled:report_outage" in await talk.kinds()


async def test_what_an_agent_learnt_is_a_slot_by_the_agent_and_a_name_that_there_is_not_is_left_out(talk: Talk) -> None:
    await talk.say("request_agent@0.95: 转人工")
    await hand_back(talk, "returned", phone="13812345678", no_such_slot="x")
    state = await talk.state()
    assert state.slots["phone"] == "13812345678"
    assert "no_such_slot" not in state.slots
    by = [event.by for event in await talk.events() if event.kind == "slot" and event.name == "phone"]  # type: ignore[attr-defined]
    assert by == ["agent"]


async def test_without_a_desk_the_words_of_a_handoff_are_as_ever(talk: Talk) -> None:
    said = await talk.say("request_agent@0.95: 转人工")
    assert said == "已为您转接人工客服，您现在排在第1位，请稍候。刚才说过的内容已经一并转给坐席，不用重复。"
    assert "handoff_state" not in {getattr(event, "name", "") for event in await talk.events()}
