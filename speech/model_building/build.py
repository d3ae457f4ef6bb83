"""From text to a model folder: corpus, pieces, lexicon, speech, network, graphs, files."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from speech.model_building.corpus_plan import BuildSettings, Corpus, draw_test_sentences, read_corpus
from speech.model_building.graph import (
    POSITIONS,
    Lexicon,
    PhoneTable,
    build_static_graph,
    build_word_graph,
)
from speech.model_building.kaldi_format import number_transitions
from speech.model_building.language_model import NgramModel, estimate
from speech.model_building.lexicon import SILENCE, build_lexicon
from speech.model_building.network import TrainedNetwork, train_network
from speech.model_building.pieces import Pieces
from speech.model_building.speaking import SpeakingPlan, speak_apart
from speech.model_building.voices import TRAINING_VOICES
from speech.model_building.write_model import write_grammar_graph, write_network, write_static_graph
from speech.synthesizers.espeak_library import EspeakLibrary

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words, their sounds, and how likely they follow each other."""

    words: dict[str, int]
    """word -> id from 1"""
    lexicon: Lexicon
    language: NgramModel


def build_vocabulary(corpus: Corpus, settings: BuildSettings, espeak: EspeakLibrary) -> Vocabulary:
    """Learn pieces and the language model; ask the synthesizer for the sounds."""
    pieces = Pieces(corpus.for_language, size=settings.pieces)
    lexicon = build_lexicon(sorted(pieces.words), corpus.for_language[::6], espeak)
    cut = [tuple(piece for piece in pieces.cut(text) if piece in lexicon) for text in corpus.for_language]
    language = estimate(cut, lexicon, least_gain=settings.least_gain)
    words = {word: number for number, word in enumerate(sorted(lexicon), 1)}
    return Vocabulary(words, lexicon, language)


def build_phone_table(phones: list[str]) -> PhoneTable:
    """Number silence and four copies of each phone; `phones` are the network's outputs, silence first."""
    ids, pdfs, boundaries = {SILENCE: 1}, {1: 0}, {1: "nonword"}
    for output, phone in enumerate(phones[1:], 1):
        for suffix, kind in POSITIONS:
            number = len(ids) + 1
            ids[phone + suffix], pdfs[number], boundaries[number] = number, output, kind
    return PhoneTable(ids, pdfs, boundaries, number_transitions(list(ids.values())))


def list_phones(lexicon: Lexicon) -> list[str]:
    """Return the network's outputs: silence first, then every phone of the lexicon."""
    return [SILENCE, *sorted({phone for ways in lexicon.values() for way in ways for phone in way})]


def build_model(
    project: Path,
    folder: Path,
    settings: BuildSettings,
    *,
    extra_text: Path | None = None,
    report: Report = print,
) -> TrainedNetwork:
    """Build everything and write the model folder."""
    started = time.monotonic()
    espeak = EspeakLibrary()
    corpus = read_corpus(project, settings, extra_text=extra_text)
    vocabulary = build_vocabulary(corpus, settings, espeak)
    phones = list_phones(vocabulary.lexicon)
    report(f"{len(vocabulary.words)} words, {len(phones)} phones, {time.monotonic() - started:.0f} s")
    index_of = {phone: number for number, phone in enumerate(phones)}
    speaking = SpeakingPlan(TRAINING_VOICES, index_of, settings.seed, settings.training.threads)
    utterances = speak_apart(corpus.for_speech, speaking, report)
    hours = sum(len(each.labels) for each in utterances) / 360_000
    report(f"{hours:.2f} hours of speech, {time.monotonic() - started:.0f} s")
    network = train_network(utterances, len(phones), settings.training, report=report)
    report(f"trained to {network.frame_accuracy:.3f} of frames, {time.monotonic() - started:.0f} s")
    table = build_phone_table(phones)
    write_network(folder, table, network)
    write_graphs(folder, vocabulary, table, report)
    write_manifest(folder, settings, network)
    unseen = draw_test_sentences(project, corpus, settings)
    (folder / "unseen.json").write_text(json.dumps(unseen, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    report(f"done, {time.monotonic() - started:.0f} s")
    return network


def write_manifest(folder: Path, settings: BuildSettings, network: TrainedNetwork) -> None:
    """Write gridtalk.json: what the model is, for the recognizer and for the card."""
    manifest = {
        "name": folder.name,
        "is_synthetic": True,
        "purpose": "demo and test only",
        "low_confidence": 0.6,
        "frame_accuracy": round(network.frame_accuracy, 4),
        "utterances": settings.spoken_sentences,
        "width": settings.training.width,
        "epochs": settings.training.epochs,
        "minutes": round(settings.training.limit_seconds / 60),
    }
    (folder / "gridtalk.json").write_text(json.dumps(manifest, indent=2) + "\n")


def write_graphs(folder: Path, vocabulary: Vocabulary, table: PhoneTable, report: Report) -> None:
    """Compose and write both graphs."""
    static = build_static_graph(vocabulary.lexicon, vocabulary.words, vocabulary.language, table)
    report(f"HCLG has {static.num_states()} states")
    write_static_graph(folder / "graph", static, vocabulary.words, table)
    words = build_word_graph(vocabulary.lexicon, vocabulary.words, table)
    write_grammar_graph(folder / "grammar", words, vocabulary.words, table)
