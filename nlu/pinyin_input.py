"""Pinyin typed instead of characters, read as the words that customers use: `dianfei`, `查 dian fei`, `jiē tī`.

Stretches of letters are divided into words whose frequency is known; what cannot be divided that way, such as `app` or
`kWh`, is left alone. `python -m nlu.pinyin_input` writes the shipped frequencies from our sentences and articles.
"""

import argparse
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from math import log
from pathlib import Path
from typing import Final

from nlu.syllable_names import load_syllables

WORDS: Final = Path(__file__).with_name("pinyin_words.txt")
LONGEST_WORD: Final = 4
"""Characters of the longest piece that is counted."""
_LONGEST_KEY: Final = LONGEST_WORD * 6
_LONGEST_STRETCH: Final = 120
_MOST_SENTENCES: Final = 8_000
"""Sentences that are learnt from; more would keep the first customer who types pinyin waiting."""
_DEAREST: Final = 5.0
"""Mean cost of a character, as a negative logarithm, up to which a stretch is taken for pinyin."""
_LEAST_JOINED: Final = 0.6
"""Share of the characters that must stand in words of two and more: single ones can be found for any syllable."""
_RARE: Final = 2
"""Pieces that are rarer than this are not shipped."""

_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]+")
_STRETCH: Final = re.compile(r"[a-z]+[1-5]?(?:[ '’]*[a-z]+[1-5]?)*")
_TWO_LETTERS: Final = re.compile(r"[A-Za-z\u00c0-\u01dc]{2}")
_NO_LETTER: Final = re.compile(r"[^a-z]+")
_ACCENTED: Final = re.compile(r"[\u0300-\u030f]")
_KEPT_MARK: Final = "\u0308"


@dataclass(frozen=True, slots=True)
class Spelled:
    """A text with its pinyin as words."""

    text: str
    starts: tuple[int, ...] | None = None
    """Where each character, and the end, stood in what was typed; None if nothing changed."""

    def typed(self, start: int, end: int) -> tuple[int, int]:
        """Return where the characters [start, end) stood in what was typed."""
        return (start, end) if self.starts is None else (self.starts[start], self.starts[end])


@dataclass(frozen=True, slots=True)
class _Path:
    """The cheapest way to divide the first letters of a stretch."""

    cost: float
    words: tuple[str, ...]


class PinyinInput:
    """Reads pinyin by one set of words; does not change."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = counts
        total = sum(count for piece, count in counts.items() if len(piece) == 1) or 1
        self._syllables = {character: _spell(syllable) for character, syllable in load_syllables().items()}
        self._words: dict[str, tuple[float, str]] = {}
        for piece, count in counts.items():
            key = "".join(self._syllables.get(character, " ") for character in piece)
            rated = (-log(count / total), piece)
            if " " not in key and (key not in self._words or rated < self._words[key]):
                self._words[key] = rated

    @classmethod
    def load(cls, path: Path = WORDS) -> "PinyinInput":
        """Read the shipped frequencies: a line a piece, `电费 2310`."""
        lines = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
        return cls({piece: int(count) for piece, count in lines})

    def learn(self, sentences: Iterable[str]) -> "PinyinInput":
        """Return a reader that knows the words of further sentences, too."""
        counts = Counter(self._counts)
        counts.update(count_pieces(islice(sentences, _MOST_SENTENCES)))
        return PinyinInput(counts)

    def read(self, text: str) -> str:
        """Return the text with pinyin as words; without any, the text itself."""
        return self.spell(text).text

    def spell(self, text: str) -> Spelled:
        """Do so and say where each character stood."""
        folded = _fold(text)
        if folded is None:
            return Spelled(text)
        pieces: list[str] = []
        starts: list[int] = []
        place = 0
        for match in _STRETCH.finditer(folded):
            words = self._divide(match.group())
            if words is not None:
                pieces += [folded[place : match.start()], "".join(words)]
                starts += [*range(place, match.start()), *self._letters_of(words, match)]
                place = match.end()
        if not place:
            return Spelled(text)
        starts += range(place, len(folded) + 1)
        # Rare letters unfold into several; then nobody can say where a character stood.
        exact = starts if len(folded) == len(text) else [min(start, len(text)) for start in starts]
        return Spelled("".join([*pieces, folded[place:]]), tuple(exact))

    def spell_if_mostly(self, text: str) -> Spelled:
        """Do so where letters are more than half of the text."""
        letters = sum(letter.isascii() and letter.isalpha() for letter in text)
        return self.spell(text) if 2 * letters > len(text.replace(" ", "")) else Spelled(text)

    def _letters_of(self, words: Sequence[str], match: re.Match[str]) -> Iterator[int]:
        """Yield where the first letter of each character stands."""
        letters = [match.start() + place for place, letter in enumerate(match.group()) if "a" <= letter <= "z"]
        count = 0
        for character in "".join(words):
            yield letters[count]
            count += len(self._syllables[character])

    def _divide(self, stretch: str) -> tuple[str, ...] | None:
        """Return the likeliest words of a stretch; None if it is no pinyin."""
        letters = _NO_LETTER.sub("", stretch)
        if len(letters) > _LONGEST_STRETCH:
            return None
        paths: list[_Path | None] = [_Path(0.0, ())]
        for end in range(1, len(letters) + 1):
            ways = self._ways(letters, end, paths)
            paths.append(min(ways, key=lambda path: path.cost, default=None))
        best = paths[-1]
        return best.words if best is not None and _is_likely(best) else None

    def _ways(self, letters: str, end: int, paths: list[_Path | None]) -> Iterator[_Path]:
        for begin in range(max(0, end - _LONGEST_KEY), end):
            before, word = paths[begin], self._words.get(letters[begin:end])
            if before is not None and word is not None:
                yield _Path(before.cost + word[0], (*before.words, word[1]))


@cache
def shipped_reader() -> PinyinInput:
    """Return the reader of the shipped words, made when it is first needed."""
    return PinyinInput.load()


def spell_pinyin(text: str) -> Spelled:
    """Return a text that is mostly pinyin as words, any other as it is; a microsecond where there are no letters."""
    return shipped_reader().spell_if_mostly(text) if _TWO_LETTERS.search(text) is not None else Spelled(text)


def count_pieces(sentences: Iterable[str]) -> Counter[str]:
    """Count every piece of one to four Chinese characters."""
    counts: Counter[str] = Counter()
    for sentence in sentences:
        for match in _CHINESE.finditer(sentence):
            run = match.group()
            for size in range(1, LONGEST_WORD + 1):
                counts.update(run[begin : begin + size] for begin in range(len(run) - size + 1))
    return counts


def write_words(counts: Mapping[str, int], path: Path = WORDS) -> None:
    """Write the pieces that are not rare, the most frequent first; of a longer piece only what its parts do not say."""
    kept = [(piece, count) for piece, count in counts.items() if count >= _RARE * max(1, len(piece) - 1)]
    lines = [f"{piece} {count}" for piece, count in sorted(kept, key=lambda entry: (-entry[1], entry[0]))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _is_likely(path: _Path) -> bool:
    size = sum(map(len, path.words))
    joined = sum(len(word) for word in path.words if len(word) > 1)
    return size > 1 and path.cost <= _DEAREST * size and joined >= _LEAST_JOINED * size


def _spell(syllable: str) -> str:
    return syllable.replace("ü", "v").replace("u:", "v")


def _fold(text: str) -> str | None:
    """Return the text in small letters without tones; None if it has no letter."""
    if not any("a" <= letter <= "z" or "\u00e0" <= letter <= "\u01dc" for letter in text.lower()):
        return None
    apart = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).lower())
    plain = _ACCENTED.sub(lambda mark: mark.group() if mark.group() == _KEPT_MARK else "", apart)
    return _spell(unicodedata.normalize("NFC", plain))


def main() -> None:
    """Count the pieces of all sentences under the named folders and write them."""
    parser = argparse.ArgumentParser(prog="python -m nlu.pinyin_input", description=__doc__)
    parser.add_argument("folders", type=Path, nargs="*", default=[Path("data/nlu"), Path("data/knowledge")])
    files = [file for folder in parser.parse_args().folders for file in sorted(folder.glob("*.yml"))]
    write_words(count_pieces(file.read_text(encoding="utf-8") for file in files))


if __name__ == "__main__":
    main()
