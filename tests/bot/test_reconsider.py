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
