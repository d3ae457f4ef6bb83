"""A user's own data set in a language with blanks: from its files through the commands to an understanding."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nlu.evaluate import write_nlu_report
from nlu.examples import load_training_set
from nlu.frontend import load_front_end
from nlu.noise import Noise
from nlu.options import TrainingOptions
from nlu.pipeline import Pipeline
from nlu.train import train_model
from nlu.understanding import Context

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
ENGLISH = """\
version: "3.1"
nlu:
  - intent: alarm/set
    examples: |
      - wake me up at [7am](time)
      - set an alarm for [half past six](time) [tomorrow](date)
      - please wake [john](person)'s kids on [friday](date:2026-11-27)
      - Wake me up at [7am](time)
  - intent: play_music
    examples:
      - text: |
          play [Miles Davis]{"entity": "artist", "value": "miles_davis", "role": "player"} please
      - text: play some\u00a0[jazz](genre)
      - 'play [hip hop]{"entity": "genre"}'
  - intent: goodbye
    examples: |
      - bye
      - see you later
      - bye
  - intent: inform
    examples: |
      - [NYC](city)
      - [new york](city)
      - [paris](city)
  - synonym: New York City
    examples: |
      - NYC
      - new york
  - lookup: genre
    examples: |
      - jazz
"""
RUSSIAN = """\
nlu:
  - intent: weather
    examples: |
      - какая погода в [Москве](city)
      - погода в [Казани](city)
  - intent: music
    examples: |
      - включи музыку
      - сыграй [джаз](genre)
"""


def by_heart() -> TrainingOptions:
    quiet = Noise(**dict.fromkeys(Noise.__dataclass_fields__, 0.0))
    return TrainingOptions(least_steps=80, most_steps=80, held_out=0.0, noise=quiet)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "nlu.yml"
    path.write_text(ENGLISH, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def model(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    train_model(load_training_set(data), folder, by_heart(), lambda line: None)
    return folder


@pytest.fixture(scope="module")
def pipeline(model: Path) -> Pipeline:
    return Pipeline.load(model, lambda: NOW)


def read(pipeline: Pipeline, text: str) -> list[tuple[str, str, str]]:
    return [(one.entity, one.text, one.value) for one in pipeline.parse(text).entities]


def test_every_sentence_and_span_is_learnt_in_words(
    model: Path, pipeline: Pipeline, data: Path, tmp_path: Path
) -> None:
    assert load_front_end(model).kind == "words"
    report = write_nlu_report(pipeline, load_training_set(data), tmp_path)
    assert report.accuracy == 1.0
    assert report.entity_f1 == 1.0


def test_a_model_that_was_loaded_again_says_the_same(model: Path, pipeline: Pipeline, data: Path) -> None:
    again = Pipeline.load(model, lambda: NOW)
    for example in load_training_set(data).examples:
        assert again.parse(example.text) == pipeline.parse(example.text)


def test_the_same_set_trains_the_same_model(model: Path, data: Path, tmp_path: Path) -> None:
    train_model(load_training_set(data), tmp_path, by_heart(), lambda line: None)
    assert (tmp_path / "model.onnx").read_bytes() == (model / "model.onnx").read_bytes()


def test_a_value_is_what_was_annotated_or_a_synonym_or_what_was_said(pipeline: Pipeline) -> None:
    assert read(pipeline, "new york") == [("city", "new york", "New York City")]
    assert read(pipeline, "paris") == [("city", "paris", "paris")]
    assert read(pipeline, "play Miles Davis please") == [("artist", "Miles Davis", "miles_davis")]


def test_entities_that_bear_names_of_the_contract_keep_their_words(pipeline: Pipeline) -> None:
    assert ("time", "7am", "7am") in read(pipeline, "wake me up at 7am")
    assert ("date", "friday", "2026-11-27") in read(pipeline, "please wake john's kids on friday")


def test_chinese_parsers_say_nothing_in_an_english_model(pipeline: Pipeline) -> None:
    assert not any(name in {"month", "amount", "phone"} for name, _, _ in read(pipeline, "上个月 300元 13800138000"))


def test_upper_case_changes_no_intent(pipeline: Pipeline) -> None:
    assert pipeline.parse("WAKE ME UP AT 7AM").intent.name == "alarm/set"


def test_an_answer_belongs_to_the_flow_that_asked(pipeline: Pipeline) -> None:
    context = Context(active_flow="alarm/set", last_intent="alarm/set", requested_slot="city")
    assert pipeline.parse("paris", context).intent.name == "alarm/set"


@pytest.mark.parametrize("text", ["", " ", "\x00", "😀", "\ud800", "a" * 100_000, "word " * 1000, "电费"])
def test_any_text_gets_an_understanding(pipeline: Pipeline, text: str) -> None:
    assert pipeline.parse(text).intents


def test_russian_is_read_in_words(tmp_path: Path) -> None:
    (tmp_path / "nlu.yml").write_text(RUSSIAN, encoding="utf-8")
    train_model(load_training_set(tmp_path / "nlu.yml"), tmp_path / "model", by_heart(), lambda line: None)
    pipeline = Pipeline.load(tmp_path / "model", lambda: NOW)
    understanding = pipeline.parse("погода в Казани")
    assert understanding.intent.name == "weather"
    assert [(one.text, one.start, one.end) for one in understanding.entities] == [("Казани", 9, 15)]


def test_the_commands_train_and_test_any_set(data: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.yml"
    config.write_text("pipeline: [{name: TransformerNlu, training: {least_steps: 40, most_steps: 60}}]", "utf-8")
    gridtalk = [sys.executable, str(ROOT / "gridtalk.py")]
    folder, out = tmp_path / "model", tmp_path / "out"
    train = [*gridtalk, "train", "nlu", "--data", str(data.parent), "--config", str(config), "--out", str(folder)]
    subprocess.run(train, cwd=ROOT, check=True, capture_output=True)
    test = [*gridtalk, "test", "nlu", "--data", str(data), "--model", str(folder), "--out", str(out)]
    done = subprocess.run(test, cwd=ROOT, check=True, capture_output=True, text=True)
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert json.loads(done.stdout)["accuracy"] == report["accuracy"] >= 0.8
    assert {"entity_f1", "entity_f1_overlap", "confusion", "confidence_histogram", "seconds"} <= set(report)
    assert (out / "confusion.svg").is_file()


def test_an_encoder_that_cannot_be_had_ends_the_command_with_one_line(data: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.yml"
    config.write_text("pipeline: [{name: TransformerNlu, training: {encoder_dir: models/none}}]", "utf-8")
    command = [sys.executable, str(ROOT / "gridtalk.py"), "train", "nlu", "--data", str(data), "--config", str(config)]
    done = subprocess.run([*command, "--out", str(tmp_path / "x")], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.strip().splitlines()[-1].count("models/none does not exist; download the model") == 1
