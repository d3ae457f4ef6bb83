"""What happens to one sentence on its way: other words for the same, small words, homophones, lost signs, other digits.

Labels and spans stay true, and one random source makes a training repeatable.
"""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from nlu.sentence import Sentence
from nlu.understanding import NO_CONTEXT

PUNCTUATION: Final = frozenset("，。！？、,.!?;；~… ")
_PHRASES: Final = Path(__file__).with_name("phrases.yml")
_DIGITS: Final = "0123456789"
_NUMBERED: Final = frozenset({"account_no", "phone", "ticket_no"})
_SHORTEST_PLAIN: Final = 5
"""Characters from which a sentence may get an opening or a closing."""


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


class Disturbance:
    """Applies the noise to sentences, in place."""

    def __init__(
        self, noise: Noise, phrases: Phrases, homophones: Mapping[str, tuple[str, ...]], dice: random.Random
    ) -> None:
        self._noise = noise
        self._phrases = phrases
        self._homophones = homophones
        self._dice = dice
        self._alike = {word: group for group in phrases.alike for word in group}
        words = sorted(map(re.escape, self._alike), key=len, reverse=True)
        self._alike_pattern = re.compile("|".join(words) or r"(?!)")

    def apply(self, sentence: Sentence) -> Sentence:
        """Return the sentence after a random choice of what may happen to it."""
        noise = self._noise
        if self._chance(noise.other_digits):
            self.change_digits(sentence)
        if self._chance(noise.alike):
            self.reword(sentence)
        self._add_small_words(sentence)
        if self._chance(noise.lost_punctuation):
            self._drop(sentence, [place for place, sign in enumerate(sentence.characters) if sign in PUNCTUATION])
        if len(sentence.characters) > _SHORTEST_PLAIN and self._chance(noise.lost_character):
            self._drop(sentence, [self._dice.randrange(len(sentence.characters))])
        if self._homophones and self._chance(noise.homophones):
            self.mishear(sentence)
        return sentence

    def change_digits(self, sentence: Sentence) -> None:
        """Make another number of each account, ticket and telephone number; its first digit stays."""
        for place, sign in enumerate(sentence.characters):
            tag = sentence.tags[place]
            if sign in _DIGITS and tag.startswith("I-") and tag[2:] in _NUMBERED:
                sentence.characters[place] = self._dice.choice(_DIGITS)

    def reword(self, sentence: Sentence) -> None:
        """Put one or two words' equals in their place."""
        found = list(self._alike_pattern.finditer(sentence.text))
        for match in sorted(self._dice.sample(found, min(len(found), 2)), key=lambda one: -one.start()):
            if sentence.is_even(match.start(), match.end()):
                sentence.replace(match.start(), match.end(), self._dice.choice(self._alike[match.group()]))

    def mishear(self, sentence: Sentence) -> None:
        """Put homophones in the place of one character in fourteen, at least of one."""
        places = [place for place, sign in enumerate(sentence.characters) if self._homophones.get(sign)]
        for place in self._dice.sample(places, min(len(places), 1 + len(places) // 14)):
            sentence.characters[place] = self._dice.choice(self._homophones[sentence.characters[place]])

    def _add_small_words(self, sentence: Sentence) -> None:
        noise, phrases = self._noise, self._phrases
        is_plain = sentence.context == NO_CONTEXT and len(sentence.characters) >= _SHORTEST_PLAIN
        if phrases.openings and is_plain and self._chance(noise.openings):
            sentence.insert(0, self._dice.choice(phrases.openings))
        if phrases.closings and is_plain and self._chance(noise.closings):
            sentence.insert(len(sentence.characters), self._dice.choice(phrases.closings))
        if phrases.fillers and self._chance(noise.fillers):
            sentence.insert(self._dice.randint(0, len(sentence.characters)), self._dice.choice(phrases.fillers))

    def _drop(self, sentence: Sentence, places: Sequence[int]) -> None:
        for place in reversed(places):
            if len(sentence.characters) > 1:
                sentence.delete(place)

    def _chance(self, share: float) -> bool:
        return self._dice.random() < share
