"""Encoders and rerankers by folder or name, on models that the tests make: two layers, sixteen wide."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import CrossEncoder, SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizer

from nlu.encoder import named_encoder
from nlu.encoder.named_encoder import open_encoder
from nlu.encoder.onnx_reranker import open_reranker
from nlu.errors import ModelError

TEXTS = ["电费怎么交", "过户要什么材料", "停电了"]
_CHARACTERS = sorted({character for text in TEXTS for character in text} | set("问答："))


def write_bert(folder: Path, make: Callable[[BertConfig], torch.nn.Module], labels: int = 2) -> Path:
    """Save a tiny BERT with its tokenizer."""
    torch.manual_seed(5)
    folder.mkdir(parents=True)
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *_CHARACTERS]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        num_labels=labels,
    )
    make(config).eval().save_pretrained(str(folder))  # type: ignore[operator]
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(str(folder))
    return folder


@pytest.fixture(scope="module")
def plain_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Hugging Face folder, as one downloads it."""
    return write_bert(tmp_path_factory.mktemp("plain") / "bert", BertModel)


@pytest.fixture(scope="module")
def sentence_folder(plain_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers folder with a pooling of its own."""
    words = Transformer(str(plain_folder))
    pooling = Pooling(16, pooling_mode="cls")
    folder = tmp_path_factory.mktemp("sentences") / "bert"
    SentenceTransformer(modules=[words, pooling], device="cpu").save(str(folder))
    return folder


@pytest.fixture(scope="module")
def cross_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross-encoder with one label."""
    return write_bert(tmp_path_factory.mktemp("cross") / "bert", BertForSequenceClassification, labels=1)


@pytest.mark.parametrize("fixture", ["plain_folder", "sentence_folder"])
def test_a_named_model_embeds_unit_rows(fixture: str, request: pytest.FixtureRequest) -> None:
    folder: Path = request.getfixturevalue(fixture)
    encoder = open_encoder(folder.name, folder.parent)
    vectors = encoder.embed_questions(TEXTS)
    assert vectors.shape == (3, encoder.width) == (3, 16)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1], abs=1e-5)


def test_a_models_own_pooling_is_kept(plain_folder: Path, sentence_folder: Path) -> None:
    mean = open_encoder(plain_folder.name, plain_folder.parent).embed_questions(TEXTS)
    first = open_encoder(sentence_folder.name, sentence_folder.parent).embed_questions(TEXTS)
    assert not np.allclose(mean, first, atol=1e-2)


def test_prefixes_stand_before_questions_and_passages(plain_folder: Path) -> None:
    plain = open_encoder(plain_folder.name, plain_folder.parent)
    prefixed = open_encoder(plain_folder.name, plain_folder.parent, question_prefix="问：", passage_prefix="答：")
    assert prefixed.embed_questions(["停电了"]) == pytest.approx(plain.embed_questions(["问：停电了"]), abs=1e-5)
    assert prefixed.embed_passages(["停电了"]) == pytest.approx(plain.embed_passages(["答：停电了"]), abs=1e-5)
    assert prefixed.fingerprint != plain.fingerprint


def test_the_fingerprint_is_the_models(plain_folder: Path, sentence_folder: Path) -> None:
    prints = [open_encoder(f.name, f.parent).fingerprint for f in (plain_folder, plain_folder, sentence_folder)]
    assert prints[0] == prints[1] != prints[2]


def test_a_cross_encoder_scores_pairs(cross_folder: Path) -> None:
    rerank = open_reranker(cross_folder.name, cross_folder.parent)
    scores = rerank("停电了", TEXTS)
    model = CrossEncoder(str(cross_folder), device="cpu", activation_fn=torch.nn.Identity())
    expected = model.predict([("停电了", text) for text in TEXTS])
    assert scores == pytest.approx(np.asarray(expected), abs=1e-3)


def test_a_missing_folder_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    with pytest.raises(ModelError, match=r"^knowledge\.encoder: models/bge: there is no such folder$"):
        open_encoder("models/bge", tmp_path)


def test_a_folder_without_a_model_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "bge").mkdir()
    with pytest.raises(ModelError, match=r"^knowledge\.encoder: bge: the folder has none of encoder\.onnx"):
        open_encoder("bge", tmp_path)


def test_without_sentence_transformers_the_extra_is_named(plain_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(named_encoder.importlib.__dict__, "import_module", _refuse)
    with pytest.raises(ModelError, match=r"needs sentence-transformers: pip install 'gridtalk\[train\]'"):
        open_encoder(plain_folder.name, plain_folder.parent)


def _refuse(name: str) -> None:
    raise ImportError(name)
