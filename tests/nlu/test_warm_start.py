"""A training that starts from an earlier one: where the weights fit, and what it keeps of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from nlu.batches import Batch
from nlu.decision import load_decision
from nlu.examples import Example, TrainingSet
from nlu.features import SparseFeatures
from nlu.fit_sparse import fit_sparse_classifier
from nlu.labels import load_labels
from nlu.model import JointNetwork, load_encoder
from nlu.options import WEIGHTS_FILE, TrainingOptions
from nlu.sentence import build_sentence
from nlu.sparse import SparseClassifier
from nlu.sparse_blend import blend_sparse
from nlu.syllables import build_syllable_table
from nlu.train import train_model
from nlu.warm_start import Anchor, take_weights

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


def test_a_result_between_two_trainings_is_made_without_training(first: Path, tmp_path: Path) -> None:
    told: list[str] = []
    more = examples(("屋里黑了", "report_outage"))
    away = replace(OPTIONS, start_from=first, least_steps=20, most_steps=20)
    train_model(more, tmp_path / "far", away, lambda _: None)
    train_model(more, tmp_path / "near", replace(away, start_share=0.75, finish_at=tmp_path / "far"), told.append)
    start, far, near = (load_file(folder / WEIGHTS_FILE) for folder in (first, tmp_path / "far", tmp_path / "near"))
    wanted = {name: 0.75 * start[name].float() + 0.25 * far[name].float() for name in start}
    assert all(torch.allclose(near[name].float(), wanted[name], atol=1e-2) for name in start)
    assert not torch.equal(near["verdict.weight"], start["verdict.weight"])
    assert not any("step" in line for line in told)


def test_a_start_with_other_intents_or_without_weights_is_no_start(first: Path, tmp_path: Path) -> None:
    network = cast("JointNetwork", None)  # not looked at before the labels fit
    told: list[str] = []
    labels = load_labels(first)
    assert take_weights(network, first, replace(labels, intents=(*labels.intents, "wait")), told.append) is None
    assert take_weights(network, tmp_path, labels, told.append) is None
    assert take_weights(network, None, labels, told.append) is None
    assert [("other intents" in line, "is not there" in line) for line in told] == [(True, False), (False, True)]


def small_batch(wanted: list[int], intents: int) -> Batch:
    """Sentences of six tokens, one wanted intent each."""
    rows = len(wanted)
    ids = torch.arange(rows * 6).reshape(rows, 6) % 50
    ones = torch.ones_like(ids)
    targets = torch.nn.functional.one_hot(torch.tensor(wanted), intents).float()
    nothing = torch.zeros(rows)
    return Batch(ids, ones, ones, torch.zeros_like(ids), targets, nothing, ids * 0, ids * 0 - 100, nothing.long())


def test_an_anchor_holds_what_was_right_and_lets_go_what_was_wrong() -> None:
    torch.manual_seed(3)
    encoder = load_encoder(None, vocabulary_size=60, dropout=0.0)
    network = JointNetwork(encoder, intent_count=3, tags=["O"], act_count=0, dropout=0.0).eval()
    anchor = Anchor(network, weight=1.0)
    ids = small_batch([0, 0, 0, 0], 3)
    said = network(ids.ids, ids.mask, ids.sight, ids.hints).intents.argmax(dim=1).tolist()
    right, wrong = small_batch(said, 3), small_batch([(one + 1) % 3 for one in said], 3)

    def distance(batch: Batch) -> float:
        return float(anchor.loss(network(batch.ids, batch.mask, batch.sight, batch.hints), batch).detach())

    assert distance(right) == pytest.approx(0.0, abs=1e-6), "nothing has moved yet"
    with torch.no_grad():
        network.whole.weight.add_(0.3)
        network.verdict.bias.add_(torch.tensor([2.0, -1.0, 0.5]))
    assert distance(right) > 0.05
    assert distance(wrong) == 0.0, "what was understood wrongly is free to move"


def linear(sentences: dict[str, tuple[str, ...]]) -> SparseClassifier:
    examples = [build_sentence(Example(text, (intent,))) for intent, texts in sentences.items() for text in texts]
    return fit_sparse_classifier(examples, sorted(SENTENCES), SparseFeatures(build_syllable_table()))


def test_two_linear_halves_are_blended_feature_by_feature() -> None:
    before = linear(SENTENCES)
    after = linear({**SENTENCES, "report_outage": (*SENTENCES["report_outage"], "屋里黢黑", "黢黑一片")})
    outage = sorted(SENTENCES).index("report_outage")
    old, new = before.margins("黢黑")[outage], after.margins("黢黑")[outage]
    assert new > old + 0.3
    assert blend_sparse(before, after, 0.5).margins("黢黑")[outage] > old + 0.1
    kept = blend_sparse(before, after, 1.0)
    assert np.allclose(kept.margins("家里没电"), before.margins("家里没电"), atol=0.02)
    assert kept.novelty("黢黑") == 0.0, "what was said is no news, however little of it is learnt"
