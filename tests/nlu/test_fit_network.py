"""What a training is made of: dropout with dice of its own, batches in halves, trust in the parsers, folds."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import torch
from torch import nn

from nlu.annotations import Span
from nlu.batches import IGNORED, BatchBuilder
from nlu.dropout import ByteDropout, replace_dropout, seed_dropout
from nlu.encoder.tokenizer import CharTokenizer
from nlu.encoder.vocabulary import choose_tokens, count_characters
from nlu.entities import READABLE
from nlu.examples import Example, TrainingSet, load_training_set
from nlu.folds import render_examples
from nlu.hints import FoundValue
from nlu.labels import build_labels
from nlu.noise import Noise
from nlu.options import TrainingOptions
from nlu.parser_trust import are_parsers_right
from nlu.sentence import build_sentence
from nlu.train import fit_model
from nlu.understanding import Context
from nlu.values import find_values

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
MONTHS = tuple(
    Example(f"查{month}电费", ("query_bill",), (Span("month", 1, 1 + len(month)),))
    for month in ("上个月", "九月份", "去年三月")
)
OTHERS = (Example("放一首稻香", ("play",), (Span("song", 3, 5),)), Example("再见", ("leave",)))
SHORT = TrainingOptions(least_steps=3, most_steps=3, held_out=0.0, noise=Noise(), quantise=False)


def find(text: str, requested: str | None) -> list[FoundValue]:
    return list(find_values(text, NOW, expected=requested))


def build_batches(*examples: Example) -> BatchBuilder:
    vocabulary = choose_tokens(count_characters(example.text for example in examples), least=1)
    return BatchBuilder(CharTokenizer(vocabulary), build_labels(examples), find)


def test_dropout_keeps_the_mean_and_sets_its_share_to_nothing() -> None:
    dropout = ByteDropout(0.25).train()
    seed_dropout(1)
    dropped = dropout(torch.ones(100_000))
    assert float((dropped == 0).float().mean()) == pytest.approx(0.25, abs=0.01)
    assert float(dropped.mean()) == pytest.approx(1.0, abs=0.02)


def test_dropout_throws_the_same_from_the_same_seed_and_nothing_when_it_serves() -> None:
    dropout = ByteDropout(0.5).train()
    seed_dropout(1, 2)
    first = dropout(torch.ones(64))
    seed_dropout(1, 2)
    assert torch.equal(first, dropout(torch.ones(64)))
    assert torch.equal(dropout.eval()(torch.ones(64)), torch.ones(64))


def test_every_dropout_of_a_network_is_replaced() -> None:
    network = nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.Dropout(0.3)), nn.Dropout(0.1))
    replace_dropout(network)
    assert [module.p for module in network.modules() if isinstance(module, ByteDropout)] == [0.3, 0.1]
    assert not any(isinstance(module, nn.Dropout) for module in network.modules())


def test_the_halves_of_the_batches_hold_every_sentence_once() -> None:
    examples = [*MONTHS, *OTHERS]
    batches = list(build_batches(*examples).shuffle([build_sentence(one) for one in examples], size=4, seed=3))
    assert [[len(part.ids) for part in batch] for batch in batches] in ([[2, 2], [1]], [[1], [2, 2]])
    assert sum(int((part.tags != IGNORED).sum()) for batch in batches for part in batch) == sum(
        len(example.text) for example in examples
    )


def test_an_entity_that_lost_its_first_token_begins_with_the_next() -> None:
    example = MONTHS[0]
    sentence = build_sentence(example)
    sentence.tags[1] = "O"
    batch = build_batches(*MONTHS).build([sentence])
    known = batch.tags[0][batch.tags[0] != IGNORED].tolist()
    assert known == [0, 0, 1, 2, 0, 0]


@pytest.mark.parametrize("threads", [1, 2])
def test_the_number_of_threads_changes_nothing(threads: int) -> None:
    training_set = TrainingSet((*MONTHS, *OTHERS))
    one, other = (
        fit_model(training_set, TrainingOptions(least_steps=3, most_steps=3, held_out=0.0, threads=count), print)
        for count in (1, threads)
    )
    for left, right in zip(one.network.parameters(), other.network.parameters(), strict=True):
        assert torch.equal(left, right)


def test_parsers_are_trusted_where_they_find_what_was_annotated() -> None:
    assert are_parsers_right([*MONTHS, *OTHERS], find, READABLE)


def test_parsers_are_not_trusted_with_what_another_set_calls_by_the_same_name() -> None:
    strangers = [
        Example("查上个月账单的日期", ("a",), (Span("month", 6, 9),)),
        Example("月底", ("a",), (Span("date", 0, 2),)),
    ]
    assert not are_parsers_right(strangers, find, READABLE)
    assert not are_parsers_right(OTHERS, find, READABLE)


def test_a_set_without_entities_can_be_trained_and_written(tmp_path: Path) -> None:
    examples = tuple(Example(text, (text[:1],)) for text in ("甲一", "乙二", "甲三", "乙四"))
    fit_model(TrainingSet(examples), SHORT, print).save(tmp_path, quantise=True)
    assert (tmp_path / "model.onnx").is_file()


def test_examples_are_the_same_after_writing_and_reading(tmp_path: Path) -> None:
    examples = (
        Example("我上个月电费", ("query_bill",), (Span("month", 1, 4, value="2026-10"),)),
        Example("那呢", ("a", "b"), context=Context(last_intent="a"), act="follow_up"),
        Example("- 3: 是", ("b",)),
    )
    file = tmp_path / "nlu.yml"
    file.write_text(render_examples(examples, {"缺相": "缺相了"}), encoding="utf-8")
    read = load_training_set(file)
    assert [(one.text, one.intents, one.spans, one.context, one.act) for one in read.examples] == [
        (one.text.removeprefix("- "), one.intents, one.spans, one.context, one.act) for one in examples
    ]
    assert read.synonyms == {"缺相": "缺相了"}
