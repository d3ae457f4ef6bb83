"""The chain of voices: recordings first, then the cache, then the engines in order; a dead worker comes back."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import time
import wave
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from aiohttp import web

from speech.errors import SynthesisFailed
from speech.protocols import SAMPLE_RATE_HZ
from speech.resampling import StreamResampler, from_pcm, resample, to_pcm
from speech.synthesizers.cache import SoundCache
from speech.synthesizers.chain import PAUSE, ChainedSynthesizer
from speech.synthesizers.coqui import CoquiSynthesizer
from speech.synthesizers.espeak import EspeakSynthesizer
from speech.synthesizers.recorded import RecordedPrompts
from speech.synthesizers.sentences import split_sentences
from speech.synthesizers.sound import finish_sound


def tone(hz: float, rate_hz: int, *, seconds: float = 0.5, size: float = 8000.0) -> np.ndarray:
    return np.asarray(np.sin(2 * np.pi * hz * np.arange(int(rate_hz * seconds)) / rate_hz) * size)


def wav_of(samples: np.ndarray, rate_hz: int) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((1, 2, rate_hz, 0, "NONE", ""))
        writer.writeframes(to_pcm(samples))
    return file.getvalue()


class Scripted:
    """An engine that says each text as a tone and counts what it was asked."""

    def __init__(self, version: str = "1", *, fails: bool = False, seconds: float = 0.0) -> None:
        self.version, self._fails, self._seconds = version, fails, seconds
        self.asked: list[str] = []

    async def render(self, text: str, voice: str = "") -> bytes:
        self.asked.append(text)
        await asyncio.sleep(self._seconds)
        if self._fails:
            raise SynthesisFailed("broken")
        return to_pcm(tone(300, SAMPLE_RATE_HZ, seconds=0.1))

    async def close(self) -> None:
        pass


async def spoken(synthesizer: ChainedSynthesizer, text: str) -> list[bytes]:
    return [piece async for piece in synthesizer.speak(text)]


@pytest.fixture
async def espeak() -> AsyncIterator[EspeakSynthesizer]:
    synthesizer = EspeakSynthesizer()
    yield synthesizer
    await synthesizer.close()


@pytest.mark.parametrize(("from_hz", "to_hz"), [(22050, 8000), (24000, 8000), (16000, 8000), (8000, 16000)])
def test_a_tone_keeps_its_pitch_and_size_through_resampling(from_hz: int, to_hz: int) -> None:
    got = resample(tone(440, from_hz), from_hz, to_hz)
    assert np.abs(got - tone(440, to_hz))[200:-200].max() < 20


def test_what_a_lower_rate_cannot_carry_is_gone() -> None:
    assert np.abs(resample(tone(6000, 22050), 22050, 8000))[200:-200].max() < 20


@pytest.mark.parametrize("piece", [2, 320, 1000])
def test_a_stream_in_pieces_is_resampled_as_a_whole(piece: int) -> None:
    stream, sound = StreamResampler(8000, 16000), to_pcm(tone(440, 8000))
    got = from_pcm(b"".join(stream.accept(sound[start : start + piece]) for start in range(0, len(sound), piece)))
    assert np.abs(got - tone(440, 16000)[: len(got)])[400:-400].max() < 30
    assert len(got) > 2 * len(sound) // 2 - 100


def test_loud_and_soft_voices_come_out_alike() -> None:
    levels = [
        np.sqrt(np.mean(from_pcm(finish_sound(tone(300, 22050, size=size), 22050)) ** 2)) for size in (500.0, 20000.0)
    ]
    assert levels[0] == pytest.approx(levels[1], rel=0.05)


def test_silence_at_both_ends_is_dropped() -> None:
    quiet = np.zeros(8000)
    assert len(finish_sound(np.concatenate([quiet, tone(300, 8000), quiet]), 8000)) < 2 * 8000 * 0.65


def test_a_long_sentence_is_cut_at_a_comma_near_its_middle() -> None:
    assert split_sentences("您好。请问要查什么？") == ["您好。", "请问要查什么？"]
    long = "，".join(["您的电费已经出账"] * 9) + "。"
    parts = split_sentences(long)
    assert len(parts) == 2
    assert "".join(parts) == long


async def test_the_first_sentence_is_out_before_the_second_is_rendered() -> None:
    engine = Scripted(seconds=0.2)
    started, first = time.monotonic(), 0.0
    async for _ in ChainedSynthesizer([engine]).speak("您好。请问要查什么？"):
        first = first or time.monotonic() - started
    assert first < 0.38
    assert engine.asked == ["您好。", "请问要查什么？"]


async def test_sentences_are_kept_apart_by_a_pause() -> None:
    first, second = await spoken(ChainedSynthesizer([Scripted()]), "您好。再见。")
    assert first.endswith(PAUSE)
    assert not second.endswith(PAUSE)


async def test_figures_reach_the_engine_as_words() -> None:
    engine = Scripted()
    await spoken(ChainedSynthesizer([engine]), "应缴128.50元")
    assert engine.asked == ["应缴一百二十八元五角"]


async def test_a_sentence_is_rendered_once_and_then_read_from_disk(tmp_path: Path) -> None:
    engine = Scripted()
    chain = ChainedSynthesizer([engine], cache=SoundCache(tmp_path))
    assert await spoken(chain, "您好。") == await spoken(chain, "您好。")
    assert len(engine.asked) == 1
    again = Scripted(version="2")
    await spoken(ChainedSynthesizer([again], cache=SoundCache(tmp_path)), "您好。")
    assert len(again.asked) == 1


def test_a_full_cache_drops_what_was_used_longest_ago(tmp_path: Path) -> None:
    cache = SoundCache(tmp_path, largest_bytes=250)
    for number, text in enumerate(("一", "二", "三")):
        cache.put(text, "", "1", bytes(100))
        for path in tmp_path.glob("*.pcm"):
            age = path.stat().st_mtime - 100 * (3 - number)
            os.utime(path, (age, age))
    assert cache.get("一", "", "1") is None
    assert cache.get("三", "", "1") == bytes(100)


async def test_the_next_engine_speaks_when_one_fails() -> None:
    engines = (Scripted(fails=True), Scripted())
    assert await spoken(ChainedSynthesizer(engines), "您好。")
    with pytest.raises(SynthesisFailed):
        await spoken(ChainedSynthesizer([Scripted(fails=True)]), "您好。")


async def test_a_recording_goes_before_every_engine(tmp_path: Path) -> None:
    (tmp_path / "hello.wav").write_bytes(wav_of(tone(500, 16000), 16000))
    (tmp_path / "prompts.yml").write_text("您好，请讲。: hello.wav\n", encoding="utf-8")
    engine = Scripted()
    assert await spoken(ChainedSynthesizer([engine], recorded=RecordedPrompts(tmp_path)), "您好 请讲！")
    assert engine.asked == []


def test_a_recording_that_is_named_and_missing_is_told(tmp_path: Path) -> None:
    (tmp_path / "prompts.yml").write_text("您好: gone.wav\n", encoding="utf-8")
    with pytest.raises(SynthesisFailed, match=r"gone\.wav"):
        RecordedPrompts(tmp_path)


async def test_espeak_speaks_and_its_worker_comes_back_when_it_dies(espeak: EspeakSynthesizer) -> None:
    first = await espeak.render("您好，请问要查什么")
    assert 1.0 < len(first) / 16_000 < 4.0
    process = espeak._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    assert await espeak.render("您好，请问要查什么") == first
    assert espeak.restarts == 2


async def test_an_unknown_voice_is_refused(espeak: EspeakSynthesizer) -> None:
    with pytest.raises(SynthesisFailed, match="no voice"):
        await espeak.render("您好", "no-such-voice")


async def test_a_worker_that_hangs_is_given_up() -> None:
    hanging = EspeakSynthesizer(command=("sleep", "60"), timeout_seconds=0.1)
    with pytest.raises(SynthesisFailed, match="does not answer"):
        await hanging.render("您好")
    await hanging.close()


async def test_coqui_is_asked_over_http_and_left_alone_after_a_failure() -> None:
    asked: list[dict[str, str]] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(dict(request.query))
        if request.query["text"] == "坏":
            return web.Response(status=500)
        return web.Response(body=wav_of(tone(300, 22050), 22050), content_type="audio/wav")

    application = web.Application()
    application.router.add_get("/api/tts", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    coqui = CoquiSynthesizer(f"http://127.0.0.1:{port}", speaker="baker")
    assert len(await coqui.render("您好")) > 4000
    assert asked == [{"text": "您好", "speaker_id": "baker"}]
    for text in ("坏", "您好"):
        with pytest.raises(SynthesisFailed):
            await coqui.render(text)
    assert len(asked) == 2
    await runner.cleanup()
