"""A call's record joined to its events: what was heard, when, and with which actions."""

from __future__ import annotations

from typing import Any

from eval.quality.from_call import ONLY_HEARD, with_call
from eval.quality.rubric import Rubric
from eval.quality.score import score_transcript
from eval.quality.transcript import Transcript

AT = "2026-11-20T10:00:00+08:00"
ACTION = {"name": "action_query_bill", "level_required": 2, "level_held": 2}


def line(n: int, role: str, text: str, start: float, **more: Any) -> dict[str, Any]:
    return {"n": n, "role": role, "text": text, "at": AT, "start_seconds": start, "end_seconds": start + 2, **more}


def events(*turns: dict[str, Any]) -> Transcript:
    numbered = [{"n": number, **turn} for number, turn in enumerate(turns, 1)]
    return Transcript.model_validate({"id": "phone:x#1", "channel": "phone", "agent": "bot", "turns": numbered})


def test_turns_keep_their_numbers_and_get_the_seconds_of_the_recording() -> None:
    transcript = events(
        {"role": "customer", "text": "户号1234567890"},
        {"role": "bot", "text": "您上月电费五十元。还要查什么？", "actions": [ACTION]},
        {"role": "customer", "text": "不用了"},
        {"role": "bot", "text": "再见"},
    )
    record = {
        "turns": [
            line(1, "bot", "本次通话将被录音。", 0.2),
            line(2, "bot", "您好，我是智能客服。", 3.0),
            line(3, "customer", "户号＊＊＊", 6.0, message_id="m1"),
            line(4, "bot", "您上月电费五十元。", 9.0, unheard="还要查什么？"),
            line(5, "customer", "不用了", 12.0, message_id="m2"),
        ]
    }
    heard = with_call(transcript, ["m1", "m2"], record)
    assert [turn.n for turn in heard.turns] == [ONLY_HEARD + 1, ONLY_HEARD + 2, 1, 2, 3, 4]
    assert [turn.start_seconds for turn in heard.turns] == [0.2, 3.0, 6.0, 9.0, 12.0, None]
    assert heard.turns[2].text == "户号1234567890", "what the customer said, not what the record masks"
    assert heard.turns[3].text == "您上月电费五十元。", "as far as it was heard"
    assert heard.turns[3].actions[0].name == "action_query_bill"
    assert heard.turns[5].text == "", "he hung up before it"


def test_what_happened_between_stays_in_its_place() -> None:
    transcript = events(
        {"role": "customer", "text": "转人工"},
        {"role": "system", "text": "转人工：asked_for_a_person"},
        {"role": "bot", "text": "正在为您转接"},
        {"role": "customer", "text": "好"},
    )
    record = {"turns": [line(1, "customer", "转人工", 1, message_id="a"), line(2, "customer", "好", 5, message_id="b")]}
    heard = with_call(transcript, ["a", "b"], record)
    assert [(turn.n, turn.text) for turn in heard.turns] == [
        (1, "转人工"),
        (2, "转人工：asked_for_a_person"),
        (3, ""),
        (4, "好"),
    ]


def test_the_notice_that_only_the_record_knows_counts_for_the_rubric(rubric: Rubric) -> None:
    transcript = events({"role": "customer", "text": "你好"}, {"role": "bot", "text": "请问您要办什么业务？"})
    record = {
        "turns": [
            line(1, "bot", "您好，这里是95598智能客服，我是机器人，本次通话将被录音。", 0.2) | {"end_seconds": 6.0},
            line(2, "customer", "你好", 6.5, message_id="a"),
            line(3, "bot", "请问您要办什么业务？", 20.5),
        ]
    }
    before, after = (
        {one.item: one for one in score_transcript(one, rubric).items}
        for one in (transcript, with_call(transcript, ["a"], record))
    )
    assert (before[2].score, after[2].score) == (0.0, 1.0)
    assert after[12].score == 0.5, "twelve seconds of silence, known from the record alone"
    assert after[12].evidence[0].turn == 2
