"""Twenty spoken calls: a voice that the recognition model was not trained with dials the line and wants something done.

    python -m bench.spoken                      # clean line
    python -m bench.spoken --snr 10             # white noise under everything that the caller sends
    python -m bench.spoken --only 报停电 --lines  # one call, word by word

Figures: the share of calls in which everything happened that the caller wanted, and the character errors of what was
recognised against what was said, both in written form (figures as digits). GRIDTALK_VOSK_MODEL: another model.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.errors import BenchError, ServerFailed
from bench.figures import Extent, Figure, collect_figures
from bench.phone import await_line
from bench.server import ROOT, find_free_port, home_environment, ready_server
from bench.server import Server as Bot
from bench.spoken_call import CallOutcome, Server, SpokenCall, Tell, hold_all, open_session
from bench.spoken_plan import Dialogue, choose_account, load_dialogues
from connectors.phone.caller import Caller
from speech.model_building.voices import HELD_OUT_VOICES
from speech.protocols import FRAME_BYTES, SAMPLE_RATE_HZ, Hint
from speech.recognizers.model_folder import ENVIRONMENT_NAME, model_path
from speech.recognizers.vosk import VoskRecognizer
from speech.synthesizers.chain import ChainedSynthesizer
from speech.synthesizers.espeak import EspeakSynthesizer
from speech.text.distance import edit_distance
from speech.text.written import to_written

_AT_ONCE = 3
_NOISE_SECONDS = 7
_NOISY_SNR_DB = 10.0
_UNITS = {
    "whole, clean": "%",
    "character errors, clean": "%",
    f"whole, {_NOISY_SNR_DB:.0f} dB": "%",
    f"character errors, {_NOISY_SNR_DB:.0f} dB": "%",
}


@dataclass(frozen=True, slots=True)
class VoiceOf:
    """A caller's voice."""

    synthesizer: ChainedSynthesizer

    async def speak(self, text: str) -> bytes:
        """Return int16 at 8 kHz."""
        async with aclosing(self.synthesizer.speak(text)) as pieces:  # type: ignore[type-var]
            return b"".join([piece async for piece in pieces])


def measure_spoken(extent: Extent) -> list[Figure]:
    """Hold the calls once clean and once noisy."""
    dialogues = load_dialogues()[: extent.choose(None, 2)]
    values: dict[str, float] = {}
    for label, snr_db in (("clean", None), (f"{_NOISY_SNR_DB:.0f} dB", _NOISY_SNR_DB)):
        outcomes = hold_dialogues(dialogues, snr_db)
        values[f"whole, {label}"] = 100 * whole_share(outcomes)
        values[f"character errors, {label}"] = 100 * character_errors(outcomes)
    return collect_figures(_UNITS, [values], f"{len(dialogues)} calls, {len(HELD_OUT_VOICES)} voices")


def hold_dialogues(
    dialogues: Sequence[Dialogue], snr_db: float | None, at_once: int = _AT_ONCE, tell: Tell = lambda _: None
) -> list[CallOutcome]:
    """Start a server and hold the calls; `tell` hears of each as it ends. Raises BenchError."""
    named = {name: os.environ[name] for name in (ENVIRONMENT_NAME,) if name in os.environ}
    with ready_server(settings={"GRIDTALK_SIP_PORT": str(find_free_port()), **named}) as bot:
        return asyncio.run(_hold_all(bot, dialogues, snr_db, at_once, tell))


def whole_share(outcomes: Sequence[CallOutcome]) -> float:
    """Return the share of calls in which everything happened."""
    return sum(outcome.is_whole for outcome in outcomes) / max(1, len(outcomes))


def character_errors(outcomes: Sequence[CallOutcome]) -> float:
    """Return errors per character that was said."""
    pairs = [(plain(line.said), plain(line.heard)) for outcome in outcomes for line in outcome.lines]
    return sum(edit_distance(*pair) for pair in pairs) / max(1, sum(len(said) for said, _ in pairs))


def plain(text: str) -> str:
    """Written form without marks."""
    return "".join(character for character in to_written(text) if character.isalnum())


async def _hold_all(
    bot: Bot, dialogues: Sequence[Dialogue], snr_db: float | None, at_once: int, tell: Tell
) -> list[CallOutcome]:
    uri = await await_line(bot.home)
    accounts = await asyncio.to_thread(_accounts, bot.home)
    places = {dialogue.name: number for number, dialogue in enumerate(load_dialogues())}
    recognizer = await asyncio.to_thread(VoskRecognizer, model_path())

    def listen(caller: Caller) -> str:
        start, _ = caller.earful.segments()[-1]
        session = recognizer.open(Hint())
        session.accept(bytes(caller.earful.sound[max(0, int((start - 0.3) * SAMPLE_RATE_HZ)) * 2 :]))
        return session.finish().text

    async with open_session() as session:

        async def hold(dialogue: Dialogue) -> CallOutcome:
            place = places.get(dialogue.name, 0)
            mouth = VoiceOf(
                ChainedSynthesizer([EspeakSynthesizer(voice=HELD_OUT_VOICES[place % len(HELD_OUT_VOICES)])])
            )
            noise = await _noise(mouth, snr_db, seed=place)
            account = choose_account(accounts, dialogue.account)
            try:
                async with Caller(uri, noise=noise) as caller:
                    return await SpokenCall(dialogue, account, Server(session, bot.port), mouth, listen).hold(caller)
            finally:
                await mouth.synthesizer.close()

        return await hold_all(dialogues, hold, at_once, tell)


async def _noise(mouth: VoiceOf, snr_db: float | None, seed: int) -> bytes:
    """Return white noise so far below the voiced parts of this voice."""
    if snr_db is None:
        return b""
    speech = np.frombuffer(await mouth.speak("我想查一下上个月的电费是多少"), np.int16).astype(np.float64)
    frames = speech[: len(speech) // 160 * 160].reshape(-1, 160)
    levels = np.sqrt((frames**2).mean(axis=1))
    voiced = np.sqrt((frames[levels > 0.1 * levels.max()] ** 2).mean())
    count = _NOISE_SECONDS * SAMPLE_RATE_HZ // (FRAME_BYTES // 2) * (FRAME_BYTES // 2)
    noise = np.random.default_rng(seed).standard_normal(count) * voiced * 10 ** (-snr_db / 20)
    return bytes(np.clip(noise, -32768, 32767).astype(np.int16).tobytes())


def _accounts(home: Path) -> Sequence[Mapping[str, Any]]:
    command = [sys.executable, "-m", "gridtalk", "demo", "accounts", "--json"]
    done = subprocess.run(command, cwd=ROOT, env=home_environment(home), capture_output=True, check=False, timeout=120)
    if done.returncode:
        raise ServerFailed(f"no demo accounts: {done.stderr.decode(errors='replace').strip()}")
    return list(json.loads(done.stdout))


def main(arguments: list[str] | None = None) -> int:
    """Hold calls and tell what came of them; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.spoken", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--snr", type=float, help="dB between voice and white noise; none: a clean line")
    parser.add_argument("--only", nargs="*", default=[], help="names of calls")
    parser.add_argument("--at-once", type=int, default=_AT_ONCE, help="calls at the same time")
    parser.add_argument("--lines", action="store_true", help="print every line of every call")
    options = parser.parse_args(arguments)
    dialogues = [one for one in load_dialogues() if not options.only or one.name in options.only]
    try:
        outcomes = hold_dialogues(
            dialogues, options.snr, options.at_once, lambda outcome: _tell(outcome, with_lines=options.lines)
        )
    except BenchError as error:
        print(f"spoken: {error}", file=sys.stderr)
        return 1
    whole = sum(outcome.is_whole for outcome in outcomes)
    print(f"{whole} of {len(outcomes)} whole, character errors {100 * character_errors(outcomes):.1f} %")
    return 0


def _tell(outcome: CallOutcome, *, with_lines: bool) -> None:
    print(f"{'whole ' if outcome.is_whole else 'BROKEN'} {outcome.dialogue.name} {outcome.call_id}")
    if with_lines or not outcome.is_whole:
        for line in outcome.lines:
            mark = " " if plain(line.said) == plain(line.heard) else "x"
            print(f"    {mark} {line.asked or '-'}: {line.said} -> {line.heard} ({line.confidence:.2f})")
        print(f"      missing: {'; '.join(outcome.missing)}")
        print(f"      bot: {' | '.join(outcome.bot_said[-3:])}")
    sys.stdout.flush()


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    sys.exit(status)
