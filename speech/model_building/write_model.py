"""The files of a Vosk model folder. `graph/` serves free speech, `grammar/` serves grammars given at run time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pywrapfst as fst

from speech.model_building.features import BANDS, MFCC_CONF
from speech.model_building.graph import PhoneTable
from speech.model_building.kaldi_format import BINARY_HEADER, render_network, render_transition_model
from speech.model_building.network import TrainedNetwork

MODEL_CONF = """--min-active=200
--max-active=3000
--beam=12.0
--lattice-beam=5.0
--acoustic-scale=0.5
--frame-subsampling-factor=3
--endpoint.silence-phones=1
--endpoint.rule2.min-trailing-silence=1.5
--endpoint.rule3.min-trailing-silence=2.0
--endpoint.rule4.min-trailing-silence=2.5
"""
"""The call decides when a turn ends, so that the recognizer's own endpoints lie far out."""
_UNUSED_TRANSITION = "999999\n"


def write_network(folder: Path, table: PhoneTable, network: TrainedNetwork) -> None:
    """Write am/ and conf/."""
    (folder / "am").mkdir(parents=True, exist_ok=True)
    (folder / "conf").mkdir(exist_ok=True)
    model = render_transition_model(table.pdfs) + render_network(BANDS, network.layers, network.priors)
    (folder / "am/final.mdl").write_bytes(BINARY_HEADER + model)
    (folder / "conf/mfcc.conf").write_text(MFCC_CONF)
    (folder / "conf/model.conf").write_text(MODEL_CONF)


def write_static_graph(folder: Path, graph: fst.VectorFst, words: Mapping[str, int], table: PhoneTable) -> None:
    """Write HCLG.fst with its words."""
    _write_symbols(folder, words, table)
    _write_compact(graph, folder / "HCLG.fst")


def write_grammar_graph(folder: Path, graph: fst.VectorFst, words: Mapping[str, int], table: PhoneTable) -> None:
    """Write HCLr.fst with a Gr.fst that allows any word; a grammar replaces it at run time."""
    _write_symbols(folder, words, table)
    _write_compact(graph, folder / "HCLr.fst")
    anything = fst.VectorFst()
    state = anything.add_state()
    anything.set_start(state)
    anything.set_final(state)
    for number in words.values():
        anything.add_arc(state, fst.Arc(number, number, fst.Weight("tropical", 5.0), state))
    anything.arcsort("ilabel").write(str(folder / "Gr.fst"))
    (folder / "disambig_tid.int").write_text(_UNUSED_TRANSITION)


def _write_compact(graph: fst.VectorFst, path: Path) -> None:
    """Const transducers need a third less room than vector ones."""
    fst.convert(graph, "const").write(str(path))


def _write_symbols(folder: Path, words: Mapping[str, int], table: PhoneTable) -> None:
    (folder / "phones").mkdir(parents=True, exist_ok=True)
    lines = ["<eps> 0", *(f"{word} {number}" for word, number in words.items())]
    (folder / "words.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    boundaries = "".join(f"{number} {kind}\n" for number, kind in table.boundaries.items())
    (folder / "phones/word_boundary.int").write_text(boundaries)
