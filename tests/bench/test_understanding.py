"""The comparison with the classical floor: both see the same sentences, published sets can be brought along."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from bench.convert_jsonl import annotate, render_training_file
from bench.figures import Extent
from bench.linear_floor import score_floor
from bench.understanding import compare
from nlu.examples import Example, load_training_set


def test_a_published_line_keeps_its_text_intent_and_slots(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"text": "我要听吴雨霏的歌", "intent": "Play: music", "slots": [{"start": 3, "end": 6, "label": "singer"}]},
        {"text": "1: 再见", "intent": "bye"},
    ]
    file = tmp_path / "nlu.yml"
    file.write_text(render_training_file(rows), encoding="utf-8")
    read = load_training_set(file).examples
    assert [(one.text, one.intents) for one in read] == [("我要听吴雨霏的歌", ("Play: music",)), ("1: 再见", ("bye",))]
    assert [(span.entity, span.start, span.end) for span in read[0].spans] == [("singer", 3, 6)]


def test_of_two_slots_that_overlap_the_first_is_kept() -> None:
    slots = [{"start": 1, "end": 3, "label": "b"}, {"start": 0, "end": 2, "label": "a"}]
    assert annotate("甲乙丙", slots) == "[甲乙](a)丙"


def test_the_floor_tells_apart_what_has_other_characters() -> None:
    examples = [Example(f"{sign}{number}", (sign,)) for sign in "甲乙丙" for number in range(5)]
    assert score_floor(examples, examples) == {"accuracy": 1.0, "macro_f1": 1.0}


def test_a_fold_is_measured_with_both(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    entries = [
        {"intent": name, "examples": [f"{name}[{number}号](room)的{word}" for number in range(4)]}
        for name, word in (("查", "账"), ("修", "灯"))
    ]
    (tmp_path / "nlu.yml").write_text(yaml.safe_dump({"nlu": entries}, allow_unicode=True), encoding="utf-8")
    figures = {figure.name: figure for figure in compare([tmp_path], 2, Extent(is_quick=True))}
    assert figures["floor: accuracy"].median == 1.0
    assert {"ours: accuracy", "ours: entity F1, exact", "ours: training and start"} <= set(figures)
    assert "8 sentences" in json.dumps([figure.note for figure in figures.values()])
