"""Decoding graphs: lexicon and language model to the finite-state transducers that libvosk reads.

`HCLG.fst` is composed, determinised and minimised beforehand (fast, fixed language model); `HCLr.fst` holds the
words alone, each with its label on its first arc, and is composed at run time with a grammar (`Gr.fst`).
Every phone has one state: an arc in with the leaving transition-id, a loop with the self-loop id ("reordered" form).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pywrapfst as fst

from speech.model_building.kaldi_format import TransitionIds
from speech.model_building.language_model import END, START, History, NgramModel
from speech.model_building.lexicon import SILENCE, Pronunciation

POSITIONS = (("_B", "begin"), ("_I", "internal"), ("_E", "end"), ("_S", "singleton"))
_SILENCE_COST = 1.2
Lexicon = Mapping[str, Sequence[Pronunciation]]


@dataclass(frozen=True, slots=True)
class PhoneTable:
    """Position-dependent phones with their ids; copies of one phone share its output of the network."""

    ids: dict[str, int]
    pdfs: dict[int, int]
    """phone id -> output of the network"""
    boundaries: dict[int, str]
    transitions: dict[int, TransitionIds]

    def spell(self, phones: Pronunciation) -> list[int]:
        """Return the ids of a word's phones."""
        if len(phones) == 1:
            return [self.ids[phones[0] + "_S"]]
        middle = [self.ids[phone + "_I"] for phone in phones[1:-1]]
        return [self.ids[phones[0] + "_B"], *middle, self.ids[phones[-1] + "_E"]]

    @property
    def silence(self) -> int:
        """Return the id of silence."""
        return self.ids[SILENCE]


def _arc(input_label: int, output_label: int, cost: float, target: int) -> fst.Arc:
    return fst.Arc(input_label, output_label, fst.Weight("tropical", cost), target)


def build_grammar(model: NgramModel, words: Mapping[str, int], *, backoff_label: int = 0) -> fst.VectorFst:
    """Return G: one state per history; `backoff_label` stands on the input of back-off arcs."""
    grammar = fst.VectorFst()
    states = {history: grammar.add_state() for history in _histories(model)}
    grammar.set_start(states.get((START,), states[()]))
    for history, source in states.items():
        for word, cost in model.costs.get(history, {}).items():
            if word == END:
                grammar.set_final(source, fst.Weight("tropical", cost))
            elif word in words:
                target = _longest(states, (*history, word), model.order)
                grammar.add_arc(source, _arc(words[word], words[word], cost, target))
        if history:
            grammar.add_arc(source, _arc(backoff_label, 0, model.backoffs[history], _longest(states, history[1:], 9)))
    return grammar.arcsort("ilabel")


def _histories(model: NgramModel) -> list[History]:
    return sorted({(), *model.backoffs}, key=lambda history: (len(history), history))


def _longest(states: Mapping[History, int], history: History, order: int) -> int:
    history = history[-(order - 1) :] if len(history) >= order else history
    while history not in states:
        history = history[1:]
    return states[history]


def build_static_graph(
    lexicon: Lexicon, words: Mapping[str, int], model: NgramModel, phones: PhoneTable
) -> fst.VectorFst:
    """Return HCLG: every sentence that the vocabulary can form, weighed by the language model."""
    backoff = max(phones.ids.values()) + 1
    spelt = _lexicon_fst(lexicon, words, phones, backoff, backoff_word=max(words.values()) + 1)
    grammar = build_grammar(model, words, backoff_label=max(words.values()) + 1)
    graph = fst.compose(spelt.arcsort("olabel"), grammar)
    graph = fst.determinize(graph)
    return _expand_phones(_minimize(graph), phones, first_mark=backoff)


def _minimize(graph: fst.MutableFst) -> fst.MutableFst:
    mapper = fst.EncodeMapper("standard", encode_labels=True, encode_weights=True)
    graph.encode(mapper)
    graph.minimize()
    return graph.decode(mapper)


def _lexicon_fst(
    lexicon: Lexicon, words: Mapping[str, int], phones: PhoneTable, backoff: int, *, backoff_word: int
) -> fst.VectorFst:
    """L with marks that keep homophones apart; silence may come between words."""
    spelt = fst.VectorFst()
    loop = spelt.add_state()
    spelt.set_start(loop)
    spelt.set_final(loop)
    spelt.add_arc(loop, _arc(phones.silence, 0, _SILENCE_COST, loop))
    spelt.add_arc(loop, _arc(backoff, backoff_word, 0.0, loop))
    homophones: dict[Pronunciation, int] = {}
    for word in sorted(lexicon):
        for way in lexicon[word]:
            rank = homophones[way] = homophones.get(way, 0) + 1
            labels = [*phones.spell(way), *([backoff + rank] if rank > 1 else [])]
            source = loop
            for index, label in enumerate(labels):
                target = loop if index == len(labels) - 1 else spelt.add_state()
                spelt.add_arc(source, _arc(label, words[word] if index == 0 else 0, 0.0, target))
                source = target
    return spelt


def _expand_phones(graph: fst.MutableFst, phones: PhoneTable, *, first_mark: int) -> fst.VectorFst:
    """Replace phones by transition-ids; marks from `first_mark` on become epsilon.

    A state that is entered by one phone alone takes that phone's self-loop; else each phone gets a state before it.
    """
    expanded = fst.VectorFst()
    expanded.add_states(graph.num_states())
    expanded.set_start(graph.start())
    entered_by = _entering_phones(graph, first_mark)
    inside: dict[tuple[int, int], int] = {}
    for state in graph.states():
        expanded.set_final(state, graph.final(state))
        for arc in graph.arcs(state):
            if arc.ilabel == 0 or arc.ilabel >= first_mark:
                expanded.add_arc(state, fst.Arc(0, arc.olabel, arc.weight, arc.nextstate))
                continue
            ids = phones.transitions[arc.ilabel]
            held = inside.get((arc.nextstate, arc.ilabel))
            if held is None:
                alone = entered_by.get(arc.nextstate) == arc.ilabel
                held = inside[arc.nextstate, arc.ilabel] = arc.nextstate if alone else expanded.add_state()
                expanded.add_arc(held, _arc(ids.self_loop, 0, 0.0, held))
                if not alone:
                    expanded.add_arc(held, _arc(0, 0, 0.0, arc.nextstate))
            expanded.add_arc(state, fst.Arc(ids.leave, arc.olabel, arc.weight, held))
    return expanded.arcsort("ilabel")


def _entering_phones(graph: fst.MutableFst, first_mark: int) -> dict[int, int]:
    """Return the phone of each state that no other label enters; -1 where there are several."""
    entered_by = {graph.start(): -1}
    for state in graph.states():
        for arc in graph.arcs(state):
            label = -1 if arc.ilabel == 0 or arc.ilabel >= first_mark else arc.ilabel
            entered_by[arc.nextstate] = label if entered_by.get(arc.nextstate, label) == label else -1
    return entered_by


def build_word_graph(lexicon: Lexicon, words: Mapping[str, int], phones: PhoneTable) -> fst.VectorFst:
    """Return HCLr: a loop over all words, for composition with a grammar at run time."""
    graph = fst.VectorFst()
    start, loop = graph.add_state(), graph.add_state()
    graph.set_start(start)
    graph.set_final(loop)
    for source in (start, loop):
        end = _add_path(graph, source, [phones.silence], 0, phones)
        graph.add_arc(end, _arc(0, 0, _SILENCE_COST if source == loop else 0.7, loop))
    graph.add_arc(start, _arc(0, 0, 0.7, loop))
    for word in sorted(lexicon):
        for way in lexicon[word]:
            end = _add_path(graph, loop, phones.spell(way), words[word], phones)
            graph.add_arc(end, _arc(0, 0, 0.0, loop))
    return graph.arcsort("olabel")


def _add_path(graph: fst.VectorFst, source: int, labels: Sequence[int], word: int, phones: PhoneTable) -> int:
    for index, label in enumerate(labels):
        ids, target = phones.transitions[label], graph.add_state()
        graph.add_arc(source, _arc(ids.leave, word if index == 0 else 0, 0.0, target))
        graph.add_arc(target, _arc(ids.self_loop, 0, 0.0, target))
        source = target
    return source
