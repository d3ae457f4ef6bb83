"""The measuring command: agreement, fatal items and ranks of a gold file, and every difference by name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.errors import QuestionFileInvalid
from eval.quality.measure import main, measure
from eval.quality.rubric import Rubric
from eval.quality.score import score_transcript
from tests.eval.quality.conftest import transcript

HELLO = "b: 您好，我是95598智能客服，请问有什么可以帮您？"
CONVERSATIONS = {
    "fire": (HELLO, "c: 变压器着火了", "b: 请报户号。"),
    "hello": (HELLO, "c: 你好"),
    "leak": (HELLO, "c: 查", "b: 户主张建国，身份已核实。", "c: 哦"),
}


def gold_file(path: Path, rubric: Rubric, **changed: dict[str, float | None]) -> Path:
    """Write a file whose gold is what the rules say, but for some items."""
    rows = []
    for name, lines in CONVERSATIONS.items():
        one = transcript(*lines)
        items = {str(item.item): item.score for item in score_transcript(one, rubric).items} | changed.get(name, {})
        fatal = [number for number in (3, 8, 13) if items[str(number)] == 0.0]
        row = {**json.loads(one.model_dump_json()), "id": name, "gold": {"fatal": fatal, "items": items}}
        rows.append(json.dumps(row, ensure_ascii=False))
    path.write_text("\n".join(rows), "utf-8")
    return path


def test_full_agreement_is_one_in_everything(tmp_path: Path, rubric: Rubric) -> None:
    found = measure(gold_file(tmp_path / "g.jsonl", rubric), rubric)
    assert (found.agreement(), found.fatal_hits(), found.fatal_gold(), found.fatal_ours()) == (1.0, 2, 2, 2)
    assert found.rank_correlation() == pytest.approx(1.0)
    assert list(found.differences()) == []


def test_a_difference_counts_against_its_item_and_is_named(tmp_path: Path, rubric: Rubric) -> None:
    changed = {"hello": {"10": 0.5, "11": 0.8, "1": None}, "leak": {"13": 1.0}}
    found = measure(gold_file(tmp_path / "g.jsonl", rubric, **changed), rubric)
    assert (found.agreement(10), found.agreement(11), found.agreement(1)) == (pytest.approx(2 / 3), 1.0, 2 / 3)
    assert (found.fatal_hits(), found.fatal_gold(), found.fatal_ours()) == (1, 1, 2)
    assert [line.split(":")[0] for line in found.differences()] == ["hello item 1", "hello item 10", "leak item 13"]


def test_the_command_prints_the_figures(tmp_path: Path, rubric: Rubric, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--file", str(gold_file(tmp_path / "g.jsonl", rubric, leak={"13": 1.0})), "--errors"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "conversations 3"
    assert lines[3:5] == ["fatal recall 1 of 1", "fatal precision 1 of 2"]
    assert lines[-1].startswith("leak item 13: 0.0, by hand 1.0")


def test_a_line_without_gold_is_named(tmp_path: Path, rubric: Rubric) -> None:
    file = tmp_path / "g.jsonl"
    file.write_text(transcript(HELLO, "c: 你好").model_dump_json(), "utf-8")
    with pytest.raises(QuestionFileInvalid, match=r"g\.jsonl:1: gold"):
        measure(file, rubric)


def test_the_rules_hold_the_bar_on_the_sets_that_were_read(rubric: Rubric) -> None:
    for name in ("quality_dev", "quality_retired"):
        found = measure(Path(f"data/eval/{name}.jsonl"), rubric)
        assert found.fatal_hits() == found.fatal_gold()
        assert found.agreement() >= 0.95
        assert found.rank_correlation() >= 0.88
