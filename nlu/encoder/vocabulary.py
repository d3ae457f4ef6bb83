"""The encoder's character vocabulary: one token is one code point, and one line of vocab.txt.

Normalisation maps one code point to one code point (lower case, half width), so a token's place in
the normalised text is its place in the original text.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

CONTEXT_TOKEN_COUNT: Final = 120
SPECIAL_TOKENS: Final = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
CONTEXT_TOKENS: Final = tuple(f"[ctx{number}]" for number in range(CONTEXT_TOKEN_COUNT))
SPACE: Final = "▁"  # a blank between two Latin letters or digits; every other blank is dropped
PAD_ID, UNK_ID, CLS_ID, SEP_ID, MASK_ID = range(5)
FIRST_CHARACTER_ID: Final = len(SPECIAL_TOKENS) + CONTEXT_TOKEN_COUNT
ALPHABET: Final = (
    SPACE + "abcdefghijklmnopqrstuvwxyz0123456789"
    "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
    "、。〈〉《》「」『』【】〔〕〇·…—–‘’“”¥¢£€℃℉‰°′″±×÷≤≥≠≈√∞∠⊥∥ωφδαβγθλμπσρημΩ"
    "①②③④⑤⑥⑦⑧⑨⑩ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹ→←↑↓²³㎡㎥㎜㎝㎞㎏№§"
)
_CODE_POINTS: Final = 0x110000
_FULL_WIDTH: Final = {0x3000: 0x20, 0x00A0: 0x20, 0xFFE5: 0x00A5, 0x02D9: 0x00B7, 0x2022: 0x00B7, 0x30FB: 0x00B7}


def _build_normal_table() -> NDArray[np.uint32]:
    """Return, for each code point, the code point it is read as: half width first, then lower case."""
    table = np.arange(_CODE_POINTS, dtype=np.uint32)
    table[0xFF01:0xFF5F] = np.arange(0x21, 0x7F, dtype=np.uint32)
    for wide, narrow in _FULL_WIDTH.items():
        table[wide] = narrow
    lowered = np.array([_lower(code) for code in range(0x3000)], dtype=np.uint32)
    return np.where(table < 0x3000, lowered[np.minimum(table, 0x2FFF)], table).astype(np.uint32)


def _lower(code: int) -> int:
    letter = chr(code).lower()
    return ord(letter) if len(letter) == 1 else code


NORMAL_CODE: Final = _build_normal_table()


def code_points(text: str) -> NDArray[np.uint32]:
    """Return the normalised code points of `text`, shape [len(text)]; lone surrogates become U+FFFD."""
    raw = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return NORMAL_CODE[raw]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The tokens in the order of their numbers."""

    tokens: tuple[str, ...]
    """Special tokens, context tokens, then single characters."""

    def __len__(self) -> int:
        return len(self.tokens)

    def token_table(self) -> NDArray[np.int32]:
        """Return the token number of each of the 0x110000 code points (1, [UNK], where there is none)."""
        table = np.full(_CODE_POINTS, UNK_ID, dtype=np.int32)
        for number, token in enumerate(self.tokens):
            if number >= FIRST_CHARACTER_ID:
                table[ord(token)] = number
        return table

    def save(self, path: Path) -> None:
        """Write one token a line."""
        path.write_text("\n".join(self.tokens) + "\n", encoding="utf-8")


def load_vocabulary(path: Path) -> Vocabulary:
    """Read vocab.txt as `Vocabulary.save` wrote it."""
    return Vocabulary(tuple(path.read_text(encoding="utf-8").rstrip("\n").split("\n")))


def count_characters(lines: Iterable[str]) -> Counter[str]:
    """Count the normalised characters of `lines`."""
    counts = np.zeros(_CODE_POINTS, dtype=np.int64)
    for line in lines:
        counts += 0 if not line else np.bincount(code_points(line), minlength=_CODE_POINTS)
    return Counter({chr(int(code)): int(counts[code]) for code in np.flatnonzero(counts)})


def choose_tokens(counts: Counter[str], *, least: int = 3, most: int = 7000) -> Vocabulary:
    """Keep the alphabet, all first-level GB 2312 characters, and what occurs `least` times, `most` in all."""
    always = dict.fromkeys(ALPHABET + _first_level_characters())
    frequent = [letter for letter, count in counts.most_common() if count >= least and _is_token(letter)]
    characters = list(dict.fromkeys([*always, *frequent]))[:most]
    return Vocabulary((*SPECIAL_TOKENS, *CONTEXT_TOKENS, *characters))


def _is_token(letter: str) -> bool:
    return letter.isprintable() and not letter.isspace() and not 0xD800 <= ord(letter) < 0xF900


def _first_level_characters() -> str:
    rows: Sequence[int] = range(0xB0, 0xD8)
    cells = bytes(byte for row in rows for cell in range(0xA1, 0xFF) for byte in (row, cell))
    return cells.decode("gb2312", "ignore")
