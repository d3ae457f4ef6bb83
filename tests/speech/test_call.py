"""Whole calls in virtual time."""

from __future__ import annotations

import asyncio
from itertools import pairwise

from speech.call_record import CallerLine
from speech.call_settings import CallSettings
from speech.protocols import Hint, Question, Reading, Recognition, Replies, SpokenReply
from tests.speech.scripted_call import GREETING, LONG, ScriptedCall, hold_call, reply


def test_the_bot_greets_and_answers_what_was_said() -> None:
    async def script(call: ScriptedCall) -> None:
        call.says("我要查电费", "您本月电费是五十元。")
        await asyncio.sleep(2.0)
        await call.until_quiet()

    call = hold_call(script)
    assert call.said == [GREETING, "您本月电费是五十元。"]
    assert [turn.text for turn in call.turns] == ["我要查电费"]


def test_frames_leave_every_20_ms_from_the_answer_on_silence_too() -> None:
    async def script(call: ScriptedCall) -> None:
        await asyncio.sleep(5)

    times = [at for at, _ in hold_call(script, from_the_start=True).line.frames]
    assert len(times) == 251
    assert max(b - a for a, b in pairwise(times)) < 0.0201


def test_the_answer_comes_within_half_a_second_of_the_last_word() -> None:
    async def script(call: ScriptedCall) -> None:
        call.says("我要查电费")
        await asyncio.sleep(3.0)

    call = hold_call(script)
    line = next(line for line in call.record.lines if isinstance(line, CallerLine))
    assert line.times.total is not None
    assert 0.44 < line.times.end_of_turn_wait < 0.48  # type: ignore[operator]
    assert line.times.total < 0.6


def test_an_interruption_silences_the_bot_within_250_ms_and_only_what_was_heard_is_kept() -> None:
    async def script(call: ScriptedCall) -> None:
        call.says("电价是多少", LONG)
        await asyncio.sleep(4.0)
        call.says("等一下", seconds=1.5)
        began = call.now
        await asyncio.sleep(0.25)
        call.line.cut_at = call.now - began  # type: ignore[attr-defined]
        assert call.line.audible_between(began + 0.25, call.now + 1.0) == 0
        await asyncio.sleep(5)

    call = hold_call(script)
    cut = call.record.lines[2]
    assert LONG.startswith(cut.text)
    assert 0 < len(cut.text) < len(LONG)
    assert cut.unheard == LONG[len(cut.text) :]  # type: ignore[union-attr]
    (told,) = call.turns[1].cut
    assert (told.message_id, told.heard, told.unheard) == ("turn-1", cut.text, cut.unheard)  # type: ignore[union-attr]
    assert call.record.counts["barge_ins"] == 1
    assert [turn.text for turn in call.turns] == ["电价是多少", "等一下"]


def test_a_noise_that_interrupts_is_no_turn_and_the_cut_sentence_is_said_again() -> None:
    async def script(call: ScriptedCall) -> None:
        call.says("电价是多少", LONG)
        await asyncio.sleep(4.0)
        call.line.speak(0.4)
        await asyncio.sleep(3.0)
        await call.until_quiet()

    call = hold_call(script)
    assert call.record.counts["false_barge_ins"] == 1
    assert len(call.turns) == 1
    assert "第三句话说的是峰谷的时段。" in call.said[-1]


def test_protected_words_are_not_interrupted() -> None:
    async def script(call: ScriptedCall) -> None:
        call.says("电线断了", Replies((SpokenReply("请远离断线八米以外，不要用手去碰。", is_protected=True),)))
        await asyncio.sleep(2.5)
        call.says("等一下", seconds=0.8)
        began = call.now
        await asyncio.sleep(2)
        assert call.line.longest_silence(began, began + 2) < 0.1
        await asyncio.sleep(5)

    call = hold_call(script)
    assert "请远离断线八米以外，不要用手去碰。" in call.said
    assert [turn.text for turn in call.turns] == ["电线断了", "等一下"]


def test_a_back_channel_does_not_stop_an_explanation() -> None:
    async def script(call: ScriptedCall) -> None:
        call.says("电价是多少", LONG)
        await asyncio.sleep(4.0)
        call.says("嗯", seconds=0.3)
        await asyncio.sleep(3.0)
        await call.until_quiet()

    call = hold_call(script)
    assert [turn.text for turn in call.turns] == ["电价是多少"]


def test_a_short_yes_after_a_yes_no_question_is_an_answer_and_ends_sooner() -> None:
    async def script(call: ScriptedCall) -> None:
        call.says("我要报修", reply("您是说要报修，对吗？", question=Question(Hint("yes_no"))))
        await asyncio.sleep(2.0)
        await call.until_quiet()
        call.says("嗯", seconds=0.3)
        await asyncio.sleep(3.0)

    call = hold_call(script)
    assert [turn.text for turn in call.turns] == ["我要报修", "嗯"]
    second = [line for line in call.record.lines if isinstance(line, CallerLine)][1]
    assert second.times.end_of_turn_wait < 0.34  # type: ignore[operator]
    assert [hint.kind for hint in call.ears.hints][-1] in ("yes_no", "free")


def test_noises_do_not_put_off_the_question_whether_somebody_is_there() -> None:
    async def script(call: ScriptedCall) -> None:
        began = call.now
        while call.now - began < 9:
            call.line.speak(0.14)
            await asyncio.sleep(1.0)
        await asyncio.sleep(2)

    call = hold_call(script)
    assert [turn.kind for turn in call.turns] == ["silence"]


def test_words_of_little_confidence_are_not_believed() -> None:
    async def script(call: ScriptedCall) -> None:
        call.says("过户", confidence=0.2)
        await asyncio.sleep(2.0)
        await call.until_quiet()

    call = hold_call(script)
    assert call.turns == []
    assert call.said[1] == "对不起，我没有听清，请您再说一遍。"


def test_a_slow_answer_is_announced_and_there_are_never_5_seconds_of_silence() -> None:
    async def script(call: ScriptedCall) -> None:
        call.seconds_to_answer = 22.0
        call.says("我要查电费")
        await asyncio.sleep(1.0)
        began = call.now
        await asyncio.sleep(28)
        assert call.line.longest_silence(began, began + 25) < 5
        assert 0.7 < next(at for at, audible in call.line.frames if audible and at > began) - began < 1.6

    call = hold_call(script)
    assert call.said[1] == "请稍候，正在为您处理。"
    assert call.said[2] == "还在处理中，请您不要挂机。"
    assert call.said[-1] == "好的，已经办好了。"


def test_a_voice_that_is_slow_to_render_is_covered_by_a_filler_before_the_reply() -> None:
    async def script(call: ScriptedCall) -> None:
        call.voice.seconds_before = 3.0
        await call.tools.voice.prepare([])
        call.says("我要查电费")
        await asyncio.sleep(12)

    call = hold_call(script)
    assert call.said[1:] == ["请稍候，正在为您处理。", "好的，已经办好了。"] or call.said[-1] == "好的，已经办好了。"


def test_a_bot_that_fails_is_apologised_for_and_the_call_goes_on() -> None:
    async def script(call: ScriptedCall) -> None:
        async def broken(_: object) -> Replies:
            raise RuntimeError("boom")

        call.call._turns._respond = broken
        await call.until_quiet()
        call.says("我要查电费")
        await asyncio.sleep(8)

    call = hold_call(script, from_the_start=True)
    assert call.said[1] == "很抱歉，系统出了点问题，请您再说一遍。"
    assert call.record.outcome == "caller"


def test_what_cannot_be_said_is_apologised_for() -> None:
    async def script(call: ScriptedCall) -> None:
        call.replies.append(reply("坏句子说不出来。"))
        call.says("我要查电费")
        began = call.now
        await asyncio.sleep(4)
        assert call.line.audible_between(began, call.now) > 0.3

    hold_call(script)


def test_on_hold_the_bot_waits_and_goes_on_afterwards() -> None:
    async def script(call: ScriptedCall) -> None:
        await asyncio.sleep(1.0)
        call.line.hold(True)
        await asyncio.sleep(20)
        assert call.line.audible_between(1.1, call.now) == 0
        call.line.hold(False)
        await asyncio.sleep(3)

    call = hold_call(script, from_the_start=True)
    assert call.turns == []
    assert call.said == [GREETING]


def test_what_is_said_while_the_bot_works_is_the_next_turn() -> None:
    async def script(call: ScriptedCall) -> None:
        call.seconds_to_answer = 3.0
        call.hears("我要查电费")
        call.says("上个月的")
        await asyncio.sleep(2.0)
        call.line.speak(0.8)
        await asyncio.sleep(8)

    call = hold_call(script)
    assert [turn.text for turn in call.turns] == ["我要查电费", "上个月的"]
    assert call.said.count("好的，已经办好了。") == 1


def test_a_phone_that_sends_nothing_in_silence_still_ends_its_turn() -> None:
    async def script(call: ScriptedCall) -> None:
        call.line.feeds_silence = False
        await call.until_quiet()
        call.says("我要查电费")
        await asyncio.sleep(3)

    assert [turn.text for turn in hold_call(script, from_the_start=True).turns] == ["我要查电费"]


def test_a_call_that_lasts_too_long_is_ended() -> None:
    async def script(call: ScriptedCall) -> None:
        while True:
            call.line.press("*")
            await asyncio.sleep(2)

    settings = CallSettings(greeting=GREETING, is_recorded=False, longest_call_seconds=20)
    assert hold_call(script, settings, from_the_start=True).record.outcome == "too_long"


def test_a_goodbye_ends_the_call_after_it_was_said() -> None:
    async def script(call: ScriptedCall) -> None:
        call.says("再见", reply("感谢来电，再见。", hangs_up=True), seconds=0.6)
        await asyncio.sleep(20)

    call = hold_call(script)
    assert call.said[-1] == "感谢来电，再见。"
    assert call.record.outcome == "bot"


def test_the_notice_comes_first_and_speech_does_not_interrupt_it() -> None:
    async def script(call: ScriptedCall) -> None:
        await asyncio.sleep(0.6)
        call.says("喂", seconds=0.6)
        began = call.now
        await asyncio.sleep(0.9)
        assert call.line.longest_silence(began, call.now) < 0.3
        await call.until_quiet()

    call = hold_call(script, CallSettings(greeting=GREETING), from_the_start=True)
    assert call.said[0].startswith("本次通话将会录音。")


def test_a_reply_that_was_never_begun_is_told_as_unheard() -> None:
    async def script(call: ScriptedCall) -> None:
        call.seconds_to_answer = 2.0
        call.says("电价是多少", LONG)
        await asyncio.sleep(2.0)
        call.says("先查电费", "好的。")
        await asyncio.sleep(8)

    call = hold_call(script)
    assert [(cut.message_id, cut.heard) for cut in call.turns[1].cut] == [("turn-1", "")]
    assert LONG not in call.said


def test_what_was_cut_resumed_and_cut_again_is_counted_from_its_beginning() -> None:
    async def script(call: ScriptedCall) -> None:
        call.says("电价是多少", LONG)
        await asyncio.sleep(5.0)
        call.line.speak(0.4)
        await asyncio.sleep(4.0)
        call.says("等一下")
        await asyncio.sleep(5)

    call = hold_call(script)
    (cut,) = call.turns[1].cut
    assert call.record.counts["false_barge_ins"] == 1
    assert cut.heard + cut.unheard == LONG
    assert len(cut.heard) > len(LONG) / 3


def test_the_other_readings_reach_the_bot_and_the_record_keeps_the_one_that_was_meant() -> None:
    async def script(call: ScriptedCall) -> None:
        call.ears.results.append(Recognition("查店费", 0.7, (Reading("查电费", 0.8),)))
        call.replies.append(reply("好的。", read_as="查电费"))
        call.line.speak(1.0)
        await asyncio.sleep(3)

    call = hold_call(script)
    assert (call.turns[0].text, call.turns[0].alternatives) == ("查店费", (Reading("查电费", 0.8),))
    assert call.heard == ["查电费"]
