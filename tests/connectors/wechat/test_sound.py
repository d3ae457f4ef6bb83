"""Voice messages: AMR is decoded by what serving installs, and unusable sound still gets an answer."""

from __future__ import annotations

import io
import random
import wave

import av
import numpy as np
import pytest

from connectors.wechat import texts
from connectors.wechat.errors import SoundUnusable
from connectors.wechat.sound import decode_sound
from tests.connectors.wechat.conftest import Build


def narrow(seconds: float = 1.0) -> bytes:
    """A tone in AMR-NB."""
    written = io.BytesIO()
    with av.open(written, "w", format="amr") as container:
        stream = container.add_stream("libopencore_amrnb", rate=8000)
        stream.bit_rate = 12200
        stream.layout = "mono"  # type: ignore[union-attr]
        tone = 9000 * np.sin(2 * np.pi * 440 * np.arange(int(8000 * seconds)) / 8000)
        frame = av.AudioFrame.from_ndarray(tone.astype(np.int16)[None], format="s16", layout="mono")
        frame.sample_rate, frame.pts = 8000, 0
        for packet in (*stream.encode(frame), *stream.encode(None)):  # type: ignore[union-attr]
            container.mux(packet)
    return written.getvalue()


def wide(frames: int = 50) -> bytes:
    """AMR-WB frames of 12.65 kbit/s with arbitrary parameters: what is heard is noise, but it is sound."""
    chance = random.Random(7)
    return b"#!AMR-WB\n" + b"".join(b"\x14" + chance.randbytes(32) for _ in range(frames))


async def test_amr_nb_becomes_a_wav_of_16_khz() -> None:
    with wave.open(io.BytesIO(await decode_sound(narrow()))) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16000, 1, 2)
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    assert len(samples) == pytest.approx(16000, abs=640)
    spectrum = np.abs(np.fft.rfft(samples[2000:14000]))
    assert spectrum.argmax() * 16000 / 12000 == pytest.approx(440, abs=3)


async def test_amr_wb_is_decoded() -> None:
    with wave.open(io.BytesIO(await decode_sound(wide()))) as file:
        assert file.getnframes() == pytest.approx(16000, abs=640)


@pytest.mark.parametrize("junk", [b"", b"#!AMR\n", b"#!AMR\n\x00", b"#!SILK_V3", b"<html>", b"RIFF1234WAVE"])
async def test_unusable_sound_is_told(junk: bytes) -> None:
    with pytest.raises(SoundUnusable):
        await decode_sound(junk)


async def test_a_voice_message_goes_through_recognition_with_the_16_khz_recording(build: Build) -> None:
    heard: list[int] = []

    async def recognise(sound: bytes) -> str:
        heard.append(len(sound))
        return "查电费"

    world = await build(recognise=recognise)
    world.wechat.media = {"m16": wide(), "m8": narrow()}
    message = world.wechat.message("o1", "", MsgType="voice", MediaId="m8", MediaId16K="m16", Format="amr")
    assert (await world.wechat.deliver(message)).text == "答：查电费"
    assert world.wechat.called("media/get") == ["m16"]
    assert heard[0] > 30_000


async def test_without_the_wide_recording_the_narrow_one_is_taken(build: Build) -> None:
    async def recognise(sound: bytes) -> str:
        return "查电费"

    world = await build(recognise=recognise)
    world.wechat.media = {"m8": narrow()}
    message = world.wechat.message("o1", "", MsgType="voice", MediaId="m8", MediaId16K="gone")
    assert (await world.wechat.deliver(message)).text == "答：查电费"


async def test_unusable_sound_still_gets_an_answer(build: Build) -> None:
    async def recognise(sound: bytes) -> str:
        raise AssertionError("there is nothing to recognise")

    world = await build(recognise=recognise)
    world.wechat.media = {"m8": b"#!AMR\nbroken" * 3}
    message = world.wechat.message("o1", "", MsgType="voice", MediaId="m8")
    assert (await world.wechat.deliver(message)).text == texts.SOUND_UNUSABLE
    assert world.assistant.turns == []


async def test_without_recognition_the_customer_is_asked_for_text(build: Build) -> None:
    world = await build()
    message = world.wechat.message("o1", "", MsgType="voice", MediaId="m8", Recognition="")
    assert (await world.wechat.deliver(message)).text == texts.NO_RECOGNITION
    heard = await world.wechat.deliver(world.wechat.message("o1", "", MsgType="voice", Recognition="查电费"))
    assert heard.text == "答：查电费"


async def test_what_nobody_understands_is_asked_again(build: Build) -> None:
    async def recognise(sound: bytes) -> str:
        return ""

    world = await build(recognise=recognise)
    world.wechat.media = {"m8": narrow()}
    message = world.wechat.message("o1", "", MsgType="voice", MediaId="m8")
    assert (await world.wechat.deliver(message)).text == texts.NOT_HEARD
