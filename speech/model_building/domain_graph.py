"""A full Vosk model with the utility's own language model: same network, same words, new `Gr.fst`.

Works for models whose graph is composed at run time (`HCLr.fst` + `Gr.fst`, such as the small Chinese one). Words come
from the model itself (the symbols in Gr.fst, or words.txt); a sentence is cut into the fewest of them.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pywrapfst as fst

from speech.errors import ModelMissing
from speech.model_building.corpus import read_text_file, speak_plainly
from speech.model_building.graph import build_grammar
from speech.model_building.language_model import estimate
from speech.recognizers.grammar import cut_words
from speech.recognizers.model_folder import inspect_model

_ORDER = 3


def build_domain_model(model: Path, text: Path, out: Path) -> str:
    """Copy `model` to `out` with a grammar graph of the sentences in `text`; return the characters it cannot write.

    Raises ModelMissing where the model has no run-time graph or the text no usable sentence.
    """
    folder = inspect_model(model)
    graph = model / "graph" if (model / "graph").is_dir() else model
    if not folder.has_runtime_grammar:
        raise ModelMissing(
            f"{model} has a static graph; only a model with HCLr.fst and Gr.fst can be given new sentences"
        )
    words, symbols = _read_symbols(graph)
    sentences = [speak_plainly(line) for line in read_text_file(text)]
    cut = [tuple(cut_words(sentence, words.__contains__)) for sentence in sentences if sentence]
    usable = [sentence for sentence in cut if sentence]
    if not usable:
        raise ModelMissing(f"{text} holds no sentence that the words of {model} can write")
    language = estimate(usable, words, order=_ORDER)
    shutil.copytree(model, out, dirs_exist_ok=True)
    grammar = build_grammar(language, words)
    if symbols is not None:
        grammar.set_input_symbols(symbols)
        grammar.set_output_symbols(symbols)
    (out / graph.relative_to(model) / "Gr.fst").unlink()
    fst.convert(grammar, "const").write(str(out / graph.relative_to(model) / "Gr.fst"))
    characters = {char for sentence in sentences for char in sentence}
    return "".join(sorted(char for char in characters if not any(char in word for word in words)))


def _read_symbols(graph: Path) -> tuple[dict[str, int], Any]:
    """Return word -> id, and the table that must stay in the graph."""
    table = None
    try:
        table = fst.Fst.read(str(graph / "Gr.fst")).output_symbols()
    except fst.FstIOError:
        table = None
    if table is not None:
        pairs = {str(symbol): int(number) for number, symbol in table}
    elif (graph / "words.txt").is_file():
        lines = (graph / "words.txt").read_text(encoding="utf-8").split("\n")
        pairs = {word: int(number) for word, number in (line.split(" ") for line in lines if line)}
    else:
        raise ModelMissing(f"{graph} names no words: neither in Gr.fst nor in words.txt")
    return {word: number for word, number in pairs.items() if number and not word.startswith(("<", "#", "["))}, table
