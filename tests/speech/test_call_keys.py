"""Keys, numbers and persons in calls, in virtual time."""

from __future__ import annotations

import asyncio
import wave
from pathlib import Path

import numpy as np

from speech.call_record import MASKED, CallerLine, render_record
from speech.call_settings import CallSettings
from speech.protocols import Hint, Question, Recognition, Word
from tests.speech.scripted_call import GREETING, LONG, ScriptedCall, hold_call, reply


def test_who_says_nothing_is_spoken_to_within_8_seconds_then_offered_keys_then_said_goodbye_to() -> None:
    async def script(call: ScriptedCall) -> None:
        call.replies.extend([reply("您好，您还在吗？"), reply("您可以按键，或者说转人工。")])
        await asyncio.sleep(60)

    call = hold_call(script, from_the_start=True)
    assert [turn.kind for turn in call.turns] == ["silence", "silence"]
    assert call.said[-1] == "一直没有听到您的声音，先不打扰您了，再见。"
    assert call.record.outcome == "bot"
    assert call.line.hung_up
    assert call.line.longest_silence(0, call.line.frames[-1][0]) < 8


def test_a_silent_caller_goes_to_a_person_where_there_is_one() -> None:
    async def script(call: ScriptedCall) -> None:
        call.replies.extend([reply("您还在吗？"), reply("请按键。"), reply("为您转接人工。", transfer_summary="无声")])
        await asyncio.sleep(60)

    call = hold_call(script, CallSettings(greeting=GREETING, is_recorded=False, has_agents=True), from_the_start=True)
    assert call.turns[-1].text == "转人工"
    assert call.record.outcome == "transferred"
    assert call.line.transfers[0].summary == "无声"


def test_what_was_not_understood_is_asked_again_then_keys_then_a_person() -> None:
    async def script(call: ScriptedCall) -> None:
        for _ in range(3):
            await call.until_quiet()
            call.says("")
            await asyncio.sleep(2.0)
        await call.until_quiet()

    call = hold_call(script, from_the_start=True)
    assert call.said[1] == "对不起，我没有听清，请您再说一遍。"
    assert call.said[2] == "还是没有听清。您也可以按0转人工，按星号键重听。"
    assert "转接人工" in call.said[3]
    assert call.turns[-1].text == "转人工"


def test_digits_are_collected_to_the_finish_key_masked_and_the_recording_pauses(tmp_path: Path) -> None:
    question = Question(Hint("digits"), is_sensitive=True, min_digits=6, max_digits=8)

    async def script(call: ScriptedCall) -> None:
        call.says("我要查电费", reply("请输入验证码。", question=question))
        await asyncio.sleep(2.5)
        await call.until_quiet()
        call.line.press("12")
        await asyncio.sleep(1.0)
        assert call.recording is not None
        assert call.recording.is_paused
        call.line.press("3456#")
        await asyncio.sleep(3.0)
        assert not call.recording.is_paused

    call = hold_call(script, recording=tmp_path / "call.wav")
    assert call.turns[-1].text == "123456"
    assert call.heard[-1] == MASKED
    assert "123456" not in str(render_record(call.record))
    with wave.open(str(tmp_path / "call.wav")) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (2, 8000, 2)
        sides = np.frombuffer(file.readframes(file.getnframes()), np.int16).reshape(-1, 2)
    assert abs(len(sides) / 8000 - call.line.frames[-1][0]) < 0.1
    assert np.abs(sides[:, 0]).max() > 5000
    assert np.abs(sides[:, 1]).max() > 5000


def test_the_longest_number_needs_no_finish_key_and_too_few_digits_are_asked_for_again() -> None:
    question = Question(Hint("digits"), min_digits=6, max_digits=6)

    async def script(call: ScriptedCall) -> None:
        call.says("我要查电费", reply("请输入验证码。", question=question))
        await asyncio.sleep(2.5)
        call.line.press("123#")
        await asyncio.sleep(1.0)
        await call.until_quiet()
        call.line.press("123456")
        await asyncio.sleep(1.0)

    call = hold_call(script)
    assert "号码位数不够，请重新输入，按井号键结束。" in call.said
    assert call.turns[-1].text == "123456"
    assert call.turns[-1].kind == "keys"


def test_a_key_gets_a_word_within_5_seconds_and_0_calls_a_person_and_star_repeats() -> None:
    async def script(call: ScriptedCall) -> None:
        call.line.press("7")
        began = call.now
        await asyncio.sleep(5)
        assert call.line.audible_between(began, call.now) > 0
        await call.until_quiet()
        call.line.press("*")
        await asyncio.sleep(1)
        await call.until_quiet()
        call.line.press("0")
        await asyncio.sleep(1)

    call = hold_call(script)
    assert call.said[1].startswith("没有这个选项")
    assert call.said[2] == GREETING
    assert call.turns[-1].text == "转人工"


def test_a_key_chooses_and_interrupts() -> None:
    settings = CallSettings(greeting=LONG, is_recorded=False, first_question=Question(choices=("查电费", "报停电")))

    async def script(call: ScriptedCall) -> None:
        await asyncio.sleep(2)
        call.line.press("2")
        await asyncio.sleep(3)

    call = hold_call(script, settings, from_the_start=True)
    assert call.turns[0].text == "报停电"
    assert call.said[0] != LONG


def test_a_person_takes_the_call_and_the_waiting_is_announced() -> None:
    async def script(call: ScriptedCall) -> None:
        call.line.transfer_seconds = 12
        call.says("转人工", reply("正在转接。", transfer_summary="要人工", is_urgent=True))
        await asyncio.sleep(2)
        began = call.now
        await asyncio.sleep(9)
        assert call.line.longest_silence(began, call.now) < 5
        await asyncio.sleep(30)

    call = hold_call(script)
    assert call.record.outcome == "transferred"
    assert call.line.transfers[0].is_urgent
    assert call.line.transfers[0].conversation_id == "phone:call-1"


def test_nobody_takes_the_call_and_the_bot_goes_on() -> None:
    async def script(call: ScriptedCall) -> None:
        call.line.takes_transfers = False
        call.says("转人工", reply("正在转接。", transfer_summary="要人工"))
        await asyncio.sleep(3)
        await call.until_quiet(1.0)
        call.says("那查电费")
        await asyncio.sleep(3)

    call = hold_call(script)
    assert any("无人接听" in said for said in call.said)
    assert [turn.text for turn in call.turns] == ["转人工", "那查电费"]
    assert call.record.counts["failed_transfers"] == 1


def test_a_doubtful_number_is_read_back_in_groups_and_one_group_corrected() -> None:
    question = Question(Hint("digits"), min_digits=10, max_digits=13)

    async def script(call: ScriptedCall) -> None:
        call.says("我要查电费", reply("请说出您的户号。", question=question))
        await asyncio.sleep(2.0)
        for said, confidence in (("3201045678", 0.5), ("不对，中间是106", 0.9), ("对", 0.9)):
            await call.until_quiet()
            call.says(said, seconds=1.2, confidence=confidence)
            await asyncio.sleep(3.0)

    call = hold_call(script)
    assert "我听到的是320，104，5678，对吗？" in call.said
    assert "我听到的是320，106，5678，对吗？" in call.said
    assert [turn.text for turn in call.turns] == ["我要查电费", "3201065678"]


def test_a_number_is_read_back_three_times_at_most_then_the_bot_has_it_as_it_is() -> None:
    question = Question(Hint("digits"), min_digits=10, max_digits=13)
    corrections = ("不对，中间是106", "不对，中间是107", "不对，中间是108")

    async def script(call: ScriptedCall) -> None:
        call.says("我要查电费", reply("请说出您的户号。", question=question))
        await asyncio.sleep(2.0)
        for said, confidence in (("3201045678", 0.5), *((words, 0.9) for words in corrections)):
            await call.until_quiet()
            call.says(said, seconds=1.2, confidence=confidence)
            await asyncio.sleep(3.0)

    call = hold_call(script)
    assert [words for words in call.said if words.startswith("我听到的是")] == [
        f"我听到的是320，{middle}，5678，对吗？" for middle in ("104", "106", "107")
    ]
    assert [turn.text for turn in call.turns] == ["我要查电费", "3201085678"]


def test_a_number_that_was_surely_heard_is_not_read_back() -> None:
    question = Question(Hint("digits"), min_digits=10, max_digits=13)

    async def script(call: ScriptedCall) -> None:
        call.says("我要查电费", reply("请说出您的户号。", question=question))
        await asyncio.sleep(2.0)
        await call.until_quiet()
        call.says("3201045678", seconds=1.2)
        await asyncio.sleep(3.0)

    assert [turn.text for turn in hold_call(script).turns] == ["我要查电费", "3201045678"]


def test_a_code_that_is_spoken_is_neither_in_the_record_nor_in_the_recording(tmp_path: Path) -> None:
    async def script(call: ScriptedCall) -> None:
        question = Question(Hint("digits"), is_sensitive=True, min_digits=6, max_digits=6)
        call.says("查电费", reply("请说验证码。", question=question))
        await asyncio.sleep(4.0)
        call.says("482913", "好的，查到了。")
        await asyncio.sleep(4.0)
        call.says("谢谢")
        await asyncio.sleep(3.0)

    call = hold_call(script, recording=tmp_path / "call.wav")
    assert [turn.text for turn in call.turns] == ["查电费", "482913", "谢谢"]
    assert call.heard == ["查电费", MASKED, "谢谢"]
    spoken = [line for line in call.record.lines if isinstance(line, CallerLine)]
    with wave.open(str(tmp_path / "call.wav")) as file:
        caller = np.frombuffer(file.readframes(file.getnframes()), np.int16)[::2]
    loud = [np.abs(caller[int(line.start_seconds * 8000) : int(line.end_seconds * 8000)]).max() for line in spoken]
    assert [level > 1000 for level in loud] == [True, False, True]


def test_one_doubtful_digit_is_enough_to_read_a_number_back() -> None:
    async def script(call: ScriptedCall) -> None:
        question = Question(Hint("digits"), min_digits=10, max_digits=13)
        call.says("查电费", reply("请说户号。", question=question))
        await asyncio.sleep(3.0)
        words = tuple(Word(digit, 0.2 * place, 0.2 * place + 0.2, 0.99) for place, digit in enumerate("320104567"))
        doubtful = Recognition("3201045678", 0.97, (), (*words, Word("8", 1.8, 2.0, 0.6)))
        call.ears.results.append(doubtful)
        call.line.speak(2.0)
        await asyncio.sleep(6.0)
        call.says("对", "好的，查到了。")
        await asyncio.sleep(4.0)

    call = hold_call(script)
    assert any(said.startswith("我听到的是320") for said in call.said)
    assert [turn.text for turn in call.turns] == ["查电费", "3201045678"]
