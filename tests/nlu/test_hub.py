"""Encoders of others: a tiny BERT that the test builds and saves, found, trained, served without transformers."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, BertTokenizerFast

from nlu.annotations import parse_annotated
from nlu.commands_training import build_options
from nlu.errors import TrainingError
from nlu.examples import Example, TrainingSet
from nlu.frontend import load_front_end
from nlu.hub import is_our_encoder, load_hub_encoder
from nlu.noise import Noise
from nlu.options import TrainingOptions
from nlu.pipeline import Pipeline
from nlu.subwords import load_subword_tokenizer
from nlu.train import train_model
from nlu.understanding import Context

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "fly", "##ing", "to", "ber", "##lin", "what", "is", "the"]
PIECES += ["time", "in", "par", "##is", "电", "费", "多", "少", "上", "个", "月", "我", "停", "了", "?"]
LINES = (("fly", "flying to [Berlin](city)"), ("ask_time", "what is the time in [Paris](city)?"))
CHINESE = (("query_bill", "我[上个月](month)电费多少"), ("report_outage", "停电了"))


def read_lines(*lines: tuple[str, str]) -> TrainingSet:
    read = [(name, parse_annotated(line)) for name, line in lines]
    return TrainingSet(tuple(Example(one.text, (name,), one.spans) for name, one in read))


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a folder as the hub would give it: config.json, weights, tokenizer.json."""
    folder = tmp_path_factory.mktemp("tiny-bert")
    tokenizer = Tokenizer(models.WordPiece({piece: number for number, piece in enumerate(PIECES)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    BertTokenizerFast(tokenizer_object=tokenizer).save_pretrained(str(folder))
    config = BertConfig(
        vocab_size=len(PIECES), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
    )
    BertModel(config).save_pretrained(str(folder))
    return folder


def by_heart(encoder: Path) -> TrainingOptions:
    quiet = Noise(**dict.fromkeys(Noise.__dataclass_fields__, 0.0))
    return TrainingOptions(
        encoder_dir=encoder,
        least_steps=60,
        most_steps=60,
        held_out=0.0,
        learning_rate=2e-3,
        head_learning_rate=2e-2,
        dropout=0.0,
        encoder_dropout=0.0,
        noise=quiet,
        quantise=False,
    )


@pytest.fixture(scope="module")
def model(encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    train_model(read_lines(*LINES), folder, by_heart(encoder), lambda line: None)
    return folder


def test_two_sentences_are_learnt_saved_and_loaded(model: Path) -> None:
    assert load_front_end(model).kind == "subwords"
    pipeline, again = (Pipeline.load(model, lambda: NOW) for _ in range(2))
    for example in read_lines(*LINES).examples:
        understanding = pipeline.parse(example.text)
        assert understanding.intent.name == example.intents[0]
        assert [(one.entity, one.start, one.end) for one in understanding.entities] == [
            (span.entity, span.start, span.end) for span in example.spans
        ]
        assert again.parse(example.text) == understanding


def test_the_network_that_is_served_says_what_the_trained_one_said(encoder: Path, tmp_path: Path) -> None:
    trained = train_model(read_lines(*LINES), tmp_path, by_heart(encoder), lambda line: None)
    served = Pipeline.load(tmp_path, lambda: NOW)
    for example in read_lines(*LINES).examples:
        encoding = trained.tokenizer.encode(example.text)
        again = load_subword_tokenizer(tmp_path).encode(example.text)
        assert (list(encoding.ids), encoding.offsets) == (again.ids, again.offsets)
        assert served.parse(example.text).intent.confidence > 0.5


def test_places_are_code_points_of_the_original_text(model: Path) -> None:
    text = "😀  Flying\u00a0to  BERLIN"
    encoding = load_subword_tokenizer(model).encode(text)
    pieces = [text[start:end] for start, end in encoding.offsets if end > start]
    assert pieces == ["😀", "Fly", "ing", "to", "BER", "LIN"]
    assert encoding.ids[0] == 2
    assert encoding.ids[-1] == 3


def test_a_long_text_loses_its_end(model: Path) -> None:
    tokenizer = load_subword_tokenizer(model)
    assert len(tokenizer.encode("to " * 5000).ids) == tokenizer.rules.max_length


@pytest.mark.parametrize("text", ["", " ", "\x00", "\ud800 to", "to\u200bto", "电"])
def test_any_text_gets_an_understanding(model: Path, text: str) -> None:
    assert Pipeline.load(model, lambda: NOW).parse(text).intents


def test_context_tokens_come_after_the_vocabulary_of_the_encoder(encoder: Path) -> None:
    tokenizer, network = load_hub_encoder(encoder, dropout=0.1)
    assert tokenizer.token_id("[ctx0]") == len(PIECES)
    assert network.get_input_embeddings().weight.shape[0] == len(tokenizer) == len(PIECES) + 120
    assert tokenizer.encode("to", context=[len(PIECES)]).ids == [2, len(PIECES), PIECES.index("to"), 3]


def test_a_chinese_set_keeps_its_parsers_with_another_encoder(encoder: Path, tmp_path: Path) -> None:
    train_model(read_lines(*CHINESE), tmp_path, by_heart(encoder), lambda line: None)
    assert load_front_end(tmp_path).has_parsers
    understanding = Pipeline.load(tmp_path, lambda: NOW).parse("我上个月电费多少", Context(channel="phone"))
    assert [(one.entity, one.value, one.start, one.end) for one in understanding.entities] == [
        ("month", "2026-10", 1, 4)
    ]


def test_our_own_encoder_is_told_from_others(encoder: Path) -> None:
    assert is_our_encoder(Path(__file__).parents[2] / "models" / "encoder")
    assert not is_our_encoder(encoder)
    assert not is_our_encoder("bert-base-chinese")


def test_a_name_that_is_no_folder_is_one_of_the_hub(tmp_path: Path) -> None:
    config = tmp_path / "config.yml"
    assert build_options({"encoder_dir": "BAAI/bge-small-zh-v1.5"}, config).encoder_dir == "BAAI/bge-small-zh-v1.5"
    assert build_options({"encoder_dir": "models/mine"}, config).encoder_dir == tmp_path / "models" / "mine"
    (tmp_path / "mine").mkdir()
    assert build_options({"encoder_dir": "mine"}, config).encoder_dir == tmp_path / "mine"


def test_a_folder_without_a_model_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"has no config\.json; download the model") as told:
        load_hub_encoder(tmp_path, dropout=0.1)
    assert str(tmp_path) in str(told.value)
    with pytest.raises(TrainingError, match="does not exist"):
        load_hub_encoder(tmp_path / "none", dropout=0.1)
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(TrainingError, match="holds no usable model") as told:
        load_hub_encoder(tmp_path, dropout=0.1)
    assert "\n" not in str(told.value)


def test_a_hub_that_cannot_be_reached_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(TrainingError, match="'nobody/nothing' is no folder here, and the hub does not give it") as told:
        load_hub_encoder("nobody/nothing", dropout=0.1)
    assert "\n" not in str(told.value)
