"""What the training adds to the written sentences, anew in every epoch and from one seed.

Two requests in one sentence (with who-said-what, which teaches the order), one request said twice, openings and
fillers, homophones as recognition makes them, lost punctuation, other digits, foreign context, bare answers to the
bot's question.
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeVar

import yaml

from nlu.examples import Example
from nlu.sentence import OUTSIDE, Sentence, build_sentence, join_sentences, read_spans
from nlu.understanding import NO_CONTEXT, Context

_Choice = TypeVar("_Choice")
_PHRASES: Final = Path(__file__).with_name("phrases.yml")
_LONGEST_PART: Final = 40
"""Characters of a sentence that may become a part of another."""
_PUNCTUATION: Final = frozenset("，。！？、,.!?;；~… ")


@dataclass(frozen=True, slots=True)
class Phrases:
    """Small words that stand around a request; empty for languages that have no list."""

    joints: tuple[str, ...] = (", and ", ". ", " ")
    openings: tuple[str, ...] = ()
    closings: tuple[str, ...] = ()
    fillers: tuple[str, ...] = ()
    answers: tuple[str, ...] = ("{}",)
    alike: tuple[tuple[str, ...], ...] = ()
    """Groups of words that say the same."""


@dataclass(frozen=True, slots=True)
class Noise:
    """How much is added; each a share of the written sentences."""

    composites: float = 0.16
    """Two requests joined; only if the training set has sentences with two requests."""
    repeats: float = 0.03
    """Two sentences of one intent joined, which stay one request."""
    answers: float = 0.04
    """Bare values with the context of a question; only if the training set has contexts."""
    foreign_context: float = 0.2
    openings: float = 0.08
    closings: float = 0.06
    fillers: float = 0.06
    homophones: float = 0.15
    alike: float = 0.3
    """Sentences in which a word gives way to another that says the same."""
    lost_punctuation: float = 0.3
    lost_character: float = 0.03
    other_digits: float = 0.6


def load_phrases(path: Path = _PHRASES) -> Phrases:
    """Read the Chinese phrases."""
    lists = yaml.safe_load(path.read_text(encoding="utf-8"))
    groups = tuple(tuple(group) for group in lists.pop("alike"))
    return Phrases(**{name: tuple(values) for name, values in lists.items()}, alike=groups)


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
        self._homophones = homophones
        self._urgent = frozenset(urgent_intents)
        self._random = random.Random(seed)
        self._written = [build_sentence(example) for example in examples]
        self._alike = {word: group for group in phrases.alike for word in group}
        self._alike_pattern = re.compile(
            "|".join(sorted(map(re.escape, self._alike), key=len, reverse=True)) or r"(?!)"
        )
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
        names = self._random.sample(sorted(self._requests), 2) if len(self._requests) > 1 else []
        if not names:
            return self._repeat()
        first, second = (self._pick(self._requests[name]) for name in names)
        order = tuple(sorted(names, key=lambda name: name not in self._urgent))
        return join_sentences(self._trimmed(first), self._pick(self._phrases.joints), second.copy(), order)

    def _repeat(self) -> Sentence:
        name = self._pick(sorted(self._requests))
        first, second = (self._pick(self._requests[name]) for _ in range(2))
        return join_sentences(self._trimmed(first), self._pick(self._phrases.joints), second.copy(), (name,))

    def _answer(self) -> Sentence:
        entity, surface = self._pick(self._surfaces[self._pick(sorted(self._surfaces))])
        before, _, after = self._pick(self._phrases.answers).partition("{}")
        tags = ["B-" + entity, *["I-" + entity] * (len(surface) - 1)]
        flow = self._pick(self._flows)
        sentence = Sentence(
            [*before, *surface, *after],
            [*[OUTSIDE] * len(before), *tags, *[OUTSIDE] * len(after)],
            [0] * (len(before) + len(surface) + len(after)),
            (flow,),
            Context(active_flow=flow, last_intent=flow, requested_slot=entity),
        )
        self._change_digits(sentence)
        return sentence

    def _trimmed(self, sentence: Sentence) -> Sentence:
        trimmed = sentence.copy()
        while len(trimmed.characters) > 1 and trimmed.characters[-1] in _PUNCTUATION:
            trimmed.delete(len(trimmed.characters) - 1)
        return trimmed

    def _disturb(self, sentence: Sentence) -> Sentence:
        noise, phrases = self.noise, self._phrases
        if self._chance(noise.other_digits):
            self._change_digits(sentence)
        if self._chance(noise.alike):
            self._reword(sentence)
        if sentence.context == NO_CONTEXT and self._flows and self._chance(noise.foreign_context):
            sentence.context = self._foreign_context(sentence)
        is_plain = sentence.context == NO_CONTEXT and len(sentence.characters) >= 5
        if phrases.openings and is_plain and self._chance(noise.openings):
            sentence.insert(0, self._pick(phrases.openings))
        if phrases.closings and is_plain and self._chance(noise.closings):
            sentence.insert(len(sentence.characters), self._pick(phrases.closings))
        if phrases.fillers and self._chance(noise.fillers):
            sentence.insert(self._random.randint(0, len(sentence.characters)), self._pick(phrases.fillers))
        if self._chance(noise.lost_punctuation):
            self._drop(sentence, [place for place, sign in enumerate(sentence.characters) if sign in _PUNCTUATION])
        if len(sentence.characters) > 6 and self._chance(noise.lost_character):
            self._drop(sentence, [self._random.randrange(len(sentence.characters))])
        if self._homophones and self._chance(noise.homophones):
            self._mishear(sentence)
        return sentence

    def _foreign_context(self, sentence: Sentence) -> Context:
        """Return a context that a full sentence overrules: it never asks for what the sentence holds."""
        held = {tag[2:] for tag in sentence.tags}
        slots = [slot for slot in self._slots if slot not in held]
        flow = self._pick(self._flows)
        if self._chance(0.3):
            return Context(last_intent=flow)
        asked = self._pick(slots) if slots and self._chance(0.7) else None
        return replace(NO_CONTEXT, last_intent=flow, active_flow=flow, requested_slot=asked)

    def _change_digits(self, sentence: Sentence) -> None:
        for place, sign in enumerate(sentence.characters):
            if sign in "0123456789" and sentence.tags[place][2:] in {"account_no", "phone", "ticket_no"}:
                is_first = sentence.tags[place].startswith("B-")
                sentence.characters[place] = sign if is_first else self._pick("0123456789")

    def _reword(self, sentence: Sentence) -> None:
        """Put one or two words' equals in their place."""
        found = list(self._alike_pattern.finditer(sentence.text))
        for match in sorted(self._random.sample(found, min(len(found), 2)), key=lambda one: -one.start()):
            if sentence.is_even(match.start(), match.end()):
                sentence.replace(match.start(), match.end(), self._pick(self._alike[match.group()]))

    def _mishear(self, sentence: Sentence) -> None:
        places = [place for place, sign in enumerate(sentence.characters) if self._homophones.get(sign)]
        for place in self._random.sample(places, min(len(places), 1 + len(places) // 14)):
            sentence.characters[place] = self._pick(self._homophones[sentence.characters[place]])

    def _drop(self, sentence: Sentence, places: Sequence[int]) -> None:
        for place in reversed(places):
            if len(sentence.characters) > 1:
                sentence.delete(place)

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _pick(self, choices: Sequence[_Choice]) -> _Choice:
        return self._random.choice(choices)
