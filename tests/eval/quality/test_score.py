"""The whole score: weights of what applies, fatal items, the command and its errors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.errors import QuestionFileInvalid, RubricInvalid
from eval.quality.commands import qa_app
from eval.quality.rubric import Rubric, load_rubric
from eval.quality.score import render_score, score_transcript
from eval.quality.transcript import read_transcripts
from tests.eval.quality.conftest import transcript

HELLO = "b: 您好，我是95598智能客服，请问有什么可以帮您？"


def test_what_does_not_apply_leaves_the_denominator(rubric: Rubric) -> None:
    score = score_transcript(transcript(HELLO, "c: 你好"), rubric)
    counted = [item for item in score.items if item.score is not None]
    assert {item.item for item in counted} == {1, 4, 10, 11, 13}
    assert score.total == 100.0


def test_half_an_opening_costs_its_weight(rubric: Rubric) -> None:
    score = score_transcript(transcript("b: 您好，请讲。", "c: 你好"), rubric)
    assert score.total == round(100 * (5 * 0.5 + 15 + 8 + 4) / 32, 1)


def test_a_fatal_item_takes_everything(rubric: Rubric) -> None:
    score = score_transcript(transcript(HELLO, "c: 变压器着火了", "b: 请报户号。"), rubric)
    assert (score.total, score.fatal) == (0.0, (8,))


def test_the_command_writes_a_line_a_conversation(tmp_path: Path, rubric: Rubric) -> None:
    lines = [{**json.loads(transcript(HELLO, "c: 你好").model_dump_json()), "id": name} for name in ("x", "y")]
    file = tmp_path / "t.jsonl"
    file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n\n", "utf-8")
    result = CliRunner().invoke(qa_app, ["score", "--file", str(file)])
    assert result.exit_code == 0
    scores = [json.loads(line) for line in result.stdout.splitlines()]
    assert [score["id"] for score in scores] == ["x", "y"]
    assert [item["item"] for item in scores[0]["items"]] == list(range(1, 16))
    assert scores[0]["rubric"] == render_score(score_transcript(transcript(HELLO, "c: 你好"), rubric))["rubric"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "no JSON"),
        ('{"id": "1", "channel": "fax", "agent": "bot", "turns": []}', "channel"),
        ('{"id":"1","channel":"app","agent":"bot","turns":[{"n":1,"role":"bot"},{"n":1,"role":"bot"}]}', "same n"),
    ],
)
def test_a_bad_line_is_named_with_its_place(tmp_path: Path, line: str, said: str) -> None:
    file = tmp_path / "t.jsonl"
    file.write_text("\n" + line, "utf-8")
    with pytest.raises(QuestionFileInvalid, match=r"t\.jsonl:2") as caught:
        list(read_transcripts(file))
    assert said in str(caught.value)


def test_a_rubric_with_a_mistake_is_refused_with_file_and_key(tmp_path: Path) -> None:
    (tmp_path / "rubric.yml").write_text('version: "1"\nitems: []\nlimits: {}\n', "utf-8")
    with pytest.raises(RubricInvalid, match=r"rubric\.yml: limits\.opening_turns"):
        load_rubric(tmp_path)
