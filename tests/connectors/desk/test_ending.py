"""How sessions end, and what is promised where nobody is there."""

from __future__ import annotations

from datetime import datetime

import pytest

from connectors.desk.errors import DeskConflict, NotInSight
from connectors.desk.settings import DeskSettings
from connectors.desk.values import Viewer
from connectors.errors import BadRequest
from storage.clock import CHINA
from tests.connectors.desk.world import AGENT, CHIEF, OTHER, WANTS_A_PERSON, World, desk_over


async def test_the_bot_goes_on_where_it_stopped_with_what_the_agent_learnt(world: World) -> None:
    asked = await world.say("report_outage@0.95: 我家停电了")
    session = await world.taken()
    await world.say("我说给你听")
    await world.desk.ending.return_to_bot(AGENT, session.id, "已核对", {"phone": "13812345678"})
    said = await world.say("affirm@0.9: 好的")
    assert said[0] == "已转回智能客服，您和人工说过的内容我都接着办。"
    assert said[1] == asked[-1]
    state = await world.talk.assistant.conversation("customer-1")
    assert state.slots["phone"] == "13812345678"
    assert not state.handed_over
    kinds = [event.kind for event in await world.talk.events()]
    assert kinds.count("handoff") == kinds.count("handback") == 1


async def test_who_a_customer_is_cannot_be_set_by_an_agent(world: World) -> None:
    session = await world.taken()
    for slot in ("verified_level", "verified_account", "handoff_reason"):
        with pytest.raises(BadRequest, match=slot):
            await world.desk.ending.return_to_bot(AGENT, session.id, "", {slot: 2})
    assert (await world.desk.overview.session(AGENT, session.id)).status == "active"


async def test_a_closed_session_ends_what_was_open_and_asks_for_a_score(world: World) -> None:
    await world.say("report_outage@0.95: 我家停电了")
    session = await world.taken()
    await world.say("谢谢")
    closed = await world.desk.ending.close(AGENT, session.id, "solved", "已报修", asks_rating=True)
    assert (closed.status, closed.disposition, closed.rating_asked) == ("closed", "solved", True)
    assert (await world.talk.assistant.conversation("customer-1")).stack == []
    told = [one["text"] for one in await world.desk.mail.read("customer-1", 0)]
    assert told[-2:] == [
        "本次人工服务已结束，还有需要可以继续问我。",
        "请为本次人工服务打分，回复1到5的数字就可以（5分非常满意）。",
    ]
    await world.desk.mail.read("customer-1", 99)
    assert await world.say("4分", message_id="r1") == ["感谢您的评价。"]
    assert await world.say("4分", message_id="r1") == ["感谢您的评价。"]
    assert (await world.desk.overview.session(AGENT, session.id)).rating == 4
    assert await world.say("affirm@0.9: 5") != ["感谢您的评价。"]


async def test_a_number_is_no_score_before_the_question_was_seen(world: World) -> None:
    session = await world.taken()
    await world.desk.ending.close(AGENT, session.id, "solved", "", asks_rating=True)
    said = await world.say("affirm@0.9: 5")
    assert "感谢您的评价。" not in said
    assert (await world.desk.overview.session(AGENT, session.id)).rating is None


async def test_the_chat_window_asks_with_stars_and_knows_that_the_bot_is_back(world: World) -> None:
    session = await world.taken(AGENT, "web:w1", "webchat")
    await world.desk.ending.close(AGENT, session.id, "solved", "", asks_rating=True)
    events = await world.chat.chat.log.after("web:w1", 0)
    assert [event.kind for event in events][-2:] == ["reply", "csat"]
    assert events[-2].content["state"] == "with_bot"


async def test_a_session_ends_with_a_result_that_is_known_and_once(world: World) -> None:
    session = await world.taken()
    with pytest.raises(BadRequest, match="solved"):
        await world.desk.ending.close(AGENT, session.id, "whatever", "", asks_rating=False)
    with pytest.raises(DeskConflict):
        await world.desk.ending.close(OTHER, session.id, "solved", "", asks_rating=False)
    await world.desk.ending.close(AGENT, session.id, "solved", "", asks_rating=False)
    with pytest.raises(DeskConflict, match="over"):
        await world.desk.ending.close(AGENT, session.id, "solved", "", asks_rating=False)


async def test_after_the_end_a_new_request_makes_a_new_session_that_knows_the_old_one(world: World) -> None:
    first = await world.taken()
    await world.say("第一次说的")
    await world.desk.ending.close(AGENT, first.id, "solved", "", asks_rating=False)
    second = await world.hand_over()
    assert second.id != first.id
    assert [one.id for one in await world.desk.overview.earlier(AGENT, second)] == [first.id]
    assert ("customer", "第一次说的") in await world.lines(second)


async def test_with_nobody_there_a_call_back_is_promised_within_working_time(world: World) -> None:
    said = await world.say(WANTS_A_PERSON)
    assert "坐席暂时都不在线，已为您登记，今天12:00前会有人工联系您" in said[0]
    found, total = await world.desk.callbacks.page(CHIEF, "open", 1, 20)
    assert (total, found[0].reason, found[0].due_at) == (1, "nobody_there", at(20, 12).timestamp())


async def test_out_of_hours_the_promise_runs_from_the_next_morning_and_becomes_overdue(world: World) -> None:
    await world.come(AGENT)
    world.talk.clock.now = at(20, 21)
    said = await world.say(WANTS_A_PERSON)
    assert said[0].startswith("现在不是人工服务时间（周一至周五 8:00-20:00，周六周日 9:00-17:00）。")
    assert "明天11:00前会有人工联系您" in said[0]
    assert (await world.desk.callbacks.page(CHIEF, "overdue", 1, 20))[1] == 0
    world.talk.clock.now = at(21, 11, 1)
    found, total = await world.desk.callbacks.page(CHIEF, "overdue", 1, 20)
    assert (total, found[0].reason) == (1, "out_of_hours")
    assert world.desk.callbacks.is_overdue(found[0])


async def test_a_promise_is_taken_by_one_and_kept(world: World) -> None:
    await world.hand_over()
    callback = (await world.desk.callbacks.page(CHIEF, "open", 1, 20))[0][0]
    with pytest.raises(DeskConflict, match="take it first"):
        await world.desk.callbacks.phone(AGENT, callback.id)
    await world.desk.callbacks.claim(AGENT, callback.id)
    with pytest.raises(DeskConflict):
        await world.desk.callbacks.claim(OTHER, callback.id)
    with pytest.raises(DeskConflict):
        await world.desk.callbacks.finish(OTHER, callback.id, "reached", "")
    with pytest.raises(BadRequest, match="reached"):
        await world.desk.callbacks.finish(AGENT, callback.id, "maybe", "")
    done = await world.desk.callbacks.finish(AGENT, callback.id, "reached", "已解释")
    assert (done.status, done.result, done.note) == ("done", "reached", "已解释")
    with pytest.raises(NotInSight):
        await world.desk.callbacks.claim(AGENT, 999)


async def test_who_takes_the_conversation_has_its_promise_and_keeps_it_by_ending_it(world: World) -> None:
    session = await world.hand_over()
    await world.come(AGENT)
    await world.desk.line.accept(AGENT, session.id)
    callback = (await world.desk.callbacks.page(CHIEF, "open", 1, 20))[0][0]
    assert (callback.status, callback.agent_id) == ("claimed", AGENT.id)
    await world.desk.ending.close(AGENT, session.id, "solved", "", asks_rating=False)
    done = (await world.desk.callbacks.page(CHIEF, "done", 1, 20))[0][0]
    assert done.result == "solved_otherwise"


async def test_a_promise_is_seen_in_its_scope_alone(world: World) -> None:
    await world.say("report_outage@0.95: 我家停电了")
    session = await world.taken(Viewer(5, "甲", "山东"))
    assert session.scope == "山东"
    for sender in ("c-1", "c-2"):
        await world.hand_over(sender)
    found = await world.desk.callbacks.page(Viewer(6, "乙", "江苏"), "open", 1, 20)
    assert {one.scope for one in found[0]} <= {""}


async def test_whom_nobody_takes_again_goes_back_to_the_bot_with_a_promise(world: World) -> None:
    session = await world.taken()
    for seconds in (46, 61):
        world.machine.now += seconds
        await world.desk.look_after()
    world.talk.clock.move(seconds=601)
    await world.desk.look_after()
    ended = await world.desk.overview.session(CHIEF, session.id)
    assert (ended.status, ended.disposition) == ("closed", "abandoned")
    told = [one["text"] for one in await world.desk.mail.read("customer-1", 0)]
    assert any(text.startswith("人工坐席暂时都不在线，已为您登记") for text in told)
    assert (await world.desk.callbacks.page(CHIEF, "open", 1, 20))[0][0].status == "open"
    assert await world.say("query_tariff@0.95: 峰段是几点") != []


async def test_who_says_nothing_for_a_day_leaves_the_queue_and_keeps_his_promise(world: World) -> None:
    session = await world.hand_over()
    world.talk.clock.move(hours=25)
    await world.desk.look_after()
    assert (await world.desk.overview.session(CHIEF, session.id)).disposition == "customer_left"
    assert (await world.desk.callbacks.page(CHIEF, "open", 1, 20))[1] == 1


async def test_a_call_hears_nothing_of_this_desks_wait_and_leaves_its_queue_when_it_is_over(world: World) -> None:
    await world.come(AGENT)
    said = await world.say(WANTS_A_PERSON, "phone:call-1", door="phone")
    assert said == ["已为您转接人工客服，您现在排在第1位，请稍候。刚才说过的内容已经一并转给坐席，不用重复。"]
    assert (await world.desk.callbacks.page(CHIEF, "open", 1, 20))[1] == 0
    world.talk.clock.move(minutes=31)
    await world.desk.look_after()
    assert await world.desk.line.waiting(CHIEF) == []


async def test_a_row_whose_turn_died_is_taken_in_by_any_worker(world: World) -> None:
    assert world.talk.queue is not None
    world.talk.queue.outlook = None
    await world.say(WANTS_A_PERSON)
    second = desk_over(world.talk, world.machine, [])
    assert await second.line.waiting(CHIEF) == []
    world.talk.clock.move(seconds=3)
    assert [one.conversation_id for one in await second.line.waiting(CHIEF)] == ["customer-1"]


async def test_without_settings_the_desk_works_with_its_defaults(small_world: World) -> None:
    desk = desk_over(small_world.talk, small_world.machine, [], DeskSettings())
    assert desk.room.settings.skill_for(["query_bill"]).code == "general"
    assert desk.room.hours.is_open(at(20, 10))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment in November 2026."""
    return datetime(2026, 11, day, hour, minute, tzinfo=CHINA)
