"""A training that starts from an earlier one: where the weights fit, and what it keeps of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
import torch
from safetensors.torch import load_file

from nlu.decision import load_decision
from nlu.examples import Example, TrainingSet
from nlu.labels import load_labels
from nlu.model import JointNetwork
from nlu.options import WEIGHTS_FILE, TrainingOptions
from nlu.train import train_model
from nlu.warm_start import take_weights

OPTIONS = TrainingOptions(
    encoder_dir=Path("models/encoder"),
    least_steps=2,
    most_steps=2,
    epochs=1,
    held_out=0.0,
    keep_weights=True,
    threads=1,
)
SENTENCES = {
    "query_bill": ("查电费", "账单多少钱", "上月电费", "看看账单"),
    "report_outage": ("停电了", "家里没电", "跳闸了", "灯不亮"),
}


def examples(*more: tuple[str, str]) -> TrainingSet:
    written = [Example(text, (intent,)) for intent, texts in SENTENCES.items() for text in texts]
    return TrainingSet((*written, *(Example(text, (intent,)) for text, intent in more)))


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("first")
    train_model(examples(), folder, OPTIONS, lambda _: None)
    return folder


def test_a_start_of_which_everything_is_kept_gives_the_same_network(first: Path, tmp_path: Path) -> None:
    told: list[str] = []
    kept = replace(OPTIONS, start_from=first, start_share=1.0)
    train_model(examples(("屋里黑了", "report_outage")), tmp_path, kept, told.append)
    before, after = load_file(first / WEIGHTS_FILE), load_file(tmp_path / WEIGHTS_FILE)
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert load_decision(tmp_path) == load_decision(first), "thresholds stay as they were calibrated"
    assert any("are the start" in line for line in told)


def test_a_start_with_other_intents_or_without_weights_is_no_start(first: Path, tmp_path: Path) -> None:
    network = cast("JointNetwork", None)  # not looked at before the labels fit
    told: list[str] = []
    labels = load_labels(first)
    assert take_weights(network, first, replace(labels, intents=(*labels.intents, "wait")), told.append) is None
    assert take_weights(network, tmp_path, labels, told.append) is None
    assert take_weights(network, None, labels, told.append) is None
    assert [("other intents" in line, "is not there" in line) for line in told] == [(True, False), (False, True)]
