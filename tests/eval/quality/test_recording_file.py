"""Two channels become turns with their seconds; whatever is no call of two people is refused in words."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from eval.errors import ExtraMissing, QuestionFileInvalid
from eval.quality.recording_file import (
    CallTold,
    Ears,
    can_recognise,
    open_ears,
    read_moment,
    read_side,
    recognise_call,
)
from speech.protocols import BYTES_PER_SECOND, Hint, Partial, Recognition
from speech.vad import EnergyVad
from storage.clock import CHINA

AT = datetime(2026, 11, 20, 9, 30, tzinfo=CHINA)


class CountingSession:
    """Understands how long it was spoken to."""

    def __init__(self) -> None:
        self._bytes = 0

    def accept(self, pcm: bytes) -> Partial | None:
        """Count."""
        self._bytes += len(pcm)
        return None

    def finish(self) -> Recognition:
        """Say so."""
        return Recognition(f"{round(self._bytes / BYTES_PER_SECOND)}秒")


class CountingRecognizer:
    """Opens such sessions."""

    def open(self, hint: Hint) -> CountingSession:
        """Begin."""
        return CountingSession()


def ears(told: list[float] | None = None) -> Ears:
    return Ears(CountingRecognizer(), EnergyVad, (told if told is not None else []).append)


def sound(path: Path, seconds: float, *spoken: tuple[int, float, float], rate: int = 8000, channels: int = 2) -> Path:
    """Write a file in which `(channel, from, to)` a voice is."""
    samples = np.zeros((int(seconds * rate), channels), np.int16)
    for channel, begin, end in spoken:
        places = np.arange(int(begin * rate), int(end * rate))
        samples[places, channel] = (8000 * np.sin(places * 2 * np.pi * 300 / rate)).astype(np.int16)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return path


@pytest.fixture
def call(tmp_path: Path) -> Path:
    """Customer, agent, customer with a short breath, agent."""
    spoken = ((0, 1.0, 3.0), (1, 4.0, 6.0), (0, 7.0, 8.0), (0, 8.7, 9.7), (1, 11.0, 12.0))
    return sound(tmp_path / "call.wav", 13.0, *spoken, rate=16000)


def roles(path: Path, customer: str = "left") -> Iterator[tuple[str, float, float]]:
    for turn in recognise_call(path, CallTold("c", AT, customer=read_side(customer)), ears()).turns:
        yield turn.role, turn.start_seconds or 0.0, turn.end_seconds or 0.0


def test_each_channel_is_one_person_and_turns_carry_their_seconds(call: Path) -> None:
    found = list(roles(call))
    assert [role for role, _, _ in found] == ["customer", "agent", "customer", "agent"]
    assert [round(start) for _, start, _ in found] == [1, 4, 7, 11]
    assert [round(end) for _, _, end in found] == [3, 6, 10, 12]
    assert [role for role, _, _ in roles(call, "right")] == ["agent", "customer", "agent", "customer"]


def test_a_recognised_call_is_a_persons_conversation_with_moments(call: Path) -> None:
    told: list[float] = []
    transcript = recognise_call(call, CallTold("c", AT, "anna", "山东"), ears(told))
    assert (transcript.channel, transcript.agent, transcript.agent_name) == ("phone", "human", "anna")
    assert transcript.place == "山东"
    first = transcript.turns[0]
    assert first.at is not None
    assert 0.5 < (first.at - AT).total_seconds() < 1.5
    assert told == sorted(told)
    assert 12.5 < told[-1] < 13.5


@pytest.mark.parametrize(
    ("seconds", "channels", "words"), [(2.0, 1, "two channels"), (2.0, 2, "nothing was understood")]
)
def test_a_file_that_is_no_call_is_refused(tmp_path: Path, seconds: float, channels: int, words: str) -> None:
    path = sound(tmp_path / "bad.wav", seconds, channels=channels)
    with pytest.raises(QuestionFileInvalid, match=words):
        recognise_call(path, CallTold("c", AT), ears())


def test_what_is_no_sound_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "text.wav"
    path.write_text("no sound")
    with pytest.raises(QuestionFileInvalid, match="cannot be read as sound"):
        recognise_call(path, CallTold("c", AT), ears())


@pytest.mark.parametrize("text", ["", "gestern", "0001-01-01T00:00+14:00", "9999-12-31T23:00"])
def test_a_moment_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(QuestionFileInvalid):
        read_moment(Path("x.wav"), text)


def test_an_installation_without_a_model_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDTALK_VOSK_MODEL", str(tmp_path))
    assert not can_recognise()
    with pytest.raises(ExtraMissing):
        open_ears()
