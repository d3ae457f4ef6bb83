"""Words of the trade that recognition misheard, restored by their sound: 护号 -> 户号, 风谷 -> 峰谷.

One character takes the place of one, so a place in the repaired text is the same place in the original. What is a
word of the trade already, or is protected by the lexicon, is never touched. Costs some 30 microseconds a sentence.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nlu.repair_lexicon import DEFAULT_LEXICON, Lexicon, Sounds, load_lexicon
from nlu.syllable_names import load_syllables

_LONGEST_TEXT: Final = 400
_CONTEXT_BONUS: Final = 0.15
"""Where the trade is spoken of already, a word of it is likelier."""


@dataclass(frozen=True, slots=True)
class Change:
    """One word that was restored."""

    start: int
    said: str
    meant: str


@dataclass(frozen=True, slots=True)
class Repaired:
    """A text as it was probably said."""

    text: str
    """As long as the original: code point for code point."""
    changes: tuple[Change, ...] = ()
    """In the order of the text."""

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return where [start, end) of the repaired text lies in the original: at the same place."""
        return start, end


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of the trade with how it sounds."""

    text: str
    weight: float
    bits: tuple[int, ...]


class Repairer:
    """Restores the words of one lexicon."""

    def __init__(self, lexicon: Lexicon, syllables: dict[str, str]) -> None:
        self._lexicon = lexicon
        self._sounds = Sounds(lexicon.confusions)
        self._bits: dict[str, int] = {}
        self._letters = self._number_sounds(syllables)
        self._by_sound: dict[str, list[_Word]] = defaultdict(list)
        for text, weight in lexicon.words.items():
            bits = tuple(self._bits.get(character, 0) for character in text)
            self._by_sound[text.translate(self._letters)].append(_Word(text, weight, bits))
        self._known = frozenset([*lexicon.words, *(word for row in lexicon.protected for word in row.split())])
        self._lengths = sorted({len(word) for word in lexicon.words}, reverse=True)
        self._known_lengths = sorted({len(word) for word in self._known}, reverse=True)
        self._first_sounds = frozenset(key[0] for key in self._by_sound)

    @classmethod
    def load(cls, path: Path = DEFAULT_LEXICON) -> "Repairer":
        """Read the lexicon and the table of syllables."""
        return cls(load_lexicon(path), load_syllables())

    def repair(self, text: str) -> Repaired:
        """Restore the misheard words of `text`; without any, the text itself comes back."""
        sounds = text[:_LONGEST_TEXT].translate(self._letters)
        found = list(self._find(text, sounds))
        if not found:
            return Repaired(text)
        safe = self._safe_spans(text[:_LONGEST_TEXT])
        has_context = bool(safe) or len(found) > 1
        letters = list(text)
        changes: list[Change] = []
        for start, word, rating in found:
            end = start + len(word.text)
            is_taken = bool(changes) and start < changes[-1].start + len(changes[-1].meant)
            if is_taken or rating + _CONTEXT_BONUS * has_context < self._lexicon.least:
                continue
            if all(_spares(word.text, text, start, span) for span in safe):
                letters[start:end] = word.text
                changes.append(Change(start, text[start:end], word.text))
        return Repaired("".join(letters), tuple(changes))

    def _find(self, text: str, sounds: str) -> Iterator[tuple[int, _Word, float]]:
        """Yield the stretches that sound like a word of the trade and are written otherwise; longer ones first."""
        for start, sound in enumerate(sounds):
            if sound not in self._first_sounds:
                continue
            for length in self._lengths:
                words = self._by_sound.get(sounds[start : start + length])
                if words is None or start + length > len(sounds):
                    continue
                said = text[start : start + length]
                if said in self._known:
                    break
                rating, best = max(((self._rate(said, word), word) for word in words), key=lambda rated: rated[0])
                if rating + _CONTEXT_BONUS >= self._lexicon.least:
                    yield start, best, rating

    def _rate(self, said: str, word: _Word) -> float:
        """Rate a restoration: the word's weight less what every difference costs."""
        changed = [place for place, letter in enumerate(said) if letter != word.text[place]]
        cost = sum(self._sounds.cost(self._bits.get(said[place], 0), word.bits[place]) for place in changed)
        share = (len(changed) - 1) * 2 / len(said)
        return word.weight - cost - share * self._lexicon.another_character

    def _safe_spans(self, text: str) -> list[tuple[int, int]]:
        """Return where the text holds words that are meant as they stand; the longest at each place."""
        spans: list[tuple[int, int]] = []
        for start in range(len(text)):
            for length in self._known_lengths:
                if text[start : start + length] in self._known and start + length <= len(text):
                    spans.append((start, start + length))
                    break
        return spans

    def _number_sounds(self, syllables: dict[str, str]) -> dict[int, str]:
        """Return a translation of each character to a letter that stands for its blurred syllable."""
        numbers: dict[str, str] = {}
        letters: dict[int, str] = {}
        for character, syllable in syllables.items():
            blurred, bits = self._sounds.blur(syllable)
            letters[ord(character)] = numbers.setdefault(blurred, chr(0xE000 + len(numbers)))
            if bits:
                self._bits[character] = bits
        return letters


def _spares(word: str, text: str, start: int, span: tuple[int, int]) -> bool:
    """Say whether a restored word leaves a word that is meant as it stands whole: it lies apart, or keeps all of it.

    Of a long word of which one character was misheard, nothing can be meant as it stands (超表 in 超表员 -> 抄表员).
    """
    first, last = span
    end = start + len(word)
    if last <= start or end <= first:
        return True
    if first < start or end < last:
        return False
    is_kept = word[first - start : last - start] == text[first:last]
    misheard = sum(one != other for one, other in zip(word, text[start:end], strict=True))
    return is_kept or (len(word) > max(2, last - first) and misheard == 1)
