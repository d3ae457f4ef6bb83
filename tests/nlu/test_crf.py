"""The chain over the tags, against all paths counted one by one."""

from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
import torch

from nlu.crf import TagChain, Transitions, forbid_in_bio, load_transitions
from nlu.crf_loss import ChainLoss
from nlu.errors import ModelError

TAGS = ("O", "B-a", "I-a", "B-b", "I-b")
LENGTH = 4


def softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), dtype=np.float32)


def random_loss(seed: int) -> ChainLoss:
    torch.manual_seed(seed)
    loss = ChainLoss(TAGS)
    for parameter in loss.parameters():
        torch.nn.init.normal_(parameter)
    return loss


def score(transitions: Transitions, logits: np.ndarray, path: tuple[int, ...]) -> float:
    steps = sum(float(transitions.between[one, other]) for one, other in pairwise(path))
    said = sum(float(logits[place, tag]) for place, tag in enumerate(path))
    return said + steps + float(transitions.first[path[0]]) + float(transitions.last[path[-1]])


def all_scores(transitions: Transitions, logits: np.ndarray) -> dict[tuple[int, ...], float]:
    return {path: score(transitions, logits, path) for path in product(range(len(TAGS)), repeat=len(logits))}


@pytest.mark.parametrize("seed", range(5))
def test_the_loss_is_minus_the_log_share_of_the_true_path_among_all(seed: int) -> None:
    loss = random_loss(seed)
    logits = torch.randn(1, LENGTH, len(TAGS))
    truth = (0, 1, 2, 3)
    scores = all_scores(loss.transitions(), logits[0].numpy())
    expected = np.logaddexp.reduce(list(scores.values())) - scores[truth]
    found = loss(logits, torch.tensor([truth]), torch.ones(1, LENGTH, dtype=torch.bool))
    assert float(found.detach()) * LENGTH == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("seed", range(5))
def test_viterbi_finds_the_best_of_all_paths(seed: int) -> None:
    transitions = random_loss(seed).transitions()
    logits = np.random.default_rng(seed).normal(size=(LENGTH, len(TAGS))).astype(np.float32) * 2
    scores = all_scores(transitions, logits)
    assert tuple(TagChain(transitions).best_path(softmax(logits))) == max(scores, key=lambda path: scores[path])


@pytest.mark.parametrize("seed", range(5))
def test_marginals_are_the_shares_of_all_paths(seed: int) -> None:
    transitions = random_loss(seed).transitions()
    logits = np.random.default_rng(seed).normal(size=(LENGTH, len(TAGS))).astype(np.float32)
    scores = all_scores(transitions, logits)
    total = np.logaddexp.reduce(list(scores.values()))
    expected = np.zeros((LENGTH, len(TAGS)))
    for path, value in scores.items():
        expected[np.arange(LENGTH), path] += np.exp(value - total)
    assert TagChain(transitions).marginals(softmax(logits)) == pytest.approx(expected, abs=1e-4)


def test_an_inside_tag_never_stands_alone_however_likely_it_is() -> None:
    chain = TagChain(forbid_in_bio(TAGS))
    logits = np.zeros((3, len(TAGS)), dtype=np.float32)
    logits[:, 2] = 9.0
    path = chain.best_path(softmax(logits))
    assert [TAGS[tag] for tag in path] == ["B-a", "I-a", "I-a"]
    assert chain.marginals(softmax(logits))[0, 2] == 0.0


def test_a_text_of_a_thousand_tokens_stays_within_the_numbers() -> None:
    chain = TagChain(random_loss(2).transitions())
    logits = np.random.default_rng(2).normal(size=(1000, len(TAGS))) * 30
    assert chain.marginals(softmax(logits)).sum(axis=1) == pytest.approx(np.ones(1000), abs=1e-4)


def test_tokens_that_do_not_count_change_nothing() -> None:
    loss = random_loss(1)
    logits = torch.randn(1, LENGTH, len(TAGS))
    truth = torch.tensor([[1, 2, 0, 3]])
    alone = loss(logits, truth, torch.ones(1, LENGTH, dtype=torch.bool))
    wide = torch.randn(2, LENGTH + 3, len(TAGS))
    places = [1, 2, 4, 5]
    wide[0, places] = logits[0]
    tags = torch.full((2, LENGTH + 3), -100)
    tags[0, places] = truth[0]
    assert float(loss(wide, tags, tags >= 0).detach()) == pytest.approx(float(alone.detach()), rel=1e-5)


def test_a_batch_without_any_token_costs_nothing() -> None:
    loss = random_loss(1)
    cost = loss(torch.randn(2, 3, len(TAGS)), torch.zeros(2, 3).long(), torch.zeros(2, 3).bool())
    assert float(cost.detach()) == 0.0


def test_a_sentence_without_tokens_has_no_path() -> None:
    chain = TagChain(forbid_in_bio(TAGS))
    nothing = np.zeros((0, len(TAGS)), dtype=np.float32)
    assert chain.best_path(nothing) == []
    assert chain.marginals(nothing).shape == (0, len(TAGS))


def test_the_chain_learns_what_follows_what() -> None:
    loss = ChainLoss(TAGS)
    optimizer = torch.optim.Adam(loss.parameters(), lr=0.1)
    silent = torch.zeros(1, 4, len(TAGS))
    truth = torch.tensor([[1, 2, 2, 0]])
    for _ in range(60):
        optimizer.zero_grad()
        loss(silent, truth, truth >= 0).backward()
        optimizer.step()
    chain = TagChain(loss.transitions())
    assert chain.best_path(softmax(silent[0].numpy())) in ([1, 2, 2, 0], [1, 2, 2, 2])


def test_transitions_are_the_same_after_loading(tmp_path: Path) -> None:
    saved = random_loss(3).transitions()
    saved.save(tmp_path)
    loaded = load_transitions(tmp_path, TAGS)
    assert np.array_equal(saved.between, loaded.between)
    assert np.array_equal(saved.last, loaded.last)


def test_a_model_without_transitions_keeps_to_bio(tmp_path: Path) -> None:
    assert np.array_equal(load_transitions(tmp_path, TAGS).between, forbid_in_bio(TAGS).between)


def test_transitions_of_another_model_are_refused(tmp_path: Path) -> None:
    random_loss(3).transitions().save(tmp_path)
    with pytest.raises(ModelError, match="another model"):
        load_transitions(tmp_path, TAGS[:3])
