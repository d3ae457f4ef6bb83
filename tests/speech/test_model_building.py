"""A tiny model is built from text alone, loads in libvosk and recognises what it was made for.

Building runs in a process of its own: libvosk and pywrapfst must not meet in one.
"""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from pathlib import Path
from random import Random

import numpy as np
import pytest

from speech.check import recognize
from speech.model_building.channel import add_noise, colored_noise, through_alaw
from speech.model_building.corpus import Callers, speak_plainly
from speech.model_building.corpus_plan import BuildSettings
from speech.model_building.features import compute_mfcc
from speech.model_building.kaldi_format import number_transitions, render_transition_model
from speech.model_building.language_model import END, START, estimate
from speech.model_building.measure import TestSpeaker
from speech.model_building.network import TrainingPlan, train_network
from speech.model_building.pieces import Pieces
from speech.model_building.synthetic_speech import Speakers, speak_all
from speech.recognizers.vosk import VoskRecognizer
from speech.synthesizers.espeak_library import EspeakLibrary

SENTENCES = ["查电费", "转人工", "停电了"]
VOICE = "cmn+m3"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def espeak() -> EspeakLibrary:
    return EspeakLibrary()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return the folder of the tiny models, and the characters that the domain build could not write."""
    folder = tmp_path_factory.mktemp("model")
    text = folder / "text.txt"
    text.write_text("# 本公司\n停电了\n转人工\n火星\n", encoding="utf-8")
    command = [sys.executable, "-m", "tests.speech.tiny_model", str(folder), str(text)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)
    assert result.returncode == 0, result.stderr
    return folder, result.stdout.strip()


def test_a_tiny_model_recognises_its_sentences(built: tuple[Path, str], espeak: EspeakLibrary) -> None:
    recognizer, speaker = VoskRecognizer(built[0] / "tiny"), TestSpeaker(espeak)
    assert [recognize(recognizer, speaker.say(text, VOICE)).text for text in SENTENCES] == SENTENCES


def test_the_same_builder_gives_a_run_time_model_the_utilitys_sentences(
    built: tuple[Path, str], espeak: EspeakLibrary
) -> None:
    folder, unknown = built
    assert unknown == "星火"
    heard = recognize(VoskRecognizer(folder / "domain"), TestSpeaker(espeak).say("停电了", VOICE))
    assert heard.text == "停电了"


def test_transition_ids_count_from_one_stay_then_leave() -> None:
    ids = number_transitions([1, 2])
    assert [(each.self_loop, each.leave) for each in ids.values()] == [(1, 2), (3, 4)]
    binary = render_transition_model({1: 0, 2: 1})
    assert binary.startswith(b"<TransitionModel> <Topology> \x04" + struct.pack("<i", 2))


def test_a_language_model_sums_to_one_and_prefers_what_was_said() -> None:
    model = estimate([("查", "电费"), ("查", "账单"), ("查", "电费")], ("查", "电费", "账单"))
    for history in ((), (START,), ("查",)):
        total = sum(np.exp(-model.cost(history, word)) for word in ("查", "电费", "账单", END))
        assert total == pytest.approx(1.0, abs=1e-6)
    said = (START, "查")
    assert model.cost(said, "电费") < model.cost(said, "账单") < model.cost(said, "查")


def test_pieces_keep_number_words_apart_and_lose_no_character() -> None:
    pieces = Pieces(["上个月电费二百三十度", "查上个月的电费", "上个月电费"] * 5, size=30)
    assert "".join(pieces.cut("上个月电费二百三十度")) == "上个月电费二百三十度"
    assert {"二", "百", "三", "十"} <= set(pieces.cut("二百三十"))


def test_sentences_for_speech_hold_chinese_characters_only() -> None:
    assert speak_plainly("户号3702118456，查10月电费") == "户号三七零二幺幺八四五六查十月电费"
    assert speak_plainly("hello world") == ""


def test_callers_fill_every_slot() -> None:

    callers = Callers(Path("data/speech/callers.yml"), Random(3))
    for _, sentence in zip(range(400), callers.sentences(), strict=False):
        assert speak_plainly(sentence) == sentence


def test_mfcc_has_a_frame_every_ten_milliseconds_and_none_of_too_little() -> None:
    assert compute_mfcc(np.zeros(8000)).shape == (98, 40)
    assert compute_mfcc(np.zeros(100)).shape == (0, 40)


def test_a_law_keeps_the_sign_and_noise_its_ratio() -> None:
    sound = np.sin(np.arange(8000) / 5) * 8000
    assert np.corrcoef(sound, through_alaw(sound))[0, 1] > 0.999
    draw = np.random.default_rng(1)
    noise = add_noise(sound, colored_noise(8000, 0.0, draw), 10.0) - sound
    assert 20 * np.log10(sound.std() / noise.std()) == pytest.approx(10.0, abs=0.5)


def test_training_ends_when_its_time_is_up(espeak: EspeakLibrary) -> None:
    draw = np.random.default_rng(1)
    utterances = speak_all(SENTENCES, Speakers(espeak, (VOICE,), draw), {"sil": 0}, draw)
    plan = TrainingPlan(width=16, epochs=10_000, batch=4, limit_seconds=0.3, threads=1)
    assert train_network(utterances, 2, plan, report=lambda text: None).frame_accuracy >= 0.0


def test_the_defaults_build_the_shipped_model() -> None:
    settings, shipped = BuildSettings(), json.loads((ROOT / "models/speech/demo-cn/gridtalk.json").read_text())
    assert [shipped[name] for name in ("utterances", "width", "epochs", "minutes")] == [
        settings.spoken_sentences,
        settings.training.width,
        settings.training.epochs,
        settings.training.limit_seconds / 60,
    ]
