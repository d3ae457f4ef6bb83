"""Training, saving, loading and understanding, on a model that learns a handful of sentences by heart."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nlu.annotations import parse_annotated
from nlu.errors import ModelError, TrainingError
from nlu.evaluate import write_nlu_report
from nlu.examples import Example, TrainingSet
from nlu.noise import Noise
from nlu.options import TrainingOptions
from nlu.pipeline import Pipeline
from nlu.train import train_model
from nlu.understanding import Context

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
QUIET = Noise(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
BY_HEART = TrainingOptions(
    least_steps=40, most_steps=40, held_out=0.0, learning_rate=5e-4, noise=QUIET, threads=1, quantise=False, dropout=0.0
)


def build_set(*lines: tuple[str, str], contexts: tuple[tuple[str, str, Context], ...] = ()) -> TrainingSet:
    plain = [(name, line, Context()) for name, line in lines]
    examples = []
    for name, line, context in [*plain, *contexts]:
        annotated = parse_annotated(line)
        examples.append(Example(annotated.text, tuple(name.split("+")), annotated.spans, context))
    return TrainingSet(tuple(examples))


CHINESE = build_set(
    ("query_bill", "我[上个月](month)电费多少"),
    ("report_hazard", "电线掉地上冒火花了"),
    ("query_tariff", "峰谷电多少钱一度"),
    ("report_hazard+query_bill", "电线冒火花了，另外查下电费"),
    contexts=(
        ("query_bill", "那呢", Context(last_intent="query_bill")),
        ("query_tariff", "那呢", Context(last_intent="query_tariff")),
    ),
)
ENGLISH = build_set(
    ("book_flight", "book a flight to [Berlin](city)"),
    ("weather", "how is the weather in [Paris](city)"),
    ("goodbye", "see you later"),
)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    train_model(CHINESE, folder, BY_HEART, lambda line: None)
    return folder


@pytest.fixture(scope="module")
def pipeline(model: Path) -> Pipeline:
    return Pipeline.load(model, lambda: NOW)


@pytest.mark.parametrize("example", CHINESE.examples, ids=lambda example: example.text)
def test_what_was_learnt_by_heart_is_understood_after_loading(pipeline: Pipeline, example: Example) -> None:
    understanding = pipeline.parse(example.text, example.context)
    assert understanding.intent.name == example.intents[0]
    assert understanding.intent.confidence > 0.5


def test_the_same_model_gives_the_same_answer_after_loading_again(model: Path, pipeline: Pipeline) -> None:
    again = Pipeline.load(model, lambda: NOW)
    for example in CHINESE.examples:
        assert again.parse(example.text) == pipeline.parse(example.text)


def test_places_are_those_of_the_original_text(pipeline: Pipeline) -> None:
    text = "  我 上个月电费，多少"
    month = next(entity for entity in pipeline.parse(text).entities if entity.entity == "month")
    assert (month.text, text[month.start : month.end], month.value) == ("上个月", "上个月", "2026-10")


def test_the_last_user_text_stands_in_for_the_last_intent(pipeline: Pipeline) -> None:
    context = Context(last_user_text="峰谷电多少钱一度")
    assert pipeline.parse("那呢", context) == pipeline.parse("那呢", Context(last_intent="query_tariff"))


def test_the_last_topic_stands_in_for_the_last_intent(pipeline: Pipeline) -> None:
    expected = pipeline.parse("那呢", Context(last_intent="query_tariff"))
    assert pipeline.parse("那呢", Context(last_topic="query_tariff")) == expected
    assert pipeline.parse("那呢", Context(last_topic="峰谷电多少钱一度")) == expected


@pytest.mark.parametrize("text", ["", "  ", "\x00", "😀", "\ud800", "a" * 100_000, "电\u200b费"])
def test_any_text_gets_an_understanding(pipeline: Pipeline, text: str) -> None:
    assert pipeline.parse(text).intents


def test_silence_is_understood_as_nothing(pipeline: Pipeline) -> None:
    assert pipeline.parse(" ").intent.confidence == 0.0


def test_an_unknown_context_is_no_obstacle(pipeline: Pipeline) -> None:
    context = Context(last_intent="of another bot", active_flow="x", requested_slot="y", channel="phone")
    assert pipeline.parse("峰谷电多少钱一度", context).intent.name == "query_tariff"


def test_threads_share_one_pipeline(pipeline: Pipeline) -> None:
    texts = [example.text for example in CHINESE.examples] * 5
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(pipeline.parse, texts)) == [pipeline.parse(text) for text in texts]


def test_a_test_writes_its_report_and_picture(pipeline: Pipeline, tmp_path: Path) -> None:
    report = write_nlu_report(pipeline, CHINESE, tmp_path)
    written = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report.accuracy == written["accuracy"] == 1.0
    assert {"macro_f1", "micro_f1", "intents", "entity_f1", "entity_f1_overlap", "confusion", "seconds"} <= set(written)
    assert (tmp_path / "confusion.svg").read_text(encoding="utf-8").startswith("<svg")


def test_an_english_set_is_learnt_too(tmp_path: Path) -> None:
    train_model(ENGLISH, tmp_path, BY_HEART, lambda line: None)
    pipeline = Pipeline.load(tmp_path, lambda: NOW)
    report = write_nlu_report(pipeline, ENGLISH, tmp_path / "out")
    assert report.accuracy == 1.0
    found = pipeline.parse("how is the weather in Paris").entities
    assert [(entity.entity, entity.value) for entity in found] == [("city", "Paris")]


def test_one_intent_alone_cannot_be_learnt(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="only the intent 'a'"):
        train_model(build_set(("a", "b"), ("a", "c")), tmp_path, BY_HEART, lambda line: None)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no trained model here"):
        Pipeline.load(tmp_path, lambda: NOW)
