"""Builds a model of three sentences: `python -m tests.speech.tiny_model FOLDER TEXT`; then one with TEXT's grammar.

A process of its own: pywrapfst and libvosk must not meet in one.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from speech.model_building.build import Vocabulary, build_phone_table, list_phones, write_graphs
from speech.model_building.domain_graph import build_domain_model
from speech.model_building.language_model import estimate
from speech.model_building.lexicon import build_lexicon
from speech.model_building.network import TrainingPlan, train_network
from speech.model_building.synthetic_speech import Speakers, speak_all
from speech.model_building.write_model import write_network
from speech.synthesizers.espeak_library import EspeakLibrary

SENTENCES = ["查电费", "转人工", "停电了"]
VOICE = "cmn+m3"


def build(folder: Path) -> None:
    """A network of a few thousand weights that has heard one voice: overfit on purpose."""
    espeak = EspeakLibrary()
    lexicon = build_lexicon(list("查电费转人工停了"), SENTENCES, espeak)
    words = {word: number for number, word in enumerate(sorted(lexicon), 1)}
    vocabulary = Vocabulary(words, lexicon, estimate([tuple(text) for text in SENTENCES], lexicon))
    phones = list_phones(lexicon)
    draw = np.random.default_rng(1)
    index_of = {phone: number for number, phone in enumerate(phones)}
    utterances = speak_all(SENTENCES * 12, Speakers(espeak, (VOICE,), draw), index_of, draw)
    plan = TrainingPlan(width=48, epochs=12, batch=8, limit_seconds=20.0, threads=1)
    network = train_network(utterances, len(phones), plan, report=lambda text: None)
    table = build_phone_table(phones)
    write_network(folder, table, network)
    write_graphs(folder, vocabulary, table, lambda text: None)


def build_full(tiny: Path, folder: Path) -> None:
    """Lay the tiny model out as a full one whose graph is composed at run time."""
    folder.mkdir()
    for name, source in (("am", "am"), ("conf", "conf"), ("graph", "grammar")):
        (folder / name).symlink_to(tiny / source, target_is_directory=True)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    build(target / "tiny")
    build_full(target / "tiny", target / "full")
    print(build_domain_model(target / "full", Path(sys.argv[2]), target / "domain"))
