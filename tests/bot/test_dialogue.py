"""How a dialogue goes: flows, digressions, corrections, cancellations and the other repairs."""

from __future__ import annotations

from typing import Any

from bot.conversation import Conversation
from tests.bot.talk import Talk

ADDRESS = "report_outage: [台东三路5号](address)"


async def test_an_auth_flow_verifies_first_and_then_answers(talk: Talk) -> None:
    assert await talk.say("query_bill: 查[上个月](month=2026-10)电费") == "请说户号"
    state = await talk.state()
    assert (state.active_flow, state.requested_slot, state.verified_level) == ("query_bill", "account_no", 0)
    assert await talk.say("query_bill: [3702000000001](account_no)") == "请说验证码"
    assert (await talk.state()).requested_slot == "verification_code"
    answer = await talk.say("query_bill: 482913")
    assert answer.startswith("2026年10月电费88.50元 / ")
    assert (await talk.state()).verified_level == 2
    assert (await talk.kinds()) == ["flow_started:query_bill", "flow_completed:query_bill"]


async def test_verification_is_not_repeated_for_the_same_account(talk: Talk) -> None:
    await talk.say("query_bill: 查[上个月](month=2026-10)电费")
    await talk.say("query_bill: [3702000000001](account_no)")
    await talk.say("query_bill: 482913")
    assert (await talk.say("query_bill: 那[九月](month=2026-09)的呢")).startswith("2026年9月电费88.50元")


async def test_slots_of_a_flow_are_cleared_after_it_completed(talk: Talk) -> None:
    await talk.say("query_usage: [十月](month=2026-10)用了多少度")
    names = [(event.kind, getattr(event, "name", getattr(event, "flow", ""))) for event in await talk.events()]
    completed = names.index(("flow_completed", "query_usage"))
    assert ("slot", "month") in names[completed:]
    assert (await talk.state()).slots["month"] is None


async def test_a_digression_is_finished_and_the_paused_flow_goes_on(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    answer = await talk.say("query_usage: [十月](month=2026-10)用了多少度")
    assert answer == "2026年10月用电量查好了 / 好，回到刚才的「报修停电」。 / 停电地址是哪里"
    assert await talk.kinds() == [
        "flow_started:report_outage",
        "flow_interrupted:report_outage",
        "flow_started:query_usage",
        "flow_completed:query_usage",
        "flow_resumed:report_outage",
    ]
    assert (await talk.state()).requested_slot == "address"


async def test_a_knowledge_question_in_a_flow_is_answered_and_the_question_asked_again(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    answer = await talk.say("ask_knowledge: 峰段是几点")
    assert answer.startswith("峰段是8点到22点")
    assert answer.endswith("停电地址是哪里")


async def test_a_correction_rewinds_only_what_depends_on_the_corrected_slot(
    talk: Talk, actions: dict[str, Any]
) -> None:
    await talk.say("report_outage: 家里停电了")
    await talk.say(ADDRESS)
    assert await talk.say("report_outage: [13812345678](phone)") == "为台东三路5号报修，对吗"
    answer = await talk.say("correct: 不对 是[台东三路7号](address)")
    assert answer.endswith("为台东三路7号报修，对吗")
    assert (await talk.state()).slots["phone"] == "13812345678"
    assert len(actions["action_check_outage"].keys) == 2
    assert "已经报修" in await talk.say("affirm: 对")
    assert len(actions["action_make_ticket"].keys) == 1


async def test_cancelling_asks_before_throwing_work_away(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    await talk.say(ADDRESS)
    assert "确定不办了吗" in await talk.say("cancel: 算了不报了")
    assert (await talk.say("deny: 不是 继续")) == "好的，那我们继续。 / 联系电话是多少"
    await talk.say("cancel: 算了不报了")
    assert "已经取消" in await talk.say("affirm: 是的")
    state = await talk.state()
    assert (state.stack, state.slots["address"]) == ([], None)
    assert "flow_cancelled:report_outage" in await talk.kinds()


async def test_cancelling_without_work_is_done_at_once(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    assert "已经取消" in await talk.say("cancel: 算了不报了")


async def test_an_account_number_may_stand_for_the_address(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    assert await talk.say("report_outage: 户号[3702000000001](account_no)") == "联系电话是多少"


async def test_a_useless_answer_is_asked_again_in_other_words_and_then_given_up(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    assert await talk.say("report_outage@0.5: 就是那个地方") == "请说小区和楼号"
    assert await talk.say("report_outage@0.5: 哎呀就那") == "请说小区和楼号"
    answer = await talk.say("report_outage@0.5: 那个那个")
    assert "转接人工" in answer
    assert any(event.kind == "handoff" for event in await talk.events())


async def test_two_requests_are_handled_one_after_the_other(talk: Talk) -> None:
    answer = await talk.say("query_usage+query_tariff: [十月](month=2026-10)用了多少度 顺便问[江苏]居民电价")
    assert answer.startswith("2026年10月用电量查好了 / 接下来为您处理「问电价」。 / 江苏居民阶梯的价格")


async def test_a_hazard_interrupts_everything_and_speaks_before_it_asks(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    answer = await talk.say("report_hazard@0.5: 电线掉下来冒火了")
    assert answer.startswith("请远离8米以外")
    assert (await talk.state()).active_flow == "report_hazard"


async def test_close_requests_lead_to_one_question_with_choices(talk: Talk) -> None:
    answer = await talk.say("query_bill@0.4|query_usage@0.38: 看看[十月](month=2026-10)的电")
    assert "查电费账单、查用电量" in answer
    answer = await talk.say("chitchat@0.3: 第二个")
    assert answer.startswith("2026年10月用电量查好了")


async def test_not_understood_once_asks_twice_hands_over(talk: Talk) -> None:
    assert "没有听明白" in await talk.say("chitchat@0.1: 咕噜咕噜")
    assert "转接人工" in await talk.say("chitchat@0.1: 呱啦呱啦")
    assert any(event.kind == "handoff" for event in await talk.events())


async def test_repeat_says_the_last_words_again_and_wait_keeps_the_question(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    assert await talk.say("repeat: 没听清") == "停电地址是哪里"
    assert "不着急" in await talk.say("wait: 等一下")
    assert (await talk.state()).requested_slot == "address"


async def test_silence_is_asked_about_and_then_the_conversation_is_closed(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    assert await talk.say("") == "您还在吗？需要帮助请直接告诉我。 / 停电地址是哪里"
    await talk.say("")
    assert "先不打扰您" in await talk.say("")
    assert (await talk.state()).stack == []


async def test_anger_is_met_with_an_apology_and_an_offer_then_with_a_person(talk: Talk) -> None:
    assert "转接人工客服" in await talk.say("complain_bot: 你根本听不懂人话")
    answer = await talk.say("complain_bot: 笨死了")
    assert "抱歉" in answer
    assert any(event.kind == "handoff" for event in await talk.events())


async def test_elliptical_follow_ups_keep_what_a_knowledge_flow_knew(talk: Talk) -> None:
    assert await talk.say("query_tariff: [徐州]居民电价多少") == "江苏居民阶梯的价格"
    assert await talk.say("query_tariff: 那[工商业](tariff_kind=一般工商业)的呢") == "江苏一般工商业的价格"
    assert await talk.say("query_tariff: 那青岛呢") == "山东一般工商业的价格"


async def test_region_is_asked_once_and_remembered(talk: Talk) -> None:
    assert await talk.say("query_tariff: 居民电价多少") == "您在哪个地区"
    assert await talk.say("chitchat@0.3: 江苏的") == "江苏居民阶梯的价格"
    assert await talk.say("query_tariff: 现在的居民电价一度是多少钱") == "江苏居民阶梯的价格"


async def test_a_failing_action_is_tried_again_and_then_becomes_a_ticket(talk: Talk, actions: dict[str, Any]) -> None:
    class Passing(Exception):
        is_permanent = False

    actions["action_check_outage"].failures = [Passing()]
    await talk.say("report_outage: 家里停电了")
    assert await talk.say(ADDRESS) == "联系电话是多少"
    actions["action_make_ticket"].failures = [Passing(), Passing()]
    await talk.say("report_outage: [13812345678](phone)")
    answer = await talk.say("affirm: 对")
    assert "没有办成" in answer
    assert "GD9" in answer
    failed = [event for event in await talk.events() if event.kind == "action_failed"]
    assert [event.name for event in failed] == ["action_make_ticket"]
    keys = actions["action_make_ticket"].keys
    assert keys[0] == keys[1], "the second try of an action must bear the same key"


async def test_the_same_message_id_makes_one_turn(talk: Talk, actions: dict[str, Any]) -> None:
    first = await talk.say("query_usage: [十月](month=2026-10)用了多少度", message_id="m1")
    again = await talk.say("query_usage: [十月](month=2026-10)用了多少度", message_id="m1")
    assert first == again
    assert len(await talk.assistant.turns(talk.sender)) == 1


async def test_replaying_the_events_gives_the_same_state(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    await talk.say(ADDRESS)
    await talk.say("query_usage: [十月](month=2026-10)用了多少度")
    now = await talk.state()
    replayed = Conversation(talk.sender, now.initial_slots)
    replayed.apply_all(await talk.events())
    assert replayed == now


async def test_a_quiet_hour_starts_a_new_session(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    talk.clock.move(minutes=61)
    assert await talk.say("query_tariff: [徐州]居民电价多少") == "江苏居民阶梯的价格"
    assert [frame.flow for frame in (await talk.state()).stack] == []


async def test_denying_a_question_takes_the_way_that_the_flow_has_for_it(talk: Talk) -> None:
    await talk.say("query_bill: 查电费")
    answer = await talk.say("deny: 我不知道户号")
    assert answer.startswith("户号在电费单上")


async def test_a_default_month_needs_no_question(talk: Talk) -> None:
    await talk.say("query_bill: 查电费")
    await talk.say("query_bill: [3702000000001](account_no)")
    assert (await talk.say("query_bill: 482913")).startswith("2026年10月电费")


async def test_thanks_in_the_middle_do_not_lose_the_question(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    assert (await talk.say("thank: 谢谢")).endswith("停电地址是哪里")


async def test_a_code_given_while_a_region_is_asked_goes_to_the_verification_beneath(talk: Talk) -> None:
    await talk.say("query_bill: 查[上个月](month=2026-10)电费")
    await talk.say("query_bill: [3702000000001](account_no)")
    assert await talk.say("query_tariff: 峰谷几点到几点") == "您在哪个地区"
    assert (await talk.say("query_bill@0.4: 482913")).startswith("2026年10月电费88.50元")


async def test_repeat_after_wait_says_the_question_again(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    await talk.say("wait: 等一下")
    assert await talk.say("repeat: 没听清") == "停电地址是哪里"


async def test_a_plain_yes_is_heard_whatever_the_understanding_took_it_for(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    await talk.say(ADDRESS)
    await talk.say("report_outage: [13812345678](phone)")
    assert "已经报修" in await talk.say("report_outage@0.8: 好的办吧")


async def test_a_plain_no_is_heard_too(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    await talk.say(ADDRESS)
    await talk.say("report_outage: [13812345678](phone)")
    assert "没有报修" in await talk.say("report_outage@0.8: 先不报了吧")


async def test_a_digression_does_not_change_the_slots_of_the_paused_flow(talk: Talk) -> None:
    await talk.say("query_bill: 查[九月](month=2026-09)电费")
    await talk.say("query_usage: [十月](month=2026-10)用了多少度")
    assert (await talk.state()).slots["month"] == "2026-09"
    await talk.say("query_bill: [3702000000001](account_no)")
    assert (await talk.say("query_bill: 482913")).startswith("2026年9月电费")


async def test_cancel_said_to_the_question_whether_to_cancel_is_a_yes(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    await talk.say(ADDRESS)
    await talk.say("cancel: 算了不报了")
    assert "已经取消" in await talk.say("cancel: 取消")


async def test_a_choice_that_is_asked_for_is_never_a_hazard(talk: Talk) -> None:
    await talk.say("query_tariff: 居民电价多少")
    assert await talk.say("report_hazard@0.6: 山东") == "山东居民阶梯的价格"


async def test_a_value_between_na_and_ne_repeats_the_last_request(talk: Talk) -> None:
    await talk.say("query_tariff: [江苏]居民电价多少")
    assert await talk.say("report_outage@0.79: 那[峰谷](tariff_kind=居民峰谷)呢") == "江苏居民峰谷的价格"


async def test_a_question_taken_for_an_answer_is_answered_if_knowledge_knows_it(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    answer = await talk.say("report_outage@0.9: 校表期间电费还用交不")
    assert answer == "校表期间电费照交 / 停电地址是哪里"
    assert (await talk.state()).top.useless == 0  # type: ignore[union-attr]


async def test_a_hesitant_no_is_never_a_yes(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    await talk.say(ADDRESS)
    await talk.say("report_outage: [13812345678](phone)")
    assert "没有报修" in await talk.say("report_outage@0.8: 嗯，先不办")


async def test_a_yes_beside_a_request_does_not_hide_the_request(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    answer = await talk.say("affirm+ask_knowledge: 对了，峰段是几点")
    assert answer.startswith("峰段是8点到22点")
