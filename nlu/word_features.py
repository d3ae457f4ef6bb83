"""Sparse features of a text in words: words, pairs of words, pieces of words; the linear half's side of `words.py`."""

import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np

from nlu.features import LONGEST_TEXT, Hashes, SyllableTable
from nlu.words import split_words

_GRAMS: Final = (2, 3, 4, 5)
_LONGEST_WORD: Final = 24
_SHORT: Final = 2
"""Words up to which a text is too short to speak for itself."""
_EDGE: Final = "\x02"


class WordFeatures:
    """Turns a text into the sorted set of its features; a feature's number depends on nothing but the text."""

    syllables: Final = SyllableTable(np.zeros(0, dtype=np.uint32), np.zeros(0, dtype=np.uint16))

    def extract(self, text: str, context: Sequence[str] = ()) -> Hashes:
        """Return the features of `text` and of the names of its context, each once, ascending."""
        plain = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).lower().replace("’", "'")
        words = [_mask_digits(word.text) for word in split_words(plain)]
        words = [word for word in words if any(sign.isalnum() for sign in word)]
        hashes = {number for word in words for number in _word_hashes(word)}
        hashes.update(_hash(f"{first} {second}") for first, second in pairwise((_EDGE, *words, _EDGE)))
        hashes.update(_context_hashes(context, is_short=len(words) <= _SHORT))
        return np.array(sorted(hashes), dtype=np.uint32)


@lru_cache(maxsize=4096)
def _word_hashes(word: str) -> tuple[int, ...]:
    framed = f"<{word[:_LONGEST_WORD]}>"
    grams = [framed[start : start + size] for size in _GRAMS for start in range(len(framed) - size + 1)]
    return (_hash(f"w{word}"), *map(_hash, grams))


def _context_hashes(context: Sequence[str], *, is_short: bool) -> Iterable[int]:
    names = [f"{name}|short" for name in context] if is_short else []
    return map(_hash, (*context, *names))


def _mask_digits(word: str) -> str:
    return "".join("0" if sign.isdecimal() else sign for sign in word)


def _hash(name: str) -> int:
    return zlib.crc32(name.encode("utf-8", "surrogatepass"))
