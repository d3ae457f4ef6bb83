"""Vosk on the shipped model with real sound; folders that are no models; grammars."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from speech.check import check_speech, recognize
from speech.engines import open_synthesizer
from speech.errors import ModelMissing
from speech.model_building.measure import TestSpeaker
from speech.protocols import Hint, Reading
from speech.recognizers.grammar import cut_words, grammar_phrases, render_grammar
from speech.recognizers.model_folder import SHIPPED_MODEL, inspect_model
from speech.recognizers.sherpa import SherpaRecognizer
from speech.recognizers.vosk import VoskRecognizer
from speech.recognizers.vosk_result import join_parts, read_result
from speech.synthesizers.espeak_library import EspeakLibrary
from speech.text.distance import edit_distance

UNHEARD = "cmn+m8"
"""A voice that the shipped model was not trained with."""


@pytest.fixture(scope="module")
def recognizer() -> VoskRecognizer:
    return VoskRecognizer(SHIPPED_MODEL)


@pytest.fixture(scope="module")
def speaker() -> TestSpeaker:
    return TestSpeaker(EspeakLibrary())


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("我想查一下上个月的电费", "我想查一下上个月的电费"),
        ("我要转人工", "我要转人工"),
        ("我家停电了", "我家停电了"),
        ("是的", "是的"),
    ],
)
def test_an_unheard_voice_is_understood(
    recognizer: VoskRecognizer, speaker: TestSpeaker, said: str, written: str
) -> None:
    heard = recognize(recognizer, speaker.say(said, UNHEARD))
    assert edit_distance(heard.text, written) <= 1
    assert heard.confidence > 0.3
    assert heard.words[0].start_seconds < heard.words[-1].end_seconds


def test_partials_grow_while_the_caller_speaks(recognizer: VoskRecognizer, speaker: TestSpeaker) -> None:
    session, sound = recognizer.open(Hint()), speaker.say("我想查一下上个月的电费", UNHEARD)
    partials = [session.accept(sound[start : start + 1600]) for start in range(0, len(sound), 1600)]
    texts = [partial.text for partial in partials if partial is not None]
    assert len(texts) > 2
    assert session.finish().text


def test_a_question_for_digits_gets_digits(recognizer: VoskRecognizer, speaker: TestSpeaker) -> None:
    session, sound = recognizer.open(Hint("digits")), speaker.say("三七零二一一八四五六", UNHEARD)
    session.accept(sound)
    assert edit_distance(session.finish().text, "3702118456") <= 1


def test_who_does_not_answer_the_question_is_heard_all_the_same(
    recognizer: VoskRecognizer, speaker: TestSpeaker
) -> None:
    session = recognizer.open(Hint("yes_no"))
    session.accept(speaker.say("我家停电了什么时候来电", UNHEARD))
    assert "停电" in session.finish().text


def test_silence_is_nothing(recognizer: VoskRecognizer) -> None:
    assert len(recognize(recognizer, bytes(16000)).text) <= 1


def test_the_shipped_model_says_that_it_is_synthetic() -> None:
    assert inspect_model(SHIPPED_MODEL).is_synthetic
    assert "Synthetic" in (SHIPPED_MODEL / "README.md").read_text(encoding="utf-8")
    assert sum(path.stat().st_size for path in SHIPPED_MODEL.rglob("*") if path.is_file()) <= 15_000_000


def test_a_folder_that_is_no_model_is_told_with_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="no model folder"):
        VoskRecognizer(tmp_path / "gone")
    with pytest.raises(ModelMissing, match=r"am/final\.mdl, graph/HCLG\.fst .*, conf/mfcc\.conf"):
        VoskRecognizer(tmp_path)
    with pytest.raises(ModelMissing, match=r"tokens\.txt"):
        SherpaRecognizer(tmp_path)


def test_a_phrase_is_cut_into_the_fewest_known_words() -> None:
    words = {"人工", "转", "转人工", "我", "要"}
    assert cut_words("我要转人工！", words.__contains__) == ["我", "要", "转人工"]
    assert cut_words("我要睡觉", words.__contains__) == []


def test_a_grammar_holds_the_phrases_that_the_model_can_write() -> None:
    words = {"是", "的", "一", "号"}
    grammar = render_grammar(grammar_phrases(Hint("phrases", ("是的", "1号", "火星"))), words.__contains__)
    assert json.loads(grammar) == ["是 的", "一 号"]
    assert grammar_phrases(Hint()) == ()


def test_the_confidence_of_a_word_is_its_share_of_the_likelihood() -> None:
    same = {"word": "电费", "start": 0.0, "end": 0.5}
    other = {"word": "欠费", "start": 0.0, "end": 0.5}
    content = {
        "alternatives": [
            {"text": "电费", "confidence": 10.0, "result": [same]},
            {"text": "欠费", "confidence": 10.0, "result": [other]},
        ]
    }
    heard = join_parts([read_result(json.dumps(content))], Hint())
    assert heard.confidence == pytest.approx(0.5)
    assert heard.alternatives == (Reading("欠费", 1.0),)


def test_the_check_names_the_official_models_and_tries_the_voice(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GRIDTALK_HOME", str(tmp_path))
    lines: list[str] = []
    assert check_speech(open_synthesizer(), None, lines.append)
    report = "\n".join(lines)
    assert "vosk-model-small-cn-0.22: 42 MB, Apache-2.0" in report
    assert "synthetic speech only" in report
    assert "GRIDTALK_VOSK_MODEL" in report


def test_the_check_of_a_missing_model_explains_and_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GRIDTALK_HOME", str(tmp_path))
    monkeypatch.setenv("GRIDTALK_VOSK_MODEL", str(tmp_path / "gone"))
    lines: list[str] = []
    assert not check_speech(open_synthesizer(), None, lines.append)
    assert "no model folder" in "\n".join(lines)
