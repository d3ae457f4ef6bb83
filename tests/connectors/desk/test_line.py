"""Who waits, who takes whom, and what happens when an agent's line breaks."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.message import UserMessage
from connectors.desk.errors import DeskConflict, NotInSight
from connectors.desk.values import Viewer
from tests.connectors.desk.world import AGENT, CHIEF, OTHER, WANTS_A_PERSON, World, desk_over


async def test_a_customer_in_the_queue_hears_his_place_and_goes_on_with_the_bot(world: World) -> None:
    await world.come(AGENT)
    said = await world.say(WANTS_A_PERSON)
    assert said == [
        "已为您转接人工客服，您现在排在第1位，预计等待约1分钟。"
        "刚才说过的内容已经一并转给坐席，不用重复；等候时您也可以继续问我。"
    ]
    assert await world.say("query_tariff@0.95: 峰段是几点") != []


async def test_what_an_agent_has_in_hand_goes_to_him_and_not_to_the_bot(world: World) -> None:
    session = await world.taken()
    assert await world.say("在吗") == ["人工客服王敏为您服务。"]
    await world.desk.talk.say(AGENT, session.id, "您好，我在", "c1")
    assert await world.say("我的电费不对") == ["您好，我在"]
    lines = await world.lines(session)
    assert lines[-3:] == [("customer", "在吗"), ("agent", "您好，我在"), ("customer", "我的电费不对")]
    assert lines[0] == ("customer", "转人工")


async def test_a_message_that_comes_twice_is_taken_once(world: World) -> None:
    session = await world.taken()
    first = await world.say("在吗", message_id="m1")
    assert await world.say("在吗", message_id="m1") == first
    assert [line for line in await world.lines(session) if line == ("customer", "在吗")] == [("customer", "在吗")]
    await world.desk.talk.say(AGENT, session.id, "在的", "c1")
    await world.desk.talk.say(AGENT, session.id, "在的", "c1")
    assert await world.say("好") == ["在的"]


async def test_a_message_that_the_bot_has_answered_is_not_given_to_the_agent(world: World) -> None:
    await world.come(AGENT)
    said = await world.say(WANTS_A_PERSON, message_id="m1")
    session = (await world.desk.line.waiting(AGENT))[0]
    await world.desk.line.accept(AGENT, session.id)
    assert (await world.say("转人工", message_id="m1"))[-1:] == said
    assert ("customer", "转人工") in await world.lines(session)


async def test_two_agents_never_take_the_same_customer(world: World) -> None:
    await world.come(AGENT, OTHER)
    session = await world.hand_over()
    second = desk_over(world.talk, world.machine, [])
    results = await asyncio.gather(
        world.desk.line.accept(AGENT, session.id), second.line.accept(OTHER, session.id), return_exceptions=True
    )
    refused = [one for one in results if isinstance(one, DeskConflict)]
    assert len(refused) == 1, results
    assert refused[0].code == "taken"


async def test_next_gives_the_urgent_one_first_and_then_who_waits_longest(world: World) -> None:
    await world.come(AGENT)
    await world.hand_over("calm-1")
    world.talk.clock.move(seconds=5)
    await world.say("complain_bot@0.95: 你们什么破服务", "angry-1")
    await world.hand_over("angry-1")
    world.talk.clock.move(seconds=5)
    await world.hand_over("calm-2")
    taken = [await world.desk.line.take_next(AGENT) for _ in range(4)]
    assert [one and one.conversation_id for one in taken] == ["angry-1", "calm-1", "calm-2", None]


async def test_an_agent_is_given_his_groups_and_others_only_when_they_have_waited_long(world: World) -> None:
    biller = replace(AGENT, skills=("billing",))
    await world.come(biller)
    await world.hand_over("general-1")
    assert await world.desk.line.take_next(biller) is None
    world.talk.clock.move(seconds=121)
    taken = await world.desk.line.take_next(biller)
    assert taken is not None
    assert taken.conversation_id == "general-1"


async def test_nobody_gets_more_than_he_can_have(world: World) -> None:
    busy = replace(AGENT, capacity=1)
    await world.taken(busy)
    second = await world.hand_over("customer-2")
    with pytest.raises(DeskConflict) as refused:
        await world.desk.line.accept(busy, second.id)
    assert refused.value.code == "at_capacity"


async def test_who_is_away_is_given_nothing(world: World) -> None:
    session = await world.hand_over()
    with pytest.raises(DeskConflict, match="on line"):
        await world.desk.line.accept(AGENT, session.id)
    await world.desk.room.roster.choose(AGENT, "away")
    with pytest.raises(DeskConflict, match="on line"):
        await world.desk.line.accept(AGENT, session.id)


async def test_a_lost_line_keeps_the_customer_for_its_agent_for_a_while(world: World) -> None:
    session = await world.taken()
    world.machine.now += 46
    await world.desk.look_after()
    kept = await world.desk.overview.session(CHIEF, session.id)
    assert (kept.status, kept.agent_id, kept.reserved_until) == ("active", 1, world.machine.now + 60)
    await world.say("还在吗")
    await world.desk.room.roster.hear(AGENT)
    back = await world.desk.overview.session(AGENT, session.id)
    assert (back.agent_id, back.reserved_until, back.unread) == (1, None, 1)
    assert (await world.lines(session))[-1] == ("customer", "还在吗")


async def test_after_the_grace_the_customer_is_first_in_the_queue_and_nothing_is_lost(world: World) -> None:
    session = await world.taken()
    await world.hand_over("customer-2")
    await world.say("我说的这句不能丢")
    for seconds in (46, 61):
        world.machine.now += seconds
        await world.desk.look_after()
    await world.say("还有这一句")
    await world.come(OTHER)
    taken = await world.desk.line.take_next(OTHER)
    assert taken is not None
    assert taken.id == session.id
    said = [text for who, text in await world.lines(taken) if who == "customer"]
    assert said == ["转人工", "我说的这句不能丢", "还有这一句"]
    told = await world.say("好的")
    assert told == ["人工客服李强为您服务。"]


async def test_a_transfer_hands_over_everything_and_the_first_agent_may_write_no_more(world: World) -> None:
    session = await world.taken()
    await world.come(OTHER)
    await world.desk.talk.note(AGENT, session.id, "客户很着急")
    moved = await world.desk.line.transfer(AGENT, session.id, to_agent=2, to_skill=None, note="请接手")
    assert (moved.agent_id, moved.status) == (2, "active")
    with pytest.raises(DeskConflict) as refused:
        await world.desk.talk.say(AGENT, session.id, "我还在", "c9")
    assert refused.value.code == "not_yours"
    with pytest.raises(NotInSight):
        await world.desk.overview.session(AGENT, session.id)
    lines = await world.lines(moved)
    assert ("note", "客户很着急") in lines
    assert ("note", "请接手") in lines
    assert "已为您转接给李强，您说过的内容对方都能看到。" in await world.say("好")


async def test_a_transfer_to_a_group_goes_to_the_front_of_its_queue(world: World) -> None:
    session = await world.taken()
    await world.hand_over("customer-2")
    await world.desk.line.transfer(AGENT, session.id, to_agent=None, to_skill="billing", note="")
    first = (await world.desk.line.waiting(CHIEF))[0]
    assert (first.id, first.skill, first.is_held) == (session.id, "billing", True)


async def test_nobody_is_handed_to_an_agent_who_is_not_there(world: World) -> None:
    session = await world.taken()
    with pytest.raises(DeskConflict, match="cannot take it"):
        await world.desk.line.transfer(AGENT, session.id, to_agent=2, to_skill=None, note="")


async def test_a_supervisor_takes_over(world: World) -> None:
    session = await world.taken()
    await world.come(CHIEF)
    with pytest.raises(DeskConflict):
        await world.desk.line.accept(CHIEF, session.id)
    taken = await world.desk.line.accept(CHIEF, session.id, takes_over=True)
    assert taken.agent_id == CHIEF.id


async def test_an_agent_sees_his_place_and_what_lies_below_it(world: World) -> None:
    front = world.desk.front(world.talk.assistant, "rest")
    world.talk.nlu.teach(WANTS_A_PERSON)
    await front.answer(UserMessage("转人工", "customer-9", region="山东", message_id="x"))
    there, elsewhere = Viewer(5, "甲", "山东"), Viewer(6, "乙", "江苏")
    assert [one.scope for one in await world.desk.line.waiting(there)] == ["山东"]
    assert await world.desk.line.waiting(elsewhere) == []
    session = (await world.desk.line.waiting(there))[0]
    await world.come(elsewhere)
    with pytest.raises(NotInSight):
        await world.desk.line.accept(elsewhere, session.id)


async def test_who_is_nobodys_becomes_the_agents_place(world: World) -> None:
    session = await world.taken(Viewer(5, "甲", "山东/青岛市"))
    assert session.scope == "山东/青岛市"


async def test_places_in_the_bots_queue_move_up_when_one_is_taken(world: World) -> None:
    session = await world.hand_over("customer-1")
    assert "第2位" in (await world.say(WANTS_A_PERSON, "customer-2"))[0]
    await world.come(AGENT)
    await world.desk.line.accept(AGENT, session.id)
    assert "第2位" in (await world.say(WANTS_A_PERSON, "customer-3"))[0]


async def test_the_wait_grows_with_the_queue_and_shrinks_with_the_agents(world: World) -> None:
    one_place = replace(AGENT, capacity=1)
    await world.come(one_place)
    sessions = [await world.hand_over(f"customer-{number}") for number in range(3)]

    async def waits() -> list[float | None]:
        store, estimate = world.desk.room.store, world.desk.room.estimate
        return [await store.read(lambda link, one=one: estimate.wait_of(link, one)) for one in sessions]

    assert await waits() == [20, 320, 620]
    await world.come(replace(OTHER, capacity=1))
    assert await waits() == [20, 20, 170]
