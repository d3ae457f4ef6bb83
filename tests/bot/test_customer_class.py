"""Who the customer is: heard in passing, kept for the conversation, and never an answer or a correction."""

from __future__ import annotations

import pytest

from tests.bot.talk import Talk


async def class_after(talk: Talk, *lines: str) -> str | None:
    for line in lines:
        await talk.say(line)
    value = (await talk.state()).slots["customer_class"]
    return None if value is None else str(value)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("我是开店的，违约金怎么算", "工商业"),
        ("厂里的电费怎么交", "工商业"),
        ("我家的电费怎么交", "居民"),
        ("我是种地的，浇地的电多少钱", "农业"),
        ("工商业电价是多少", None),
        ("居民电价是多少", None),
        ("我家门口开店的说电费涨了", None),
    ],
)
async def test_only_words_that_leave_no_doubt_tell_who_is_speaking(talk: Talk, text: str, wanted: str | None) -> None:
    assert await class_after(talk, f"ask_knowledge: {text}") == wanted


async def test_the_class_lasts_and_is_replaced_by_what_is_said_later(talk: Talk) -> None:
    lines = "ask_knowledge: 我开店的，违约金怎么算", "ask_knowledge: 峰段是几点到几点"
    assert await class_after(talk, *lines) == "工商业"
    assert await class_after(talk, "ask_knowledge: 那我家里用的呢") == "居民"


async def test_the_class_is_no_correction_and_no_work_that_is_lost(talk: Talk) -> None:
    await talk.say("ask_knowledge: 我开店的，违约金怎么算")
    await talk.say("report_outage: 家里停电了")
    state = await talk.state()
    assert (state.slots["customer_class"], state.active_flow) == ("居民", "report_outage")
    assert not state.has_work
    assert "utter_corrected" not in [getattr(event, "response", None) for event in await talk.events()]


async def test_a_follow_up_for_other_customers_is_the_same_question_whatever_it_was_taken_for(talk: Talk) -> None:
    await talk.say("ask_knowledge: 电表坏了谁出钱换")
    assert (await talk.say("report_outage@0.9: 我家里用的呢")).startswith("峰段是8点到22点")
    assert (await talk.state()).active_flow is None


async def test_a_follow_up_that_is_a_place_alone_is_no_danger(talk: Talk) -> None:
    await talk.say("ask_knowledge: 电费晚交了违约金怎么算")
    assert (await talk.say("report_hazard@0.9: 那蒙西呢")).startswith("峰段是8点到22点")
    assert (await talk.state()).slots["region"] == "蒙西"
