"""How each common Chinese character is said, without its tone: a table beside this file, for serving without pypinyin.

A line of the table is a syllable and its characters; `python -m nlu.syllables` writes it.
"""

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Final

TABLE: Final = Path(__file__).with_name("syllables.txt")
_FIRST_ROW, _LAST_ROW = 0xB0, 0xF7


def load_syllables(path: Path = TABLE) -> dict[str, str]:
    """Return character -> syllable (its likeliest reading)."""
    syllables: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        syllable, _, characters = line.partition(" ")
        syllables.update(dict.fromkeys(characters, syllable))
    return syllables


def write_syllables(read: Callable[[str], str], path: Path = TABLE) -> None:
    """Write the table of the characters of GB 2312, each with what `read` says."""
    groups: dict[str, list[str]] = defaultdict(list)
    for row in range(_FIRST_ROW, _LAST_ROW + 1):
        for cell in range(0xA1, 0xFF):
            character = bytes((row, cell)).decode("gb2312", errors="ignore")
            if character:
                groups[read(character)].append(character)
    lines = [f"{syllable} {''.join(characters)}" for syllable, characters in sorted(groups.items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
