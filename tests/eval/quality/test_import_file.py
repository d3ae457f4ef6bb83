"""Conversations from elsewhere: what is wrong is named with its row, what is right is taken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.errors import QuestionFileInvalid
from eval.quality.import_file import read_conversation_file

HEADER = "会话编号,渠道,坐席,地区,角色,内容,时间,开始秒,结束秒,满意度\n"
ROWS = (
    "a1,电话,anna,山东,坐席,您好，95598为您服务,2026-11-19 09:00:00,0,3,5\n"
    "a1,电话,anna,山东,客户,停电了,2026-11-19 09:00:05,4,6,\n"
    "a2,微信,bert,江苏/南京市,坐席,您好,2026-11-19T10:00:00+08:00,,,\n"
)


def table(folder: Path, text: str) -> Path:
    path = folder / "calls.csv"
    path.write_text(text, encoding="utf-8-sig")
    return path


def test_rows_of_one_conversation_become_one_transcript(tmp_path: Path) -> None:
    reading = read_conversation_file(table(tmp_path, HEADER + ROWS))
    assert not reading.mistakes
    first, second = reading.transcripts
    assert (first.id, first.channel, first.agent, first.agent_name, first.csat) == ("a1", "phone", "human", "anna", 5)
    assert [(turn.role, turn.text) for turn in first.turns] == [
        ("agent", "您好，95598为您服务"),
        ("customer", "停电了"),
    ]
    assert first.turns[0].at is not None
    assert first.turns[0].at.utcoffset() is not None
    assert (second.channel, second.place) == ("wechat", "江苏/南京市")


def test_what_is_wrong_is_named_with_its_row_and_the_rest_is_taken(tmp_path: Path) -> None:
    bad = (
        "b1,电话,,山东,路人,喂,2026-11-19 09:00:00,,,\nb2,传真,,,客户,喂,2026-11-19 09:00:00,,,\n,电话,,,客户,喂,,,,\n"
    )
    late = "b3,电话,,,客户,喂,,,,\nb4,电话,,,客户,喂,2026-11-19 09:00:00,,,\nb4,电话,,,坐席,您好,不知道,,,\n"
    reading = read_conversation_file(table(tmp_path, HEADER + ROWS + bad + late))
    assert [one.id for one in reading.transcripts] == ["a1", "a2"]
    assert {(one.line, one.key) for one in reading.mistakes} == {
        (5, "role"),
        (6, "channel"),
        (7, "id"),
        (8, "at"),
        (10, "at"),
    }


def test_a_table_without_a_needed_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QuestionFileInvalid, match="角色"):
        read_conversation_file(table(tmp_path, "会话编号,内容\na,b\n"))
    with pytest.raises(QuestionFileInvalid, match="cannot be read"):
        read_conversation_file(tmp_path / "missing.csv")


def test_json_lines_are_the_contracts(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    turns = '[{"n":1,"role":"agent","text":"您好","at":"2026-11-19T09:00:00+08:00"}]'
    good = f'{{"id":"j1","channel":"app","agent":"human","turns":{turns}}}'
    path.write_text(f'{good}\n\n{{"id":1}}\nno json\n', encoding="utf-8")
    reading = read_conversation_file(path)
    assert [one.id for one in reading.transcripts] == ["j1"]
    assert [one.line for one in reading.mistakes] == [3, 4]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"id": "a\x00b"}, "id"),
        ({"id": "x" * 251}, "id"),
        ({"region": "东" * 129}, "region"),
        ({"turns": [{"n": 1, "role": "agent", "text": "您好", "at": "0001-01-01T00:00:00+14:00"}]}, "at"),
    ],
)
def test_what_no_column_can_keep_is_a_mistake_and_no_failure(
    tmp_path: Path, change: dict[str, object], key: str
) -> None:
    turns = [{"n": 1, "role": "agent", "text": "您好", "at": "2026-11-20T09:00:00"}]
    path = tmp_path / "calls.jsonl"
    path.write_text(json.dumps({"id": "a", "channel": "phone", "agent": "human", "turns": turns, **change}), "utf-8")
    reading = read_conversation_file(path)
    assert (reading.transcripts, [one.key for one in reading.mistakes]) == ((), [key])
