"""What the turn of speech decides, whatever the understanding took a sentence for."""

from __future__ import annotations

from bot.conversation import Conversation
from tests.bot.talk import Talk

ADDRESS = "report_outage: [市北区台东三路26号3号楼2单元](address)"


async def latest_intent(talk: Talk) -> str:
    latest = (await talk.state()).latest
    assert latest is not None
    return latest.intent


async def asked(talk: Talk) -> tuple[str | None, str | None]:
    state: Conversation = await talk.state()
    return state.active_flow, state.requested_slot


async def test_a_question_guessed_to_be_an_address_is_a_question(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    answer = await talk.say("ask_knowledge@0.7: [你们多久能到啊](address~)")
    assert answer.startswith("峰段是8点到22点")
    assert await asked(talk) == ("report_outage", "address")
    assert (await talk.state()).slots["address"] is None


async def test_a_question_about_the_matter_is_no_answer_to_yes_or_no(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    await talk.say(ADDRESS)
    await talk.say("report_outage: [13812345678](phone)")
    answer = await talk.say("report_outage@0.9: 修这个要不要钱")
    assert answer.startswith("校表期间电费照交")
    assert (await latest_intent(talk), await asked(talk)) == ("ask_knowledge", ("report_outage", "confirm_report"))


async def test_a_building_put_right_changes_nothing_else_of_the_address(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    await talk.say(ADDRESS)
    await talk.say("correct: 不对，是五号楼不是三号楼")
    assert (await talk.state()).slots["address"] == "市北区台东三路26号5号楼2单元"
    assert await asked(talk) == ("report_outage", "phone")


async def test_an_address_in_pieces_becomes_one(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    await talk.say("report_outage: 我住[爱辉区龙江路](address)那个[祥和佳苑](address)，[九号楼](address)")
    assert (await talk.state()).slots["address"] == "爱辉区龙江路祥和佳苑九号楼"


async def test_a_value_left_out_is_not_a_request_to_change_it(talk: Talk) -> None:
    await talk.say("query_bill: 查电费")
    answer = await talk.say("report_outage@0.9: 来电的手机号")
    assert answer.startswith("户号在电费单上")


async def test_giving_up_is_heard_although_it_was_taken_for_an_answer(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    await talk.say("report_outage: [又来电了，报修取消](address~)吧")
    assert await latest_intent(talk) == "cancel"
    assert (await talk.state()).active_flow is None


async def test_the_wrong_request_is_given_up_for_the_right_one(talk: Talk) -> None:
    await talk.say("query_bill: 查电费")
    await talk.say("report_outage@0.5: 不是查，我是要报修")
    assert await talk.kinds() == ["flow_started:query_bill", "flow_cancelled:query_bill", "flow_started:report_outage"]


async def test_here_after_a_silence_asks_the_question_again(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    await talk.say("")
    assert await talk.say("query_usage@0.9: 在呢在呢我刚才找单子去了") == "停电地址是哪里"
    assert await latest_intent(talk) == "affirm"


async def test_a_yes_where_a_value_is_asked_for_asks_again_without_blame(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    assert await talk.say("affirm: 对对对就是这么个事") == "停电地址是哪里"
    assert (await talk.state()).top.useless == 0  # type: ignore[union-attr]


async def test_an_elliptic_question_about_what_is_spoken_of_is_in_scope(talk: Talk) -> None:
    await talk.say("ask_knowledge: 峰段是几点")
    assert await talk.say("out_of_scope@0.8: 我开店的呢") == "峰段是8点到22点"
    assert await latest_intent(talk) == "ask_knowledge"


async def test_the_business_of_others_is_out_of_scope_even_beside_a_request(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    await talk.say("out_of_scope@0.8+query_usage: 顺便看看煤气费欠没欠")
    assert (await latest_intent(talk), await asked(talk)) == ("out_of_scope", ("report_outage", "address"))


async def test_words_that_name_nobodys_business_are_not_understood(talk: Talk) -> None:
    await talk.say("out_of_scope@0.6: 阿巴阿巴")
    await talk.say("out_of_scope@0.6: 乌拉乌拉")
    assert (await talk.state()).handed_over


async def test_a_danger_that_is_only_thought_of_is_a_question(talk: Talk) -> None:
    answer = await talk.say("report_hazard: 要是电线断了掉地上该怎么办")
    assert answer == "峰段是8点到22点"
    assert (await talk.state()).active_flow is None


async def test_a_story_that_answers_the_question_is_no_hazard_unless_it_names_one(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    await talk.say("report_hazard@0.9: 我住[台东三路5号](address)卖豆腐那家旁边")
    assert await asked(talk) == ("report_outage", "phone")
    await talk.say("report_hazard@0.9: 哎呀[冒火花](fault_symptom=打火)了")
    assert "flow_started:report_hazard" in await talk.kinds()


async def test_a_yes_after_a_finished_service_says_what_was_done(talk: Talk) -> None:
    await talk.say("query_usage: [十月](month=2026-10)用了多少度")
    assert "查用电量" in await talk.say("affirm: 对的")
    await talk.say("ask_knowledge: 峰段是几点")
    assert "查用电量" not in await talk.say("affirm: 行吧")


async def test_questions_lean_on_the_flow_at_hand(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    assert (await talk.state()).slots["last_topic"] == "报修停电"


async def test_a_later_piece_goes_on_with_the_address(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    await talk.say("report_outage: [大学路学府花园](address)")
    await talk.say("report_outage: [3号楼](address)")
    assert (await talk.state()).slots["address"] == "大学路学府花园3号楼"
    assert await asked(talk) == ("report_outage", "phone")


async def test_a_weak_goodbye_does_not_end_what_is_being_handled(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    await talk.say("goodbye@0.49: 行吧那就这样")
    assert await asked(talk) == ("report_outage", "address")


async def test_who_calls_is_greeted_and_who_calls_in_between_is_told_that_somebody_is_there(talk: Talk) -> None:
    assert "智能客服" in await talk.say("out_of_scope@0.4: 喂，有人吗")
    await talk.say("report_outage: 家里停电了")
    assert await talk.say("query_outage@0.9: 听得到吗") == "我在的，您请说。 / 停电地址是哪里"


async def test_who_waits_for_a_person_and_asks_when_is_told_where_he_stands(talk: Talk) -> None:
    await talk.say("request_agent: 转人工")
    assert "不用再申请" in await talk.say("report_outage@0.9: 那几点有人")


async def test_a_denied_fault_is_no_danger(talk: Talk) -> None:
    answer = await talk.say("report_hazard@0.5|report_outage@0.4: 没[冒烟](fault_symptom)，就是没电")
    assert answer == "停电地址是哪里"


async def test_a_danger_beside_a_denied_one_stays_one(talk: Talk) -> None:
    said = "report_hazard@0.5|report_outage@0.4: 没[着火](fault_symptom)，就是[冒烟](fault_symptom)"
    assert (await talk.say(said)).startswith("请远离8米以外")


async def test_a_question_whether_there_is_a_danger_is_not_a_denied_one(talk: Talk) -> None:
    said = "report_hazard@0.5|report_outage@0.4: 有没有[冒烟](fault_symptom)我看看，冒了"
    assert (await talk.say(said)).startswith("请远离8米以外")


async def test_mars_is_no_spark(talk: Talk) -> None:
    mars = "[火星](fault_symptom=打火)"
    for said in (f"{mars}上怎么交电费", f"我是{mars}人", f"我要去{mars}了"):
        await talk.say(f"report_hazard@0.97|query_bill@0.02: {said}")
        assert await latest_intent(talk) != "report_hazard"
    assert (await talk.say("report_hazard: 电线上冒[火星](fault_symptom=打火)")).startswith("请远离8米以外")


async def test_a_question_about_the_rules_of_a_business_begins_nothing(talk: Talk) -> None:
    answer = await talk.say("report_outage@0.6: 报修能不能不留电话")
    assert answer == "校表期间电费照交 / 需要我现在就为您处理「报修停电」吗？"
    assert (await talk.state()).active_flow is None
    assert await talk.say("affirm: 好的") == "停电地址是哪里"


async def test_a_rule_that_was_only_asked_about_is_left_at_that(talk: Talk) -> None:
    await talk.say("report_outage@0.6: 报修能不能不留电话")
    assert await talk.say("deny: 不用，我就问问") == "好的，有需要随时找我。"


async def test_a_sure_request_in_the_form_of_a_question_is_begun(talk: Talk) -> None:
    assert await talk.say("report_outage@0.97: 能不能帮我报修") == "停电地址是哪里"


async def test_putting_it_off_after_being_asked_whether_to_cancel_cancels(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    await talk.say(ADDRESS)
    await talk.say("cancel: 先算了，我回家商量商量")
    await talk.say("deny: 嗯，先不办")
    assert (await talk.state()).active_flow is None


async def test_going_on_is_not_taken_for_putting_it_off(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    await talk.say(ADDRESS)
    await talk.say("cancel: 算了")
    assert "那我们继续" in await talk.say("deny: 不要取消，继续办")


async def test_a_name_where_a_value_is_asked_for_is_not_turned_away(talk: Talk) -> None:
    await talk.say("query_bill: 查电费")
    assert await talk.say("out_of_scope@0.92: 淮昌食品有限公司") == "户号是13位数字，请再说一遍"


async def test_a_remark_in_a_flow_is_not_sent_to_the_articles(talk: Talk) -> None:
    await talk.say("query_bill: 查电费")
    await talk.say("ask_knowledge@0.8: 一到晚上就这样，好几天了")
    assert "interrupted" not in " ".join(await talk.kinds())


async def test_whether_there_is_power_is_not_taken_for_having_none(talk: Talk) -> None:
    await talk.say("query_bill: 查电费")
    assert not (await talk.say("query_bill@0.7: 这线上有没有电啊")).startswith("户号在电费单上")
