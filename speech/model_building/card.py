"""The model's card (README.md), with figures measured on the finished model."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from speech.model_building.measure import ErrorCount, TestSpeaker, count_errors
from speech.model_building.voices import HELD_OUT_VOICES
from speech.recognizers.vosk import VoskRecognizer
from speech.synthesizers.espeak_library import EspeakLibrary

_CONDITIONS = (("clean A-law line", None), ("white noise, 20 dB", 20.0), ("white noise, 10 dB", 10.0))


def write_card(folder: Path, rows: list[tuple[str, str, ErrorCount]]) -> None:
    """Write README.md from the manifest and what was measured."""
    manifest = json.loads((folder / "gridtalk.json").read_text())
    table = "\n".join(
        f"| {kind} | {line} | {count.rate:.1%} | {count.exact}/{count.sentences} |" for kind, line, count in rows
    )
    cpu = sum(count.cpu_seconds for _, _, count in rows) / sum(count.sound_seconds for _, _, count in rows)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    text = _CARD.format(table=table, cpu=cpu, size=size, voices=", ".join(HELD_OUT_VOICES), **manifest)
    (folder / "README.md").write_text(text, encoding="utf-8")


def measure_model(folder: Path, test_file: Path, *, report: Callable[[str], None]) -> list[tuple[str, str, ErrorCount]]:
    """Return (kind of sentence, line, errors) for each condition."""
    recognizer, speaker = VoskRecognizer(folder), TestSpeaker(EspeakLibrary())
    rows = []
    for kind, sentences in json.loads(test_file.read_text(encoding="utf-8")).items():
        for condition, snr_db in _CONDITIONS:
            count = count_errors(recognizer, sentences, HELD_OUT_VOICES, speaker, snr_db=snr_db)
            report(f"{kind}, {condition}: {count.rate:.2%} character errors, {count.exact}/{count.sentences} exact")
            for said, heard in count.mistakes[:5]:
                report(f"    {said} -> {heard}")
            rows.append((kind, condition, count))
    return rows


_CARD = """# {name}: a small Mandarin model in Vosk's format

**Synthetic: for demos and tests only.** It has heard nothing but one formant synthesizer (espeak-ng) and will fail on
many human callers. In production set `GRIDTALK_VOSK_MODEL` to a full model (docs/speech.md).

Built by `python -m speech.build_model demo` from this repository's own sentences (data/nlu, data/knowledge,
data/conversations, data/speech/callers.yml); training of the network is bounded to {minutes} minutes on one core.
No recording of a person and no third-party speech is in it. Licence: Apache-2.0, as the repository (sound made by a GPL
program is not covered by its licence).

| | |
|---|---|
| sound | 8 kHz, 40 MFCC, G.711 A-law |
| network | time-delay, {width} wide; {utterances} utterances, at most {epochs} epochs; {frame_accuracy:.1%} of frames |
| size | {size:.1f} MB |
| cost | {cpu:.3f} CPU seconds a second of speech |

Measured with voices that were never heard in training ({voices}) on the
sentences of `unseen.json`, which were in neither the speech nor the language model; characters in written form:

| sentences | line | character errors | exact |
|---|---|---|---|
{table}
"""
