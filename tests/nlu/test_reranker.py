"""The reranker of ours: trained on a few topics it tells them apart, served without torch as it was trained."""

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertModel

from nlu.encoder.onnx_reranker import LONGEST, OnnxReranker, join_pair, open_reranker
from nlu.encoder.pairs import Topic
from nlu.encoder.reranker import WRONG, plan_choices, train_reranker
from nlu.encoder.tokenizer import CharTokenizer
from nlu.encoder.vocabulary import CONTEXT_TOKENS, SEP_ID, SPECIAL_TOKENS, Vocabulary
from nlu.errors import ModelError

TOPICS = [
    Topic("pay", ("电费怎么交", "在哪交电费", "怎么交电费啊")),
    Topic("transfer", ("过户要什么材料", "办过户带什么", "过户的材料有哪些")),
    Topic("outage", ("停电了找谁", "家里停电了怎么办", "停电打什么电话")),
    Topic("invoice", ("发票怎么开", "要开发票", "电子发票在哪开")),
    Topic("meter", ("电表走得快怎么办", "电表不准", "怀疑电表走快了")),
    Topic("solar", ("光伏怎么并网", "装光伏要申请吗", "光伏并网怎么办")),
]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny encoder of ours: config.json, weights, vocab.txt."""
    folder = tmp_path_factory.mktemp("encoder")
    characters = sorted({character for topic in TOPICS for text in topic.questions for character in text})
    vocabulary = Vocabulary((*SPECIAL_TOKENS, *CONTEXT_TOKENS, *characters))
    vocabulary.save(folder / "vocab.txt")
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(vocabulary.tokens),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(str(folder))
    return folder


@pytest.fixture(scope="module")
def trained(start: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A reranker that was trained until it knows the topics by heart."""
    out = tmp_path_factory.mktemp("reranker")
    losses = train_reranker(start, TOPICS, out, epochs=60, rate=3e-3)
    assert losses[-1] < 0.1 < losses[0]
    return out


def test_it_chooses_the_wording_that_asks_the_same(trained: Path) -> None:
    reranker = OnnxReranker(trained)
    standard = [topic.questions[0] for topic in TOPICS]
    for place, topic in enumerate(TOPICS):
        for question in topic.questions[1:]:
            assert int(np.argmax(reranker.score(question, standard))) == place


def test_a_folder_of_ours_is_opened_by_its_name(trained: Path) -> None:
    rerank = open_reranker(trained.name, trained.parent)
    assert rerank("停电找谁", ["停电了找谁", "发票怎么开"]).shape == (2,)
    assert rerank("停电找谁", []).shape == (0,)


def test_neighbours_do_not_change_a_score(trained: Path) -> None:
    reranker = OnnxReranker(trained)
    alone = reranker.score("停电打什么电话", ["停电了找谁"])
    beside = reranker.score("停电打什么电话", ["停电了找谁", "怀疑电表走快了而且走得很快很快怎么办"])
    assert alone[0] == pytest.approx(beside[0], abs=0.5)  # int8 activations are scaled by batch


def test_wrong_wordings_are_of_other_topics(start: Path) -> None:
    vectors = np.eye(len(TOPICS), dtype=np.float32)
    choices = plan_choices(TOPICS, vectors, np.random.default_rng(1))
    own = {question: topic.questions[0] for topic in TOPICS for question in topic.questions[1:]}
    assert len(choices) == 12
    assert all(choice.wordings[0] == own[choice.question] for choice in choices)
    assert all(len(set(choice.wordings)) == WRONG + 1 for choice in choices)


def test_a_long_pair_keeps_both_sentences(start: Path) -> None:
    tokenizer = CharTokenizer.load(start)
    row = join_pair(tokenizer, "电" * 150, "发票怎么开")
    assert len(row) <= LONGEST
    assert row[-1] == SEP_ID
    assert len(join_pair(tokenizer, "电" * 150, "票" * 150)) == LONGEST


def test_a_folder_without_a_graph_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"reranker\.onnx is missing; train it"):
        OnnxReranker(tmp_path)
