"""Voice messages reach the recognizer as a telephone's sound, one after the other, and never stop the loop."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest

from connectors.voice_messages import VoiceMessages, open_voice_messages, telephone_sound
from speech.protocols import Hint, Partial, Recognition, Word


class Ear:
    """A recognizer that measures what it hears."""

    def __init__(self) -> None:
        self.sounds: list[bytes] = []

    def open(self, hint: Hint) -> Ear:
        return self

    def accept(self, pcm: bytes) -> Partial | None:
        self.sounds.append(pcm)
        return None

    def finish(self) -> Recognition:
        return Recognition("查电费", 0.9)


def tone(rate: int, channels: int = 1, hertz: float = 440.0) -> bytes:
    """One second of a tone."""
    samples = 9000 * np.sin(2 * np.pi * hertz * np.arange(rate) / rate)
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setparams((channels, 2, rate, 0, "NONE", "not compressed"))
        file.writeframes(np.repeat(samples.astype(np.int16), channels).tobytes())
    return made.getvalue()


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (16000, 1), (44100, 2), (48000, 1)])
def test_any_wav_becomes_a_telephones_sound(rate: int, channels: int) -> None:
    samples = np.frombuffer(telephone_sound(tone(rate, channels)), np.int16)
    assert len(samples) == pytest.approx(8000, abs=2)
    spectrum = np.abs(np.fft.rfft(samples[1000:7000]))
    assert spectrum.argmax() * 8000 / 6000 == pytest.approx(440, abs=2)


async def test_the_engine_is_loaded_with_the_first_message_and_kept() -> None:
    ear, loads = Ear(), 0

    def load() -> Ear:
        nonlocal loads
        loads += 1
        return ear

    messages = VoiceMessages(load)
    assert loads == 0
    assert [await messages.heard(tone(16000)) for _ in range(2)] == ["查电费", "查电费"]
    assert (loads, len(ear.sounds)) == (1, 2)


async def test_an_engine_that_cannot_be_loaded_understands_nothing() -> None:
    assert await VoiceMessages(lambda: None).heard(tone(8000)) == ""


def test_without_a_model_there_is_no_recognition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDTALK_VOSK_MODEL", "/nowhere")
    monkeypatch.delenv("GRIDTALK_SHERPA_MODEL", raising=False)
    assert open_voice_messages() is None


HUMS = [
    Recognition("嗯嗯", 1.0),
    Recognition("呵呵", 0.6),
    Recognition("查电费", 0.2),
    Recognition("嗯对", 0.96, words=(Word("嗯", 0.5, 0.8, 1.0), Word("对", 0.99, 1.05, 0.8))),
]


@pytest.mark.parametrize("heard", HUMS)
async def test_hums_and_doubtful_words_are_not_understood(heard: Recognition, monkeypatch: pytest.MonkeyPatch) -> None:
    ear = Ear()
    monkeypatch.setattr(ear, "finish", lambda: heard)
    assert await VoiceMessages(lambda: ear).heard(tone(8000)) == ""
