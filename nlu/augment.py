"""What the training adds to the written sentences, anew in every epoch and from one seed.

Two requests in one sentence (with who-said-what, which teaches the order), one request said twice, foreign context,
bare answers to the bot's question, and the noise of `noise.py` on everything.
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from nlu.acts import ANSWER
from nlu.examples import Example
from nlu.noise import PUNCTUATION, Disturbance, Noise, Phrases
from nlu.sentence import OUTSIDE, Sentence, build_sentence, join_sentences, read_spans
from nlu.understanding import NO_CONTEXT, Context

_LONGEST_PART: Final = 40
"""Characters of a sentence that may become a part of another."""


class Augmenter:
    """Makes one epoch's sentences."""

    def __init__(
        self,
        examples: Sequence[Example],
        *,
        phrases: Phrases,
        homophones: Mapping[str, tuple[str, ...]],
        noise: Noise,
        urgent_intents: Sequence[str],
        seed: int,
    ) -> None:
        self.noise = noise
        self._phrases = phrases
        self._urgent = frozenset(urgent_intents)
        self._dice = random.Random(seed)
        self._disturbance = Disturbance(noise, phrases, homophones, self._dice)
        self._written = [build_sentence(example) for example in examples]
        self._requests = self._group_requests()
        self._flows, self._slots = self._read_contexts()
        self._surfaces = self._read_surfaces()

    def epoch(self) -> Iterator[Sentence]:
        """Yield every written sentence once, noisy or not, and what is made from them."""
        for sentence in self._written:
            yield self._disturb(sentence.copy())
        total = len(self._written)
        if self._requests:
            yield from (self._disturb(self._compose()) for _ in range(int(total * self.noise.composites)))
            yield from (self._disturb(self._repeat()) for _ in range(int(total * self.noise.repeats)))
        if self._flows and self._surfaces:
            yield from (self._answer() for _ in range(int(total * self.noise.answers)))

    def _group_requests(self) -> dict[str, list[Sentence]]:
        """Return the single-request sentences of each intent that occurs in a written composite."""
        joined = {intent for sentence in self._written if len(sentence.intents) > 1 for intent in sentence.intents}
        groups: dict[str, list[Sentence]] = defaultdict(list)
        for sentence in self._written:
            is_joinable = len(sentence.characters) <= _LONGEST_PART and sentence.context == NO_CONTEXT
            if is_joinable and len(sentence.intents) == 1 and sentence.intents[0] in joined:
                groups[sentence.intents[0]].append(sentence)
        return dict(groups)

    def _read_contexts(self) -> tuple[list[str], list[str]]:
        contexts = [sentence.context for sentence in self._written]
        flows = sorted({context.active_flow for context in contexts if context.active_flow})
        return flows, sorted({context.requested_slot for context in contexts if context.requested_slot})

    def _read_surfaces(self) -> dict[str, list[tuple[str, str]]]:
        """Return the surfaces of each entity that a question may ask for."""
        surfaces: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for sentence in self._written:
            for span in read_spans(sentence.tags):
                if span.entity in self._slots:
                    surfaces[span.entity].append((span.entity, sentence.text[span.start : span.end]))
        return dict(surfaces)

    def _compose(self) -> Sentence:
        names = self._dice.sample(sorted(self._requests), 2) if len(self._requests) > 1 else []
        if not names:
            return self._repeat()
        first, second = (self._dice.choice(self._requests[name]) for name in names)
        order = tuple(sorted(names, key=lambda name: name not in self._urgent))
        return join_sentences(self._trimmed(first), self._dice.choice(self._phrases.joints), second.copy(), order)

    def _repeat(self) -> Sentence:
        name = self._dice.choice(sorted(self._requests))
        first, second = (self._dice.choice(self._requests[name]) for _ in range(2))
        return join_sentences(self._trimmed(first), self._dice.choice(self._phrases.joints), second.copy(), (name,))

    def _answer(self) -> Sentence:
        entity, surface = self._dice.choice(self._surfaces[self._dice.choice(sorted(self._surfaces))])
        before, _, after = self._dice.choice(self._phrases.answers).partition("{}")
        tags = ["B-" + entity, *["I-" + entity] * (len(surface) - 1)]
        flow = self._dice.choice(self._flows)
        sentence = Sentence(
            [*before, *surface, *after],
            [*[OUTSIDE] * len(before), *tags, *[OUTSIDE] * len(after)],
            [0] * (len(before) + len(surface) + len(after)),
            (flow,),
            Context(active_flow=flow, last_intent=flow, requested_slot=entity),
            ANSWER,
        )
        self._disturbance.change_digits(sentence)
        return sentence

    def _trimmed(self, sentence: Sentence) -> Sentence:
        trimmed = sentence.copy()
        while len(trimmed.characters) > 1 and trimmed.characters[-1] in PUNCTUATION:
            trimmed.delete(len(trimmed.characters) - 1)
        return trimmed

    def _disturb(self, sentence: Sentence) -> Sentence:
        if sentence.context == NO_CONTEXT and self._flows and self._dice.random() < self.noise.foreign_context:
            sentence.context = self._foreign_context(sentence)
        return self._disturbance.apply(sentence)

    def _foreign_context(self, sentence: Sentence) -> Context:
        """Return a context that a full sentence overrules: it never asks for what the sentence holds."""
        held = {tag[2:] for tag in sentence.tags}
        slots = [slot for slot in self._slots if slot not in held]
        flow = self._dice.choice(self._flows)
        if self._dice.random() < 0.3:
            return Context(last_intent=flow)
        asked = self._dice.choice(slots) if slots and self._dice.random() < 0.7 else None
        return replace(NO_CONTEXT, last_intent=flow, active_flow=flow, requested_slot=asked)
