"""The rules of a call as pure state machines: endpointing, ladders, keypad, read-back, what was heard of a prompt."""

from __future__ import annotations

import pytest

from speech.endpointing import Endpointer, VoiceEvent, VoiceLimits, end_silence_seconds, pause_after
from speech.keypad import KeyOutcome, Keypad
from speech.ladders import Ladders, Step
from speech.protocols import FRAME_BYTES, Hint, HintKind, Question, SpokenReply
from speech.readback import Readback, Verdict, groups_of
from speech.saying import Saying, Sentence, saying_of, split_sentences
from speech.timers import Alarm, Timers

STEP = 0.032


def events_of(endpointer: Endpointer, *stretches: tuple[float, float]) -> list[tuple[VoiceEvent, float]]:
    """Feed (probability, seconds) stretches; return each event with its time."""
    found, at = [], 0.0
    for probability, seconds in stretches:
        for _ in range(round(seconds / STEP)):
            at += STEP
            if (event := endpointer.feed(probability, STEP)) is not None:
                found.append((event, at))
    return found


def test_voice_starts_insists_and_ends_after_the_pause() -> None:
    found = events_of(Endpointer(), (0.1, 1.0), (0.9, 1.0), (0.1, 1.0))
    (started, at_start), (insisted, at_insist), (ended, at_end) = found
    assert (started, insisted, ended) == (VoiceEvent.STARTED, VoiceEvent.INSISTED, VoiceEvent.ENDED)
    assert at_start - 1.0 == pytest.approx(0.09, abs=STEP)
    assert at_insist - 1.0 == pytest.approx(0.125, abs=STEP)
    assert at_end - 2.0 == pytest.approx(0.45, abs=2 * STEP)


def test_a_click_is_no_voice() -> None:
    assert events_of(Endpointer(), (0.9, 0.064), (0.1, 1.0), (0.9, 0.064), (0.1, 1.0)) == []


def test_a_pause_shorter_than_the_questions_does_not_end_the_answer() -> None:
    endpointer = Endpointer()
    endpointer.end_silence_seconds = 0.9
    found = events_of(endpointer, (0.9, 0.5), (0.1, 0.7), (0.9, 0.5), (0.1, 1.2))
    assert [event for event, _ in found].count(VoiceEvent.ENDED) == 1


def test_a_line_that_never_falls_silent_is_cut() -> None:
    found = events_of(Endpointer(VoiceLimits(longest_seconds=3.0)), (0.9, 4.0))
    assert found[2][0] is VoiceEvent.ENDED
    assert found[2][1] == pytest.approx(3.0, abs=0.1)


@pytest.mark.parametrize(("kind", "least", "most"), [("yes_no", 0.3, 0.3), ("free", 0.45, 0.45), ("digits", 0.7, 1.2)])
def test_each_kind_of_question_has_its_pause(kind: HintKind, least: float, most: float) -> None:
    assert least <= end_silence_seconds(Question(Hint(kind))) <= most


@pytest.mark.parametrize(
    ("words", "question", "seconds"),
    [
        ("我的户号是三二零", Question(), 0.8),
        ("我的户号是3201045678", Question(), 0.45),
        ("查一下上个月", Question(), 0.45),
        ("三二零", Question(Hint("digits"), max_digits=10), 0.9),
        ("三二零一零四五六七八", Question(Hint("digits"), max_digits=10), 0.35),
        ("三二零一零四五六七八", Question(Hint("digits"), min_digits=10, max_digits=13), 0.6),
    ],
)
def test_the_pause_follows_the_words(words: str, question: Question, seconds: float) -> None:
    assert pause_after(words, question) == seconds


def test_the_ladders_ask_again_offer_keys_and_end_at_a_person() -> None:
    ladders = Ladders()
    assert [ladders.no_match() for _ in range(4)] == [Step.ASK_AGAIN, Step.OFFER_KEYS, Step.PERSON, Step.PERSON]
    assert ladders.no_input() is Step.ASK_AGAIN
    ladders.understood()
    assert ladders.no_match() is Step.ASK_AGAIN


def pressed(keypad: Keypad, keys: str) -> list[tuple[KeyOutcome, str]]:
    return [(result.outcome, result.text) for result in map(keypad.press, keys)]


def test_digits_end_with_the_finish_key_the_longest_length_or_waiting() -> None:
    question = Question(Hint("digits"), min_digits=2, max_digits=4)
    assert pressed(Keypad(question), "12#")[-1] == (KeyOutcome.ENTERED, "12")
    assert pressed(Keypad(question), "1234")[-1] == (KeyOutcome.ENTERED, "1234")
    waiting = Keypad(question)
    pressed(waiting, "123")
    assert waiting.wait_over().text == "123"


def test_too_few_digits_are_told_and_star_clears() -> None:
    keypad = Keypad(Question(Hint("digits"), min_digits=3, max_digits=6))
    assert pressed(keypad, "1#")[-1][0] is KeyOutcome.TOO_FEW
    assert pressed(keypad, "12*")[-1][0] is KeyOutcome.CLEARED
    assert pressed(keypad, "456#")[-1] == (KeyOutcome.ENTERED, "456")
    assert pressed(keypad, "*")[-1][0] is KeyOutcome.REPEAT


def test_keys_choose_call_a_person_or_mean_nothing() -> None:
    keypad = Keypad(Question(choices=("查电费", "报停电")))
    assert pressed(keypad, "2") == [(KeyOutcome.CHOSEN, "报停电")]
    assert pressed(keypad, "0") == [(KeyOutcome.PERSON, "")]
    assert pressed(keypad, "7#")[-1][0] is KeyOutcome.NO_SUCH_KEY
    assert pressed(keypad, "A") == [(KeyOutcome.NO_SUCH_KEY, "")]
    assert pressed(Keypad(Question(Hint("yes_no"))), "2") == [(KeyOutcome.CHOSEN, "不是")]


def test_a_whole_number_that_nobody_asked_for_is_taken() -> None:
    assert pressed(Keypad(Question()), "3201045678#")[-1] == (KeyOutcome.ENTERED, "3201045678")


@pytest.mark.parametrize(
    ("digits", "groups"),
    [
        ("3201045678", ["320", "104", "5678"]),
        ("13912345678", ["139", "1234", "5678"]),
        ("3201045678901", ["320", "104", "567", "8901"]),
        ("123456", ["1234", "56"]),
    ],
)
def test_numbers_are_read_in_the_groups_that_people_use(digits: str, groups: list[str]) -> None:
    assert groups_of(digits) == groups


@pytest.mark.parametrize(
    ("answer", "verdict", "digits"),
    [
        ("对", Verdict.CONFIRMED, "3201045678"),
        ("嗯是的", Verdict.CONFIRMED, "3201045678"),
        ("不对", Verdict.DENIED, "3201045678"),
        ("不对第2组是106", Verdict.CORRECTED, "3201065678"),
        ("中间是106", Verdict.CORRECTED, "3201065678"),
        ("最后四位是5679", Verdict.CORRECTED, "3201045679"),
        ("后4位是5679", Verdict.CORRECTED, "3201045679"),
        ("是5679", Verdict.CORRECTED, "3201045679"),
        ("是321", Verdict.CORRECTED, "3211045678"),
        ("不对是3201045679", Verdict.CORRECTED, "3201045679"),
        ("3201045678", Verdict.CONFIRMED, "3201045678"),
        ("不对是3201045678", Verdict.DENIED, "3201045678"),
        ("不对是12", Verdict.UNCLEAR, "3201045678"),
        ("我要查电费", Verdict.UNCLEAR, "3201045678"),
    ],
)
def test_a_number_is_confirmed_denied_or_corrected_by_group(answer: str, verdict: Verdict, digits: str) -> None:
    readback = Readback("3201045678")
    assert readback.hear(answer) is verdict
    assert readback.digits == digits


def test_short_sentences_stay_with_the_next() -> None:
    text = "好的。您本月电费是五十元。还有别的事吗？"
    assert list(split_sentences(text)) == ["好的。您本月电费是五十元。", "还有别的事吗？"]
    assert list(split_sentences("  ")) == []


def test_of_a_cut_prompt_the_heard_part_is_known_and_the_rest_begins_with_the_cut_sentence() -> None:
    saying = saying_of([SpokenReply("第一句话说完了。第二句话被打断。第三句话没有说。")])
    for sentence in saying.sentences:
        sentence.sound += bytes(FRAME_BYTES * 10)
        sentence.is_rendered = True
    for _ in range(15):
        assert saying.current is not None
        saying.current.take()
    assert saying.heard == "第一句话说完了。第二句话"
    assert saying.is_cut
    assert saying.rest().text == "第二句话被打断。第三句话没有说。"


def test_a_sentence_without_sound_is_not_waited_for() -> None:
    assert Saying([Sentence("空", is_rendered=True)]).current is None


def test_alarms_go_off_in_order_and_once() -> None:
    timers = Timers()
    timers.set(Alarm.FILLER, 2.0)
    timers.set(Alarm.NO_INPUT, 1.0)
    timers.set(Alarm.KEYS, 9.0)
    assert timers.next_at == 1.0
    assert timers.take_due(5.0) == [Alarm.NO_INPUT, Alarm.FILLER]
    assert timers.take_due(5.0) == []
    timers.clear(Alarm.KEYS)
    assert timers.next_at is None
