"""How characters sound: the syllable table of the sparse features and the homophones of the training noise.

Needs pypinyin, and therefore belongs to training only; a trained model holds the table. `python -m nlu.syllables`
writes the table of the whole syllables (nlu/syllable_names.py), which repair reads when it serves.
"""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from pypinyin import Style, lazy_pinyin

from nlu.features import SyllableTable
from nlu.syllable_names import write_syllables

_FIRST, _LAST = 0x4E00, 0x9FA5
_BLURRED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ing", "in"), ("eng", "en"), ("ang", "an"))


def syllable_of(character: str) -> str:
    """Return the toneless pinyin of a Chinese character, with what many speakers do not tell apart made one."""
    syllable = str(lazy_pinyin(character, style=Style.NORMAL)[0])
    for sharp, blunt in _BLURRED:
        syllable = syllable.replace(sharp, blunt)
    return syllable


def build_syllable_table() -> SyllableTable:
    """Return the syllables of the basic Chinese block."""
    characters = [chr(code) for code in range(_FIRST, _LAST + 1)]
    sounds = [syllable_of(character) for character in characters]
    numbers = {sound: number for number, sound in enumerate(sorted(set(sounds)), 1)}
    codes = np.arange(_FIRST, _LAST + 1, dtype=np.uint32)
    return SyllableTable(codes, np.array([numbers[sound] for sound in sounds], dtype=np.uint16))


def group_homophones(texts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return, for each Chinese character of `texts`, the others among them that sound like it."""
    groups: dict[str, list[str]] = defaultdict(list)
    for character in sorted({letter for text in texts for letter in text if _FIRST <= ord(letter) <= _LAST}):
        groups[syllable_of(character)].append(character)
    return {
        character: tuple(other for other in group if other != character)
        for group in groups.values()
        for character in group
    }


if __name__ == "__main__":
    write_syllables(lambda character: str(lazy_pinyin(character, style=Style.NORMAL)[0]))
