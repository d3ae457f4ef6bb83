"""Sparse features of a text as hashed numbers: character 1-4-grams, syllable 1-3-grams, words and word pairs.

Syllables (pinyin without tones) make 护号 and 户号 alike, so that what recognition mistakes stays understood.
Words count only where blanks part them. A feature's number depends on nothing but the text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nlu.encoder.vocabulary import code_points

Hashes: TypeAlias = NDArray[np.uint32]

LONGEST_TEXT: Final = 400
"""Code points of a text that are read; the rest changes no intent."""
_SHORT: Final = 8
_EDGE: Final = 2  # a code point that no text holds, put before and after
_DIGIT: Final = ord("0")
_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_HAN_FIRST, _HAN_LAST = 0x3400, 0x9FFF
_PRIMES: Final = np.array([2654435761, 2246822519, 3266489917, 668265263], dtype=np.uint32)


@dataclass(frozen=True, slots=True)
class SyllableTable:
    """Which characters sound alike: a number for each syllable, 0 where a character has none."""

    codes: NDArray[np.uint32]
    """Code points that have a syllable, ascending."""
    syllables: NDArray[np.uint16]
    """The syllable of each."""

    def build_lookup(self) -> NDArray[np.uint16]:
        """Return the syllable of each code point of the basic plane, shape [65536]."""
        lookup = np.zeros(0x10000, dtype=np.uint16)
        lookup[self.codes] = self.syllables
        return lookup


class SparseFeatures:
    """Turns a text into the sorted set of its features."""

    def __init__(self, syllables: SyllableTable, *, longest_gram: int = 4, longest_syllable_gram: int = 3) -> None:
        self.syllables = syllables
        self.longest_gram = longest_gram
        self.longest_syllable_gram = longest_syllable_gram
        self._lookup = syllables.build_lookup()

    def extract(self, text: str, context: Sequence[str] = ()) -> Hashes:
        """Return the features of `text` and of the names of its context, each once, ascending."""
        codes = code_points(text[:LONGEST_TEXT])
        signs = codes[(codes > 0x2F) & ~_is_blank(codes)]
        parts = [_grams(_mask_digits(signs), length, salt=length) for length in range(1, self.longest_gram + 1)]
        sounds: Hashes = self._lookup[np.minimum(signs, 0xFFFF)].astype(np.uint32)
        sounds = sounds[sounds > 0]
        parts += [_grams(sounds, length, salt=10 + length) for length in range(1, self.longest_syllable_gram + 1)]
        parts += [_words(text[:LONGEST_TEXT]), _context_words(context, is_short=len(signs) <= _SHORT)]
        return np.unique(np.concatenate(parts))


def pair_hashes(text: str, hidden: Sequence[tuple[int, int]] = ()) -> Hashes:
    """Return the pairs of neighbouring Chinese characters outside the `hidden` stretches, in the order of the text."""
    codes = code_points(text[:LONGEST_TEXT])
    is_han = (codes >= _HAN_FIRST) & (codes <= _HAN_LAST)
    for start, end in hidden:
        is_han[start:end] = False
    pairs = is_han[:-1] & is_han[1:]
    if not pairs.any():
        return np.zeros(0, dtype=np.uint32)
    hashes = codes[:-1] * _PRIMES[0] ^ codes[1:] * _PRIMES[1]
    return np.asarray(hashes[pairs], dtype=np.uint32)


def _is_blank(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    spaces = (codes >= 0x2000) & (codes <= 0x206F)
    return np.asarray(spaces | ((codes >= 0x3000) & (codes <= 0x3003)), dtype=np.bool_)


def _mask_digits(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    return np.where((codes >= _DIGIT) & (codes <= _DIGIT + 9), np.uint32(_DIGIT), codes)


def _grams(codes: Hashes, length: int, *, salt: int) -> Hashes:
    """Hash each run of `length` numbers, edges included from pairs on."""
    edge = np.full(1, _EDGE, dtype=np.uint32)
    row = codes if length == 1 else np.concatenate([edge, codes, edge])
    count = len(row) - length + 1
    if count <= 0:
        return np.zeros(0, dtype=np.uint32)
    hashes = np.full(count, salt * 0x9E3779B1 & 0xFFFFFFFF, dtype=np.uint32)
    for place in range(length):
        hashes = (hashes ^ (row[place : place + count] + np.uint32(1)) * _PRIMES[place]) * np.uint32(0x85EBCA6B)
        hashes ^= hashes >> np.uint32(15)
    return hashes


def _words(text: str) -> Hashes:
    """Hash the words and the pairs of neighbouring words of a text in a script with blanks."""
    if " " not in text.strip():
        return np.zeros(0, dtype=np.uint32)
    words = [word for word in _WORD.findall(text.lower()) if not _HAN_FIRST <= ord(word[0]) <= _HAN_LAST]
    pairs = [f"{first} {second}" for first, second in pairwise(words)]
    return np.array([_hash_word(word) for word in words + pairs], dtype=np.uint32)


def _context_words(context: Sequence[str], *, is_short: bool) -> Hashes:
    """Hash the names of the context, once more where the text is too short to speak for itself."""
    names = [f"{name}|short" for name in context] if is_short else []
    return np.array([_hash_word(name) for name in (*context, *names)], dtype=np.uint32)


def _hash_word(word: str) -> int:
    """FNV-1a of the word's UTF-8."""
    value = 0x811C9DC5
    for byte in word.encode("utf-8"):
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value
