"""The encoder: characters and their places, training on a toy, the shipped graph."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertModel

from nlu.encoder import contrastive
from nlu.encoder.average import average_weights
from nlu.encoder.contrastive import embed_texts, load_model, pair_loss, perhaps_same, train_contrastive
from nlu.encoder.corpus import BatchStream, TextSource, read_own_sentences
from nlu.encoder.export import export_onnx, save_half_precision
from nlu.encoder.masked import EncoderShape, build_vocabulary, pretrain_masked
from nlu.encoder.measure import best_accuracy, best_balanced, measure_recall
from nlu.encoder.onnx_encoder import OnnxEncoder
from nlu.encoder.pairs import (
    Pair,
    Topic,
    drop_telltale_lengths,
    hold_out_questions,
    pair_questions,
    read_topics,
    split_pool,
)
from nlu.encoder.schedule import Schedule
from nlu.encoder.tokenizer import CharTokenizer, pad_batch
from nlu.encoder.vocabulary import CLS_ID, SEP_ID, UNK_ID, choose_tokens, count_characters, load_vocabulary
from nlu.encoder.workers import Workers
from nlu.errors import ModelError

SHIPPED = Path(__file__).parents[2] / "models" / "encoder"
SENTENCES = [
    "停电了",
    "我家没电了",
    "电费怎么交",
    "去哪里交电费",
    "电表走得太快",
    "峰谷电价是多少",
    "我要开发票",
    "今天天气不错",
]
TOY = EncoderShape(layers=1, hidden=32, heads=2, feed_forward=64, max_length=48)


@pytest.fixture(scope="module")
def tokenizer() -> CharTokenizer:
    return CharTokenizer(choose_tokens(count_characters(SENTENCES), least=1))


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A toy encoder after a second of masked training."""
    folder = tmp_path_factory.mktemp("toy")
    (folder / "text").mkdir()
    (folder / "text" / "queries.txt").write_text("\n".join(SENTENCES * 64), encoding="utf-8")
    build_vocabulary(folder / "text", folder / "masked", shape=TOY)
    pretrain_masked(folder / "text", folder / "masked", Schedule(60.0, 3e-3, most_steps=5))
    return folder / "masked"


@pytest.fixture(scope="module")
def exported(toy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported")
    load_vocabulary(toy / "vocab.txt").save(folder / "vocab.txt")
    export_onnx(toy, folder)
    return folder


def test_every_character_points_at_its_place_in_the_original_text(tokenizer: CharTokenizer) -> None:
    text = "我家１２度ＫＷｈ，25℃"
    encoding = tokenizer.encode(text)
    tokens = [tokenizer.vocabulary.tokens[number] for number in encoding.ids]
    assert "".join(tokens[1:-1]) == "我家12度kwh,25℃"
    assert [text[begin:end] for begin, end in encoding.offsets[1:-1]] == list(text)
    assert encoding.offsets[0] == encoding.offsets[-1] == (0, 0)


def test_characters_outside_the_basic_plane_count_as_one_place(tokenizer: CharTokenizer) -> None:
    encoding = tokenizer.encode("😀停电")
    assert encoding.ids[1] == UNK_ID
    assert encoding.offsets[2] == (1, 2)


def test_blanks_vanish_except_between_latin_words(tokenizer: CharTokenizer) -> None:
    encoding = tokenizer.encode("电 费 my meter")
    tokens = [tokenizer.vocabulary.tokens[number] for number in encoding.ids[1:-1]]
    assert tokens == [*"电费my▁meter"]
    assert encoding.offsets[1:3] == [(0, 1), (2, 3)]


def test_context_tokens_stand_before_the_text_and_have_no_place(tokenizer: CharTokenizer) -> None:
    context = [tokenizer.token_id("[ctx0]"), tokenizer.token_id("[ctx119]")]
    encoding = tokenizer.encode("停电", context=context)
    assert UNK_ID not in context
    assert encoding.ids[:3] == [CLS_ID, *context]
    assert encoding.offsets == [(0, 0), (0, 0), (0, 0), (0, 1), (1, 2), (0, 0)]


def test_a_long_text_loses_its_end(tokenizer: CharTokenizer) -> None:
    encoding = tokenizer.encode("电" * 500)
    assert len(encoding.ids) == len(encoding.offsets) == 192
    assert encoding.ids[-1] == SEP_ID


def test_an_empty_text_has_two_tokens(tokenizer: CharTokenizer) -> None:
    assert tokenizer.encode("").ids == [CLS_ID, SEP_ID]


def test_a_vocabulary_survives_saving(tokenizer: CharTokenizer, tmp_path: Path) -> None:
    tokenizer.vocabulary.save(tmp_path / "vocab.txt")
    assert load_vocabulary(tmp_path / "vocab.txt") == tokenizer.vocabulary


def test_rows_of_a_batch_are_equally_long(tokenizer: CharTokenizer) -> None:
    source = TextSource("queries", tuple(SENTENCES * 16), 1.0)
    batch = next(iter(BatchStream([source], tokenizer, tokens_per_batch=64)))
    assert batch.ndim == 2
    assert (batch[:, -1] == SEP_ID).all()


def test_own_sentences_come_without_annotations(tmp_path: Path) -> None:
    yaml = 'nlu:\n  - intent: query_bill\n    examples: |\n      - 我[上个月](month)[峰谷]{"value": "x"}电费\n# 注释\n'
    (tmp_path / "nlu.yml").write_text(yaml, encoding="utf-8")
    assert read_own_sentences([tmp_path]) == ["我上个月峰谷电费"]


def test_lists_in_one_line_are_sentences_and_mappings_are_not(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("similar: [电费多少, 交费]\nsource: {document: 某文件}\nanswer: 拨95598\n", "utf-8")
    assert read_own_sentences([tmp_path]) == ["电费多少", "交费", "拨95598"]


def test_masked_training_learns_two_sentences_and_resumes(tmp_path: Path) -> None:
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "queries.txt").write_text("我家停电了怎么办\n电费在哪里交呢\n" * 400, encoding="utf-8")
    build_vocabulary(tmp_path / "text", tmp_path / "out", shape=TOY)
    first = pretrain_masked(tmp_path / "text", tmp_path / "out", Schedule(60.0, 2e-2, most_steps=40))
    second = pretrain_masked(tmp_path / "text", tmp_path / "out", Schedule(60.0, 2e-2, most_steps=60))
    assert first.curve[-1][1] < 1.0 < first.curve[0][1]
    assert (first.steps, second.steps) == (40, 60)
    assert second.curve[-1][1] < 1.0, "the second sitting starts where the first ended"
    weights = BertModel.from_pretrained(str(tmp_path / "out"), add_pooling_layer=False)
    assert weights.config.vocab_size == len(load_vocabulary(tmp_path / "out" / "vocab.txt"))


def test_contrastive_training_brings_together_what_means_the_same(toy: Path, tmp_path: Path) -> None:
    pairs = [Pair("停电了", "我家没电了"), Pair("电费怎么交", "去哪里交电费"), Pair("停电了", "电费怎么交", False)]
    train_contrastive(toy, tmp_path, pairs, Schedule(60.0, 3e-3, most_steps=30))
    model, letters = load_model(tmp_path), CharTokenizer.load(tmp_path)
    outage, no_power, pay, where = embed_texts(model, letters, ["停电了", "我家没电了", "电费怎么交", "去哪里交电费"])
    assert outage @ no_power > outage @ pay + 0.3
    assert pay @ where > pay @ no_power + 0.3


def test_gradients_taken_in_parts_by_two_threads_are_those_of_the_whole_batch(
    toy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contrastive, "MASKED_SHARE", 0.0)
    monkeypatch.setattr(contrastive, "_ROWS_PER_PASS", 3)
    batch = [Pair("停电了", "我家没电了"), Pair("电费怎么交", "去哪里交电费"), Pair("停电了", "电费怎么交", False)]
    model, letters = load_model(toy), CharTokenizer.load(toy)
    rows = [letters.token_ids(text) for text in (*(pair.first for pair in batch), *(pair.second for pair in batch))]
    loss = contrastive.backward_batch(model, batch, rows, Workers(2), np.random.default_rng(0))
    slope = model.embeddings.word_embeddings.weight.grad.flatten().clone()
    model.zero_grad()
    ids, mask = map(torch.from_numpy, pad_batch(rows))
    vectors = contrastive.embed_ids(model, ids, mask)
    whole = pair_loss(vectors[:3], vectors[3:], batch)
    whole.backward()  # type: ignore[no-untyped-call]
    assert loss == pytest.approx(whole.item(), rel=0.03)
    again = model.embeddings.word_embeddings.weight.grad.flatten()
    assert torch.cosine_similarity(slope, again, dim=0) > 0.99


def test_pairs_of_one_article_are_never_negatives_of_each_other() -> None:
    batch = [Pair("a", "b", topic="x"), Pair("c", "d", topic="x"), Pair("e", "f"), Pair("a", "g", False)]
    excluded = perhaps_same(batch)
    assert excluded[0, 1]
    assert excluded[1, 0]
    assert not excluded[0, 2]
    assert not excluded[0, 3], "the second sentence of a label-0 pair is a hard negative"


def test_the_loss_is_lower_when_vectors_agree_with_the_labels() -> None:
    batch = [Pair("a", "b"), Pair("c", "d"), Pair("e", "f", False)]
    first, second = torch.eye(3), torch.eye(3)[[0, 1, 0]]
    assert pair_loss(first, second, batch) < pair_loss(first, second[[1, 2, 0]], batch)


def test_held_out_sentences_never_occur_in_training() -> None:
    dev = [Pair(f"问{n}", f"答{n}", True, "lcqmc_dev") for n in range(50)]
    pool = [*dev, *(Pair(f"问{n}", "别的", True, "other") for n in range(50)), Pair("甲", "乙", True, "stsb_zh_dev")]
    split = split_pool(pool)
    held = {pair.first for pair in split.validation}
    assert 5 < len(held) < 30
    assert not held & {text for pair in split.train for text in (pair.first, pair.second)}
    assert all(pair.source != "stsb_zh_dev" for pair in split.train)


def test_short_pairs_that_never_match_in_their_source_are_not_trained_on() -> None:
    long, short = Pair("怎么交电费", "电费怎么交", True, "a"), Pair("电费", "水费", False, "a")
    elsewhere = Pair("电费", "水费", False, "b")
    assert drop_telltale_lengths([long, short, elsewhere]) == [long, elsewhere]
    assert drop_telltale_lengths([long, short, Pair("电费", "电费用", True, "a")])[1] == short


def test_articles_give_pairs_and_held_out_questions(tmp_path: Path) -> None:
    article = "- id: a1\n  question: 怎么交电费\n  similar: [电费怎么交, 去哪交电费, 交费方式]\n"
    (tmp_path / "a.yml").write_text("articles:\n" + "\n".join(f"  {line}" for line in article.splitlines()), "utf-8")
    topics, held = hold_out_questions(read_topics(tmp_path), one_in=1)
    (question, name) = held[0]
    assert name == "a1"
    assert question in ("电费怎么交", "去哪交电费", "交费方式")
    assert len(pair_questions(topics)) == 3
    assert not any(question in (pair.first, pair.second) for pair in pair_questions(topics))


def test_recall_counts_questions_whose_nearest_neighbour_is_of_their_article() -> None:
    vectors = {"a": [1.0, 0.0], "b": [0.0, 1.0], "near a": [0.9, 0.1], "near b": [0.2, 0.8]}
    topics = [Topic("A", ("a",)), Topic("B", ("b",))]
    recall = measure_recall(
        lambda texts: np.array([vectors[text] for text in texts], dtype=np.float32),
        topics,
        [("near a", "A"), ("near b", "A")],
    )
    assert recall == 0.5


def test_best_accuracy_finds_the_threshold() -> None:
    cosines = np.array([0.9, 0.8, 0.7, 0.1], dtype=np.float32)
    assert best_accuracy(cosines, np.array([True, True, False, False])) == 1.0
    assert best_accuracy(cosines, np.array([False, False, False, True])) == 0.75


def test_balanced_accuracy_gives_both_labels_the_same_weight() -> None:
    cosines = np.array([0.9, 0.8, 0.7, 0.1], dtype=np.float32)
    assert best_balanced(cosines, np.array([True, True, False, False])) == 1.0
    assert best_balanced(cosines, np.array([False, False, False, True])) == 0.5
    assert best_balanced(cosines, np.array([True, False, True, True])) == pytest.approx((1 / 3 + 1) / 2)


def test_int8_vectors_agree_with_the_trained_weights(toy: Path, exported: Path) -> None:
    quantised = OnnxEncoder(exported).embed(SENTENCES)
    exact = embed_texts(load_model(toy), CharTokenizer.load(toy), SENTENCES)
    assert (quantised * exact).sum(axis=1).min() > 0.99


def test_vectors_have_unit_length_and_the_order_of_the_texts(exported: Path) -> None:
    encoder = OnnxEncoder(exported)
    vectors = encoder.embed(SENTENCES)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(SENTENCES), encoder.width)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    alone = np.concatenate([encoder.embed([text]) for text in SENTENCES])
    assert (vectors * alone).sum(axis=1).min() > 0.99
    assert encoder.embed([]).shape == (0, encoder.width)


def test_padding_does_not_change_a_vector(toy: Path, tmp_path: Path) -> None:
    load_vocabulary(toy / "vocab.txt").save(tmp_path / "vocab.txt")
    export_onnx(toy, tmp_path, is_quantised=False)
    encoder, letters = OnnxEncoder(tmp_path).load(), CharTokenizer.load(tmp_path)
    ids, mask = pad_batch([letters.token_ids("停电了"), letters.token_ids("我家从昨天晚上开始就没有电了")])
    padded = encoder.session.run(None, {"ids": ids, "mask": mask})[0]
    assert np.allclose(padded[0], encoder.embed(["停电了"])[0], atol=1e-5)


def test_half_precision_weights_load_as_a_bert_model(toy: Path, tmp_path: Path) -> None:
    save_half_precision(load_model(toy), tmp_path)
    again = BertModel.from_pretrained(str(tmp_path), add_pooling_layer=False)
    assert again.config.hidden_dropout_prob == 0.1
    assert (tmp_path / "model.safetensors").stat().st_size < 1.1 * 2 * again.num_parameters() + 20_000


def test_the_mean_of_an_encoder_and_its_shifted_copy_lies_between_them(toy: Path, tmp_path: Path) -> None:
    shifted = load_model(toy)
    with torch.no_grad():
        shifted.embeddings.word_embeddings.weight += 2.0
    shifted.save_pretrained(str(tmp_path / "shifted"))
    mean = load_model(average_weights([toy, tmp_path / "shifted"], tmp_path / "mean"))
    moved = mean.embeddings.word_embeddings.weight - load_model(toy).embeddings.word_embeddings.weight
    assert torch.allclose(moved, torch.ones_like(moved), atol=1e-5)
    assert (tmp_path / "mean" / "vocab.txt").exists()


def test_a_missing_graph_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"encoder\.onnx"):
        OnnxEncoder(tmp_path).embed(["停电"])


def test_serving_never_imports_torch() -> None:
    code = (
        "import nlu.encoder.onnx_encoder, nlu.encoder.tokenizer, sys; print({'torch', 'transformers'} & {*sys.modules})"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"


@pytest.mark.skipif(not (SHIPPED / "encoder.onnx").exists(), reason="no encoder has been shipped")
def test_the_shipped_encoder_knows_what_customers_mean() -> None:
    encoder = OnnxEncoder(SHIPPED)
    asked, same, other = encoder.embed(["这个月电费怎么这么高", "电费为什么突然变多了", "我想改一下户名"])
    assert asked @ same > asked @ other
    config = BertConfig.from_pretrained(str(SHIPPED))
    assert config.vocab_size == len(load_vocabulary(SHIPPED / "vocab.txt"))
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) < 25_000_000
