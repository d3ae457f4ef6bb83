"""Words as tokens, for languages that put blanks between them: where they are, and what is told of each.

A token is a run of letters or a run of digits, an apostrophe with what follows, one sign, or one character of a script
without blanks. What is told of it are hashed features: the word, its shape, pieces of it, the chunk between blanks
that it is a part of. A model knows the features that its training sentences had; a new word is the sum of its pieces.
"""

import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlu.encoder.vocabulary import CLS_ID, CONTEXT_TOKENS, FIRST_CHARACTER_ID, PAD_ID, SEP_ID, SPECIAL_TOKENS, UNK_ID
from nlu.errors import ModelError

_FILE: Final = "words.npz"
_LONGEST_WORD: Final = 24
"""Letters of a word that are taken to pieces."""
_GRAMS: Final = (3, 4, 5)
_KEPT_WORDS: Final = 4096
_KEPT_TEXTS: Final = 1 << 15
_APOSTROPHES: Final = frozenset("'’ʼ＇")
_UNPARTED: Final = (
    *((0x0E00, 0x0EFF), (0x0F00, 0x0FFF), (0x1000, 0x109F), (0x1780, 0x17FF)),  # Thai, Lao, Tibetan, Burmese, Khmer
    *((0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF)),  # kana, Han
)
_BLANK, _LETTER, _DIGIT, _APOSTROPHE, _SINGLE = "_", "a", "0", "'", "."


@dataclass(frozen=True, slots=True)
class Word:
    """One token."""

    text: str
    start: int
    end: int
    """Code points of the original text, end exclusive."""
    chunk: str
    """What stands between the blanks around it."""


@lru_cache(maxsize=8192)
def is_unparted(sign: str) -> bool:
    """Say whether the sign belongs to a script that does not part words by blanks."""
    return any(first <= ord(sign) <= last for first, last in _UNPARTED)


@lru_cache(maxsize=8192)
def _kind(sign: str) -> str:
    category = unicodedata.category(sign)
    if sign.isspace() or category in {"Cc", "Cf", "Zs"}:
        return _BLANK
    if sign in _APOSTROPHES:
        return _APOSTROPHE
    if is_unparted(sign):
        return _SINGLE
    if category[0] in "LM":
        return _LETTER
    return _DIGIT if category[0] == "N" else _SINGLE


def split_words(text: str) -> list[Word]:
    """Return the tokens of `text`, in order."""
    kinds = [_kind(sign) for sign in text]
    words: list[Word] = []
    place = 0
    while place < len(text):
        if kinds[place] == _BLANK:
            place += 1
            continue
        end = place
        while end < len(text) and kinds[end] != _BLANK:
            end += 1
        words += _split_chunk(text[place:end], kinds[place:end], place)
        place = end
    return words


def _split_chunk(chunk: str, kinds: Sequence[str], offset: int) -> Iterable[Word]:
    start = 0
    while start < len(chunk):
        end = start + 1
        kind = kinds[start]
        if kind == _APOSTROPHE and end < len(chunk) and kinds[end] == _LETTER:
            kind = _LETTER
        while kind in (_LETTER, _DIGIT) and end < len(chunk) and kinds[end] == kind:
            end += 1
        yield Word(chunk[start:end], offset + start, offset + end, chunk)
        start = end


def word_features(word: str, chunk: str) -> tuple[int, ...]:
    """Return the hashes of what is told of a word; the word itself first."""
    plain = unicodedata.normalize("NFKC", word).lower().replace("’", "'")
    masked = "".join("0" if sign.isdecimal() else sign for sign in plain)[:_LONGEST_WORD]
    framed = f"<{masked}>"
    names = [f"w{plain}", f"s{_shape(word)}"]
    if word != plain:
        names.append(f"x{word}")
    if chunk != word:
        names.append(f"c{chunk.lower()}")
    names += [framed[start : start + size] for size in _GRAMS for start in range(len(framed) - size + 1)]
    return tuple(dict.fromkeys(zlib.crc32(name.encode("utf-8", "surrogatepass")) for name in names))


def _shape(word: str) -> str:
    """Return `Xx` for Berlin, `00` for 15, `x` for a: what kind of signs, runs cut to two."""
    shape = ""
    for sign in word[:_LONGEST_WORD]:
        kind = "0" if sign.isdecimal() else "X" if sign.isupper() else "x" if sign.isalpha() else sign
        if not shape.endswith(kind * 2):
            shape += kind
    return shape


@dataclass(frozen=True, slots=True)
class WordEncoding:
    """The tokens of one text, [CLS] and [SEP] included."""

    ids: list[list[int]]
    """Numbers of the features of each token, all rows equally long, PAD_ID where there is none."""
    offsets: list[tuple[int, int]]
    """Begin and end of each token in code points of the original text; (0, 0) for [CLS], [SEP] and context."""


class WordTokenizer:
    """Turns a text into the known features of its words."""

    def __init__(self, known: NDArray[np.uint32], *, max_length: int = 192, kept_texts: int = 0) -> None:
        """`kept_texts`: how many texts are remembered; a training reads the same ones in every epoch."""
        self.known = known
        self.max_length = max_length
        self._numbers = {int(feature): number for number, feature in enumerate(known, FIRST_CHARACTER_ID)}
        self._special = {name: number for number, name in enumerate((*SPECIAL_TOKENS, *CONTEXT_TOKENS))}
        self._number_word = lru_cache(maxsize=_KEPT_WORDS)(self._look_up)
        self._encode_text = lru_cache(maxsize=kept_texts)(self._read)

    def __len__(self) -> int:
        return FIRST_CHARACTER_ID + len(self.known)

    def token_id(self, token: str) -> int:
        """Return the number of a token such as `[ctx7]`, [UNK] where there is none."""
        return self._special.get(token, UNK_ID)

    def encode(self, text: str, *, context: Sequence[int] = ()) -> WordEncoding:
        """Return [CLS] context... words... [SEP]; a text that is too long loses its end."""
        return self._encode_text(text, tuple(context))

    def _read(self, text: str, context: tuple[int, ...]) -> WordEncoding:
        words = split_words(text)[: self.max_length - 2 - len(context)]
        rows: list[tuple[int, ...]] = [(CLS_ID,), *((number,) for number in context)]
        rows += [self._number_word(word.text, word.chunk) for word in words]
        rows.append((SEP_ID,))
        width = max(map(len, rows))
        ids = [[*row, *[PAD_ID] * (width - len(row))] for row in rows]
        no_place = [(0, 0)]
        offsets = no_place * (1 + len(context)) + [(word.start, word.end) for word in words] + no_place
        return WordEncoding(ids, offsets)

    def _look_up(self, word: str, chunk: str) -> tuple[int, ...]:
        numbers = (self._numbers.get(feature) for feature in word_features(word, chunk))
        return tuple(number for number in numbers if number is not None) or (UNK_ID,)

    def save(self, folder: Path) -> None:
        """Write words.npz."""
        np.savez_compressed(folder / _FILE, known=self.known)


def load_word_tokenizer(folder: Path) -> WordTokenizer:
    """Read words.npz as `WordTokenizer.save` wrote it."""
    try:
        with np.load(folder / _FILE) as file:
            return WordTokenizer(file["known"])
    except (OSError, KeyError, ValueError) as error:
        raise ModelError(
            f"{folder}: {_FILE} is missing or broken ({error}); train a model with `gridtalk train`"
        ) from error


def build_word_tokenizer(texts: Iterable[str], *, least: int = 2, few: int = 200) -> WordTokenizer:
    """Keep the features that `least` sentences have; all of them if there are only a `few` sentences."""
    counts: Counter[int] = Counter()
    total = 0
    for text in texts:
        total += 1
        counts.update({feature for word in split_words(text) for feature in word_features(word.text, word.chunk)})
    enough = least if total > few else 1
    kept = sorted(feature for feature, count in counts.items() if count >= enough)
    return WordTokenizer(np.array(kept, dtype=np.uint32), kept_texts=_KEPT_TEXTS)
