"""`gridtalk call`: what was said and heard, with times."""

from __future__ import annotations

import wave
from pathlib import Path

import pytest

from connectors.phone.caller import Caller
from connectors.phone.errors import CallFailed
from connectors.phone.place_call import CallPlan, PlacedCall, load_wav, save_wav
from speech.protocols import BYTES_PER_SECOND
from tests.connectors.phone.conftest import PhoneWorld
from tests.speech.scripted_call import Tones


async def test_the_report_tells_what_was_pressed_and_heard(world: PhoneWorld, tmp_path: Path) -> None:
    plan = CallPlan(world.uri, keys="88#", record=tmp_path / "heard.wav")
    report = await PlacedCall(plan, Tones(), None, lambda _: None).run()
    assert [turn.text for turn in world.turns] == ["88"]
    assert report["ended_by"] == "them"
    assert [said["text"] for said in report["said"]] == ["keys 88#"]
    greeting, goodbye = report["heard"]
    assert 0.1 < greeting["start"] < 1.0
    assert 0.25 < greeting["end"] - greeting["start"] < 0.8
    assert goodbye["start"] > report["said"][0]["start"]
    with wave.open(str(tmp_path / "heard.wav")) as file:
        assert abs(file.getnframes() / 8000 - report["seconds"]) < 0.5


async def test_nobody_answers_and_nonsense_are_told() -> None:
    with pytest.raises(CallFailed, match="sip:95598"):
        Caller("95598")
    with pytest.raises(CallFailed):
        await Caller("sip:95598@127.0.0.1:9", answers_within_seconds=0.2).dial()


def test_a_wav_file_of_any_rate_is_played_at_ours(tmp_path: Path) -> None:
    save_wav(tmp_path / "a.wav", bytes(BYTES_PER_SECOND))
    assert len(load_wav(tmp_path / "a.wav")) == BYTES_PER_SECOND
    with wave.open(str(tmp_path / "b.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(bytes(4 * 16000))
    assert abs(len(load_wav(tmp_path / "b.wav")) - BYTES_PER_SECOND) < 10
    (tmp_path / "c.wav").write_bytes(b"no sound")
    with pytest.raises(CallFailed, match=r"c\.wav"):
        load_wav(tmp_path / "c.wav")
