"""Text to token numbers and back to places in the text, in plain Python: no normaliser, no alignment table."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlu.encoder.vocabulary import (
    CLS_ID,
    NORMAL_CODE,
    PAD_ID,
    SEP_ID,
    SPACE,
    UNK_ID,
    Vocabulary,
    code_points,
    load_vocabulary,
)

_BLANK_ID: Final = -1
_SPACE_CHARACTERS: Final = "\t\n\v\f\r \u0085\u1680\u2028\u2029\u202f\u205f" + "".join(map(chr, range(0x2000, 0x200E)))


@dataclass(frozen=True, slots=True)
class Encoding:
    """The tokens of one text, [CLS] and [SEP] included."""

    ids: list[int]
    """Token numbers."""
    offsets: list[tuple[int, int]]
    """Begin and end of each token in code points of the original text; (0, 0) for [CLS], [SEP] and context."""


class CharTokenizer:
    """One token a character; blanks vanish, except between two Latin letters or digits."""

    def __init__(self, vocabulary: Vocabulary, *, max_length: int = 192) -> None:
        self.vocabulary = vocabulary
        self.max_length = max_length
        self._table = vocabulary.token_table()
        self._table[[ord(blank) for blank in _SPACE_CHARACTERS]] = _BLANK_ID
        self._space_id = int(self._table[ord(SPACE)])
        latin = [int(self._table[ord(letter)]) for letter in "abcdefghijklmnopqrstuvwxyz0123456789"]
        self._latin = frozenset(latin)
        self._number = {token: number for number, token in enumerate(vocabulary.tokens)}
        self._letter_ids = self._build_letter_ids()

    @classmethod
    def load(cls, folder: Path, *, max_length: int = 192) -> "CharTokenizer":
        """Read `folder`/vocab.txt."""
        return cls(load_vocabulary(folder / "vocab.txt"), max_length=max_length)

    def __len__(self) -> int:
        return len(self.vocabulary)

    def save(self, folder: Path) -> None:
        """Write vocab.txt."""
        self.vocabulary.save(folder / "vocab.txt")

    def token_id(self, token: str) -> int:
        """Return the number of a token such as `[ctx7]`, [UNK] where there is none."""
        return self._number.get(token, UNK_ID)

    def encode(self, text: str, *, context: Sequence[int] = ()) -> Encoding:
        """Return [CLS] context... characters... [SEP]; a text that is too long loses its end."""
        ids, places = self._characters(text, self.max_length - 2 - len(context))
        offsets = [(place, place + 1) for place in places]
        no_place = [(0, 0)]
        return Encoding([CLS_ID, *context, *ids, SEP_ID], no_place * (1 + len(context)) + offsets + no_place)

    def token_ids(self, text: str) -> list[int]:
        """Return what `encode` returns, without the offsets."""
        return [CLS_ID, *self._characters(text, self.max_length - 2)[0], SEP_ID]

    def _characters(self, text: str, room: int) -> tuple[list[int], list[int]]:
        ids: list[int] = []
        places: list[int] = []
        letter_ids, latin = self._letter_ids, self._latin
        is_after_blank = False
        for place, letter in enumerate(text):
            number = letter_ids.get(letter, UNK_ID)
            if number == _BLANK_ID:
                is_after_blank = True
                continue
            if is_after_blank and number in latin and ids and ids[-1] in latin:
                ids.append(self._space_id)
                places.append(place - 1)
            is_after_blank = False
            ids.append(number)
            places.append(place)
            if len(ids) >= room:
                break
        return ids[:room], places[:room]

    def _build_letter_ids(self) -> dict[str, int]:
        """Return the token number of each character that has one, before normalisation."""
        numbers = self._table[NORMAL_CODE]
        known = np.flatnonzero(numbers != UNK_ID)
        return {chr(int(code)): int(numbers[code]) for code in known if not 0xD800 <= code < 0xE000}


def pad_batch(rows: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return token numbers and attention mask, both [rows, longest row]."""
    width = max(map(len, rows))
    ids = np.full((len(rows), width), PAD_ID, dtype=np.int64)
    mask = np.zeros((len(rows), width), dtype=np.int64)
    for number, row in enumerate(rows):
        ids[number, : len(row)] = row
        mask[number, : len(row)] = 1
    return ids, mask


__all__ = ["CharTokenizer", "Encoding", "code_points", "pad_batch"]
