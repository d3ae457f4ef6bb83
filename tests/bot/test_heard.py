"""What was hardly heard, misheard or cut short: other readings, confirmation first, a history of what was heard."""

from __future__ import annotations

from bot.events import ReplyCut, UserSaid
from bot.heard_history import as_heard
from bot.message import CutReply, Reading
from bot.tracker import render_tracker
from tests.bot.talk import Talk

USAGE = "2026年10月用电量查好了"
CONFIRMATION = "您是说要办「报修停电」，对吗？"


async def said(talk: Talk) -> UserSaid:
    return [event for event in await talk.events() if isinstance(event, UserSaid)][-1]


async def test_of_two_doubtful_readings_the_one_that_is_understood_counts(talk: Talk) -> None:
    meant = talk.nlu.teach("query_usage@0.95: [十月](month=2026-10)用电量")
    await talk.say("out_of_scope@0.6: 十月永电亮", heard=0.8, readings=(Reading(meant, 0.7),))
    assert talk.said[0] == USAGE
    event = await said(talk)
    assert (event.text, event.first_reading, event.heard) == ("十月用电量", "十月永电亮", 0.8)


async def test_a_clear_first_reading_is_never_overridden(talk: Talk) -> None:
    other = talk.nlu.teach("query_usage@0.99: [十月](month=2026-10)用电量")
    await talk.say("report_outage@0.7: 家里停电了", heard=0.97, readings=(Reading(other, 0.9),))
    event = await said(talk)
    assert (event.intent, event.first_reading) == ("report_outage", "")


async def test_the_reading_that_answers_the_question_is_preferred(talk: Talk) -> None:
    await talk.say("query_usage: 查用电量")
    month = talk.nlu.teach("query_usage@0.5: [十月](month=2026-10)")
    await talk.say("report_outage@0.6: 失约", heard=0.8, readings=(Reading(month, 0.6),))
    assert talk.said[0] == USAGE


async def test_a_number_that_led_to_nothing_is_not_heard_a_second_time(talk: Talk) -> None:
    await talk.say("query_bill: 查[上个月](month=2026-10)电费")
    state = await talk.state()
    state.heard["account_no"] = "3702000000009"
    policy = talk.assistant.engine.policy
    talk.nlu.teach("query_bill: [3702000000009](account_no)")
    again = talk.nlu.known["3702000000009"]
    assert policy.doubts(again, state)
    talk.nlu.teach("query_bill: [3702000000001](account_no)")
    other = talk.nlu.known["3702000000001"]
    assert not policy.doubts(other, state)
    assert policy.choose(again, [(Reading("3702000000001", 0.1), other)], state) is other


async def test_an_act_on_words_that_were_hardly_heard_is_confirmed_first(talk: Talk) -> None:
    assert await talk.say("report_outage: 家里停电了", heard=0.6) == CONFIRMATION
    assert (await talk.state()).active_flow is None
    assert await talk.say("affirm: 对") == "停电地址是哪里"


async def test_what_came_with_the_request_is_kept_while_it_is_confirmed(talk: Talk) -> None:
    assert await talk.say("report_outage: [台东三路5号](address)停电了", heard=0.6) == CONFIRMATION
    assert await talk.say("affirm: 对") == "联系电话是多少"


async def test_a_no_is_asked_in_other_words_and_another_request_taken_at_once(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了", heard=0.6)
    assert await talk.say("deny: 不是") == "那请您换个说法，告诉我想查什么或者办什么？"
    await talk.say("report_outage: 家里停电了", heard=0.6)
    assert (await talk.say("query_usage: [十月](month=2026-10)用了多少度")).startswith("2026年10月用电量查好了")


async def test_who_says_the_same_again_is_believed_however_little_was_heard(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了", heard=0.6)
    assert await talk.say("report_outage: 我说家里停电了", heard=0.6) == "停电地址是哪里"


async def test_a_question_is_answered_without_confirmation(talk: Talk) -> None:
    await talk.say("query_usage: [十月](month=2026-10)用了多少度", heard=0.6)
    assert talk.said[0] == USAGE


async def test_a_danger_that_was_hardly_heard_is_asked_about_with_its_first_advice(talk: Talk) -> None:
    question = await talk.say("report_hazard: 电线断了", heard=0.6)
    assert question == "您是说有触电、着火、电线断落这样的危险，对吗？是的话请先离远，不要碰。"
    assert (await talk.say("affirm: 对")).startswith("请远离8米以外")


async def test_a_yes_to_an_act_that_was_hardly_heard_is_asked_for_again(talk: Talk) -> None:
    await talk.say("report_outage: [台东三路5号](address)停电了")
    question = await talk.say("report_outage: [13812345678](phone)")
    assert question == "为台东三路5号报修，对吗"
    await talk.say("affirm: 是", heard=0.6)
    assert (await talk.state()).requested_slot == "confirm_report"
    assert "已经报修" in await talk.say("affirm: 是的")


async def test_an_interrupted_reply_ends_in_the_history_where_it_was_interrupted(talk: Talk) -> None:
    await talk.say("query_usage: [十月](month=2026-10)用了多少度", message_id="m1")
    await talk.say("report_outage: 家里停电了", message_id="m2", cut=(CutReply("m1", "2026年10月", "用电量查好了"),))
    turns = await talk.assistant.turns(talk.sender)
    first, _ = as_heard([turn.events for turn in turns])
    assert [event.text for event in first if event.kind == "bot"] == ["2026年10月……"]  # type: ignore[attr-defined]
    assert any(isinstance(event, ReplyCut) for event in turns[1].events)
    tracker = render_tracker(await talk.state(), turns, "r")
    assert next(event.get("heard") for event in tracker["events"] if event["event"] == "bot") == "2026年10月"


async def test_who_asks_to_hear_it_again_after_interrupting_hears_all_of_it(talk: Talk) -> None:
    await talk.say("query_usage: [十月](month=2026-10)用了多少度", message_id="m1")
    cut = (CutReply("m1", "2026年10月", "用电量查好了"),)
    assert await talk.say("repeat: 你说什么", message_id="m2", cut=cut) == "2026年10月用电量查好了"


async def test_what_nobody_heard_is_not_what_is_said_again(talk: Talk) -> None:
    await talk.say("query_usage: [十月](month=2026-10)用了多少度", message_id="m1")
    await talk.say("query_usage: [九月](month=2026-09)呢", message_id="m2")
    cut = (CutReply("m2", "", "2026年9月用电量查好了"),)
    await talk.say("repeat: 再说一遍", message_id="m3", cut=cut)
    assert talk.said[0] == USAGE
